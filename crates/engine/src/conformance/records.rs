//! Records and definitions.

use sutra_audit::EntryFilter;
use sutra_kernel::{
    PortErrorKind::{Conflict, Refused},
    RecordId, Value,
};
use sutra_records::{
    FieldDef, FieldKind, Fields, ListQuery, Mask, ObjectDef, PickValue, Preparing, Record, ValidationRule,
    project,
};

use super::{
    gadget,
    home::{Home, at, expect_kind},
};
use crate::Store;

/// More than a store writes with one statement.
const MANY: usize = 150;

pub(super) async fn every_kind_of_value_is_read_as_written(store: &dyn Store) {
    let home = Home::found(store, "values").await;
    for round in 0..10 {
        let record = home.store(home.create(&home.seller, gadget::full(&home.dice), at(round))).await;
        assert_eq!(record.fields.len() + record.sealed.len(), home.object.fields.len());
        let mut reads = home.reads().await;
        let found = reads.find_record(home.object.id, record.id).await.unwrap();
        assert_eq!(found, Some(record));
        reads.finish().await.unwrap();
    }
}

pub(super) async fn definitions_are_read_as_written(store: &dyn Store) {
    let home = Home::found(store, "definitions").await;
    let mut changed = ObjectDef::clone(&home.object);
    changed.label = "Renamed".to_owned();
    changed.needs_reason = true;
    changed.emptying = ["text_05", "int_07"].map(|slot| slot.parse().unwrap()).into();
    changed.fields.reverse();
    changed.fields.push(FieldDef {
        name: gadget::name("grade"),
        id: sutra_kernel::FieldId::generate(at(1), &home.dice),
        kind: FieldKind::Picklist {
            values: vec![PickValue { active: false, label: "First".to_owned(), ..PickValue::plain("1") }],
        },
        slot: None,
        default: Some(Value::text("1")),
        unique: true,
        searchable: true,
        encrypted: true,
        mask: Mask::LastFour,
        preparing: Preparing { index: false, search: true },
        ..changed.fields[0].clone()
    });
    let widget = gadget::define("widget");
    let mut work = home.begin().await;
    work.unit.put_object(&widget).await.unwrap();
    work.unit.put_object(&changed).await.unwrap();
    work.unit.bump_metadata_version().await.unwrap();
    work.commit().await;

    let mut reads = home.reads().await;
    let mut found = reads.objects().await.unwrap();
    found.sort_by_key(|object| object.name.clone());
    assert_eq!(found, [changed, widget], "whole, and with the fields in their order");
    assert_eq!(reads.epochs().await.unwrap().metadata, 1);
    reads.finish().await.unwrap();
}

pub(super) async fn rules_are_read_as_written(store: &dyn Store) {
    let home = Home::found(store, "rules").await;
    let [first, second] = ["b", "a"].map(|name| home.rule(name));
    let mut work = home.begin().await;
    work.unit.put_rule(&first).await.unwrap();
    work.unit.put_rule(&second).await.unwrap();
    work.commit().await;
    let changed = ValidationRule { expression: "1 < 2".to_owned(), active: false, ..first.clone() };
    let mut work = home.begin().await;
    work.unit.put_rule(&changed).await.unwrap();
    assert_eq!(work.unit.rules().await.unwrap(), [second.clone(), changed.clone()]);
    work.commit().await;

    let mut reads = home.reads().await;
    assert_eq!(reads.rules().await.unwrap(), [second, changed], "by name");
    assert_eq!(reads.objects().await.unwrap(), [ObjectDef::clone(&home.object)]);
    reads.finish().await.unwrap();
}

pub(super) async fn a_rule_has_its_name_to_itself_within_its_object(store: &dyn Store) {
    let home = Home::found(store, "names of rules").await;
    let widget = gadget::define("widget");
    let mut work = home.begin().await;
    work.unit.put_object(&widget).await.unwrap();
    work.unit.put_rule(&home.rule("same")).await.unwrap();
    let elsewhere = ValidationRule { object: widget.id, ..home.rule("same") };
    work.unit.put_rule(&elsewhere).await.unwrap();
    work.commit().await;
    let mut work = home.begin().await;
    expect_kind(work.unit.put_rule(&home.rule("same")).await, Refused, "another of the same name");
    work.cancel().await;
}

