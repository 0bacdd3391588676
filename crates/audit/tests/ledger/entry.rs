//! The entry's encoding.

use proptest::{collection::vec, option, prelude::*};
use sutra_audit::{
    Actor, Category, CommittedChange, DecodeError, Disclosure, Entry, HEAD_LEN, MAX_ENTRY_LEN, Signature,
    Target, leaf, splice,
};
use sutra_kernel::{RequestId, Timestamp, UnitId, UserId, Uuid, WorkspaceId};

fn uuid() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn actor() -> impl Strategy<Value = Actor> {
    let kinds = prop_oneof![
        Just(Actor::anonymous()),
        Just(Actor::system()),
        Just(Actor::operator()),
        uuid().prop_map(|id| Actor::user(UserId::from_uuid(id), None)),
    ];
    (kinds, option::of(uuid()), option::of(uuid())).prop_map(|(actor, on_behalf_of, session)| Actor {
        on_behalf_of,
        session,
        ..actor
    })
}

fn target() -> impl Strategy<Value = Target> {
    ("[a-zA-Zé]{0,300}", option::of(uuid()), option::of(any::<u64>()))
        .prop_map(|(object, id, version)| Target { object, id, version })
}

fn change() -> impl Strategy<Value = CommittedChange> {
    let disclosure = prop_oneof![Just(Disclosure::Plain), Just(Disclosure::Sealed), Just(Disclosure::Masked)];
    ("[a-zA-Z]{0,30}", option::of(any::<[u8; 32]>()), option::of(any::<[u8; 32]>()), disclosure)
        .prop_map(|(field, old, new, disclosure)| CommittedChange { field, old, new, disclosure })
}

prop_compose! {
    fn entry()(
        (workspace, unit, request) in (uuid(), uuid(), option::of(uuid())),
        (seq, prev, micros, ordinal) in (any::<u64>(), any::<[u8; 32]>(), 0..i64::MAX, any::<u32>()),
        (category, action, actor) in (0..8_usize, "[a-z_.]{1,40}", actor()),
        (target, changes) in (option::of(target()), vec(change(), 0..30)),
        (rows, bytes) in (option::of(any::<u64>()), option::of(any::<u64>())),
        (detail, signature) in (option::of(any::<[u8; 32]>()), option::of(("[a-z]{1,10}", uuid()))),
    ) -> Entry {
        Entry {
            workspace: WorkspaceId::from_uuid(workspace), seq, prev, at: Timestamp::from_micros(micros),
            unit: UnitId::from_uuid(unit), ordinal, category: Category::ALL[category], action, actor, target,
            request: request.map(RequestId::from_uuid), changes, rows, bytes, detail,
            signature: signature.map(|(meaning, id)| Signature { meaning, id }),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_encoded_is_what_is_decoded(entry in entry()) {
        let bytes = entry.encode();
        prop_assert_eq!(Entry::decode(&bytes), Ok(entry.clone()));
        prop_assert_eq!(&bytes[HEAD_LEN..], &entry.encode_tail()[..]);
        prop_assert_eq!(splice(entry.workspace, entry.seq, &entry.prev, entry.at, &bytes[HEAD_LEN..]), bytes);
    }

    #[test]
    fn every_change_of_a_byte_is_noticed(entry in entry(), at in any::<prop::sample::Index>(), flip in 1_u8..) {
        let bytes = entry.encode();
        let mut edited = bytes.clone();
        edited[at.index(bytes.len())] ^= flip;
        prop_assert_ne!(leaf(&edited), leaf(&bytes));
        prop_assert_ne!(Entry::decode(&edited), Ok(entry));
    }

    #[test]
    fn whatever_decodes_has_one_form(bytes in vec(any::<u8>(), 0..400), entry in entry(), cut in 0..200_usize) {
        let mut mixed = entry.encode();
        mixed.truncate(mixed.len().saturating_sub(cut));
        mixed.extend(bytes);
        if let Ok(decoded) = Entry::decode(&mixed) {
            prop_assert_eq!(decoded.encode(), mixed);
        }
    }
}

#[test]
fn what_is_no_entry_is_refused() {
    let mut long = vec![0x90];
    long.resize(MAX_ENTRY_LEN + 1, 0);
    let cases = [
        ("nothing", vec![], DecodeError::Malformed),
        ("another array", vec![0x81, 0xf6], DecodeError::Malformed),
        ("an array without end", vec![0x9f, 0xff], DecodeError::Malformed),
        (
            "a count that nothing follows",
            vec![0x9b, 255, 255, 255, 255, 255, 255, 255, 255],
            DecodeError::Malformed,
        ),
        ("too long", long, DecodeError::TooLong),
    ];
    for (name, bytes, expected) in cases {
        assert_eq!(Entry::decode(&bytes), Err(expected), "{name}");
    }
}
