//! Preparations: what was there before comes in line with what has become of its fields.

use std::sync::Arc;

use sutra_kernel::{Condition, Direction, PortErrorKind::Refused, Test, Value};
use sutra_records::{FieldEdit, ListQuery, ObjectDef, Order, Prepared, Record, Search};

use super::{
    gadget,
    home::{Home, at, expect_kind},
    lists::{crowd, expect_meaning},
};
use crate::Store;

/// How many records a step takes here.
const STEP: usize = 7;

pub(super) async fn a_slot_is_filled_anew_for_another_field(store: &dyn Store) {
    let (mut home, mut records) = crowd(store, "new slots").await;
    let slot = home.object.field("count").unwrap().slot;
    change(&mut home, &[("count", indexed(false)), ("weight", indexed(false))]).await;
    assert_eq!(home.object.emptying.len(), 2);
    prepare(&mut home).await;
    assert!(home.object.emptying.is_empty());

    change(&mut home, &[("weight", indexed(true))]).await;
    assert_eq!(home.object.field("weight").unwrap().slot, slot, "which `count` had");
    step(&home).await;
    edit_meanwhile(&home, &mut records).await;
    prepare(&mut home).await;

    let weight = gadget::name("weight");
    let filter = Condition::test(weight.clone(), Test::Gte(Value::Decimal("0.5".parse().unwrap())));
    let mut reads = home.reads().await;
    for direction in [Direction::Ascending, Direction::Descending] {
        for filter in [None, Some(filter.clone())] {
            let order = Order { field: weight.clone(), direction };
            let query = ListQuery { order, filter, limit: 25, ..home.everything() };
            expect_meaning(reads.as_mut(), query, &records).await;
        }
    }
    reads.finish().await.unwrap();
}

pub(super) async fn words_come_and_go_with_what_is_searchable(store: &dyn Store) {
    let (mut home, mut records) = crowd(store, "new words").await;
    change(&mut home, &[("name", searchable(false))]).await;
    prepare(&mut home).await;
    change(&mut home, &[("name", searchable(true)), ("email", searchable(false))]).await;
    step(&home).await;
    edit_meanwhile(&home, &mut records).await;
    prepare(&mut home).await;
    let mut reads = home.reads().await;
    for text in ["alpha", "strasse", "asa", "example", "4930"] {
        let search = Search::new(text, &home.object, |_| true).unwrap();
        let query = ListQuery { search: Some(search), limit: 25, ..home.everything() };
        expect_meaning(reads.as_mut(), query, &records).await;
    }
    reads.finish().await.unwrap();
}

pub(super) async fn what_is_being_prepared_is_refused_to_lists(store: &dyn Store) {
    let (mut home, _) = crowd(store, "not prepared").await;
    change(&mut home, &[("stage", indexed(false))]).await;
    prepare(&mut home).await;
    change(&mut home, &[("stage", indexed(true))]).await;
    let query = ListQuery {
        filter: Some(Condition::test(gadget::name("stage"), Test::IsNull(true))),
        ..home.everything()
    };
    let mut reads = home.reads().await;
    expect_kind(reads.list_records(&query).await, Refused, "a list by what is being prepared");
    drop(reads);
    prepare(&mut home).await;
    let mut reads = home.reads().await;
    reads.list_records(&ListQuery { object: Arc::clone(&home.object), ..query }).await.unwrap();
    reads.finish().await.unwrap();
}

pub(super) async fn a_preparation_goes_on_where_it_was(store: &dyn Store) {
    let (mut home, records) = crowd(store, "interrupted").await;
    assert_eq!(progress(&home).await, None);
    change(&mut home, &[("count", indexed(false))]).await;
    let total = records.len() as u64;
    assert_eq!(progress(&home).await, Some((0, total)), "deleted ones, too");
    step(&home).await;
    assert_eq!(progress(&home).await, Some((7, total)));
    let mut book = home.book().await;
    book.prepare_records(STEP).await.unwrap();
    drop(book);
    assert_eq!(progress(&home).await, Some((7, total)), "what was not committed was not done");
    step(&home).await;
    assert_eq!(progress(&home).await, Some((14, total)));

    let mut work = home.begin().await;
    assert!(!work.unit.end_preparation(home.object.id).await.unwrap(), "there are records left");
    work.cancel().await;
    change(&mut home, &[("weight", indexed(false))]).await;
    assert_eq!(progress(&home).await, Some((0, total)), "another change begins it anew");
    prepare(&mut home).await;
    assert_eq!(progress(&home).await, None);
    let mut work = home.begin().await;
    assert!(!work.unit.end_preparation(home.object.id).await.unwrap(), "it ends once");
    work.cancel().await;
    let mut book = home.book().await;
    assert_eq!(book.prepare_records(STEP).await.unwrap(), None);
    book.commit().await.unwrap();
}