pub(super) async fn a_sealed_value_is_kept_as_it_is_and_nowhere_else(store: &dyn Store) {
    let home = Home::found(store, "sealed values").await;
    let secret = gadget::name("secret");
    let of = |record: &Record| record.sealed.get(&secret).map(|it| it.as_str().to_owned());
    let mut record = home.store(home.create(&home.admin, gadget::full(&home.dice), at(1))).await;
    let first = of(&record).unwrap();
    record = home.store(home.update(&record, gadget::named("Renamed"), at(2))).await;
    assert_eq!(of(&record).unwrap(), first, "what is not changed stays");
    let changed = Fields::from([(secret.clone(), Value::text("another"))]);
    record = home.store(home.update(&record, changed, at(3))).await;
    assert_ne!(of(&record).unwrap(), first);
    let mut reads = home.reads().await;
    let found = reads.find_record(home.object.id, record.id).await.unwrap().unwrap();
    let listed = reads.list_records(&home.everything()).await.unwrap().items;
    reads.finish().await.unwrap();
    assert_eq!((&found, listed.as_slice()), (&record, [record.clone()].as_slice()));
    assert!(!found.fields.contains_key(&secret));
    let slots = project(&home.object, &found.fields);
    assert!(!slots.text.iter().flatten().any(|text| text.contains("another")));
    let cleared = Fields::from([(secret.clone(), Value::Null)]);
    record = home.store(home.update(&found, cleared, at(4))).await;
    assert_eq!(of(&record), None);
}

pub(super) async fn each_change_is_the_next_version(store: &dyn Store) {
    let home = Home::found(store, "versions").await;
    let mut record = home.store(home.create(&home.admin, gadget::full(&home.dice), at(1))).await;
    let cleared = [("count", Value::Null), ("name", Value::text("Second"))];
    let cleared = cleared.map(|(field, value)| (gadget::name(field), value)).into();
    record = home.store(home.update(&record, cleared, at(2))).await;
    record = home.store(home.transfer(&record, &home.seller, at(3))).await;
    record = home.store(home.delete(&record, at(4))).await;
    record = home.store(home.restore(&record, at(5))).await;
    assert_eq!(record.version, 5);
    let mut reads = home.reads().await;
    let found = reads.find_record(home.object.id, record.id).await.unwrap().unwrap();
    assert_eq!(found, record);
    assert_eq!((found.owner, found.owner_role), (home.seller.id.into(), home.seller.role));
    assert_eq!(found.value(&gadget::name("count")), Value::Null);
    reads.finish().await.unwrap();
}

pub(super) async fn a_stale_change_is_a_conflict(store: &dyn Store) {
    let home = Home::found(store, "stale changes").await;
    let first = home.store(home.create(&home.admin, gadget::named("First"), at(1))).await;
    let second = home.store(home.update(&first, gadget::named("Second"), at(2))).await;
    let unknown = home.create(&home.admin, gadget::named("Unknown"), at(1)).after().clone();
    let cases = [
        ("an update of what was", home.update(&first, gadget::named("Late"), at(3))),
        ("a deletion of what was", home.delete(&first, at(3))),
        ("an update of what is not there", home.update(&unknown, gadget::named("Late"), at(3))),
    ];
    for (name, change) in cases {
        let mut work = home.begin().await;
        expect_kind(work.put(change).await, Conflict, name);
        work.cancel().await;
    }
    let mut reads = home.reads().await;
    assert_eq!(reads.find_record(home.object.id, first.id).await.unwrap(), Some(second));
    assert_eq!(reads.count_records(&home.everything(), 10).await.unwrap(), 1);
    reads.finish().await.unwrap();
}

