//! What a sealed value withstands.

use proptest::prelude::*;
use sutra_crypto::{
    Context, DataKey, KeyRef, MAX_PLAINTEXT, OVERHEAD, OpenError, Purpose, SealError, Sealed, Suite, open,
    seal, seal_with,
};
use sutra_kernel::{Uuid, WorkspaceId};

use crate::support::{Stream, key, place, workspace};

const SUITES: [Suite; 2] = [Suite::XChaCha20Poly1305, Suite::Aes256Gcm];
const SECRET: &[u8] = b"DE 812 345 678";

fn sealed(suite: Suite) -> Sealed {
    seal_with(suite, &key(1), &place(), SECRET, &Stream::default()).unwrap()
}

/// What opening these bytes in the right place under the right key comes to.
fn reopen(bytes: Vec<u8>) -> Result<Vec<u8>, OpenError> {
    open(&key(1), &place(), &Sealed::parse(bytes)?).map(|value| value.expose().to_vec())
}

#[test]
fn every_single_bit_flip_is_refused() {
    for suite in SUITES {
        let bytes = sealed(suite).into_bytes();
        assert_eq!(reopen(bytes.clone()).unwrap(), SECRET);
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(reopen(flipped).is_err(), "{suite:?}, bit {bit}");
        }
    }
}

#[test]
fn every_truncation_and_extension_is_refused() {
    for suite in SUITES {
        let bytes = sealed(suite).into_bytes();
        for length in 0..bytes.len() {
            assert!(reopen(bytes[..length].to_vec()).is_err(), "{suite:?}, {length} bytes");
        }
        for more in 1..40 {
            let longer = [bytes.as_slice(), &vec![0; more]].concat();
            assert!(reopen(longer).is_err(), "{suite:?}, {more} bytes more");
        }
    }
}

#[test]
fn a_moved_blob_is_refused() {
    let here = place();
    let elsewhere = [
        ("another workspace", Context { workspace: workspace(9), ..here }),
        ("the instance", Context { workspace: WorkspaceId::INSTANCE, ..here }),
        ("another org", Context { org: Some(Uuid::from_u128(9)), ..here }),
        ("no org", Context { org: None, ..here }),
        ("another purpose", Context { purpose: Purpose::Export, ..here }),
        ("another entity", Context { entity: "account", ..here }),
        ("another record", Context { record: Some(Uuid::from_u128(9)), ..here }),
        ("no record", Context { record: None, ..here }),
        ("record and org exchanged", Context { record: here.org, org: here.record, ..here }),
        ("another field", Context { field: Some("iban"), ..here }),
        ("no field", Context { field: None, ..here }),
        ("an empty field", Context { field: Some(""), ..here }),
        ("a letter moved over", Context { entity: "contactt", field: Some("axNumber"), ..here }),
    ];
    for suite in SUITES {
        let blob = sealed(suite);
        for (name, context) in &elsewhere {
            let refused = open(&key(1), context, &blob).err();
            assert_eq!(refused, Some(OpenError::WrongKey), "{suite:?}, {name}");
        }
    }
}

#[test]
fn only_its_own_key_opens_a_blob() {
    let impostor = DataKey::from_parts(key(1).key_ref(), &[9; 32]);
    let renamed = {
        let mut bytes = sealed(Suite::XChaCha20Poly1305).into_bytes();
        bytes[2..10].copy_from_slice(&2_u64.to_be_bytes());
        Sealed::parse(bytes).unwrap()
    };
    let blob = sealed(Suite::XChaCha20Poly1305);
    let cases = [
        ("another key", open(&key(2), &place(), &blob)),
        ("other bytes under its name", open(&impostor, &place(), &blob)),
        ("a blob that names another key", open(&key(2), &place(), &renamed)),
    ];
    for (name, outcome) in cases {
        assert_eq!(outcome.err(), Some(OpenError::WrongKey), "{name}");
    }
}

