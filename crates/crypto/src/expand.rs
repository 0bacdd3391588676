//! HMAC-SHA256 and HKDF-Expand for keys of 32 bytes.
//!
//! The lengths are fixed, so that, unlike in the general forms, nothing here can fail.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// HMAC-SHA256 under a key of 32 bytes.
///
/// HMAC itself pads a short key with zeros to one block, so doing it here changes no result.
pub(crate) fn hmac(key: &[u8; 32]) -> Hmac<Sha256> {
    let mut block = Zeroizing::new([0; 64]);
    block.iter_mut().zip(key).for_each(|(place, byte)| *place = *byte);
    Hmac::new((&*block).into())
}

/// HKDF-Expand of [RFC 5869, section 2.3](https://www.rfc-editor.org/rfc/rfc5869#section-2.3) to
/// 64 bytes, as its two halves; `info` is the parts one after the other.
pub(crate) fn expand(prk: &[u8; 32], info: &[&[u8]]) -> [Zeroizing<[u8; 32]>; 2] {
    let keyed = hmac(prk);
    let first = block(keyed.clone(), &[], info, 1);
    let second = block(keyed, &*first, info, 2);
    [first, second]
}

fn block(mut mac: Hmac<Sha256>, before: &[u8], info: &[&[u8]], counter: u8) -> Zeroizing<[u8; 32]> {
    mac.update(before);
    info.iter().for_each(|part| mac.update(part));
    mac.update(&[counter]);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn it_is_the_expand_of_the_standard(prk: [u8; 32], info: Vec<u8>, split: u8) {
            let (left, right) = info.split_at(usize::from(split).min(info.len()));
            let mut okm = [0; 64];
            hkdf::Hkdf::<Sha256>::from_prk(&prk).unwrap().expand(&info, &mut okm).unwrap();
            let [first, second] = expand(&prk, &[left, right]);
            assert_eq!([*first, *second].concat(), okm);
        }
    }
}