pub(super) async fn many_records_are_written_at_once(store: &dyn Store) {
    let home = Home::found(store, "many records").await;
    let new: Vec<_> = (0..MANY).map(|_| home.create(&home.admin, gadget::full(&home.dice), at(1))).collect();
    let mut records: Vec<_> = new.iter().map(|change| change.after().clone()).collect();
    let mut work = home.begin().await;
    work.put_all(new).await.unwrap();
    work.commit().await;

    // Of some records this changes, of others that, and some are new.
    let change = |(number, record): (usize, &Record)| match number % 4 {
        0 => home.update(record, gadget::named(&format!("Renamed {number}")), at(2)),
        1 => home.update(record, [(gadget::name("count"), Value::Null)].into(), at(2)),
        2 => home.transfer(record, &home.seller, at(2)),
        _ => home.delete(record, at(2)),
    };
    let mut changes: Vec<_> = records.iter().enumerate().map(change).collect();
    changes.push(home.create(&home.seller, gadget::named("New"), at(2)));
    records = changes.iter().map(|change| change.after().clone()).collect();
    let mut work = home.begin().await;
    work.put_all(changes).await.unwrap();
    work.commit().await;

    let ids: Vec<_> = records.iter().map(|record| record.id).collect();
    let mut reads = home.reads().await;
    let mut found = reads.find_records(home.object.id, &ids).await.unwrap();
    reads.finish().await.unwrap();
    records.sort_by_key(|record| record.id);
    found.sort_by_key(|record| record.id);
    assert_eq!(found, records);
}

pub(super) async fn one_stale_change_among_many_is_a_conflict(store: &dyn Store) {
    let home = Home::found(store, "a stale change of many").await;
    let mut records = Vec::new();
    for number in 0..3 {
        records.push(home.store(home.create(&home.admin, gadget::named("First"), at(number))).await);
    }
    home.store(home.update(&records[1], gadget::named("Second"), at(4))).await;
    let mut work = home.begin().await;
    let late = records.iter().map(|record| home.update(record, gadget::named("Late"), at(5)));
    expect_kind(work.put_all(late.collect()).await, Conflict, "one has another version");
    work.cancel().await;
}

pub(super) async fn a_purged_record_is_gone_and_its_ledger_stays(store: &dyn Store) {
    let home = Home::found(store, "purges").await;
    let record = home.store(home.create(&home.admin, gadget::full(&home.dice), at(1))).await;
    let other = home.store(home.create(&home.admin, gadget::full(&home.dice), at(1))).await;
    let deleted = home.store(home.delete(&record, at(2))).await;
    let mut work = home.begin().await;
    work.purge(home.purge(&deleted)).await.unwrap();
    assert_eq!(work.unit.find_record(home.object.id, record.id).await.unwrap(), None);
    work.commit().await;

    let mut reads = home.reads().await;
    assert_eq!(reads.find_records(home.object.id, &[record.id, other.id]).await.unwrap(), [other]);
    let everything = ListQuery { deleted: true, ..home.everything() };
    assert_eq!(reads.list_records(&everything).await.unwrap().items, []);
    let target = Some(("gadget".to_owned(), record.id.uuid()));
    let entries = reads.entries(&EntryFilter { target, ..EntryFilter::default() }, 10).await.unwrap();
    let versions: Vec<_> = entries.iter().map(|entry| entry.target_version).collect();
    assert_eq!(versions, [Some(3), Some(2), Some(1)]);
    reads.finish().await.unwrap();
}

pub(super) async fn a_stale_removal_is_a_conflict(store: &dyn Store) {
    let home = Home::found(store, "stale removals").await;
    let record = home.store(home.create(&home.admin, gadget::named("First"), at(1))).await;
    let deleted = home.store(home.delete(&record, at(2))).await;
    let restored = home.store(home.restore(&deleted, at(3))).await;
    let mut work = home.begin().await;
    expect_kind(work.purge(home.purge(&deleted)).await, Conflict, "it is back");
    work.cancel().await;
    let deleted = home.store(home.delete(&restored, at(4))).await;
    let mut work = home.begin().await;
    work.purge(home.purge(&deleted)).await.unwrap();
    work.commit().await;
    let mut work = home.begin().await;
    expect_kind(work.purge(home.purge(&deleted)).await, Conflict, "it is gone");
    work.cancel().await;
    let mut work = home.begin().await;
    expect_kind(work.put(home.restore(&deleted, at(5))).await, Conflict, "it cannot come back");
    work.cancel().await;
}

