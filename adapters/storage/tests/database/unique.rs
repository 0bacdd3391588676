//! Many writers of one unique value at once, through the engine and on real databases.

use std::collections::BTreeSet;

use sutra_engine::Edit;
use sutra_kernel::{ApiName, Value};
use sutra_records::FieldEdit;
use sutra_storage::SqlStore;
use tokio::task::JoinSet;

use crate::{
    fixture::{Postgres, sqlite_url},
    house::{administrator, engine},
};

/// How many write at the same time: more than there are connections.
const WRITERS: usize = 30;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_postgresql_one_of_many_writers_gets_the_value() {
    let Some(database) = Postgres::migrated().await else { return };
    let store = SqlStore::open(&database.url("sutra_app").parse().unwrap()).await.unwrap();
    one_of_many_writers_gets_the_value(store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_sqlite_one_of_many_writers_gets_the_value() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite_url(&folder).parse().unwrap();
    SqlStore::migrate(&url).await.unwrap();
    one_of_many_writers_gets_the_value(SqlStore::open(&url).await.unwrap()).await;
}

async fn one_of_many_writers_gets_the_value(store: SqlStore) {
    let engine = engine(store.clone());
    let caller = administrator(&engine).await;
    let unique = FieldEdit { unique: Some(true), ..FieldEdit::default() };
    engine.objects().update_field(&caller, "account", "industry", &unique).await.unwrap();
    let mut writers = JoinSet::new();
    for number in 0..WRITERS {
        let (engine, caller) = (engine.clone(), caller.clone());
        let edit = account(&format!("Account {number}"), if number % 2 == 0 { "Straße" } else { "STRASSE" });
        writers.spawn(async move { engine.records().create(&caller, "account", &edit).await });
    }
    let (won, lost): (Vec<_>, Vec<_>) = writers.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    for error in lost {
        assert_eq!(error.unwrap_err().to_string(), "`industry`: This value is already used.");
    }
    let id = won.into_iter().next().unwrap().unwrap().value.id;
    engine.records().delete(&caller, "account", id, None).await.unwrap();
    let again = engine.records().create(&caller, "account", &account("Again", "strasse")).await.unwrap();
    let taken = engine.records().restore(&caller, "account", id).await.unwrap_err();
    assert_eq!(taken.code(), "VALIDATION_FAILED");
    engine.records().delete(&caller, "account", again.value.id, None).await.unwrap();
    engine.records().restore(&caller, "account", id).await.unwrap();
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_postgresql_two_who_make_one_record_make_one() {
    let Some(database) = Postgres::migrated().await else { return };
    let store = SqlStore::open(&database.url("sutra_app").parse().unwrap()).await.unwrap();
    two_who_make_one_record_make_one(store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_sqlite_two_who_make_one_record_make_one() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite_url(&folder).parse().unwrap();
    SqlStore::migrate(&url).await.unwrap();
    two_who_make_one_record_make_one(SqlStore::open(&url).await.unwrap()).await;
}

async fn two_who_make_one_record_make_one(store: SqlStore) {
    let engine = engine(store.clone());
    let caller = administrator(&engine).await;
    let unique = FieldEdit { unique: Some(true), ..FieldEdit::default() };
    engine.objects().update_field(&caller, "account", "industry", &unique).await.unwrap();
    for round in 0..10 {
        let mut writers = JoinSet::new();
        for name in ["One", "Two"] {
            let (engine, caller) = (engine.clone(), caller.clone());
            let edit = account(name, &format!("Industry {round}"));
            let by = ApiName::parse("industry").unwrap();
            writers.spawn(async move {
                let written = engine.records().upsert(&caller, "account", &by, &edit).await.unwrap();
                (written.value.version, written.value.is_creation(), written.value.id)
            });
        }
        let mut done = writers.join_all().await;
        done.sort();
        let told: Vec<_> = done.iter().map(|(version, is_made, _)| (*version, *is_made)).collect();
        assert_eq!(told, [(1, true), (2, false)], "round {round}");
        let ids: BTreeSet<_> = done.into_iter().map(|(_, _, id)| id).collect();
        assert_eq!(ids.len(), 1, "round {round}");
    }
    store.close().await;
}

fn account(name: &str, industry: &str) -> Edit {
    let fields = [("name", name), ("industry", industry)];
    let fields = fields.map(|(field, text)| (ApiName::parse(field).unwrap(), Value::text(text)));
    Edit { fields: fields.into(), ..Edit::default() }
}
