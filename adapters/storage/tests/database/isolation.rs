//! What plain SQL can do, as the serving role or on the file.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection};
use sutra_storage::SqlStore;

use crate::fixture::{A, B, Postgres, code, sqlite_url};

const PROFILE: &str = "INSERT INTO profile (workspace_id, id, name, system)
    VALUES (current_setting('sutra.workspace')::uuid, gen_random_uuid(), 'Standard', 0)";

const APPEND: &str = "SELECT * FROM audit_append($1, 7, 0, 0, 0, 0, gen_random_uuid(),
    '{0}', '{\"\\\\x00\"}', '{1}', '{x}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}',
    '{}', '{}', '{}', '{}', '{}', '{}')";

async fn commit(connection: &mut PgConnection) {
    sqlx::query("COMMIT").execute(connection).await.unwrap();
}

async fn both_have_a_profile_and_an_entry(database: &Postgres) {
    for workspace in [A, B] {
        let mut app = database.inside("sutra_app", workspace).await;
        sqlx::query(PROFILE).execute(&mut app).await.unwrap();
        sqlx::query("SELECT create_ledger_head($1)").bind(workspace).execute(&mut app).await.unwrap();
        sqlx::query(APPEND).bind(workspace).execute(&mut app).await.unwrap();
        commit(&mut app).await;
    }
}

async fn scoped_tables(connection: &mut PgConnection) -> Vec<String> {
    let query = "SELECT relname::text FROM pg_class WHERE relrowsecurity ORDER BY 1";
    sqlx::query_scalar(query).fetch_all(connection).await.unwrap()
}

#[tokio::test]
async fn without_a_context_every_read_is_an_error() {
    let Some(database) = Postgres::migrated().await else { return };
    both_have_a_profile_and_an_entry(&database).await;
    let mut fresh = database.connect("sutra_app").await;
    // After a transaction the setting is empty and no longer unset: that must be an error too.
    let mut used = database.inside("sutra_app", A).await;
    commit(&mut used).await;
    let tables = scoped_tables(&mut fresh).await;
    assert!(tables.len() > 15);
    for table in tables {
        let query = format!("SELECT * FROM {table}");
        let unset = sqlx::query(AssertSqlSafe(query.clone())).fetch_all(&mut fresh).await;
        assert_eq!(code(unset), "42704", "{table}");
        let empty = sqlx::query(AssertSqlSafe(query)).fetch_all(&mut used).await;
        assert_eq!(code(empty), "22P02", "{table}");
    }
}

#[tokio::test]
async fn inside_one_workspace_nothing_of_another_is_there() {
    let Some(database) = Postgres::migrated().await else { return };
    both_have_a_profile_and_an_entry(&database).await;
    for role in ["sutra_app", "sutra_owner"] {
        for table in ["profile", "ledger_head", "ledger_entry"] {
            let mut inside = database.inside(role, A).await;
            let query = format!("SELECT DISTINCT workspace_id FROM {table}");
            let rows = sqlx::query(AssertSqlSafe(query)).fetch_all(&mut inside).await.unwrap();
            let seen: Vec<uuid::Uuid> = rows.iter().map(|row| row.get(0)).collect();
            assert_eq!(seen, [A], "{role} {table}");
        }
    }
    let mut app = database.inside("sutra_app", A).await;
    let moved = sqlx::query("UPDATE profile SET workspace_id = $1").bind(B).execute(&mut app).await;
    assert_eq!(code(moved), "42501");
}

#[tokio::test]
async fn the_ledger_cannot_be_changed_by_the_role_that_serves() {
    let Some(database) = Postgres::migrated().await else { return };
    both_have_a_profile_and_an_entry(&database).await;
    let statements = [
        "UPDATE ledger_entry SET action = 'y'",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry",
        "INSERT INTO ledger_entry SELECT * FROM ledger_entry",
        "UPDATE ledger_head SET policy_epoch = 9",
        "DELETE FROM ledger_head",
        "DELETE FROM ledger_opening",
        "UPDATE ledger_opening SET salt = ''",
        "ALTER TABLE ledger_entry DISABLE ROW LEVEL SECURITY",
        "SELECT ledger_splice(gen_random_uuid(), 1, '', 0, '')",
        "TRUNCATE record",
        "DELETE FROM seaql_migrations",
    ];
    for statement in statements {
        let mut app = database.inside("sutra_app", A).await;
        assert_eq!(code(sqlx::query(statement).execute(&mut app).await), "42501", "{statement}");
    }
}

#[tokio::test]
async fn an_append_to_another_workspace_or_on_stale_epochs_is_refused() {
    let Some(database) = Postgres::migrated().await else { return };
    both_have_a_profile_and_an_entry(&database).await;
    let fresh = uuid::uuid!("0190c000-0000-7000-8000-00000000000c");
    let stale = APPEND.replace("$1, 7, 0, 0", "$1, 7, 0, 1");
    let backward = APPEND.replace("$1, 7, 0, 0, 0", "$1, 7, 0, 0, -1");
    let cases = [
        ("an epoch that goes back", A, A, backward.as_str(), "SU004"),
        ("another workspace", A, B, APPEND, "SU003"),
        ("another workspace's head", A, B, "SELECT create_ledger_head($1)", "SU003"),
        ("no head", fresh, fresh, APPEND, "SU002"),
        ("stale epochs", A, A, stale.as_str(), "SU001"),
    ];
    for (name, context, workspace, statement, expected) in cases {
        let mut app = database.inside("sutra_app", context).await;
        let statement = sqlx::query(AssertSqlSafe(statement.to_owned())).bind(workspace);
        assert_eq!(code(statement.execute(&mut app).await), expected, "{name}");
    }
}

#[tokio::test]
async fn whoever_locks_a_ledger_is_the_only_one_to_append_until_he_ends() {
    let Some(database) = Postgres::migrated().await else { return };
    both_have_a_profile_and_an_entry(&database).await;
    let mut first = database.inside("sutra_app", A).await;
    sqlx::query("SELECT ledger_lock()").execute(&mut first).await.unwrap();
    let mut neighbour = database.inside("sutra_app", B).await;
    sqlx::query(APPEND).bind(B).execute(&mut neighbour).await.unwrap();
    let mut second = database.inside("sutra_app", A).await;
    sqlx::query("SET LOCAL lock_timeout = '20ms'").execute(&mut second).await.unwrap();
    assert_eq!(code(sqlx::query(APPEND).bind(A).execute(&mut second).await), "55P03");
    sqlx::query(APPEND).bind(A).execute(&mut first).await.unwrap();
}

#[tokio::test]
async fn on_sqlite_the_ledger_cannot_be_changed() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite_url(&folder);
    SqlStore::migrate(&url.parse().unwrap()).await.unwrap();
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let rows = "
        INSERT INTO ledger_entry (workspace_id, seq, at_us, prev, leaf, bytes, unit_id, ordinal, category, action)
        VALUES (x'0a', 1, 0, x'', x'', x'', x'', 0, 1, 'x');
        INSERT INTO ledger_opening (workspace_id, unit_id, ordinal, field, side, kind, body)
        VALUES (x'0a', x'', 0, 'x', 'new', 0, x'')";
    sqlx::raw_sql(rows).execute(&mut connection).await.unwrap();
    let statements = [
        "UPDATE ledger_entry SET action = 'y'",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_opening SET body = x'00'",
        "DELETE FROM ledger_opening",
    ];
    for statement in statements {
        let error = sqlx::query(statement).execute(&mut connection).await.unwrap_err().to_string();
        assert!(error.contains("cannot be"), "{statement}: {error}");
    }
}
