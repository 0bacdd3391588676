//! Passkeys and security keys: [WebAuthn](https://www.w3.org/TR/webauthn-3/).

mod answer;
mod bytes;
mod ceremony;
mod error;
mod relying_party;

use std::fmt;

use serde::{Deserialize, Serialize};
use sutra_crypto::{SecretBytes, sha256};
use webauthn_rs::prelude::{AuthenticationResult, Passkey as Key, Uuid};

use crate::User;

pub use answer::PasskeyAnswer;
pub use bytes::PasskeyBytesError;
pub use ceremony::{PasskeyAuthentication, PasskeyRegistration};
pub use error::PasskeyError;
pub use relying_party::{RelyingParty, RelyingPartyError};

/// A passkey of a user: what an authenticator's answers are checked against.
///
/// It is made by [`RelyingParty::finish_registration`], and replaced by what each [use](PasskeyUsed) makes of it.
///
/// # Security
/// It holds a public key alone: whoever reads it signs in nowhere. Whoever writes it does, so it is stored sealed, for
/// its factor. Its `Debug` shows nothing of it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passkey {
    user: UserHandle,
    key: Key,
}

/// The proof that a passkey has answered a challenge, and its user was verified by the authenticator.
///
/// Only [`RelyingParty::finish_authentication`] makes it:
///
/// ```compile_fail,E0451
/// # use sutra_identity::{Passkey, PasskeyUsed};
/// # fn forge(passkey: Passkey) -> PasskeyUsed {
/// PasskeyUsed { passkey }
/// # }
/// ```
#[derive(Debug)]
#[must_use = "the passkey after the use is to be stored, or a copy of it goes unnoticed"]
pub struct PasskeyUsed {
    passkey: Passkey,
}

/// What authenticators know a user by: always the same, and nothing that tells who it is.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct UserHandle([u8; 16]);

impl Passkey {
    /// Reads what was stored.
    ///
    /// # Errors
    /// [`PasskeyBytesError`] if it is not of the form of [`Self::to_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PasskeyBytesError> {
        bytes::read(bytes)
    }

    /// The passkey, for sealing.
    ///
    /// # Errors
    /// [`PasskeyBytesError`] if it is too large to be read again.
    pub fn to_bytes(&self) -> Result<SecretBytes, PasskeyBytesError> {
        bytes::write(self)
    }

    /// By what it is found where nobody has said who he is: the SHA-256 of its id.
    #[must_use]
    pub fn lookup(&self) -> [u8; 32] {
        sha256(self.key.cred_id())
    }

    /// The passkey after a use, if it was its own.
    fn used(&self, result: &AuthenticationResult) -> Option<PasskeyUsed> {
        let mut passkey = self.clone();
        passkey.key.update_credential(result)?;
        Some(PasskeyUsed { passkey })
    }
}

impl PasskeyUsed {
    /// The passkey after the use, to be stored in place of the one that was read, and of no other.
    #[must_use]
    pub fn passkey(&self) -> &Passkey {
        &self.passkey
    }

    /// Whether the passkey was made for this user.
    pub(crate) fn is_of(&self, user: &User) -> bool {
        self.passkey.user == UserHandle::of(user)
    }
}

impl UserHandle {
    fn of(user: &User) -> Self {
        let label: &[u8] = b"sutra/user-handle/1\0";
        let digest = sha256(&[label, user.workspace.as_bytes(), user.id.as_bytes()].concat());
        Self(digest.first_chunk().copied().unwrap_or_default())
    }

    fn uuid(self) -> Uuid {
        Uuid::from_bytes(self.0)
    }
}

impl fmt::Debug for Passkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passkey").finish_non_exhaustive()
    }
}
