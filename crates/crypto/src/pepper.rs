//! Keys that passwords are mixed with before they are hashed.

use sutra_kernel::Entropy;
use zeroize::Zeroizing;

use crate::{
    KeyRef, MacKey, SecretBytes,
    key_file::{KeyFile, KeyFileError},
};

const TITLE: &str = "sutra-pepper-keys 1";
const LABEL: &str = "pepper";

/// The peppers of an installation: one primary, with which passwords are hashed from now on, and those retained for
/// the hashes made before.
///
/// They are kept in a file of the same form as that of the [root keys](crate::RootKeys), under the title
/// `sutra-pepper-keys 1`, and never in the database: whoever steals its hashes and every key in it can still guess no
/// password.
///
/// # Security
///
/// Neither the type nor its errors show a key.
///
/// ```compile_fail,E0277
/// println!("{:?}", sutra_crypto::PepperKeys::parse(""));
/// ```
pub struct PepperKeys(KeyFile);

impl PepperKeys {
    /// Makes the first pepper of an installation.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(KeyFile::generate(entropy))
    }

    /// Reads a file of peppers.
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

    /// The text of the file.
    #[must_use]
    pub fn render(&self) -> SecretBytes {
        self.0.render(TITLE)
    }

    /// The name of the key with which passwords are hashed from now on.
    #[must_use]
    pub fn primary_ref(&self) -> KeyRef {
        self.0.primary().key_ref()
    }

    /// What is hashed in place of a password, under the key of this name; nothing if the file does not have it.
    #[must_use]
    pub fn mix(&self, key: KeyRef, password: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
        let key = self.0.find(key)?;
        Some(Zeroizing::new(MacKey::derive(key, LABEL).tag(&[password])))
    }
}
