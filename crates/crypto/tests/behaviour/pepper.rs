//! Peppers: their file, and what they make of a password.

use sutra_crypto::{KeyFileError, KeyFileProblem, KeyRef, PepperKeys};

use crate::support::Stream;

/// The key 00 01 02 … 1f, retained behind another.
const FILE: &str = "sutra-pepper-keys 1
primary 000000000000000b AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI
retained 000000000000000a AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8
";

/// HMAC-SHA256 under HKDF-Expand of that key, made by an implementation in another language.
const MIXED: &str = "0454053d4621023cef7f0bc545821a9c2ae585a8ce7486770de8a037c1a32e7b";

fn mixed(keys: &PepperKeys, key: u64, password: &str) -> Option<String> {
    let mixed = keys.mix(KeyRef::from_u64(key), password.as_bytes())?;
    Some(mixed.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[test]
fn a_password_is_mixed_to_these_bytes() {
    let keys = PepperKeys::parse(FILE).unwrap();
    assert_eq!(mixed(&keys, 0xa, "correct horse").as_deref(), Some(MIXED));
    assert_ne!(mixed(&keys, 0xa, "correct house").as_deref(), Some(MIXED));
    assert_ne!(mixed(&keys, 0xb, "correct horse").as_deref(), Some(MIXED));
    assert_eq!(mixed(&keys, 0xc, "correct horse"), None, "a key that is not there mixes nothing");
}

#[test]
fn a_rotated_file_still_mixes_as_before() {
    let keys = PepperKeys::parse(FILE).unwrap().rotate(&Stream::default());
    assert_ne!(keys.primary_ref(), KeyRef::from_u64(0xb));
    let text = String::from_utf8(keys.render().expose().to_vec()).unwrap();
    let again = PepperKeys::parse(&text).unwrap();
    assert_eq!(again.primary_ref(), keys.primary_ref());
    assert_eq!(mixed(&again, 0xa, "correct horse").as_deref(), Some(MIXED));
}

#[test]
fn root_keys_are_no_peppers() {
    let text = FILE.replace("pepper", "root");
    let problem = KeyFileProblem::Title("sutra-pepper-keys 1");
    assert_eq!(PepperKeys::parse(&text).err(), Some(KeyFileError { line: 1, problem }));
}
