//! The local root keys.

use sutra_kernel::Entropy;

use crate::{
    DataKey, KeyRef, SecretBytes,
    key_file::{KeyFile, KeyFileError},
};

const TITLE: &str = "sutra-root-keys 1";

/// The root keys of an installation: one primary, which wraps, and those retained to unwrap what
/// was wrapped before.
///
/// The text of the key file is a title line, then a line per key; empty lines and lines that
/// start with `#` are skipped:
///
/// ```text
/// sutra-root-keys 1
/// primary 5b1d3e07a9c4f286 AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE
/// retained 09a4e1c27733d0b8 AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI
/// ```
///
/// # Security
///
/// Neither the type nor its errors show a key.
///
/// ```compile_fail,E0277
/// println!("{:?}", sutra_crypto::RootKeys::parse(""));
/// ```
pub struct RootKeys(KeyFile);

impl RootKeys {
    /// Makes the first root key of an installation.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(KeyFile::generate(entropy))
    }

    /// Reads a key file.
    ///
    /// # Errors
    ///
    /// [`KeyFileError`] with the first line that is wrong.
    pub fn parse(text: &str) -> Result<Self, KeyFileError> {
        KeyFile::parse(TITLE, text).map(Self)
    }

    /// Adds a new primary key and retains the present one.
    #[must_use]
    pub fn rotate(self, entropy: &dyn Entropy) -> Self {
        Self(self.0.rotate(entropy))
    }

    /// The text of the key file.
    #[must_use]
    pub fn render(&self) -> SecretBytes {
        self.0.render(TITLE)
    }

    /// The name of the key that wraps.
    #[must_use]
    pub fn primary_ref(&self) -> KeyRef {
        self.primary().key_ref()
    }

    pub(crate) fn primary(&self) -> &DataKey {
        self.0.primary()
    }

    pub(crate) fn find(&self, key_ref: KeyRef) -> Option<&DataKey> {
        self.0.find(key_ref)
    }
}
