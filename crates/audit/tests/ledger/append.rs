//! Appending, and the receipt that comes of it.

use crate::common::{Ledger, batch, change, created, record, text, unit, updated};
use sutra_audit::{
    AppendError, Appended, Entry, EntryDraft, Event, MAX_ENTRY_LEN, ReceiptError, StoredEntry, Target,
    Visibility,
};
use sutra_kernel::{PortErrorKind, Timestamp, Uuid};

#[test]
fn entries_are_chained_across_units_and_numbered_within_one() {
    let mut ledger = Ledger::new();
    let first = ledger.append(1, batch().entry(created())).unwrap();
    let second = ledger.append(2, batch().entry(updated(2)).entry(updated(3))).unwrap();

    assert_eq!(first.entries().iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [1]);
    assert_eq!(second.entries().iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(second.leaf(), ledger.head.leaf);
    assert_eq!(ledger.entries[1].prev, first.leaf());
    assert_eq!(ledger.entries.iter().map(|entry| entry.ordinal).collect::<Vec<_>>(), [0, 0, 1]);
}

#[test]
fn time_never_runs_backwards_in_a_chain() {
    let mut ledger = Ledger::new();
    let _ = ledger.append(9, batch().entry(created())).unwrap();
    let _ = ledger.append(1, batch().entry(updated(2))).unwrap();
    assert_eq!(ledger.entries[0].at, ledger.entries[1].at);
}

#[test]
fn what_was_decided_on_stale_epochs_is_a_conflict() {
    let mut ledger = Ledger::new();
    ledger.head.epochs.policy = 1;
    let refused = ledger.append(1, batch().entry(created())).unwrap_err();
    assert!(matches!(refused, AppendError::Port(error) if error.kind() == PortErrorKind::Conflict));
}

#[test]
fn nothing_is_no_proof() {
    assert!(matches!(Ledger::new().append(1, batch()), Err(AppendError::Empty)));
}

#[test]
fn a_store_that_lies_is_found_out() {
    type Lie = fn(&mut Vec<Appended>);
    let lies: [(&str, Lie); 9] = [
        ("a leaf", |places| places[1].leaf[0] ^= 1),
        ("the last leaf", |places| places[2].leaf[31] ^= 1),
        ("a link", |places| places[1].prev[0] ^= 1),
        ("a skipped place", |places| places[2].seq += 1),
        ("a repeated place", |places| places[2].seq = places[1].seq),
        ("an instant before now", |places| places[0].at = Timestamp::from_micros(0)),
        ("a start that is none", |places| places[0].seq = 2),
        ("one entry too few", |places| places.truncate(2)),
        ("entries out of order", |places| places.swap(0, 1)),
    ];
    for (name, lie) in lies {
        let mut ledger = Ledger { lie, ..Ledger::new() };
        let answer = ledger.append(1, batch().entry(created()).entry(updated(2)).entry(updated(3)));
        assert!(matches!(answer, Err(AppendError::Broken(_))), "{name}");
    }
}

#[test]
fn a_receipt_covers_its_own_unit_and_what_its_entries_speak_of() {
    let mut ledger = Ledger::new();
    let receipt = ledger.append(1, batch().entry(created()).entry(updated(2))).unwrap();
    let (id, other) = (record().uuid(), Uuid::from_u128(1));

    let uncovered = |record, version| Err(ReceiptError::Uncovered { record, version });
    let cases = [
        ("nothing written", unit(1), vec![], Ok(())),
        ("both versions", unit(1), vec![(id, 1), (id, 2)], Ok(())),
        ("another unit", unit(2), vec![(id, 1)], Err(ReceiptError::OtherUnit)),
        ("a version without entry", unit(1), vec![(id, 1), (id, 3)], uncovered(id, 3)),
        ("a record without entry", unit(1), vec![(other, 1)], uncovered(other, 1)),
    ];
    let appended: Vec<_> = ledger.entries.iter().map(StoredEntry::appended).collect();
    for (name, unit, written, expected) in cases {
        assert_eq!(receipt.check(unit, &appended, &written), expected, "{name}");
    }
    for (name, others) in [("no entry", &appended[..0]), ("fewer entries", &appended[..1])] {
        assert_eq!(
            receipt.check(unit(1), others, &[]),
            Err(ReceiptError::OtherUnit),
            "{name} of the unit's own"
        );
    }
    assert!(receipt.text().starts_with("rcpt_") && receipt.text().len() == 48);
}

#[test]
fn what_does_not_fit_into_one_entry_becomes_several() {
    let mut draft = updated(2).rows(5);
    for number in 0..2_000 {
        draft = draft.change(change(&format!("field{number}"), None, text("x"), Visibility::Plain));
    }
    let fields: Vec<String> = draft.changes.iter().map(|change| change.field.clone()).collect();
    let mut ledger = Ledger::new();
    let receipt = ledger.append(1, batch().entry(draft).entry(updated(3))).unwrap();

    let entries: Vec<Entry> = ledger.entries.iter().map(|e| Entry::decode(&e.bytes).unwrap()).collect();
    let (last, parts) = entries.split_last().unwrap();
    let written = parts.iter().flat_map(|part| part.changes.iter().map(|change| change.field.clone()));
    assert_eq!(written.collect::<Vec<_>>(), fields);
    assert!(parts.len() > 2 && receipt.entries().len() == entries.len());
    assert!(parts.iter().all(|part| part.target == parts[0].target && part.action == "record.update"));
    assert!(entries.iter().zip(0..).all(|(entry, ordinal)| entry.ordinal == ordinal));
    assert!(parts[0].detail.is_some() && parts[0].rows == Some(5));
    assert!(parts[1..].iter().all(|part| part.detail.is_none() && part.rows.is_none()));
    assert_eq!(last.target.as_ref().unwrap().version, Some(3));
    let longest = ledger.entries.iter().map(|entry| entry.bytes.len()).max().unwrap();
    assert!(longest <= MAX_ENTRY_LEN && longest > MAX_ENTRY_LEN / 2);
}

#[test]
fn a_name_that_fits_into_no_entry_is_refused() {
    let long = "n".repeat(MAX_ENTRY_LEN);
    let cases = [
        ("field", created().change(change(&long, None, text("x"), Visibility::Plain))),
        ("object", EntryDraft::new(Event::ObjectCreate).target(Target::kind(&long))),
    ];
    for (name, draft) in cases {
        let mut ledger = Ledger::new();
        assert!(matches!(ledger.append(1, batch().entry(draft)), Err(AppendError::TooLong)), "{name}");
        assert!(ledger.entries.is_empty(), "{name}");
    }
}
