//! An index prepared while many write, through the engine and on real databases.

use sutra_engine::{Caller, Edit, Engine, ListRequest, Part, Related};
use sutra_kernel::{ApiName, Condition, RecordId, Test, Value};
use sutra_records::FieldEdit;
use sutra_storage::SqlStore;
use tokio::task::JoinSet;

use crate::{
    fixture::{Postgres, sqlite_url},
    house::{administrator, engine},
};

/// More than one step prepares.
const RECORDS: usize = 300;
const WRITERS: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_postgresql_an_index_is_right_whoever_writes_meanwhile() {
    let Some(database) = Postgres::migrated().await else { return };
    let store = SqlStore::open(&database.url("sutra_app").parse().unwrap()).await.unwrap();
    an_index_is_right_whoever_writes_meanwhile(store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_sqlite_an_index_is_right_whoever_writes_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite_url(&folder).parse().unwrap();
    SqlStore::migrate(&url).await.unwrap();
    an_index_is_right_whoever_writes_meanwhile(SqlStore::open(&url).await.unwrap()).await;
}

async fn an_index_is_right_whoever_writes_meanwhile(store: SqlStore) {
    let engine = engine(store.clone());
    let caller = administrator(&engine).await;
    let edits: Vec<Edit> = (0..RECORDS).map(|_| faxed("111")).collect();
    let made = engine.records().create_all(&caller, "account", &edits).await.unwrap();
    let ids: Vec<_> = made.iter().map(|written| written.value.id).collect();

    let mut writers = JoinSet::new();
    for mine in ids.chunks(RECORDS / WRITERS) {
        let (engine, caller, mine) = (engine.clone(), caller.clone(), mine.to_vec());
        writers.spawn(async move { write(&engine, &caller, &mine).await });
    }
    // Given, taken away and given again: the slot of the first is another field's when the second is prepared.
    for (field, indexed) in [("fax", true), ("fax", false), ("shippingCity", true), ("fax", true)] {
        let edit = FieldEdit { indexed: Some(indexed), ..FieldEdit::default() };
        engine.objects().update_field(&caller, "account", field, &edit).await.unwrap();
        engine.tasks().run_due().await.unwrap();
    }
    let mut workers = JoinSet::new();
    for _ in 0..2 {
        let engine = engine.clone();
        workers.spawn(async move { while engine.tasks().run_due().await.unwrap() {} });
    }
    writers.join_all().await;
    workers.join_all().await;
    engine.tasks().wake_all().await.unwrap();
    while engine.tasks().run_due().await.unwrap() {}

    let viewing = engine.view(&caller).await.unwrap();
    assert_eq!(viewing.preparations().await.unwrap(), []);
    for (start, expected) in [("111", RECORDS / 2), ("222", RECORDS / 2), ("", RECORDS)] {
        let request = listed(Test::StartsWith(start.to_owned()));
        assert_eq!(viewing.count_records(&request).await.unwrap().count, expected as u64, "{start}");
    }
    viewing.close().await.unwrap();
    store.close().await;
}

/// Every other record gets another number.
async fn write(engine: &Engine, caller: &Caller, ids: &[RecordId]) {
    for id in ids.iter().step_by(2) {
        engine.records().update(caller, "account", *id, &faxed("222")).await.unwrap();
    }
}

fn faxed(fax: &str) -> Edit {
    let fields = [("name", "Acme"), ("fax", fax), ("shippingCity", "elsewhere")];
    let fields = fields.map(|(field, text)| (ApiName::parse(field).unwrap(), Value::text(text)));
    Edit { fields: fields.into(), ..Edit::default() }
}

fn listed(test: Test) -> ListRequest {
    let filter: Condition<Related> = Condition::test(ApiName::parse("fax").unwrap(), test);
    ListRequest {
        object: ApiName::parse("account").unwrap(),
        filter: Some(filter),
        search: None,
        order: None,
        part: Part::first(1, None),
    }
}
