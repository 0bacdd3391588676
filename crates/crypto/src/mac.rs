//! Keyed hashes.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    DataKey,
    expand::{expand, hmac},
};

const LABEL: &[u8] = b"sutra/mac/1\0";

/// Makes and checks tags over several parts, for one use of a branch key.
///
/// The key is `HKDF-Expand-SHA256(branch key, "sutra/mac/1\0" ‖ label, 32)`, a tag is HMAC-SHA256
/// over the parts, each after its length (`u64`, big-endian), so that no two lists of parts run
/// into the same bytes.
///
/// ```compile_fail,E0277
/// # use sutra_crypto::{DataKey, KeyRef, MacKey};
/// println!("{:?}", MacKey::derive(&DataKey::from_parts(KeyRef::from_u64(1), &[0; 32]), "cursor"));
/// ```
pub struct MacKey(Box<Zeroizing<[u8; 32]>>);

impl MacKey {
    /// The shortest tag that [`MacKey::verify`] accepts.
    pub const MIN_TAG: usize = 16;

    /// The key of one use, named by a label.
    #[must_use]
    pub fn derive(key: &DataKey, label: &str) -> Self {
        let [first, _] = expand(key.expose(), &[LABEL, label.as_bytes()]);
        Self(Box::new(first))
    }

    /// The tag over these parts. A shorter one is its beginning.
    #[must_use]
    pub fn tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac: Hmac<Sha256> = hmac(&self.0);
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// Whether `tag` is the beginning, of at least 16 bytes, of the tag over these parts; in a time
    /// that tells nothing about where it differs.
    #[must_use]
    pub fn verify(&self, parts: &[&[u8]], tag: &[u8]) -> bool {
        let expected = self.tag(parts);
        let beginning = expected.get(..tag.len()).filter(|_| tag.len() >= Self::MIN_TAG);
        beginning.is_some_and(|beginning| beginning.ct_eq(tag).into())
    }
}
