//! The sealed blob: its bytes and its parts.

use std::fmt;

use crate::{KeyRef, MAX_PLAINTEXT, OpenError};

/// How many bytes a blob is longer than what it holds.
pub const OVERHEAD: usize = HEADER + COMMIT + TAG;

pub(crate) const HEADER: usize = 34;
pub(crate) const COMMIT: usize = 32;
pub(crate) const NONCE: usize = 24;
pub(crate) const TAG: usize = 16;
const VERSION: u8 = 1;

/// The cipher a blob is sealed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Suite {
    /// Everything, unless said otherwise.
    XChaCha20Poly1305 = 1,
    /// Encrypted fields, where an auditor asks for AES.
    Aes256Gcm = 2,
}

impl Suite {
    fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::XChaCha20Poly1305),
            2 => Some(Self::Aes256Gcm),
            _ => None,
        }
    }
}

/// A sealed value, as it is stored. Anyone may see it.
///
/// It is well-formed, which says nothing yet about whether it opens.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    suite: Suite,
    key_ref: KeyRef,
    bytes: Vec<u8>,
}

impl Sealed {
    /// Checks the form of a stored blob: version, suite and length.
    ///
    /// # Errors
    ///
    /// [`OpenError::Malformed`] if this is no blob of a known version and suite.
    pub fn parse(bytes: Vec<u8>) -> Result<Self, OpenError> {
        if bytes.len() > OVERHEAD + MAX_PLAINTEXT {
            return Err(OpenError::Malformed);
        }
        let Parts { suite, key_ref, .. } = Parts::of(&bytes)?;
        Ok(Self { suite, key_ref, bytes })
    }

    /// The bytes to store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes to store, without a copy.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The one key that can open it.
    #[must_use]
    pub fn key_ref(&self) -> KeyRef {
        self.key_ref
    }

    /// The cipher it is sealed with.
    #[must_use]
    pub fn suite(&self) -> Suite {
        self.suite
    }

    pub(crate) fn from_parts(header: &Header, commit: &[u8; COMMIT], body: &[u8], tag: &[u8; TAG]) -> Self {
        let bytes = [header.bytes.as_slice(), commit, body, tag].concat();
        Self { suite: header.suite, key_ref: header.key_ref, bytes }
    }

    pub(crate) fn parts(&self) -> Result<Parts<'_>, OpenError> {
        Parts::of(&self.bytes)
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed")
            .field("suite", &self.suite)
            .field("key_ref", &self.key_ref)
            .field("length", &self.bytes.len())
            .finish()
    }
}

/// The head of a new blob.
pub(crate) struct Header {
    pub(crate) bytes: [u8; HEADER],
    suite: Suite,
    key_ref: KeyRef,
}

impl Header {
    pub(crate) fn new(suite: Suite, key_ref: KeyRef, nonce: &[u8; NONCE]) -> Self {
        let mut bytes = [0; HEADER];
        let parts = [VERSION, suite as u8].into_iter().chain(key_ref.as_u64().to_be_bytes()).chain(*nonce);
        bytes.iter_mut().zip(parts).for_each(|(place, byte)| *place = byte);
        Self { bytes, suite, key_ref }
    }
}

/// A blob taken apart.
pub(crate) struct Parts<'a> {
    pub(crate) header: &'a [u8; HEADER],
    pub(crate) suite: Suite,
    pub(crate) key_ref: KeyRef,
    pub(crate) nonce: &'a [u8; NONCE],
    pub(crate) commit: &'a [u8; COMMIT],
    pub(crate) body: &'a [u8],
    pub(crate) tag: &'a [u8; TAG],
}

impl<'a> Parts<'a> {
    fn of(bytes: &'a [u8]) -> Result<Self, OpenError> {
        Self::split(bytes).ok_or(OpenError::Malformed)
    }

    fn split(bytes: &'a [u8]) -> Option<Self> {
        let (header, rest) = bytes.split_first_chunk::<HEADER>()?;
        let (commit, rest) = rest.split_first_chunk()?;
        let (body, tag) = rest.split_last_chunk()?;

        let ([version, suite], fields) = header.split_first_chunk::<2>()?;
        let (key_ref, nonce) = fields.split_first_chunk()?;
        let suite = Suite::from_byte(*suite).filter(|_| *version == VERSION)?;
        let key_ref = KeyRef::from_u64(u64::from_be_bytes(*key_ref));
        Some(Self { header, suite, key_ref, nonce: nonce.try_into().ok()?, commit, body, tag })
    }
}
