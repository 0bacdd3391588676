//! Keys and the names that blobs know them by.

use std::{fmt, str::FromStr};

use sutra_kernel::{Entropy, Uuid};
use zeroize::Zeroizing;

/// Names exactly one version of one key, for good.
///
/// It is random and no secret; as text it is 16 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyRef(u64);

/// A text that names no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a key id of 16 lower-case hexadecimal digits")]
pub struct KeyRefError;

impl KeyRef {
    /// Makes the name of a new key.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 8];
        entropy.fill(&mut bytes);
        Self(u64::from_be_bytes(bytes))
    }

    /// Wraps a name that was stored.
    #[must_use]
    pub const fn from_u64(number: u64) -> Self {
        Self(number)
    }

    /// The bare number, for storage.
    #[must_use]
    pub const fn as_u64(self) -> u64 {
        self.0
    }

    /// The same number as the record a sealed key belongs to.
    pub(crate) fn uuid(self) -> Uuid {
        Uuid::from_u128(u128::from(self.0))
    }
}

impl fmt::Display for KeyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for KeyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for KeyRef {
    type Err = KeyRefError;

    fn from_str(text: &str) -> Result<Self, KeyRefError> {
        let valid = text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !valid {
            return Err(KeyRefError);
        }
        u64::from_str_radix(text, 16).map(Self).map_err(|_| KeyRefError)
    }
}

/// Seals and opens; 32 secret bytes that are wiped when it goes.
///
/// # Security
///
/// The bytes never leave this crate except sealed under another key, and the type can be
/// neither printed nor copied:
///
/// ```compile_fail,E0277
/// # use sutra_crypto::{DataKey, KeyRef};
/// println!("{:?}", DataKey::from_parts(KeyRef::from_u64(1), &[0; 32]));
/// ```
///
/// ```compile_fail,E0599
/// # use sutra_crypto::{DataKey, KeyRef};
/// let key = DataKey::from_parts(KeyRef::from_u64(1), &[0; 32]);
/// let second = key.clone();
/// ```
pub struct DataKey {
    key_ref: KeyRef,
    // On the heap, so that moving the key leaves no copy behind on the stack.
    secret: Box<Zeroizing<[u8; 32]>>,
}

impl DataKey {
    /// Makes a new key with a new name.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut key = Self { key_ref: KeyRef::generate(entropy), secret: Box::default() };
        entropy.fill(key.secret.as_mut_slice());
        key
    }

    /// A key that comes from elsewhere. The caller wipes its own copy.
    #[must_use]
    pub fn from_parts(key_ref: KeyRef, secret: &[u8; 32]) -> Self {
        let mut key = Self { key_ref, secret: Box::default() };
        key.secret.copy_from_slice(secret);
        key
    }

    /// The name that blobs sealed under it carry.
    #[must_use]
    pub fn key_ref(&self) -> KeyRef {
        self.key_ref
    }

    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.secret
    }
}
