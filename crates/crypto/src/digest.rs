//! The one plain hash.

use sha2::{Digest, Sha256};

/// SHA-256, for contents that are no secret.
///
/// ```
/// assert_eq!(sutra_crypto::sha256(b"abc")[..4], [0xba, 0x78, 0x16, 0xbf]);
/// ```
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
