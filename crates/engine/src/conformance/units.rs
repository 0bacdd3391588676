//! Units commit as a whole, with the proof of it, or not at all; snapshots stand still.

use sutra_audit::EntryFilter;
use sutra_kernel::PortErrorKind::Refused;

use super::{
    gadget,
    home::{Home, at, expect_kind},
    traces::{KIND, leave, task},
};
use crate::{Reads, Store};

pub(super) async fn a_unit_reads_what_it_writes(store: &dyn Store) {
    let home = Home::found(store, "own writes").await;
    let change = home.create(&home.admin, gadget::named("Mine"), at(1));
    let record = change.after().clone();
    let newcomer = home.newcomer("Newcomer");
    let mut work = home.begin().await;
    work.put(change).await.unwrap();
    work.unit.put_user(&newcomer, None).await.unwrap();
    let found = work.unit.find_record(home.object.id, record.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&record));
    assert_eq!(work.unit.list_records(&home.everything()).await.unwrap().items, [record]);
    assert_eq!(work.unit.find_user(newcomer.id).await.unwrap(), Some(newcomer));
    work.commit().await;
}

pub(super) async fn nobody_sees_a_unit_before_it_commits(store: &dyn Store) {
    let home = Home::found(store, "before the commit").await;
    let mut work = home.begin().await;
    work.put(home.create(&home.admin, gadget::named("Soon"), at(1))).await.unwrap();
    let mut early = home.reads().await;
    assert_eq!(count(&home, early.as_mut()).await, 0);
    early.finish().await.unwrap();
    work.commit().await;
    let mut late = home.reads().await;
    assert_eq!(count(&home, late.as_mut()).await, 1);
    late.finish().await.unwrap();
}

pub(super) async fn a_snapshot_is_of_one_moment(store: &dyn Store) {
    let home = Home::found(store, "one moment").await;
    let mut reads = home.reads().await;
    let head = reads.head().await.unwrap();
    let traces = leave(&home).await;

    assert_eq!(reads.head().await.unwrap(), head);
    assert_eq!(count(&home, reads.as_mut()).await, 0);
    assert_eq!(reads.find_record(home.object.id, traces.record.id).await.unwrap(), None);
    assert_eq!(reads.find_session(&traces.session.digest).await.unwrap(), None);
    assert_eq!(reads.keys().await.unwrap(), []);
    assert_eq!(reads.entries(&EntryFilter::default(), 10).await.unwrap().len(), 1);
    reads.finish().await.unwrap();
    let mut reads = home.reads().await;
    assert_eq!(count(&home, reads.as_mut()).await, 1);
    reads.finish().await.unwrap();
}

pub(super) async fn a_cancelled_unit_leaves_nothing(store: &dyn Store) {
    let home = Home::found(store, "cancelled").await;
    let mut work = home.begin().await;
    work.put(home.create(&home.admin, gadget::named("Never"), at(1))).await.unwrap();
    work.unit.put_user(&home.newcomer("Never"), None).await.unwrap();
    work.unit.enqueue(&task(&home, 1)).await.unwrap();
    let _receipt = work.append(at(1)).await.unwrap();
    work.cancel().await;
    expect_nothing(&home).await;
}

pub(super) async fn a_dropped_unit_leaves_nothing(store: &dyn Store) {
    let home = Home::found(store, "dropped").await;
    let mut work = home.begin().await;
    work.put(home.create(&home.admin, gadget::named("Never"), at(1))).await.unwrap();
    work.unit.put_user(&home.newcomer("Never"), None).await.unwrap();
    work.unit.enqueue(&task(&home, 1)).await.unwrap();
    let _receipt = work.append(at(1)).await.unwrap();
    drop(work);
    expect_nothing(&home).await;
}

pub(super) async fn dropped_bookkeeping_leaves_nothing(store: &dyn Store) {
    let home = Home::found(store, "dropped bookkeeping").await;
    let traces = leave(&home).await;
    let mut book = home.book().await;
    assert!(book.consume(KIND, &traces.offered, at(2)).await.unwrap());
    assert_eq!(book.count_refusal(&traces.refused, 1).await.unwrap().count, 2);
    book.touch_session(traces.session.id, at(9)).await.unwrap();
    book.complete_task(traces.task.id).await.unwrap();
    drop(book);

    let mut book = home.book().await;
    assert!(book.consume(KIND, &traces.offered, at(2)).await.unwrap());
    assert_eq!(book.count_refusal(&traces.refused, 1).await.unwrap().count, 2);
    assert_eq!(book.claim_tasks(at(2), at(3), 10).await.unwrap().len(), 1);
    drop(book);
    let mut reads = home.reads().await;
    let session = reads.find_session(&traces.session.digest).await.unwrap().unwrap();
    assert_eq!(session.last_seen_at, at(1));
    reads.finish().await.unwrap();
}

pub(super) async fn the_receipt_of_another_unit_is_refused(store: &dyn Store) {
    let home = Home::found(store, "foreign receipts").await;
    let mut work = home.begin().await;
    let receipt = work.append(at(1)).await.unwrap();
    work.cancel().await;

    let mut work = home.begin().await;
    work.unit.put_user(&home.newcomer("Never"), None).await.unwrap();
    expect_kind(work.unit.commit(receipt).await, Refused, "a receipt of another unit");
    expect_nothing(&home).await;
}

pub(super) async fn a_written_version_without_an_entry_is_refused(store: &dyn Store) {
    let home = Home::found(store, "uncovered").await;
    let mut work = home.begin().await;
    work.put(home.create(&home.admin, gadget::named("Entered"), at(1))).await.unwrap();
    let silent = home.create(&home.admin, gadget::named("Silent"), at(1));
    work.unit.put_records(vec![silent]).await.unwrap();
    let receipt = work.append(at(1)).await.unwrap();
    expect_kind(work.unit.commit(receipt).await, Refused, "a record without an entry");
    expect_nothing(&home).await;
}

/// Looks for anything beside what the workspace was furnished with, and makes sure that a unit can begin.
async fn expect_nothing(home: &Home<'_>) {
    let work = home.begin().await;
    work.cancel().await;
    let mut reads = home.reads().await;
    assert_eq!(count(home, reads.as_mut()).await, 0);
    assert_eq!(reads.users(None, 10).await.unwrap().items.len(), 3);
    assert_eq!(reads.head().await.unwrap().seq, 1);
    assert_eq!(reads.entries_from(2, 10).await.unwrap(), []);
    reads.finish().await.unwrap();
    let mut book = home.book().await;
    assert!(book.claim_tasks(at(9), at(9), 10).await.unwrap().is_empty());
}

async fn count(home: &Home<'_>, reads: &mut dyn Reads) -> u64 {
    reads.count_records(&home.everything(), 10).await.unwrap()
}
