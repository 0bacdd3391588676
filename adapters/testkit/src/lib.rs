#![doc = include_str!("../README.md")]
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test without its database must fail, and a suite that did not run must say so"
)]

mod binaries;
mod cluster;
mod ports;

pub use cluster::Cluster;
pub use ports::{TestClock, TestEntropy, TestPasswords};