pub(super) async fn a_removal_without_an_entry_is_refused(store: &dyn Store) {
    let home = Home::found(store, "silent removals").await;
    let record = home.store(home.create(&home.admin, gadget::named("First"), at(1))).await;
    let deleted = home.store(home.delete(&record, at(2))).await;
    let mut work = home.begin().await;
    work.unit.remove_record(home.purge(&deleted)).await.unwrap();
    expect_kind(work.try_commit().await, Refused, "nothing was entered");
    let mut reads = home.reads().await;
    assert_eq!(reads.find_record(home.object.id, record.id).await.unwrap(), Some(deleted));
    reads.finish().await.unwrap();
}

pub(super) async fn an_id_is_created_once(store: &dyn Store) {
    let home = Home::found(store, "ids").await;
    let record = home.store(home.create(&home.admin, gadget::named("First"), at(1))).await;
    let again = home.create_as(record.id, &home.admin, gadget::named("Again"), at(2));
    let mut work = home.begin().await;
    expect_kind(work.put(again).await, Conflict, "the same id");
    work.cancel().await;
    let mut reads = home.reads().await;
    assert_eq!(reads.find_record(home.object.id, record.id).await.unwrap(), Some(record));
    reads.finish().await.unwrap();
}

pub(super) async fn a_deleted_record_is_found_and_not_listed(store: &dyn Store) {
    let home = Home::found(store, "deleted").await;
    let record = home.store(home.create(&home.admin, gadget::named("Gone"), at(1))).await;
    let deleted = home.store(home.delete(&record, at(2))).await;
    assert_eq!(deleted.deleted_at, Some(at(2)));
    let mut reads = home.reads().await;
    assert_eq!(reads.find_record(home.object.id, record.id).await.unwrap(), Some(deleted.clone()));
    assert_eq!(reads.find_records(home.object.id, &[record.id]).await.unwrap(), [deleted]);
    assert_eq!(reads.list_records(&home.everything()).await.unwrap().items, []);
    reads.finish().await.unwrap();
}

pub(super) async fn records_are_found_by_object_and_id(store: &dyn Store) {
    let home = Home::found(store, "finding").await;
    let mut records = Vec::new();
    for name in ["One", "Two", "Three"] {
        records.push(home.store(home.create(&home.admin, gadget::named(name), at(1))).await);
    }
    let widget = gadget::define("widget").id;
    let unknown = RecordId::generate(at(1), &home.dice);
    let mut reads = home.reads().await;
    assert_eq!(reads.find_record(home.object.id, unknown).await.unwrap(), None);
    assert_eq!(reads.find_record(widget, records[0].id).await.unwrap(), None, "of another object");
    assert_eq!(reads.find_records(widget, &[records[0].id]).await.unwrap(), []);
    assert_eq!(reads.find_records(home.object.id, &[]).await.unwrap(), []);
    let wanted = [records[2].id, unknown, records[0].id, records[2].id];
    let mut found = reads.find_records(home.object.id, &wanted).await.unwrap();
    found.sort_by_key(|record| record.id != records[0].id);
    assert_eq!(found, [records[0].clone(), records[2].clone()], "each once");
    reads.finish().await.unwrap();
}

pub(super) async fn a_record_without_a_value_is_noticed(store: &dyn Store) {
    let home = Home::found(store, "missing values").await;
    let lacking = async |field: &str| {
        let mut reads = home.reads().await;
        let lacks = reads.lacks_value(home.object.id, &gadget::name(field)).await.unwrap();
        reads.finish().await.unwrap();
        lacks
    };
    assert!(!lacking("count").await, "without records");
    home.store(home.create(&home.admin, gadget::full(&home.dice), at(1))).await;
    for field in ["name", "notes", "weight", "secret"] {
        assert!(!lacking(field).await, "{field}");
    }
    assert!(lacking("unheardOf").await, "a field that is about to be made");
    let bare = home.store(home.create(&home.seller, gadget::named("Bare"), at(2))).await;
    assert!(lacking("notes").await && lacking("secret").await && !lacking("name").await);
    let widget = gadget::define("widget").id;
    let mut reads = home.reads().await;
    assert!(!reads.lacks_value(widget, &gadget::name("notes")).await.unwrap(), "another object's records");
    reads.finish().await.unwrap();
    home.store(home.delete(&bare, at(3))).await;
    assert!(lacking("notes").await, "what is deleted may come back");
}
