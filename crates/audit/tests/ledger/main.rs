//! The ledger from outside: one program, so that its parts share a ledger in memory.
#![cfg(test)]

mod append;
mod common;
mod entry;
mod events;
mod history;
mod vectors;
mod verify;
