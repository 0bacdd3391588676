//! What the verifier finds, and what it calls it.

use crate::common::{Ledger, all_keys, batch, created, text, updated};
use sutra_audit::{
    Class, Entry, Finding, Head, Opening, OpeningBody, OpeningKey, Report, Side, StoredEntry, Verifier, leaf,
};
use sutra_crypto::Sealed;
use sutra_kernel::{Timestamp, UnitId, Uuid, Value, WorkspaceId};

/// Five entries in four units.
fn ledger() -> Ledger {
    let mut ledger = Ledger::new();
    for number in 1..=4 {
        let draft = if number == 1 { created() } else { updated(number.into()) };
        let batch =
            if number == 3 { batch().entry(draft.clone()).entry(created()) } else { batch().entry(draft) };
        let _ = ledger.append(number, batch).unwrap();
    }
    ledger
}

fn verify(ledger: &Ledger, anchors: &[(u64, [u8; 32])]) -> Report {
    verify_with(ledger, anchors, all_keys)
}

fn verify_with(
    ledger: &Ledger,
    anchors: &[(u64, [u8; 32])],
    keys: impl Fn(&Opening) -> Option<OpeningKey>,
) -> Report {
    let mut verifier = Verifier::new(ledger.workspace);
    for (seq, leaf) in anchors {
        verifier.anchor(*seq, *leaf);
    }
    for entry in &ledger.entries {
        verifier.entry(entry);
        verifier.openings(&ledger.openings_of(entry), &keys);
    }
    verifier.finish(&ledger.head)
}

/// Rewrites an entry and leaves everything else as it is.
fn rewrite(entry: &mut StoredEntry, edit: impl FnOnce(&mut Entry)) {
    let mut parts = Entry::decode(&entry.bytes).unwrap();
    edit(&mut parts);
    entry.bytes = parts.encode();
    entry.leaf = leaf(&entry.bytes);
    (entry.prev, entry.at) = (parts.prev, parts.at);
}

/// Rewrites an entry and chains everything after it anew, as somebody who may write every row can.
fn rechain(ledger: &mut Ledger, index: usize, edit: impl FnOnce(&mut Entry)) {
    rewrite(&mut ledger.entries[index], edit);
    for index in index + 1..ledger.entries.len() {
        let prev = ledger.entries[index - 1].leaf;
        rewrite(&mut ledger.entries[index], |entry| entry.prev = prev);
    }
}

fn accept_head(ledger: &mut Ledger) {
    let last = ledger.entries.last().unwrap();
    ledger.head = Head { seq: last.seq, leaf: last.leaf, at: last.at, epochs: ledger.head.epochs };
}

fn opening<'l>(ledger: &'l mut Ledger, field: &str) -> &'l mut Opening {
    ledger.openings.iter_mut().find(|opening| opening.field == field).unwrap()
}

type Attack = fn(&mut Ledger);

fn assert_found(attacks: &[(&str, Attack, u64, Class)], anchors: &[(u64, [u8; 32])]) {
    for (name, attack, seq, class) in attacks {
        let mut ledger = ledger();
        attack(&mut ledger);
        let report = verify(&ledger, anchors);
        assert_eq!(report.first_bad, Some(Finding { seq: *seq, class: *class }), "{name}");
    }
}

#[test]
fn an_untouched_chain_is_sound() {
    let ledger = ledger();
    let report = verify(&ledger, &[(ledger.head.seq, ledger.head.leaf)]);
    assert_eq!(report, Report { entries: 5, proven: 21, closed: 0, first_bad: None });
    assert!(Verifier::new(ledger.workspace).finish(&Head::EMPTY).is_sound(), "an empty chain");
}

