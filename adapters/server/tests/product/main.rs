//! The product as its users see it: the program itself, over HTTP and at the command line, on both databases.
#![cfg(test)]

mod client;
mod first_start;
mod operation;
mod place;
mod postgres;
mod refusals;
mod sqlite;
mod story;
mod walk;
