//! Databases for tests: prepared and migrated, each test its own.

use sqlx::{Connection as _, PgConnection};
use sutra_storage::{DatabaseUrl, RolePasswords, SqlStore, create_roles, prepare_database};
use sutra_testkit::{Cluster, TestEntropy};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use uuid::{Uuid, uuid};

pub(crate) const A: Uuid = uuid!("0190a000-0000-7000-8000-00000000000a");
pub(crate) const B: Uuid = uuid!("0190b000-0000-7000-8000-00000000000b");

/// A database on the test process's cluster, and the name it has there.
pub(crate) struct Postgres {
    cluster: &'static Cluster,
    name: String,
}

impl Postgres {
    /// An empty database that the four roles can use; nothing where PostgreSQL is not installed.
    pub(crate) async fn prepared() -> Option<Self> {
        static ROLES: OnceCell<()> = OnceCell::const_new();
        let cluster = Cluster::shared()?;
        let administrator = cluster.database();
        let name = database_of(&administrator);
        let url: DatabaseUrl = administrator.parse().unwrap();
        ROLES
            .get_or_init(|| async {
                create_roles(&url, &passwords(), &TestEntropy::seeded(1)).await.unwrap()
            })
            .await;
        prepare_database(&url).await.unwrap();
        Some(Self { cluster, name })
    }

    /// The same with this program's schema.
    pub(crate) async fn migrated() -> Option<Self> {
        let database = Self::prepared().await?;
        SqlStore::migrate(&database.url("sutra_owner").parse().unwrap()).await.unwrap();
        Some(database)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn url(&self, role: &str) -> String {
        self.cluster.url(role, &self.name)
    }

    pub(crate) async fn connect(&self, role: &str) -> PgConnection {
        PgConnection::connect(&self.url(role)).await.unwrap()
    }

    /// A connection inside a transaction of this workspace.
    pub(crate) async fn inside(&self, role: &str, workspace: Uuid) -> PgConnection {
        let mut connection = self.connect(role).await;
        let begin = format!("BEGIN; SELECT set_config('sutra.workspace', '{workspace}', true)");
        sqlx::raw_sql(sqlx::AssertSqlSafe(begin)).execute(&mut connection).await.unwrap();
        connection
    }
}

fn database_of(url: &str) -> String {
    let path = url.split_once('?').map_or(url, |it| it.0);
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

fn passwords() -> RolePasswords {
    let word = || "correct horse".to_owned();
    RolePasswords { owner: word(), app: word(), verifier: word(), archiver: word() }
}

/// The address of an SQLite database in a folder.
pub(crate) fn sqlite_url(folder: &TempDir) -> String {
    format!("sqlite:{}/sutra.db", folder.path().display())
}

/// The code of the database's error.
pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, sqlx::Error>) -> String {
    let error = result.unwrap_err();
    error.as_database_error().and_then(|error| error.code()).unwrap_or_default().into_owned()
}
