//! Many requests at once with one idempotency key, through the engine and on real databases.

use sutra_acl::Grants;
use sutra_engine::{Edit, IdempotencyKey, ListRequest, Part, ProfileEdit};
use sutra_kernel::{ApiName, Value};
use sutra_storage::SqlStore;
use tokio::task::JoinSet;

use crate::{
    fixture::{Postgres, sqlite_url},
    house::{administrator, engine},
};

/// How many ask at the same time: more than there are connections.
const REQUESTS: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_postgresql_fifty_requests_have_one_effect() {
    let Some(database) = Postgres::migrated().await else { return };
    let store = SqlStore::open(&database.url("sutra_app").parse().unwrap()).await.unwrap();
    fifty_requests_have_one_effect(store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_sqlite_fifty_requests_have_one_effect() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite_url(&folder).parse().unwrap();
    SqlStore::migrate(&url).await.unwrap();
    fifty_requests_have_one_effect(SqlStore::open(&url).await.unwrap()).await;
}

async fn fifty_requests_have_one_effect(store: SqlStore) {
    let engine = engine(store.clone());
    let caller = administrator(&engine).await;
    let name = ApiName::parse("name").unwrap();
    let edit = Edit { fields: [(name, Value::text("Acme"))].into(), ..Edit::default() };
    let entries = |report: sutra_audit::Report| report.entries;
    let before = entries(engine.ledger().verify(caller.workspace()).await.unwrap());

    let repeating = caller.repeating(&IdempotencyKey::parse("k1").unwrap(), "createAccount", b"Acme");
    let mut requests = JoinSet::new();
    for _ in 0..REQUESTS {
        let (engine, caller, edit) = (engine.clone(), repeating.clone(), edit.clone());
        requests.spawn(async move {
            let written = engine.records().create(&caller, "account", &edit).await.unwrap();
            let changed = written.value;
            (changed.id, changed.version, changed.changed, changed.view, written.receipt)
        });
    }
    let mut answers = requests.join_all().await;
    answers.dedup();
    assert_eq!(answers.len(), 1, "{REQUESTS} identical answers");

    let object = ApiName::parse("account").unwrap();
    let accounts =
        ListRequest { object, filter: None, search: None, order: None, part: Part::first(1, None) };
    let viewing = engine.view(&caller).await.unwrap();
    assert_eq!(viewing.count_records(&accounts).await.unwrap().count, 1);
    viewing.close().await.unwrap();
    let after = entries(engine.ledger().verify(caller.workspace()).await.unwrap());
    assert_eq!(after, before + 1, "one entry");
    store.close().await;
}

/// Whoever comes second has begun under the policy that the first replaces.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_postgresql_a_change_of_the_policy_is_answered_again_under_that_policy() {
    let Some(database) = Postgres::migrated().await else { return };
    let store = SqlStore::open(&database.url("sutra_app").parse().unwrap()).await.unwrap();
    let engine = engine(store.clone());
    let caller = administrator(&engine).await;
    for round in 0..10 {
        let key = IdempotencyKey::parse(&format!("k{round}")).unwrap();
        let repeating = caller.repeating(&key, "createProfile", b"Guest");
        let edit = ProfileEdit { name: format!("Guest {round}"), grants: Grants::default() };
        let mut requests = JoinSet::new();
        for _ in 0..8 {
            let (engine, caller, edit) = (engine.clone(), repeating.clone(), edit.clone());
            requests.spawn(async move {
                let written = engine.permissions().create_profile(&caller, &edit).await.unwrap();
                (written.value.id, written.receipt)
            });
        }
        let mut answers = requests.join_all().await;
        answers.dedup();
        assert_eq!(answers.len(), 1, "round {round}");
    }
    store.close().await;
}