#[test]
fn what_cannot_be_opened_reads_the_same_whatever_the_reason() {
    let texts = [OpenError::Malformed, OpenError::WrongKey, OpenError::Forged].map(|error| error.to_string());
    assert_eq!(texts, ["a sealed value cannot be opened"; 3]);
}

#[test]
fn the_form_is_checked_before_anything_else() {
    let bytes = sealed(Suite::Aes256Gcm).into_bytes();
    let with = |at: usize, byte: u8| {
        let mut changed = bytes.clone();
        changed[at] = byte;
        changed
    };
    let cases = [
        ("empty", Vec::new()),
        ("one byte short of nothing", vec![1; OVERHEAD - 1]),
        ("version 0", with(0, 0)),
        ("version 2", with(0, 2)),
        ("suite 0", with(1, 0)),
        ("suite 3", with(1, 3)),
        ("larger than anything sealed", [bytes.as_slice(), &vec![0; MAX_PLAINTEXT]].concat()),
    ];
    for (name, bytes) in cases {
        assert_eq!(Sealed::parse(bytes).err(), Some(OpenError::Malformed), "{name}");
    }
}

#[test]
fn the_largest_value_fits_and_a_larger_one_is_refused() {
    let largest = vec![7; MAX_PLAINTEXT];
    let blob = seal(&key(1), &place(), &largest, &Stream::default()).unwrap();
    assert!(reopen(blob.into_bytes()).unwrap() == largest);

    let larger = vec![7; MAX_PLAINTEXT + 1];
    let refused = seal(&key(1), &place(), &larger, &Stream::default()).err();
    assert_eq!(refused, Some(SealError::TooLong));
}

#[test]
fn a_blob_tells_its_key_and_suite_and_shows_no_content() {
    let blob = sealed(Suite::Aes256Gcm);
    assert_eq!((blob.key_ref(), blob.suite()), (KeyRef::from_u64(1), Suite::Aes256Gcm));
    assert_eq!(blob.as_bytes().len(), OVERHEAD + SECRET.len());
    assert_eq!(format!("{blob:?}"), "Sealed { suite: Aes256Gcm, key_ref: 0000000000000001, length: 96 }");
}

#[test]
fn the_same_value_never_seals_to_the_same_bytes() {
    let entropy = Stream::default();
    let [first, second] = [(), ()].map(|()| seal(&key(1), &place(), SECRET, &entropy).unwrap());
    assert_ne!(first.as_bytes()[34..66], second.as_bytes()[34..66]);
    assert_ne!(first.as_bytes()[66..], second.as_bytes()[66..]);
}

proptest! {
    #[test]
    fn a_value_opens_in_its_own_place_and_in_no_other(
        value: Vec<u8>, aes: bool, at in any_place(), elsewhere in any_place(),
    ) {
        let suite = SUITES[usize::from(aes)];
        let blob = seal_with(suite, &key(1), &at.context(), &value, &Stream::default()).unwrap();
        let opened = open(&key(1), &at.context(), &blob).unwrap();
        prop_assert_eq!(opened.expose(), value);
        prop_assert_eq!(open(&key(1), &elsewhere.context(), &blob).is_ok(), at == elsewhere);
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Place {
    ids: (u128, Option<u128>, Option<u128>),
    purpose: Purpose,
    names: (String, Option<String>),
}

impl Place {
    fn context(&self) -> Context<'_> {
        Context {
            workspace: workspace(self.ids.0),
            org: self.ids.1.map(Uuid::from_u128),
            purpose: self.purpose,
            entity: &self.names.0,
            record: self.ids.2.map(Uuid::from_u128),
            field: self.names.1.as_deref(),
        }
    }
}

/// From a small world, so that two of them are often nearly and sometimes wholly the same.
fn any_place() -> impl Strategy<Value = Place> {
    let id = || prop::option::of(0..2_u128);
    let ids = (0..2_u128, id(), id());
    let names = ("[ab]{0,1}", prop::option::of("[ab]{0,1}"));
    let purpose = prop::sample::select(vec![Purpose::Field, Purpose::File]);
    (ids, purpose, names).prop_map(|(ids, purpose, names)| Place { ids, purpose, names })
}
