//! What is remembered between a challenge and its answer.

use std::fmt;

use serde::{Deserialize, Serialize};
use sutra_crypto::SecretBytes;
use webauthn_rs::prelude::{DiscoverableAuthentication, PasskeyRegistration as Registration};

use super::{Passkey, PasskeyAnswer, PasskeyBytesError, PasskeyError, UserHandle, bytes};

/// A registration that waits for its answer.
///
/// # Security
/// It is kept sealed, on this side: who can write it chooses the challenge. Finishing takes it, but knows nothing of
/// copies: whoever keeps it removes it on the first answer, right or wrong, and after a few minutes without one.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasskeyRegistration {
    pub(super) user: UserHandle,
    pub(super) registration: Registration,
}

/// A sign-in, or the like, that waits for the answer of a passkey.
///
/// # Security
/// It is kept as a [`PasskeyRegistration`] is: an answer counts once only if this is there once.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasskeyAuthentication {
    /// The lookups of the passkeys that were asked for; nothing if any may answer.
    pub(super) asked: Option<Vec<[u8; 32]>>,
    pub(super) authentication: DiscoverableAuthentication,
}

impl PasskeyRegistration {
    /// Reads what was stored.
    ///
    /// # Errors
    /// [`PasskeyBytesError`] if it is not of the form of [`Self::to_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PasskeyBytesError> {
        bytes::read(bytes)
    }

    /// All of it, for sealing.
    ///
    /// # Errors
    /// [`PasskeyBytesError`] if it is too large to be read again.
    pub fn to_bytes(&self) -> Result<SecretBytes, PasskeyBytesError> {
        bytes::write(self)
    }
}

impl PasskeyAuthentication {
    /// Reads what was stored.
    ///
    /// # Errors
    /// [`PasskeyBytesError`] if it is not of the form of [`Self::to_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PasskeyBytesError> {
        bytes::read(bytes)
    }

    /// All of it, for sealing.
    ///
    /// # Errors
    /// [`PasskeyBytesError`] if it is too large to be read again.
    pub fn to_bytes(&self) -> Result<SecretBytes, PasskeyBytesError> {
        bytes::write(self)
    }

    /// Whether this passkey was asked for, and the answer names its user.
    ///
    /// Who was asked for by name need not be named again; who was not has to be.
    pub(super) fn expects(&self, answer: &PasskeyAnswer, passkey: &Passkey) -> Result<(), PasskeyError> {
        let is_asked = self.asked.as_ref().is_none_or(|asked| asked.contains(&passkey.lookup()));
        let is_user = match answer.0.get_user_unique_id() {
            Some(user) => user == passkey.user.0.as_slice(),
            None => self.asked.is_some(),
        };
        if is_asked && is_user { Ok(()) } else { Err(PasskeyError::AnotherPasskey) }
    }
}

impl fmt::Debug for PasskeyRegistration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasskeyRegistration").finish_non_exhaustive()
    }
}

impl fmt::Debug for PasskeyAuthentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasskeyAuthentication").finish_non_exhaustive()
    }
}
