//! `/graphql/setup`, as its clients see it: over HTTP, on the store in memory.
#![cfg(test)]

mod access;
mod access_tokens;
mod accounts;
mod bad_input;
mod explain;
mod factors;
mod groups;
mod house;
mod idempotency;
mod limit;
mod passkeys;
mod passwords;
mod permission_sets;
mod permissions;
mod schema;
mod sessions;
mod sign_in;
mod simple_scopes;
mod simulate;
mod step_up;
mod territories;
