//! How costly it is to try a password.

use serde::Deserialize;

use super::value::Bounded;

/// `passwords.*`: Argon2id. The defaults are the least that is accepted; older hashes are made anew at sign-in.
#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Passwords {
    /// `passwords.memory_kib`: memory for each hash, in KiB. Default: 19456.
    pub(crate) memory_kib: Bounded<19_456, 1_048_576>,
    /// `passwords.iterations`: passes over that memory. Default: 2.
    pub(crate) iterations: Bounded<2, 20>,
    /// `passwords.wait_seconds`: how long a sign-in waits for its turn before it is told to come back. Default: 5.
    pub(crate) wait_seconds: Bounded<1, 60>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { memory_kib: Bounded::new(19_456), iterations: Bounded::new(2), wait_seconds: Bounded::new(5) }
    }
}
