#![doc = include_str!("../README.md")]
#![expect(clippy::expect_used, clippy::panic, reason = "for tests: what goes wrong here must fail them")]

mod authenticator;
mod binaries;
mod cluster;
mod passkey_device;
mod ports;

pub use authenticator::authenticator_code;
pub use cluster::Cluster;
pub use passkey_device::{Failure, Manner, PRESENT, PasskeyDevice, VERIFIED, spoil};
pub use ports::{TestClock, TestEntropy, TestNotifier, TestPasswords};
