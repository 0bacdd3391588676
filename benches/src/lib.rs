//! What the benchmarks share: places to measure in, ways to measure, and chance that can be repeated.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "what goes wrong in a benchmark must end it, and what it prints is all it is for"
)]

mod dice;
mod measure;
mod place;

pub use dice::Dice;
pub use measure::{Pair, Samples, Table, side_by_side, timed, turns};
pub use place::{Bare, Place};
