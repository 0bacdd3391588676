//! What users of the engine experience, told on the memory store.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that takes a wrong turn has failed"
)]

mod access_tokens;
mod administration;
mod aggregates;
mod assignment;
mod company;
mod context;
mod controlled;
mod definitions;
mod encrypted;
mod explain;
mod factors;
mod families;
mod following;
mod groups;
mod idempotency;
mod imports;
mod ledger;
mod mass;
mod moving;
mod notices;
mod passkeys;
mod passwords;
mod past;
mod permission_sets;
mod preparing;
mod purge;
mod queues;
mod reasons;
mod records;
mod relations;
mod removal;
mod resharing;
mod restrictions;
mod rules;
mod search;
mod sharing;
mod sharing_rules;
mod sign_in;
mod simple_scopes;
mod simulate;
mod subjects;
mod teams;
mod territories;
mod throttle;
mod unique;
mod upgrade;
mod upsert;
