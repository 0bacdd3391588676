//! How costly it is to try a password, and which nobody may choose.

use std::{fs, path::PathBuf};

use serde::Deserialize;

use sutra_identity::BlockList;

use super::{ConfigError, value::Bounded};

/// `passwords.*`: Argon2id. The defaults are the least that is accepted; older hashes are made anew at sign-in.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Passwords {
    /// `passwords.memory_kib`: memory for each hash, in KiB. Default: 19456.
    pub(crate) memory_kib: Bounded<19_456, 1_048_576>,
    /// `passwords.iterations`: passes over that memory. Default: 2.
    pub(crate) iterations: Bounded<2, 20>,
    /// `passwords.wait_seconds`: how long a sign-in waits for its turn before it is told to come back. Default: 5.
    pub(crate) wait_seconds: Bounded<1, 60>,
    /// `passwords.pepper_file`: the file of the peppers that passwords are mixed with, readable by nobody else.
    /// Default: `pepper.keys` beside the root keys, made with a new installation.
    pub(crate) pepper_file: Option<PathBuf>,
    /// `passwords.block_file`: passwords that nobody may choose, one a line, such as those of a breach. Default: none
    /// beside those that are built in.
    pub(crate) block_file: Option<PathBuf>,
    /// `passwords.bcrypt_cost`: the cost of the bcrypt hashes that were imported. As long as it is set, every password
    /// is checked with that work, too, so that the time does not tell who has not signed in since. Default: none.
    pub(crate) bcrypt_cost: Option<Bounded<4, 15>>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            memory_kib: Bounded::new(19_456),
            iterations: Bounded::new(2),
            wait_seconds: Bounded::new(5),
            pepper_file: None,
            block_file: None,
            bcrypt_cost: None,
        }
    }
}

impl Passwords {
    /// What nobody may choose.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(crate) fn blocked(&self) -> Result<BlockList, ConfigError> {
        let Some(file) = &self.block_file else { return Ok(BlockList::built_in()) };
        let lines = fs::read_to_string(file);
        let lines = lines.map_err(|error| ConfigError::unreadable("passwords.block_file", file, &error))?;
        Ok(BlockList::built_in().with_lines(&lines))
    }
}
