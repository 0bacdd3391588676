//! A workspace of an earlier version of the product, on real databases.

use sutra_engine::{Caller, Edit, Engine, ListRequest, Part, Upgraded};
use sutra_kernel::{ApiName, Value};
use sutra_records::{ObjectDef, standard};
use sutra_storage::SqlStore;

use crate::{
    fixture::{Postgres, sqlite_url},
    house::{administrator, engine, engine_shipping},
};

#[tokio::test]
async fn on_postgresql_an_older_workspace_gets_what_it_lacks() {
    let Some(database) = Postgres::migrated().await else { return };
    let store = SqlStore::open(&database.url("sutra_app").parse().unwrap()).await.unwrap();
    an_older_workspace_gets_what_it_lacks(store).await;
}

#[tokio::test]
async fn on_sqlite_an_older_workspace_gets_what_it_lacks() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite_url(&folder).parse().unwrap();
    SqlStore::migrate(&url).await.unwrap();
    an_older_workspace_gets_what_it_lacks(SqlStore::open(&url).await.unwrap()).await;
}

/// The standard objects of a version without products and without websites, that did not find accounts by their
/// telephone numbers.
fn older() -> Vec<ObjectDef> {
    let mut objects = standard::objects();
    objects.retain(|object| object.name.as_str() != "product");
    let account = objects.first_mut().unwrap();
    account.fields.retain(|field| field.name.as_str() != "website");
    account.fields.iter_mut().find(|field| field.name.as_str() == "phone").unwrap().searchable = false;
    objects
}

async fn an_older_workspace_gets_what_it_lacks(store: SqlStore) {
    let old = engine_shipping(older(), store.clone());
    let ada = administrator(&old).await;
    create(&old, &ada, "account", &[("name", "Acme"), ("phone", "+49 30 123456")]).await;

    let new = engine(store.clone());
    let upgraded = new.workspaces().upgrade(ada.workspace()).await.unwrap();
    assert_eq!(upgraded, Upgraded { objects: 2, left_out: Vec::new() });
    while new.tasks().run_due().await.unwrap() {}
    assert_eq!(found(&new, &ada, "123456").await, 1, "what was there before has its words");
    create(&new, &ada, "account", &[("name", "Zed"), ("website", "https://zed.example")]).await;
    create(&new, &ada, "product", &[("name", "Label printer")]).await;
    assert_eq!(new.workspaces().upgrade(ada.workspace()).await.unwrap(), Upgraded::default());
    assert!(new.ledger().verify(ada.workspace()).await.unwrap().is_sound());

    // A process of the earlier version that is still there goes on with what it finds.
    create(&old, &ada, "account", &[("name", "Ore"), ("website", "https://ore.example")]).await;
    assert_eq!(found(&old, &ada, "ore").await, 1);
    store.close().await;
}

async fn create(engine: &Engine, by: &Caller, object: &str, fields: &[(&str, &str)]) {
    let fields = fields.iter().map(|(name, text)| (ApiName::parse(name).unwrap(), Value::text(*text)));
    let edit = Edit { fields: fields.collect(), ..Edit::default() };
    engine.records().create(by, object, &edit).await.unwrap();
}

/// How many accounts are found by a word.
async fn found(engine: &Engine, by: &Caller, word: &str) -> u64 {
    let viewing = engine.view(by).await.unwrap();
    let request = ListRequest {
        object: ApiName::parse("account").unwrap(),
        filter: None,
        search: Some(word.to_owned()),
        order: None,
        part: Part::first(1, None),
    };
    let count = viewing.count_records(&request).await.unwrap().count;
    viewing.close().await.unwrap();
    count
}
