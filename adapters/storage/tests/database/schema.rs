//! Migrations, on both databases.

use sqlx::{Connection as _, Row as _, SqliteConnection};
use sutra_storage::{DatabaseUrl, SetupError, SqlStore};

use crate::fixture::{Postgres, sqlite_url};

async fn goes_up_and_down_and_up(url: DatabaseUrl) {
    SqlStore::migrate(&url).await.unwrap();
    SqlStore::dangerously_revert(&url).await.unwrap();
    SqlStore::migrate(&url).await.unwrap();
    SqlStore::migrate(&url).await.unwrap();
}

#[tokio::test]
async fn postgresql_goes_up_and_down_and_up() {
    let Some(database) = Postgres::prepared().await else { return };
    goes_up_and_down_and_up(database.url("sutra_owner").parse().unwrap()).await;
    SqlStore::open(&database.url("sutra_app").parse().unwrap()).await.unwrap().close().await;
}

#[tokio::test]
async fn sqlite_goes_up_and_down_and_up() {
    let folder = tempfile::tempdir().unwrap();
    let url: DatabaseUrl = sqlite_url(&folder).parse().unwrap();
    goes_up_and_down_and_up(url.clone()).await;
    SqlStore::open(&url).await.unwrap().close().await;
}

#[tokio::test]
async fn a_schema_that_is_not_this_programs_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite_url(&folder).parse().unwrap();
    assert!(matches!(SqlStore::open(&url).await.err(), Some(SetupError::Schema(1..))));
}

#[test]
fn an_address_of_another_kind_is_refused() {
    for address in ["", "mysql://localhost/sutra", "sqlite::memory:", "sqlite:x?mode=memory", "sutra.db"] {
        assert!(matches!(address.parse::<DatabaseUrl>().err(), Some(SetupError::Address)), "{address}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn an_sqlite_database_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let url = sqlite_url(&folder).parse().unwrap();
    SqlStore::migrate(&url).await.unwrap();
    let connection = SqlStore::open(&url).await.unwrap();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?}", file.file_name());
    }
    connection.close().await;
}

/// What exists outside every workspace: a closed list.
pub(crate) const REGISTRY: [&str; 4] = ["root_check", "seaql_migrations", "wake", "workspace"];

/// SQLite has no row-level security, but its keys are led by the workspace all the same.
#[tokio::test]
async fn on_sqlite_the_workspace_leads_every_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = sqlite_url(&folder);
    SqlStore::migrate(&path.parse().unwrap()).await.unwrap();
    let mut connection = SqliteConnection::connect(&path).await.unwrap();
    let leading = "
        SELECT t.name || '.' || i.name AS key, c.name AS leads
        FROM sqlite_schema t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
        WHERE t.type = 'table' AND c.seqno = 0
        UNION ALL
        SELECT t.name || ' -> ' || f.\"table\", f.\"from\"
        FROM sqlite_schema t, pragma_foreign_key_list(t.name) f
        WHERE t.type = 'table' AND f.seq = 0";
    let rows = sqlx::query(leading).fetch_all(&mut connection).await.unwrap();
    let mut seen = 0;
    for row in rows {
        let (key, leads): (String, String) = (row.get("key"), row.get("leads"));
        if !REGISTRY.iter().any(|table| key.starts_with(&format!("{table}."))) {
            assert_eq!(leads, "workspace_id", "{key}");
            seen += 1;
        }
    }
    assert!(seen > 80, "only {seen} keys were looked at");
}
