//! The ledger.

use std::sync::Arc;

use sutra_audit::{
    Entry, EntryDraft, EntryFilter, Event, FieldChange, NO_HASH, Opened, OpeningBody, Target, Visibility,
    leaf,
};
use sutra_crypto::{DataKey, Purpose};
use sutra_kernel::{PortErrorKind::Conflict, RecordId, Value};

use super::{
    home::{Home, at, expect_kind},
    together::{pause, together},
};
use crate::Store;

/// How many units are begun at the same time.
const UNITS: u64 = 12;

pub(super) async fn entries_make_one_chain(store: &dyn Store) {
    let home = Home::found(store, "chains").await;
    for count in [1, 3, 2] {
        let mut work = home.begin().await;
        for _ in 0..count {
            work.enter(EntryDraft::new(Event::RoleUpdate));
        }
        work.commit().await;
    }
    let mut reads = home.reads().await;
    let entries = reads.entries_from(1, 100).await.unwrap();
    assert_eq!(entries.len(), 7, "with the entry of what furnished the workspace");
    let mut prev = NO_HASH;
    for (seq, entry) in (1..).zip(&entries) {
        assert_eq!((entry.seq, entry.prev), (seq, prev));
        assert_eq!(entry.leaf, leaf(&entry.bytes));
        prev = entry.leaf;
    }
    let head = reads.head().await.unwrap();
    assert_eq!((head.seq, head.leaf, head.at), (7, prev, entries[6].at));
    assert_eq!(reads.entries_from(3, 2).await.unwrap(), entries[2..4]);
    assert_eq!(reads.entries_from(8, 2).await.unwrap(), []);
    reads.finish().await.unwrap();
}

pub(super) async fn an_entry_is_stored_with_what_it_says(store: &dyn Store) {
    let home = Home::found(store, "entries").await;
    let record = RecordId::generate(at(1), &home.dice);
    let mut work = home.begin().await;
    let unit = work.unit.unit();
    work.enter(EntryDraft::new(Event::RecordCreate).target(Target::record("gadget", record, 3)));
    work.enter(EntryDraft::new(Event::ExportRun).target(Target::kind("gadget")).rows(12));
    work.commit().await;
    let mut reads = home.reads().await;
    let entries = reads.entries_from(2, 10).await.unwrap();
    for (ordinal, stored) in (0..).zip(&entries) {
        let entry = Entry::decode(&stored.bytes).unwrap();
        assert_eq!((entry.workspace, entry.seq, entry.at), (home.workspace, stored.seq, stored.at));
        assert_eq!((entry.unit, entry.ordinal), (stored.unit, stored.ordinal));
        assert_eq!((stored.unit, stored.ordinal), (unit, ordinal));
        assert_eq!((entry.category.code(), &entry.action), (stored.category, &stored.action));
        assert_eq!((entry.actor.id, entry.prev), (stored.actor_id, stored.prev));
        let target = entry.target.unwrap();
        assert_eq!(Some(target.object), stored.target_object);
        assert_eq!((target.id, target.version), (stored.target_id, stored.target_version));
    }
    assert_eq!(entries[0].target_version, Some(3));
    assert_eq!(entries[1].target_id, None);
    reads.finish().await.unwrap();
}

pub(super) async fn openings_are_returned_with_their_entry(store: &dyn Store) {
    let home = Home::found(store, "openings").await;
    let key = Arc::new(DataKey::generate(&home.dice));
    let purpose = Purpose::Audit;
    let change = |field: &str, visibility| FieldChange {
        field: field.to_owned(),
        old: Some(Opened::value(Value::Null)),
        new: Some(Opened::labelled(Value::text("new"), "New", Some("en".to_owned()))),
        visibility,
    };
    let entry = EntryDraft::new(Event::RecordUpdate)
        .change(change("plain", Visibility::Plain))
        .change(change("sealed", Visibility::Sealed { purpose, key: Arc::clone(&key) }))
        .change(change("masked", Visibility::Masked { purpose, key }));
    let mut work = home.begin().await;
    let unit = work.unit.unit();
    work.enter(entry);
    work.enter(EntryDraft::new(Event::ImportRun).detail("file", "gadgets.csv"));
    work.commit().await;

    let mut reads = home.reads().await;
    let mut openings = reads.openings(unit, 0).await.unwrap();
    openings.sort_by(|a, b| (&a.field, a.side).cmp(&(&b.field, b.side)));
    let kinds: Vec<_> = openings.iter().map(|opening| (opening.field.as_str(), &opening.body)).collect();
    assert_eq!(kinds.len(), 6);
    for (field, body) in kinds {
        let fits = match body {
            OpeningBody::Plain(_) => field == "plain",
            OpeningBody::Sealed(_) => field == "sealed",
            OpeningBody::Masked(_) => field == "masked",
        };
        assert!(fits, "the body of `{field}`");
    }
    for opening in &openings {
        assert_eq!((opening.unit, opening.ordinal), (unit, 0));
        assert_eq!(opening.salt.is_some(), opening.field == "plain");
    }
    assert_eq!(reads.openings(unit, 1).await.unwrap().len(), 1);
    assert_eq!(reads.openings(unit, 2).await.unwrap(), []);
    reads.finish().await.unwrap();
}

