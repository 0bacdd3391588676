//! The store, and the databases below it, looked at from outside.

#![expect(clippy::unwrap_used, reason = "a test that cannot be prepared must fail")]

mod catalogue;
mod conformance;
mod empty;
mod epochs;
mod fixture;
mod guessing;
mod house;
mod idempotency;
mod isolation;
mod once;
mod pages;
mod plans;
mod preparing;
mod roles;
mod schema;
mod sealed;
mod unique;
mod upgrading;
