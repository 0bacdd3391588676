//! The public behaviour of identity: who gets a session, and how long it counts.

mod context;
mod factors;
mod flows;
mod model;
mod passkeys;
mod sessions;
mod sign_in;
mod world;