pub(super) async fn entries_are_filtered_and_listed_newest_first(store: &dyn Store) {
    let home = Home::found(store, "history").await;
    let [one, two] = [(); 2].map(|()| RecordId::generate(at(1), &home.dice));
    let target = |id, version| Target::record("gadget", id, version);
    let mut work = home.begin().await;
    work.enter(EntryDraft::new(Event::RecordCreate).target(target(one, 1)));
    work.enter(EntryDraft::new(Event::RecordCreate).target(target(two, 1)));
    work.enter(EntryDraft::new(Event::RecordUpdate).target(target(one, 2)));
    work.enter(EntryDraft::new(Event::UserUpdate).target(Target::thing("user", one.uuid())));
    work.commit().await;

    let about = |object: &str, id: RecordId| Some((object.to_owned(), id.uuid()));
    let create = || Some("record.create".to_owned());
    let any = EntryFilter::default;
    let cases = [
        ("everything", any(), vec![5, 4, 3, 2, 1]),
        ("one record", EntryFilter { target: about("gadget", one), ..any() }, vec![4, 2]),
        ("another object", EntryFilter { target: about("user", one), ..any() }, vec![5]),
        ("one event", EntryFilter { action: create(), ..any() }, vec![3, 2]),
        ("an actor", EntryFilter { actor: Some(one.uuid()), ..any() }, vec![]),
        ("before a place", EntryFilter { before_seq: Some(3), ..any() }, vec![2, 1]),
        (
            "all of it",
            EntryFilter { target: about("gadget", one), action: create(), before_seq: Some(5), ..any() },
            vec![2],
        ),
    ];
    let mut reads = home.reads().await;
    for (name, filter, expected) in cases {
        for limit in [1, 10] {
            let entries = reads.entries(&filter, limit).await.unwrap();
            let places: Vec<_> = entries.iter().map(|entry| entry.seq).collect();
            assert_eq!(places, expected[..expected.len().min(limit)], "{name}, {limit} at most");
        }
    }
    reads.finish().await.unwrap();
}

pub(super) async fn time_never_runs_backward(store: &dyn Store) {
    let home = Home::found(store, "time").await;
    for now in [at(50), at(20), at(60)] {
        home.begin().await.try_commit_at(now).await.unwrap();
    }
    let mut reads = home.reads().await;
    let entries = reads.entries_from(2, 10).await.unwrap();
    let instants: Vec<_> = entries.iter().map(|entry| entry.at).collect();
    assert_eq!(instants, [at(50), at(50), at(60)]);
    assert_eq!(reads.head().await.unwrap().at, at(60));
    reads.finish().await.unwrap();
}

pub(super) async fn a_stale_policy_or_schema_is_a_conflict(store: &dyn Store) {
    let home = Home::found(store, "stale epochs").await;
    let seen = home.begin().await;
    let before = seen.seen;
    seen.cancel().await;

    let mut work = home.begin().await;
    work.unit.bump_policy_epoch().await.unwrap();
    work.commit().await;
    let mut work = home.begin().await;
    assert_eq!(work.seen.policy, before.policy + 1);
    work.seen = before;
    expect_kind(work.try_commit().await, Conflict, "a stale policy");

    let before = sutra_audit::Epochs { policy: before.policy + 1, ..before };
    let mut work = home.begin().await;
    work.unit.bump_metadata_version().await.unwrap();
    work.commit().await;
    let mut work = home.begin().await;
    work.seen = before;
    expect_kind(work.try_commit().await, Conflict, "a stale schema");
    home.begin().await.commit().await;
}

pub(super) async fn the_bumps_of_a_unit_are_its_own_to_make(store: &dyn Store) {
    let home = Home::found(store, "own bumps").await;
    let mut work = home.begin().await;
    work.unit.bump_policy_epoch().await.unwrap();
    work.unit.bump_policy_epoch().await.unwrap();
    work.unit.bump_metadata_version().await.unwrap();
    work.commit().await;
    let mut reads = home.reads().await;
    let epochs = reads.epochs().await.unwrap();
    assert!(epochs.policy > 0 && epochs.metadata > 0, "{epochs:?}");
    assert_eq!(reads.head().await.unwrap().epochs, epochs);
    assert_eq!(reads.policy().await.unwrap().epoch, epochs.policy);
    reads.finish().await.unwrap();

    let mut work = home.begin().await;
    work.unit.bump_policy_epoch().await.unwrap();
    work.cancel().await;
    let mut reads = home.reads().await;
    assert_eq!(reads.epochs().await.unwrap(), epochs, "a cancelled unit bumps nothing");
    reads.finish().await.unwrap();
}

pub(super) async fn units_at_the_same_time_leave_no_gap(store: &dyn Store) {
    let home = Home::found(store, "no gaps").await;
    let commit = async |n| {
        let mut work = home.begin().await;
        pause().await;
        work.enter(EntryDraft::new(Event::RoleUpdate).rows(n));
        work.enter(EntryDraft::new(Event::RoleUpdate).rows(n));
        let receipt = work.append(at(0)).await.unwrap();
        pause().await;
        work.unit.commit(receipt).await.unwrap();
    };
    together((0..UNITS).map(commit)).await;
    let mut reads = home.reads().await;
    let entries = reads.entries_from(2, 100).await.unwrap();
    assert_eq!(entries.len() as u64, 2 * UNITS);
    for (seq, pair) in (2..).step_by(2).zip(entries.chunks(2)) {
        assert_eq!((pair[0].seq, pair[1].seq), (seq, seq + 1));
        assert_eq!(pair[0].unit, pair[1].unit, "the entries of a unit stay together");
        assert_eq!(pair[0].leaf, pair[1].prev);
    }
    assert_eq!(reads.head().await.unwrap().seq, 1 + 2 * UNITS);
    reads.finish().await.unwrap();
}
