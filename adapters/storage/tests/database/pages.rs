//! Pages of many thousand records, on every way that a page is found.

use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};
use sutra_acl::{Cause, Facts, Level, Owner, Principal, Scope, Share};
use sutra_engine::Store as _;
use sutra_kernel::{
    Condition, Direction, GroupId, ObjectId, RecordId, RoleId, Test, UserId, Value, WorkspaceId,
};
use sutra_records::{Filter, ListQuery, Order, Turn};
use sutra_storage::SqlStore;

use crate::{
    fixture::{A, Postgres, sqlite_url},
    plans::{self, POSTGRES, ROWS, SQLITE, led, list, name, statements, uuid},
};

#[tokio::test]
async fn pages_on_sqlite_are_what_the_scope_admits() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite_url(&folder);
    SqlStore::migrate(&url.parse().unwrap()).await.unwrap();
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    for statement in statements(A, &SQLITE) {
        sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
    expect_pages(SqlStore::open(&url.parse().unwrap()).await.unwrap()).await;
}

#[tokio::test]
async fn pages_on_postgres_are_what_the_scope_admits() {
    let Some(database) = Postgres::migrated().await else { return };
    let mut app = database.inside("sutra_app", A).await;
    for statement in statements(A, &POSTGRES) {
        sqlx::query(AssertSqlSafe(statement)).execute(&mut app).await.unwrap();
    }
    sqlx::query("COMMIT").execute(&mut app).await.unwrap();
    let mut owner = database.connect("sutra_owner").await;
    sqlx::raw_sql("ANALYZE record; ANALYZE record_share").execute(&mut owner).await.unwrap();
    expect_pages(SqlStore::open(&database.url("sutra_app").parse().unwrap()).await.unwrap()).await;
}

async fn expect_pages(store: SqlStore) {
    let employees = |test| Condition::test(name("numberOfEmployees"), test);
    let filters: [(&str, Option<Filter>); 4] = [
        ("all", None),
        ("those of a number that few have", Some(employees(Test::Lt(Value::Integer(300))))),
        ("those of a number that many have", Some(employees(Test::Gt(Value::Integer(4_000))))),
        ("those without a number", Some(employees(Test::IsNull(true)))),
    ];
    for roles in [0, 1, 3, 30, 50] {
        for (what, filter) in &filters {
            for field in ["id", "createdAt", "numberOfEmployees"] {
                for (direction, turn) in [
                    (Direction::Descending, Turn::Forward),
                    (Direction::Ascending, Turn::Forward),
                    (Direction::Descending, Turn::Backward),
                ] {
                    let order = Order { field: name(field), direction };
                    let query = ListQuery {
                        scope: led(roles),
                        filter: filter.clone(),
                        order,
                        turn,
                        ..list("account")
                    };
                    let what = format!("{roles} roles, {what}, by {field}, {direction:?}, {turn:?}");
                    expect_page(&store, query, &what).await;
                }
            }
        }
    }
    store.close().await;
}

/// The first page, the one behind it, and how many there are in all.
async fn expect_page(store: &SqlStore, mut query: ListQuery, what: &str) {
    let mut reads = store.reads(WorkspaceId::from_uuid(A)).await.unwrap();
    let meant = meant(&query);
    assert_eq!(reads.count_records(&query, 100_000).await.unwrap(), meant.len() as u64, "{what}: how many");
    for page in meant.chunks(query.limit).take(2) {
        let listed = reads.list_records(&query).await.unwrap();
        let mut ids: Vec<_> = listed.items.iter().map(|record| record.id).collect();
        let last = match query.turn {
            Turn::Forward => listed.items.last(),
            Turn::Backward => {
                ids.reverse();
                listed.items.first()
            }
        };
        assert_eq!(ids, page, "{what}");
        let mut last = query.position_beyond(last.unwrap());
        // The rows have their slots, and no values.
        last.value = value(&query, last.id);
        query.from = Some(last);
    }
    reads.finish().await.unwrap();
}

/// The records of the list, in the order in which they are read.
fn meant(query: &ListQuery) -> Vec<RecordId> {
    let mut keys: Vec<_> = (1..=ROWS)
        .filter(|number| is_seen(&query.scope, *number))
        .map(id)
        .filter(|id| {
            let number = |_: &_| value_of("numberOfEmployees", *id);
            query
                .filter
                .as_ref()
                .is_none_or(|filter| filter.holds_with(&|field, test| test.holds(&number(field)), &|_| false))
        })
        .map(|id| (value(query, id), id))
        .collect();
    keys.sort_by(|a, b| a.0.compare(&b.0).unwrap().then(a.1.cmp(&b.1)));
    if (query.order.direction == Direction::Descending) == (query.turn == Turn::Forward) {
        keys.reverse();
    }
    keys.into_iter().map(|(_, id)| id).collect()
}

/// Whether the scope admits the account of this number, as the database was filled.
fn is_seen(scope: &Scope, number: u32) -> bool {
    let (owner, role) = (UserId::from_uuid(uuid(1 + number % 200)), RoleId::from_uuid(uuid(1 + number % 50)));
    let share = |principal, role| Share { principal, role, level: Level::Read, cause: Cause::Manual };
    let group = Principal::Group(GroupId::from_uuid(uuid(1_001 + number / 5 % 200)));
    let shares = [share(group, None), share(Principal::User(owner), Some(role))];
    let facts = Facts {
        owner_role: Some(role),
        shares: if number.is_multiple_of(5) { &shares } else { &[] },
        ..Facts::new(WorkspaceId::from_uuid(A), ObjectId::from_uuid(A), id(number), Owner::User(owner))
    };
    scope.admits(&facts)
}

fn value(query: &ListQuery, id: RecordId) -> Value {
    value_of(query.order.field.as_str(), id)
}

fn value_of(field: &str, id: RecordId) -> Value {
    let number = u32::try_from(id.uuid().as_u128()).unwrap();
    match field {
        "id" => Value::Reference(id),
        "createdAt" => plans::instant(number),
        "numberOfEmployees" if number.is_multiple_of(7) => Value::Null,
        _ => Value::Integer(i64::from(number * 31 % 10_000)),
    }
}

fn id(number: u32) -> RecordId {
    RecordId::from_uuid(uuid(number))
}
