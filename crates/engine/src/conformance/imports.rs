//! The traces of imports.

use sutra_kernel::Timestamp;
use sutra_records::{
    Record,
    import::{Import, ImportRow},
};

use super::{
    gadget,
    home::{Home, at},
    traces::{import, row},
};
use crate::Store;

pub(super) async fn a_row_is_remembered_by_its_file(store: &dyn Store) {
    let (home, records) = imported(store, "rows").await;
    let import = import(&home, 1);
    put(&home, &import, &[row(&import, &records[0], 1), row(&import, &records[1], 2)]).await;
    let object = home.object.id;
    let other_file = gadget::digest(&home.dice);
    let other_object = gadget::define("widget").id;
    let cases = [
        ("the first row", object, import.file_digest, 1, Some(records[0].id)),
        ("the second row", object, import.file_digest, 2, Some(records[1].id)),
        ("a row that is not there", object, import.file_digest, 3, None),
        ("another file", object, other_file, 1, None),
        ("another object", other_object, import.file_digest, 1, None),
    ];
    let mut reads = home.reads().await;
    for (name, object, digest, row, expected) in cases {
        assert_eq!(reads.find_import_row(object, &digest, row).await.unwrap(), expected, "{name}");
    }
    reads.finish().await.unwrap();
}

pub(super) async fn a_row_is_imported_once(store: &dyn Store) {
    let (home, records) = imported(store, "rows once").await;
    let first = import(&home, 1);
    put(&home, &first, &[row(&first, &records[0], 1)]).await;
    let second = Import { file_digest: first.file_digest, ..import(&home, 2) };
    let mut work = home.begin().await;
    work.unit.put_import(&second).await.unwrap();
    let again = work.unit.put_import_row(&row(&second, &records[1], 1)).await;
    assert!(again.is_err(), "the same row of the same file, by whichever import");
    work.cancel().await;
    let mut reads = home.reads().await;
    let found = reads.find_import_row(home.object.id, &first.file_digest, 1).await.unwrap();
    assert_eq!(found, Some(records[0].id));
    reads.finish().await.unwrap();
}

pub(super) async fn the_latest_import_is_the_last_one_finished(store: &dyn Store) {
    let (home, _) = imported(store, "latest imports").await;
    let late = import(&home, 300);
    let early = import(&home, 200);
    let running = Import { finished_at: None, ..import(&home, 0) };
    let others = Import { user: home.seller.id, ..import(&home, 400) };
    let alone = Import { user: home.loner.id, finished_at: None, ..import(&home, 0) };
    for import in [&late, &early, &running, &others, &alone] {
        put(&home, import, &[]).await;
    }
    let latest = async |user| {
        let mut reads = home.reads().await;
        let latest = reads.latest_import(home.object.id, user).await.unwrap();
        reads.finish().await.unwrap();
        latest
    };
    assert_eq!(latest(home.admin.id).await, Some(late.file_digest));
    assert_eq!(latest(home.seller.id).await, Some(others.file_digest));
    assert_eq!(latest(home.loner.id).await, None, "what still runs is not finished");
    let finished = Import { finished_at: Some(Timestamp::from_micros(500)), ..running };
    put(&home, &finished, &[]).await;
    assert_eq!(latest(home.admin.id).await, Some(finished.file_digest), "an import is replaced by its id");
}

/// A workspace with two records that rows may have become.
async fn imported<'s>(store: &'s dyn Store, case: &str) -> (Home<'s>, [Record; 2]) {
    let home = Home::found(store, case).await;
    let one = home.store(home.create(&home.admin, gadget::named("One"), at(1))).await;
    let two = home.store(home.create(&home.admin, gadget::named("Two"), at(1))).await;
    (home, [one, two])
}

async fn put(home: &Home<'_>, import: &Import, rows: &[ImportRow]) {
    let mut work = home.begin().await;
    work.unit.put_import(import).await.unwrap();
    for row in rows {
        work.unit.put_import_row(row).await.unwrap();
    }
    work.commit().await;
}
