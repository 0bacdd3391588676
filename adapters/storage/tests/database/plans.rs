//! Which index answers which list: read off the databases' own plans.
//!
//! PostgreSQL plans as the role that serves, under forced row-level security, with the statistics of the rows and
//! without any setting that forbids it another plan.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};
use sutra_acl::{Owner, Principal, Runs, Scope};
use sutra_kernel::{
    ApiName, Condition, Direction, GroupId, RecordId, RoleId, Test, Timestamp, UserId, Value, WorkspaceId,
};
use sutra_records::{Filter, ListQuery, ObjectDef, Order, Position, Relation, Search, Side, Turn, standard};
use sutra_storage::SqlStore;
use uuid::Uuid;

use crate::fixture::{A, B, Postgres, sqlite_url};

/// How many accounts and how many contacts there are.
pub(crate) const ROWS: u32 = 10_000;

/// Owners are the users 1 to 200, their roles 1 to 50. Names all differ; every fifth record has no industry, and
/// every seventh no number.
const FILL: &str = "
    WITH RECURSIVE number (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < {rows})
    INSERT INTO record (workspace_id, id, object_id, owner_id, access_owner_id, access_role_id, version, created_at,
        created_by, updated_at, updated_by, fields, sealed, text_00, text_03, int_00, uuid_00)
    SELECT {workspace}, {id}, {object}, {owner}, {owner}, {role}, 1, i * 1000, {owner}, (i * 7919) % {rows} * 1000,
        {owner}, '{}', '{}', 'name ' || (10000000 + i * 7919 % {rows}),
        CASE WHEN i % 5 = 0 THEN '' ELSE 'industry ' || (i % 40) END,
        CASE WHEN i % 7 = 0 THEN -9223372036854775807 - 1 ELSE i * 31 % 10000 END, {reference}
    FROM number";

const DEFINE: &str = "
    INSERT INTO object_definition (workspace_id, id, name, label, plural, plural_label, name_field, subject, standard,
        help, position, needs_reason)
    VALUES ({workspace}, {object}, '{name}', '', '{name}s', '', '', '', TRUE, '', 0, FALSE)";

/// A word for each account.
const WORDS: &str = "
    WITH RECURSIVE number (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < {rows})
    INSERT INTO search_token (workspace_id, object_id, token, field_id, record_id)
    SELECT {workspace}, {object}, 'word' || (10000000 + i), {field}, {id} FROM number";

/// Every fifth account is shared: with one of the groups 1,001 to 1,200, and with one of the users 1 to 200.
const SHARE: &str = "
    WITH RECURSIVE number (i) AS (SELECT 5 UNION ALL SELECT i + 5 FROM number WHERE i < {rows})
    INSERT INTO record_share (workspace_id, object_id, record_id, principal_kind, principal_id, grantee_role_id, level, cause, cause_id)
    SELECT {workspace}, {object}, {id}, kind, CASE kind WHEN 'group' THEN {group} ELSE {owner} END,
        CASE kind WHEN 'user' THEN {role} END, 1, 'manual', {nobody}
    FROM number CROSS JOIN (SELECT 'group' AS kind UNION ALL SELECT 'user') AS kinds";

/// A list, and the indexes that it is read through.
struct Shape {
    name: &'static str,
    query: ListQuery,
    indexes: Vec<String>,
    /// Whether what the index yields must be sorted.
    is_sorted: bool,
}

#[tokio::test]
async fn every_list_on_sqlite_is_read_through_its_index() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite_url(&folder);
    SqlStore::migrate(&url.parse().unwrap()).await.unwrap();
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    for workspace in [A, B] {
        for statement in statements(workspace, &SQLITE) {
            sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
        }
    }
    connection.close().await.unwrap();
    let store = SqlStore::open(&url.parse().unwrap()).await.unwrap();
    expect_indexes(
        &store,
        [("key", "sqlite_autoindex_record_1"), ("words", "search_token USING PRIMARY KEY")],
    )
    .await;
    store.close().await;
}

