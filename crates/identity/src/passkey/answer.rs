//! What authenticators answer, as browsers pass it on.

use std::fmt;

use serde::{Deserialize, de::DeserializeOwned};
use sutra_crypto::sha256;
use webauthn_rs::prelude::PublicKeyCredential;

use crate::PasskeyError;

/// The answer to the challenge of a sign-in. Nothing of it is checked yet.
///
/// Find the passkey by its [lookup](Self::lookup), and check the answer against it.
pub struct PasskeyAnswer(pub(super) PublicKeyCredential);

/// What the library leaves unread of the page that has asked.
#[derive(Deserialize)]
struct Page {
    #[serde(rename = "crossOrigin")]
    cross_origin: Option<bool>,
}

impl PasskeyAnswer {
    /// The most that an answer has, of either ceremony.
    pub const MAX_BYTES: usize = 64 * 1024;

    /// Reads what the browser's `PublicKeyCredential.toJSON()` wrote.
    ///
    /// # Errors
    /// [`PasskeyError::TooLarge`] or [`PasskeyError::Malformed`].
    pub fn parse(json: &str) -> Result<Self, PasskeyError> {
        read(json).map(Self)
    }

    /// By what the passkey is found that claims to have answered: see [`Passkey::lookup`](crate::Passkey::lookup).
    #[must_use]
    pub fn lookup(&self) -> [u8; 32] {
        sha256(self.0.get_credential_id())
    }

    /// Whether a page of another site had the page that has asked inside it.
    pub(super) fn is_framed(&self) -> Result<bool, PasskeyError> {
        let page: Page =
            serde_json::from_slice(&self.0.response.client_data_json).map_err(|_| PasskeyError::Malformed)?;
        Ok(page.cross_origin.unwrap_or(false))
    }
}

impl fmt::Debug for PasskeyAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasskeyAnswer").finish_non_exhaustive()
    }
}

/// Reads an answer, unless it is too large to be looked at.
pub(super) fn read<T: DeserializeOwned>(json: &str) -> Result<T, PasskeyError> {
    if json.len() > PasskeyAnswer::MAX_BYTES {
        return Err(PasskeyError::TooLarge);
    }
    serde_json::from_str(json).map_err(|_| PasskeyError::Malformed)
}
