//! Records without a value, of the days when their slots said nothing of it.

use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};
use sutra_engine::{Edit, ListRequest, Part};
use sutra_kernel::{ApiName, Condition, Direction, Test, Value, WorkspaceId};
use sutra_storage::SqlStore;

use crate::{
    fixture::{Postgres, sqlite_url},
    house::{administrator, engine},
};

/// What the database was before the step that marks them.
const BEFORE: [&str; 3] = [
    "UPDATE record SET text_03 = NULL WHERE text_03 = ''",
    "UPDATE record SET int_00 = NULL WHERE int_00 < 0",
    "DELETE FROM seaql_migrations WHERE version = 'm0020_empty'",
];

#[tokio::test]
async fn on_sqlite_they_are_found_again_by_a_migration() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite_url(&folder);
    SqlStore::migrate(&url.parse().unwrap()).await.unwrap();
    let store = SqlStore::open(&url.parse().unwrap()).await.unwrap();
    they_are_found_again(store, async |_| {
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        for statement in BEFORE {
            sqlx::query(statement).execute(&mut connection).await.unwrap();
        }
        SqlStore::migrate(&url.parse().unwrap()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn on_postgresql_they_are_found_again_by_a_migration() {
    let Some(database) = Postgres::migrated().await else { return };
    let store = SqlStore::open(&database.url("sutra_app").parse().unwrap()).await.unwrap();
    they_are_found_again(store, async |workspace| {
        let mut owner = database.inside("sutra_owner", workspace.uuid()).await;
        for statement in BEFORE.iter().chain(&["COMMIT"]) {
            sqlx::query(AssertSqlSafe(*statement)).execute(&mut owner).await.unwrap();
        }
        SqlStore::migrate(&database.url("sutra_owner").parse().unwrap()).await.unwrap();
    })
    .await;
}

/// Two accounts of five have an industry, and one other a number of employees.
async fn they_are_found_again(store: SqlStore, migrate: impl AsyncFnOnce(WorkspaceId)) {
    let engine = engine(store.clone());
    let ada = administrator(&engine).await;
    let accounts = [
        ("A", "industry", Value::text("Paper")),
        ("B", "numberOfEmployees", Value::Integer(7)),
        ("C", "fax", Value::text("123")),
        ("D", "industry", Value::text("Steel")),
        ("E", "fax", Value::text("456")),
    ];
    for (name, field, value) in accounts {
        let fields = [("name", Value::text(name)), (field, value)];
        let fields = fields.map(|(field, value)| (ApiName::parse(field).unwrap(), value));
        let edit = Edit { fields: fields.into(), ..Edit::default() };
        engine.records().create(&ada, "account", &edit).await.unwrap();
    }
    migrate(ada.workspace()).await;

    let viewing = engine.view(&ada).await.unwrap();
    let names = async |request: &ListRequest| {
        let listed = viewing.list_records(request).await.unwrap();
        let name = ApiName::parse("name").unwrap();
        listed.items.iter().map(|(view, _)| view.value(&name).to_string()).collect::<Vec<_>>().concat()
    };
    let by_industry = |direction| ListRequest {
        order: Some((ApiName::parse("industry").unwrap(), direction)),
        ..accounts_where(None)
    };
    assert_eq!(names(&by_industry(Direction::Ascending)).await, "BCEAD");
    assert_eq!(names(&by_industry(Direction::Descending)).await, "DAECB");
    for (field, is_null, expected) in
        [("industry", true, "ECB"), ("industry", false, "DA"), ("numberOfEmployees", true, "EDCA")]
    {
        let request = accounts_where(Some((field, Test::IsNull(is_null))));
        assert_eq!(names(&request).await, expected, "{field} {is_null}");
    }
    viewing.close().await.unwrap();
    store.close().await;
}

fn accounts_where(test: Option<(&str, Test)>) -> ListRequest {
    ListRequest {
        object: ApiName::parse("account").unwrap(),
        filter: test.map(|(field, test)| Condition::test(ApiName::parse(field).unwrap(), test)),
        search: None,
        order: None,
        part: Part::first(50, None),
    }
}
