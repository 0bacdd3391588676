//! What the key hierarchy withstands.

use sutra_crypto::{DataKey, KeyRef, KeySlot, MacKey, OpenError, Purpose, WrappedKey, open, seal};
use sutra_kernel::Timestamp;

use crate::support::{Stream, key, place, workspace};

fn wrapped() -> WrappedKey {
    let slot = KeySlot::Purpose(Purpose::Audit);
    WrappedKey::wrap(workspace(1), slot, 2, &key(5), &key(1), Timestamp::default(), &Stream::default())
        .unwrap()
}

#[test]
fn a_key_that_was_wrapped_opens_what_it_sealed_before() {
    let blob = seal(&key(5), &place(), b"value", &Stream::default()).unwrap();
    let unwrapped = wrapped().unwrap(&key(1)).unwrap();
    assert_eq!(open(&unwrapped, &place(), &blob).unwrap().expose(), b"value");
}

#[test]
fn a_row_whose_columns_were_changed_does_not_unwrap() {
    let row = wrapped();
    let other = {
        let slot = KeySlot::Workspace;
        let now = Timestamp::default();
        WrappedKey::wrap(workspace(1), slot, 2, &key(6), &key(1), now, &Stream::default()).unwrap()
    };
    let cases = [
        ("workspace", WrappedKey { workspace: workspace(2), ..row.clone() }),
        ("key_ref", WrappedKey { key_ref: KeyRef::from_u64(6), ..row.clone() }),
        ("slot", WrappedKey { slot: KeySlot::Purpose(Purpose::Field), ..row.clone() }),
        ("version", WrappedKey { version: 3, ..row.clone() }),
        ("wrapped_by", WrappedKey { wrapped_by: KeyRef::from_u64(2), ..row.clone() }),
        ("blob", WrappedKey { blob: other.blob, ..row.clone() }),
    ];
    for (column, row) in cases {
        assert_eq!(row.unwrap(&key(1)).err(), Some(OpenError::WrongKey), "{column}");
    }
}

#[test]
fn another_key_does_not_unwrap_it() {
    assert_eq!(wrapped().unwrap(&key(2)).err(), Some(OpenError::WrongKey));
    let impostor = DataKey::from_parts(KeyRef::from_u64(1), &[9; 32]);
    assert_eq!(wrapped().unwrap(&impostor).err(), Some(OpenError::WrongKey));
}

#[test]
fn a_key_id_is_sixteen_digits_and_nothing_else() {
    let key_ref = KeyRef::from_u64(0x00ab_cdef);
    assert_eq!(key_ref.to_string(), "0000000000abcdef");
    assert_eq!("0000000000abcdef".parse(), Ok(key_ref));
    for text in ["", "abcdef", "0000000000ABCDEF", "+000000000abcdef", "00000000000abcdef"] {
        assert!(text.parse::<KeyRef>().is_err(), "{text}");
    }
}

#[test]
fn every_new_key_has_its_own_name_and_bytes() {
    let entropy = Stream::default();
    let [first, second] = [(), ()].map(|()| DataKey::generate(&entropy));
    assert_ne!(first.key_ref(), second.key_ref());
    let tag = |key: &DataKey| MacKey::derive(key, "test").tag(&[]);
    assert_ne!(tag(&first), tag(&second));
}