pub(super) async fn a_workspace_prepares_its_own_records(store: &dyn Store) {
    let (mut one, two) = Home::found_twins(store, "preparations of others").await;
    let here = one.store(one.create(&one.admin, gadget::full(&one.dice), at(1))).await;
    let fields = gadget::full(&two.dice);
    let there = two.store(two.create_as(here.id, &two.admin, fields, at(1))).await;
    change(&mut one, &[("count", indexed(false))]).await;
    assert_eq!(progress(&two).await, None);
    let mut book = two.book().await;
    assert_eq!(book.prepare_records(STEP).await.unwrap(), None);
    book.commit().await.unwrap();
    prepare(&mut one).await;
    let count = Condition::test(gadget::name("count"), Test::IsNull(false));
    let mut reads = two.reads().await;
    let query = ListQuery { filter: Some(count), ..two.everything() };
    assert_eq!(reads.list_records(&query).await.unwrap().items, [there], "the other's slot is as it was");
    reads.finish().await.unwrap();
}

fn indexed(indexed: bool) -> FieldEdit {
    FieldEdit { indexed: Some(indexed), ..FieldEdit::default() }
}

fn searchable(searchable: bool) -> FieldEdit {
    FieldEdit { searchable: Some(searchable), ..FieldEdit::default() }
}

/// Changes fields of the gadgets, and begins to prepare them.
async fn change(home: &mut Home<'_>, edits: &[(&str, FieldEdit)]) {
    let mut after = ObjectDef::clone(&home.object);
    for (field, edit) in edits {
        after = after.with_field_edited(field, edit.clone()).unwrap();
    }
    assert!(after.needs_preparation(&home.object));
    let mut work = home.begin().await;
    work.unit.begin_preparation(after.id, at(1)).await.unwrap();
    work.unit.put_object(&after).await.unwrap();
    work.unit.bump_metadata_version().await.unwrap();
    work.commit().await;
    home.object = Arc::new(after);
}

/// One step; whether it was the last. A step that was dropped may take a while to let go of what it was at.
async fn step(home: &Home<'_>) -> bool {
    loop {
        let mut book = home.book().await;
        let prepared = book.prepare_records(STEP).await.unwrap();
        book.commit().await.unwrap();
        if let Some(Prepared { object, all }) = prepared {
            assert_eq!(object, home.object.id);
            return all;
        }
    }
}

/// All steps that are left, and what comes after them.
async fn prepare(home: &mut Home<'_>) {
    while !step(home).await {}
    assert!(step(home).await, "until it is ended it stays complete");
    let after = ObjectDef::clone(&home.object).prepared();
    let mut work = home.begin().await;
    assert!(work.unit.end_preparation(after.id).await.unwrap());
    work.unit.put_object(&after).await.unwrap();
    work.unit.bump_metadata_version().await.unwrap();
    work.commit().await;
    home.object = Arc::new(after);
}

/// Changes records on either side of where the preparation is, and adds one.
async fn edit_meanwhile(home: &Home<'_>, records: &mut Vec<Record>) {
    let version = |records: &[Record]| records.iter().map(|record| record.version).sum::<u64>();
    let before = version(records);
    for place in [0, 1, 30, 58] {
        if records[place].deleted_at.is_none() {
            let change = home.update(&records[place], gadget::some(&home.dice), at(100));
            records[place] = home.store(change).await;
        }
    }
    assert!(version(records) > before);
    records.push(home.store(home.create(&home.seller, gadget::some(&home.dice), at(100))).await);
}

/// How far the preparation is; nothing if there is none.
async fn progress(home: &Home<'_>) -> Option<(u64, u64)> {
    let mut reads = home.reads().await;
    let known = reads.preparations().await.unwrap();
    reads.finish().await.unwrap();
    assert!(known.iter().all(|it| (it.object, it.started_at) == (home.object.id, at(1))));
    known.first().map(|it| (it.done, it.total))
}
