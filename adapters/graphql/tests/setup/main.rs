//! `/graphql/setup`, as its clients see it: over HTTP, on the store in memory.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests: what is not there is a failure"
)]

mod access;
mod accounts;
mod house;
mod permissions;
mod schema;
mod sessions;
mod sign_in;
