//! Whether everybody agrees: the rule, told slowly and plainly; the decisions that plans come to; and the lists of every
//! store, which no plan decides record by record.
//!
//! The worlds and the rule are those of the tests of `sutra-acl`. Here a world is moved into stores first, by what would
//! write it there: its policy by units of work, its records by the use cases. So what is decided on is what a store
//! makes of it, and a share that a rule makes is one that the product has really made.
//!
//! To put another cause of access to the proof, teach it to the rule and to the worlds, take it out of what `closed`
//! leaves out, and let `settled` write it.

mod closed;
mod compared;
mod defined;
mod houses;
mod listed;
mod reasons;
mod searched;
mod settled;

#[path = "../../crates/acl/tests/twin/mod.rs"]
#[expect(clippy::unwrap_used, reason = "it is told for tests")]
mod twin;

#[path = "../../crates/acl/tests/world/mod.rs"]
#[expect(clippy::unwrap_used, reason = "it is made up for tests")]
mod world;

pub use compared::{Mismatch, Tally};
pub use houses::{House, houses};
pub use reasons::{REASONS, Reasons};
pub use searched::{Disagreement, agree};
