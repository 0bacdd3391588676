//! The product as its users see it: the program itself, over HTTP and at the command line, on both databases.
#![cfg(test)]

mod browser;
mod client;
mod definitions;
mod first_start;
mod notices;
mod operation;
mod passkeys;
mod persisted;
mod place;
mod postgres;
mod proxies;
mod query_page;
mod refusals;
mod sqlite;
mod story;
mod typescript;
mod walk;
