//! What the benchmarks share: places to measure in, ways to measure, rows by the thousand, and chance that can be repeated;
//! and the [comparison](differential) of everything that says who may read what.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "what goes wrong in a benchmark must end it, and what it prints is all it is for"
)]

mod copies;
mod dice;
pub mod differential;
mod measure;
mod place;
mod unit;

pub use copies::{Copies, Given};
pub use dice::Dice;
pub use measure::{Pair, Samples, Table, side_by_side, timed, turns};
pub use place::{Bare, Place};
pub use unit::in_one_unit;
