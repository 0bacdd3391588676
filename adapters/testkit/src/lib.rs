#![doc = include_str!("../README.md")]
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test without its database must fail, and a suite that did not run must say so"
)]

mod binaries;
mod cluster;

pub use cluster::Cluster;
