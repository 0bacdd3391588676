//! The endpoint `/graphql`, as a client meets it: over HTTP, on the engine and its store in memory.
#![cfg(test)]

mod access;
mod aggregate;
mod bad_input;
mod batch;
mod change;
mod definitions;
mod door;
mod encrypted;
mod example;
mod failing;
mod families;
mod history;
mod idempotency;
mod limit;
mod list;
mod mass;
mod nonsense;
mod past;
mod persisted;
mod preparing;
mod purge;
mod queues;
mod reasons;
mod relation;
mod restrictions;
mod rules;
mod schema;
mod search;
mod several;
mod sharing;
mod sharing_rules;
mod teams;
mod territories;
mod unique;
mod world;