#[test]
fn whoever_touches_the_chain_is_found() {
    let attacks: [(&str, Attack, u64, Class); 16] = [
        ("an entry removed", |l| drop(l.entries.remove(2)), 3, Class::Gap),
        ("the first removed", |l| drop(l.entries.remove(0)), 1, Class::PruneUnproven),
        ("an entry twice", |l| l.entries.insert(3, l.entries[2].clone()), 3, Class::Fork),
        (
            "two swapped, with their places",
            |l| {
                l.entries.swap(2, 3);
                (l.entries[2].seq, l.entries[3].seq) = (3, 4);
            },
            3,
            Class::Fork,
        ),
        ("a byte edited", |l| l.entries[2].bytes[200] ^= 1, 3, Class::Edit),
        ("a leaf edited", |l| l.entries[2].leaf[0] ^= 1, 3, Class::Edit),
        ("edited and hashed", |l| rewrite(&mut l.entries[2], |e| e.rows = Some(1)), 4, Class::Fork),
        ("the last edited and hashed", |l| rewrite(&mut l.entries[4], |e| e.rows = Some(1)), 5, Class::Fork),
        ("edited and chained anew", |l| rechain(l, 2, |e| e.rows = Some(1)), 5, Class::Fork),
        ("another place, chained anew", |l| rechain(l, 2, |e| e.seq = 9), 3, Class::Edit),
        (
            "backdated, chained anew",
            |l| {
                rechain(l, 2, |e| e.at = Timestamp::from_micros(1));
                accept_head(l);
            },
            3,
            Class::Edit,
        ),
        (
            "from another workspace",
            |l| rechain(l, 2, |e| e.workspace = WorkspaceId::INSTANCE),
            3,
            Class::Fork,
        ),
        ("the tail cut", |l| l.entries.truncate(3), 4, Class::Truncate),
        ("everything cut", |l| l.entries.clear(), 1, Class::Truncate),
        ("a head behind", |l| l.head.seq = 3, 4, Class::Fork),
        ("a head of another chain", |l| l.head.leaf[0] ^= 1, 5, Class::Fork),
    ];
    assert_found(&attacks, &[]);
}

#[test]
fn another_form_of_the_same_entry_is_an_edit() {
    let mut ledger = ledger();
    let entry = &mut ledger.entries[4];
    // The ordinal, a one-byte integer after the head and the unit, written with one byte more.
    entry.bytes.splice(107..108, [0x18, 0x00]);
    entry.leaf = leaf(&entry.bytes);
    accept_head(&mut ledger);
    assert_eq!(verify(&ledger, &[]).first_bad, Some(Finding { seq: 5, class: Class::Edit }));
}

#[test]
fn a_chain_rewritten_as_a_whole_is_found_by_what_was_kept_outside() {
    let (receipt, last) = (ledger().entries[3].leaf, ledger().head.leaf);
    let rewritten = |l: &mut Ledger| {
        rechain(l, 2, |e| e.rows = Some(1));
        accept_head(l);
    };
    let cut = |l: &mut Ledger| {
        l.entries.truncate(3);
        accept_head(l);
    };
    for attack in [rewritten as Attack, cut] {
        let mut ledger = ledger();
        attack(&mut ledger);
        assert!(verify(&ledger, &[]).is_sound(), "the chain alone cannot tell");
    }
    let attacks: [(&str, Attack, u64, Class); 2] =
        [("rewritten", rewritten, 4, Class::Anchor), ("cut", cut, 4, Class::Truncate)];
    assert_found(&attacks, &[(4, receipt), (5, last)]);
}