#[tokio::test]
async fn every_list_on_postgres_is_read_through_its_index() {
    let Some(database) = Postgres::migrated().await else { return };
    for workspace in [A, B] {
        let mut app = database.inside("sutra_app", workspace).await;
        for statement in statements(workspace, &POSTGRES) {
            sqlx::query(AssertSqlSafe(statement)).execute(&mut app).await.unwrap();
        }
        sqlx::query("COMMIT").execute(&mut app).await.unwrap();
    }
    let mut owner = database.connect("sutra_owner").await;
    sqlx::raw_sql("ANALYZE record; ANALYZE search_token; ANALYZE record_share")
        .execute(&mut owner)
        .await
        .unwrap();
    let store = SqlStore::open(&database.url("sutra_app").parse().unwrap()).await.unwrap();
    expect_indexes(
        &store,
        [
            ("key", "record_object_id_id_idx"),
            ("words", "search_token_object_id_token_field_id_record_id_pkey"),
        ],
    )
    .await;
    store.close().await;
}

/// `own` are the names that indexes have in this database alone, or by which it chooses one of two that serve.
async fn expect_indexes(store: &SqlStore, own: [(&str, &str); 2]) {
    let mut wrong = Vec::new();
    for Shape { name, query, indexes, is_sorted } in shapes() {
        let plan = store.explain_list(WorkspaceId::from_uuid(A), &query).await.unwrap();
        let has = |word: &str| plan.iter().any(|line| line.contains(word));
        let is_used = |index: &String| {
            let named = own.iter().find(|(word, _)| word == index);
            has(named.map_or(index.as_str(), |(_, name)| name))
        };
        // There are so few shares that PostgreSQL may read them all.
        let is_walk = |line: &&String| {
            ["Seq Scan on record", "SCAN record"].iter().any(|walk| line.contains(walk))
                && !line.contains("record_share")
        };
        let is_sought = indexes.iter().all(is_used) && !plan.iter().any(|line| is_walk(&line));
        if !is_sought || (has("Sort") || has("TEMP B-TREE")) && !is_sorted {
            wrong.push(format!("{name}: expected {indexes:?}, sorted: {is_sorted}\n{}", plan.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Every shape of filter, scope and order, and what it goes through.
fn shapes() -> Vec<Shape> {
    let mut shapes = filters();
    shapes.extend(references());
    shapes.extend(scopes());
    shapes.extend(orders());
    shapes
}

fn filters() -> Vec<Shape> {
    let [one, two] = [31, 62].map(Value::Integer);
    vec![
        filtered("an id", "id", Test::Eq(record(9)), "key"),
        filtered("ids", "id", Test::In(vec![record(9), record(11)]), "id").sorted(),
        filtered("a text", "name", Test::Eq(title(7)), "text_00"),
        filtered("texts", "name", Test::In(vec![title(7), title(8)]), "text_00").sorted(),
        filtered("the start of a text", "name", Test::StartsWith("NAME 1000000".into()), "text_00").sorted(),
        between("texts between two", "name", [title(7), title(9)], "text_00").sorted(),
        filtered("no text", "industry", Test::IsNull(true), "text_03"),
        filtered("any text", "industry", Test::IsNull(false), "id"),
        filtered("a number", "numberOfEmployees", Test::Eq(one.clone()), "int_00"),
        filtered("numbers", "numberOfEmployees", Test::In(vec![one.clone(), two.clone()]), "int_00").sorted(),
        between("numbers between two", "numberOfEmployees", [one, two], "int_00").sorted(),
        filtered("an owner", "ownerId", Test::Eq(record(3)), "owner_id"),
        between("instants of making", "createdAt", [instant(7), instant(90)], "created_at").sorted(),
        between("instants of change", "updatedAt", [instant(7), instant(90)], "updated_at").sorted(),
        in_order("numbers after another", "numberOfEmployees", Test::Gt(Value::Integer(9)), "int_00"),
        in_order("instants after another", "createdAt", Test::Gte(instant(9)), "created_at"),
    ]
}

/// Contacts, by the account that they refer to.
fn references() -> Vec<Shape> {
    let through = |condition: Filter| {
        let relation = Relation {
            field: name("account"),
            object: Arc::new(object("account")),
            scope: Scope::ALL,
            condition: Box::new(condition),
        };
        ListQuery { filter: Some(Condition::Related(relation)), ..list("contact") }
    };
    let account =
        |test| ListQuery { filter: Some(Condition::test(name("account"), test)), ..list("contact") };
    vec![
        shape("a reference", account(Test::Eq(record(9))), &["uuid_00"]),
        shape("references", account(Test::In(vec![record(9), record(11)])), &["uuid_00"]).sorted(),
        shape(
            "what a reference refers to",
            through(Condition::test(name("name"), Test::Eq(title(7)))),
            &["text_00", "uuid_00"],
        )
        .sorted(),
    ]
}

fn scopes() -> Vec<Shape> {
    let scoped = |owners: &[u32], roles: &[u32]| {
        let owners = owners.iter().map(|number| Owner::User(UserId::from_uuid(uuid(*number)))).collect();
        let roles = roles.iter().map(|number| RoleId::from_uuid(uuid(*number))).collect();
        ListQuery { scope: Scope::of(Runs { owners, roles, ..Runs::default() }), ..list("account") }
    };
    let kinds = ["access_owner_id", "access_role_id", "principal", "grantee"];
    let words = Search::new("word1000000", &object("account"), |_| true).unwrap();
    vec![
        shape("everything", list("account"), &["id"]),
        shape("words", ListQuery { search: Some(words), ..list("account") }, &["words"]).sorted(),
        shape("one's own", scoped(&[3], &[]), &["access_owner_id"]).sorted(),
        shape("a role's", scoped(&[], &[7]), &["access_role_id"]).sorted(),
        shape("a manager's", ListQuery { scope: led(3), ..list("account") }, &kinds).sorted(),
        shape("a director's", ListQuery { scope: led(30), ..list("account") }, &["id"]).sorted(),
        shape(
            "a manager's of one name",
            ListQuery { scope: led(3), ..with(Condition::test(name("name"), Test::Eq(title(7)))) },
            &["text_00"],
        )
        .sorted(),
        shape("a manager's by name", ListQuery { scope: led(3), ..by("name") }, &kinds[..3]).sorted(),
    ]
}

/// What somebody sees who leads so many roles, and the groups of their number.
pub(crate) fn led(roles: u32) -> Scope {
    let led: Vec<_> = (1..=roles).map(|number| RoleId::from_uuid(uuid(number))).collect();
    let groups = (1_001..=1_000 + roles).map(|number| Principal::Group(GroupId::from_uuid(uuid(number))));
    Scope::of(Runs {
        owners: vec![Owner::User(UserId::from_uuid(uuid(199)))],
        roles: led.clone(),
        principals: groups.collect(),
        grantee_roles: led,
        ..Runs::default()
    })
}

fn by(field: &str) -> ListQuery {
    let order = Order { field: name(field), direction: Direction::Ascending };
    ListQuery { order, ..list("account") }
}

/// Orders by an index, from either end, from the middle and from among those without a value: none is sorted.
fn orders() -> Vec<Shape> {
    let fields = [
        ("id", record(9_000), "id"),
        ("createdAt", instant(9_000), "created_at"),
        ("updatedAt", instant(9_000), "updated_at"),
        ("name", title(9_000), "text_00"),
        ("industry", Value::text("industry 7"), "text_03"),
        ("industry", Value::Null, "text_03"),
        ("numberOfEmployees", Value::Integer(9_000), "int_00"),
        ("numberOfEmployees", Value::Null, "int_00"),
    ];
    let ways = [
        (Direction::Ascending, Turn::Forward),
        (Direction::Descending, Turn::Forward),
        (Direction::Descending, Turn::Backward),
    ];
    let mut shapes = Vec::new();
    for (field, value, index) in fields {
        for (direction, turn) in ways {
            let order = Order { field: name(field), direction };
            let list = ListQuery { order, turn, ..list("account") };
            let id = RecordId::from_uuid(uuid(9_000));
            let from = Some(Position { value: value.clone(), id, side: Side::After });
            shapes.push(shape(field, list.clone(), &[index]));
            shapes.push(shape(field, ListQuery { from, ..list }, &[index]));
        }
    }
    shapes
}

fn filtered(what: &'static str, field: &str, test: Test, index: &str) -> Shape {
    shape(what, with(Condition::test(name(field), test)), &[index])
}

fn between(what: &'static str, field: &str, [from, to]: [Value; 2], index: &str) -> Shape {
    let tests = [Test::Gte(from), Test::Lt(to)].map(|test| Condition::test(name(field), test));
    shape(what, with(Condition::All(tests.into())), &[index])
}

/// A filter and the order of one field.
fn in_order(what: &'static str, field: &str, test: Test, index: &str) -> Shape {
    let order = Order { field: name(field), direction: Direction::Ascending };
    shape(what, ListQuery { order, ..with(Condition::test(name(field), test)) }, &[index])
}

fn shape(name: &'static str, query: ListQuery, columns: &[&str]) -> Shape {
    let index = |column: &&str| match *column {
        "key" | "words" => (*column).to_owned(),
        // As far as PostgreSQL keeps a name.
        "principal" => "record_share_object_id_principal_kind_principal_id_record_i".to_owned(),
        "grantee" => "record_share_object_id_grantee_role_id_record_id_idx".to_owned(),
        "id" => "record_object_id_id_idx".to_owned(),
        "owner_id" => "record_owner_id_object_id_id_idx".to_owned(),
        column => format!("record_object_id_{column}_id_idx"),
    };
    Shape { name, query, indexes: columns.iter().map(index).collect(), is_sorted: false }
}

impl Shape {
    fn sorted(self) -> Self {
        Self { is_sorted: true, ..self }
    }
}

/// The accounts that a filter finds.
fn with(filter: Filter) -> ListQuery {
    ListQuery { filter: Some(filter), ..list("account") }
}

pub(crate) fn list(of: &str) -> ListQuery {
    ListQuery {
        object: Arc::new(object(of)),
        scope: Scope::ALL,
        filter: None,
        search: None,
        order: Order { field: name("id"), direction: Direction::Descending },
        turn: Turn::Forward,
        from: None,
        limit: 50,
        deleted: false,
    }
}

/// How a database writes UUIDs.
pub(crate) struct Dialect {
    /// The one of a number.
    numbered: fn(&str) -> String,
    literal: fn(Uuid) -> String,
}

pub(crate) const SQLITE: Dialect = Dialect {
    numbered: |number| format!("unhex(printf('%032x', {number}))"),
    literal: |uuid| format!("x'{}'", uuid.simple()),
};

pub(crate) const POSTGRES: Dialect = Dialect {
    numbered: |number| format!("lpad(to_hex({number}), 32, '0')::uuid"),
    literal: |uuid| format!("'{uuid}'::uuid"),
};

/// What fills a workspace: two objects, and their records. The contacts' ids come after those of the accounts, two
/// of them refer to one account.
pub(crate) fn statements(workspace: Uuid, dialect: &Dialect) -> Vec<String> {
    let [account_id, contact_id] = ["i".to_owned(), format!("i + {ROWS}")].map(|id| (dialect.numbered)(&id));
    let account = (dialect.numbered)("1 + i / 2");
    let objects = [("account", account_id, "NULL".to_owned()), ("contact", contact_id, account)];
    let rest = [WORDS, SHARE].map(|text| (text, objects[0].clone()));
    let templates = objects.into_iter().flat_map(|object| [DEFINE, FILL].map(|text| (text, object.clone())));
    templates
        .chain(rest)
        .map(|(template, (name, id, reference))| {
            template
                .replace("{workspace}", &(dialect.literal)(workspace))
                .replace("{object}", &(dialect.literal)(object(name).id.uuid()))
                .replace("{name}", name)
                .replace("{field}", &(dialect.literal)(object(name).fields.first().unwrap().id.uuid()))
                .replace("{rows}", &ROWS.to_string())
                .replace("{id}", &id)
                .replace("{reference}", &reference)
                .replace("{owner}", &(dialect.numbered)("1 + i % 200"))
                .replace("{group}", &(dialect.numbered)("1001 + i / 5 % 200"))
                .replace("{nobody}", &(dialect.literal)(Uuid::nil()))
                .replace("{role}", &(dialect.numbered)("1 + i % 50"))
        })
        .collect()
}

fn object(named: &str) -> ObjectDef {
    standard::objects().into_iter().find(|object| object.name.as_str() == named).unwrap()
}

pub(crate) fn name(text: &str) -> ApiName {
    ApiName::parse(text).unwrap()
}

fn title(number: u32) -> Value {
    Value::text(format!("name {}", 10_000_000 + number))
}

pub(crate) fn instant(number: u32) -> Value {
    Value::Timestamp(Timestamp::from_micros(i64::from(number) * 1_000))
}

fn record(number: u32) -> Value {
    Value::Reference(RecordId::from_uuid(uuid(number)))
}

pub(crate) fn uuid(number: u32) -> Uuid {
    Uuid::from_u128(number.into())
}
