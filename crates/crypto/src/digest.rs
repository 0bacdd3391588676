//! The one hash, plain and keyed.

use hmac::Mac;
use sha2::{Digest, Sha256};

use crate::expand::hmac;

/// SHA-256, for contents that are no secret.
///
/// ```
/// assert_eq!(sutra_crypto::sha256(b"abc")[..4], [0xba, 0x78, 0x16, 0xbf]);
/// ```
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// HMAC-SHA256 of these parts, one after the other, under a key of 32 bytes.
///
/// The caller sees to it that no two lists of parts run into the same bytes. For tags that are checked
/// again there is [`MacKey`](crate::MacKey), which does so itself.
///
/// ```
/// // RFC 4231, section 4.2; to HMAC, a key of 20 bytes is the same with zeros after it.
/// let mut key = [0; 32];
/// key[..20].fill(0x0b);
/// assert_eq!(sutra_crypto::hmac_sha256(&key, &[b"Hi ", b"There"])[..4], [0xb0, 0x34, 0x4c, 0x61]);
/// ```
#[must_use]
pub fn hmac_sha256(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = hmac(key);
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}