#[test]
fn every_column_is_compared_with_the_entry() {
    let attacks: [(&str, Attack, u64, Class); 12] = [
        ("prev", |l| l.entries[2].prev[0] ^= 1, 3, Class::Projection),
        ("at", |l| l.entries[2].at = Timestamp::from_micros(0), 3, Class::Projection),
        ("unit", |l| l.entries[2].unit = UnitId::from_uuid(Uuid::nil()), 3, Class::Projection),
        ("ordinal", |l| l.entries[2].ordinal = 7, 3, Class::Projection),
        ("category", |l| l.entries[2].category = 8, 3, Class::Projection),
        ("action", |l| l.entries[2].action = "record.delete".to_owned(), 3, Class::Projection),
        ("actor_id", |l| l.entries[2].actor_id = None, 3, Class::Projection),
        ("target_object", |l| l.entries[2].target_object = None, 3, Class::Projection),
        ("target_id", |l| l.entries[2].target_id = None, 3, Class::Projection),
        ("target_version", |l| l.entries[2].target_version = Some(9), 3, Class::Projection),
        ("request", |l| l.entries[2].request = None, 3, Class::Projection),
        ("the head's instant", |l| l.head.at = Timestamp::from_micros(0), 5, Class::Projection),
    ];
    assert_found(&attacks, &[]);
}

#[test]
fn whoever_touches_an_opening_is_found() {
    let attacks: [(&str, Attack, u64, Class); 9] = [
        (
            "a value",
            |l| opening(l, "stage").body = OpeningBody::Plain(text("won").unwrap().to_cbor()),
            1,
            Class::Opening,
        ),
        ("a salt", |l| opening(l, "stage").salt = Some([0; 32]), 1, Class::Opening),
        ("no salt", |l| opening(l, "stage").salt = None, 1, Class::Opening),
        ("removed", |l| l.openings.retain(|o| o.field != "nickname"), 2, Class::Opening),
        ("a detail removed", |l| l.openings.retain(|o| o.side != Side::Detail), 2, Class::Opening),
        ("another side", |l| opening(l, "visits").side = Side::Detail, 2, Class::Opening),
        (
            "one too many",
            |l| {
                let extra = Opening { field: "extra".to_owned(), ..l.openings[0].clone() };
                l.openings.push(extra);
            },
            1,
            Class::Opening,
        ),
        ("a sealed one edited", |l| tamper(opening(l, "lastName")), 1, Class::Opening),
        (
            "a mask taken off",
            |l| {
                let opening = opening(l, "passport");
                let sealed = opening.body.sealed().unwrap().clone();
                opening.body = OpeningBody::Sealed(sealed);
            },
            1,
            Class::Opening,
        ),
    ];
    assert_found(&attacks, &[]);
}

fn tamper(opening: &mut Opening) {
    let mut bytes = opening.body.sealed().unwrap().as_bytes().to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    opening.body = OpeningBody::Sealed(Sealed::parse(bytes).unwrap());
}

#[test]
fn an_opening_of_another_entry_proves_nothing() {
    let mut ledger = ledger();
    let second = ledger.entries[1].unit;
    let moved = ledger.openings.iter().find(|o| o.unit == second && o.field == "visits").unwrap().clone();
    let third = ledger.entries[2].unit;
    for opening in &mut ledger.openings {
        if opening.unit == third && (opening.field.as_str(), opening.side) == ("visits", moved.side) {
            *opening = Opening { unit: third, ..moved.clone() };
        }
    }
    assert_eq!(verify(&ledger, &[]).first_bad, Some(Finding { seq: 3, class: Class::Opening }));
}

#[test]
fn a_destroyed_key_leaves_the_chain_sound() {
    let report = verify_with(&ledger(), &[], |_| None);
    assert!(report.is_sound());
    assert_eq!((report.proven, report.closed), (8, 13));
}

#[test]
fn values_are_committed_to_in_their_documented_form() {
    let cases = [
        ("null", Value::Null, "83f6f6f6"),
        ("true", Value::Boolean(true), "83f5f6f6"),
        ("zero", Value::Integer(0), "8300f6f6"),
        ("largest", Value::Integer(i64::MAX), "831b7ffffffffffffffff6f6"),
        ("negative", Value::Integer(-1), "83622d31f6f6"),
    ];
    for (name, value, expected) in cases {
        let bytes = sutra_audit::Opened::value(value).to_cbor();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, expected, "{name}");
    }
}
