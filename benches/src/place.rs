//! A database, an engine over it, and a plain connection beside it.

use std::sync::Arc;

use sqlx::{
    AssertSqlSafe, Connection as _, PgConnection, SqliteConnection,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use sutra_crypto::{LocalVault, RootKeys};
use sutra_engine::{Engine, Ports, Store};
use sutra_kernel::{Clock, Entropy, Timestamp, WorkspaceId};
use sutra_storage::{DatabaseUrl, RolePasswords, SqlStore, create_roles, prepare_database};
use sutra_testkit::{Cluster, TestNotifier, TestPasswords};
use tempfile::TempDir;

/// A database that nothing else uses.
pub struct Place {
    /// The product on it.
    pub engine: Engine,
    /// The product's store on it.
    pub store: SqlStore,
    /// What the product has beside the store.
    pub ports: Ports,
    database: Database,
}

enum Database {
    Sqlite(TempDir),
    Postgres(&'static Cluster, String),
}

/// A connection that knows nothing of the product.
pub enum Bare {
    /// To a file.
    Sqlite(SqliteConnection),
    /// To a server.
    Postgres(PgConnection),
}

impl Place {
    /// In a file of its own.
    ///
    /// # Panics
    /// A place that cannot be made ends the benchmark.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let url: DatabaseUrl = sqlite_url(&folder).parse().expect("an address");
        SqlStore::migrate(&url).await.expect("a new database");
        Self::open(&url, Database::Sqlite(folder)).await
    }

    /// On a server of its own; nothing where PostgreSQL is not installed.
    ///
    /// # Panics
    /// A place that cannot be made ends the benchmark.
    pub async fn postgres() -> Option<Self> {
        let cluster = Cluster::shared()?;
        let administrator = cluster.database();
        let passwords = || "no secret".to_owned();
        let passwords = RolePasswords {
            owner: passwords(),
            app: passwords(),
            verifier: passwords(),
            archiver: passwords(),
        };
        let url = administrator.parse().expect("an address");
        create_roles(&url, &passwords, &SystemEntropy).await.expect("roles");
        Some(Self::on(cluster, &administrator).await)
    }

    /// A new database of the same kind.
    pub async fn another(&self) -> Self {
        match &self.database {
            Database::Sqlite(_) => Self::sqlite().await,
            Database::Postgres(cluster, _) => Self::on(cluster, &cluster.database()).await,
        }
    }

    async fn on(cluster: &'static Cluster, administrator: &str) -> Self {
        prepare_database(&administrator.parse().expect("an address")).await.expect("a new database");
        let path = administrator.split_once('?').map_or(administrator, |it| it.0);
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        let owner = cluster.url("sutra_owner", &name).parse().expect("an address");
        SqlStore::migrate(&owner).await.expect("a new schema");
        let app = cluster.url("sutra_app", &name).parse().expect("an address");
        Self::open(&app, Database::Postgres(cluster, name)).await
    }

    async fn open(url: &DatabaseUrl, database: Database) -> Self {
        let store = SqlStore::open(url).await.expect("a database");
        let ports = ports();
        let shared: Arc<dyn Store> = Arc::new(store.clone());
        let engine = Engine::builder(shared).build(ports.clone());
        engine.workspaces().open_instance().await.expect("an instance");
        Self { engine, store, ports, database }
    }

    /// What the database is called.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.database {
            Database::Sqlite(_) => "SQLite",
            Database::Postgres(..) => "PostgreSQL",
        }
    }

    /// A plain connection of the role that serves, as durable as the product's, which has chosen the workspace once
    /// and for all.
    pub async fn bare(&self, workspace: WorkspaceId) -> Bare {
        match &self.database {
            Database::Sqlite(folder) => {
                let options: SqliteConnectOptions = sqlite_url(folder).parse().expect("an address");
                let options = options
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .pragma("secure_delete", "ON");
                Bare::Sqlite(SqliteConnection::connect_with(&options).await.expect("a connection"))
            }
            Database::Postgres(cluster, name) => {
                let options: PgConnectOptions = cluster.url("sutra_app", name).parse().expect("an address");
                let options = options.options([("sutra.workspace", workspace.uuid())]);
                Bare::Postgres(PgConnection::connect_with(&options).await.expect("a connection"))
            }
        }
    }

    /// Lets PostgreSQL know what is in its tables, as it would find out by itself some time later. SQLite is not to know.
    ///
    /// # Panics
    /// A database that refuses ends the benchmark.
    pub async fn analyze(&self) {
        if let Some(mut owner) = self.owner().await {
            sqlx::raw_sql("VACUUM ANALYZE").execute(&mut owner).await.expect("an analysis");
        }
    }

    /// From now on the product fails if it writes a row of the table.
    ///
    /// # Panics
    /// A database that refuses ends the benchmark.
    pub async fn freeze(&self, workspace: WorkspaceId, table: &str) {
        let changes = ["INSERT", "UPDATE", "DELETE"];
        if let Some(mut owner) = self.owner().await {
            let revoke = format!("REVOKE {} ON {table} FROM sutra_app", changes.join(", "));
            sqlx::raw_sql(AssertSqlSafe(revoke)).execute(&mut owner).await.expect("no more writing");
        } else if let Bare::Sqlite(mut connection) = self.bare(workspace).await {
            let trigger = |change| {
                format!(
                    "CREATE TRIGGER no_{change}_of_{table} BEFORE {change} ON {table} \
                     BEGIN SELECT RAISE(ABORT, 'frozen'); END;"
                )
            };
            let triggers = AssertSqlSafe(changes.map(trigger).concat());
            sqlx::raw_sql(triggers).execute(&mut connection).await.expect("no more writing");
        }
    }

    /// A connection of the role that owns the schema; none to SQLite, which has no roles.
    async fn owner(&self) -> Option<PgConnection> {
        let Database::Postgres(cluster, name) = &self.database else { return None };
        let owner: PgConnectOptions = cluster.url("sutra_owner", name).parse().expect("an address");
        Some(PgConnection::connect_with(&owner).await.expect("a connection"))
    }

    /// Leaves the database.
    pub async fn close(self) {
        drop(self.engine);
        self.store.close().await;
    }
}

fn sqlite_url(folder: &TempDir) -> String {
    format!("sqlite:{}", folder.path().join("sutra.db").display())
}

/// What an engine has beside its store, with a root key of its own.
pub(crate) fn ports() -> Ports {
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let keys = RootKeys::generate(&*entropy);
    Ports {
        vault: Arc::new(LocalVault::new(keys, Arc::clone(&entropy))),
        passwords: Arc::new(TestPasswords),
        notifier: Arc::new(TestNotifier::default()),
        clock: Arc::new(SystemClock),
        entropy,
    }
}

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("random bytes");
    }
}
