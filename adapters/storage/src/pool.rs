//! Pools of connections, and the one way to take a connection out of them: inside a transaction.

use std::{fs, io, path::Path, sync::Arc, time::Duration};

use sea_orm::{DatabaseConnection, DbErr, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::{
    ConnectOptions as _, Executor as _, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use sutra_kernel::WorkspaceId;

use crate::{
    SetupError,
    connect::Address,
    lent::Connections,
    transaction::{Transaction, connection},
};

/// How long a transaction may do nothing before the server ends it, and a statement may take.
const IDLE_IN_TRANSACTION: &str = "30s";
const STATEMENT: &str = "30s";
const ACQUIRE: Duration = Duration::from_secs(10);
const BUSY: Duration = Duration::from_secs(10);
const POSTGRES_CONNECTIONS: u32 = 20;
const SQLITE_READERS: u32 = 8;
/// How many statements a connection keeps prepared: those of use cases, in the sizes that they come in.
const PREPARED: usize = 500;
/// How much a connection of SQLite keeps in memory at most, in KiB. What a unit changes must fit, or it is written before
/// it is complete, and again when it is.
const WRITER_CACHE: &str = "-65536";
const READER_CACHE: &str = "-16384";
/// After how many pages SQLite's log, of 32 MB then, is taken over into the database.
const CHECKPOINT: &str = "8000";
/// How many rows SQLite reads before somebody takes them: more than a page has.
const ROWS_AHEAD: usize = 256;

/// The open connections. Nothing outside this module runs a statement on them.
#[derive(Clone)]
pub(crate) enum Pools {
    Postgres(PgPool),
    Sqlite { writer: Arc<Connections>, readers: Arc<Connections> },
}

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Reading, all of one moment.
    Snapshot,
    /// Reading and writing; versions guard what was read.
    Write,
}

impl Pools {
    /// Begins a transaction that belongs to one workspace from its first statement on.
    pub(crate) async fn begin(&self, workspace: WorkspaceId, mode: Mode) -> Result<Transaction, DbErr> {
        match self {
            Self::Postgres(pool) => {
                let begun = pool.begin_with(sqlx::AssertSqlSafe(begin_postgres(workspace, mode))).await;
                begun.map(|it| Transaction::postgres(workspace, it))
            }
            Self::Sqlite { writer, readers } => {
                let begun = match mode {
                    Mode::Snapshot => readers.begin_deferred().await,
                    Mode::Write => writer.begin_immediate().await,
                };
                begun.map(|it| Transaction::sqlite(workspace, it))
            }
        }
        .map_err(connection)
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Postgres(pool) => pool.close().await,
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
        }
    }
}

/// One round trip begins the transaction and sets its workspace.
///
/// # Security
/// The identifier is written into the statement: it is 36 digits and dashes by its type.
fn begin_postgres(workspace: WorkspaceId, mode: Mode) -> String {
    let isolation = match mode {
        Mode::Snapshot => "REPEATABLE READ READ ONLY",
        Mode::Write => "READ COMMITTED READ WRITE",
    };
    let workspace = workspace.uuid().hyphenated();
    format!(
        "BEGIN ISOLATION LEVEL {isolation}; SELECT pg_catalog.set_config('sutra.workspace', '{workspace}', true)"
    )
}

/// Opens the pools to serve from.
pub(crate) async fn open(address: &Address) -> Result<Pools, SetupError> {
    match address {
        Address::Postgres(options) => {
            let pool = postgres_pool(POSTGRES_CONNECTIONS).connect_with(postgres_options(options)).await?;
            Ok(Pools::Postgres(pool))
        }
        Address::Sqlite(options) => {
            make_private(options.get_filename()).map_err(SetupError::File)?;
            let options = sqlite_options(options);
            let writer = options.clone().pragma("cache_size", WRITER_CACHE);
            let writer = Connections::open(writer, 1).await?;
            let readers = options.pragma("query_only", "ON").pragma("cache_size", READER_CACHE);
            Ok(Pools::Sqlite { writer, readers: Connections::open(readers, SQLITE_READERS).await? })
        }
    }
}

/// Opens a single connection to migrate with: without the limits that serving needs.
pub(crate) async fn open_one(address: &Address) -> Result<DatabaseConnection, SetupError> {
    match address {
        Address::Postgres(options) => {
            let options = options.as_ref().clone().disable_statement_logging();
            let pool = PgPoolOptions::new().max_connections(1).connect_with(options).await?;
            Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
        }
        Address::Sqlite(options) => {
            make_private(options.get_filename()).map_err(SetupError::File)?;
            let pool =
                SqlitePoolOptions::new().max_connections(1).connect_with(sqlite_options(options)).await?;
            Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
        }
    }
}

/// A dropped `begin` leaves its transaction open on a connection that goes back to the pool, with the
/// workspace set: whoever borrowed it next would read that workspace. So every connection that comes
/// back is rolled back first, whatever state it seems to be in.
fn postgres_pool(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE)
        .test_before_acquire(false)
        .after_release(|connection, _| {
            Box::pin(async move {
                connection.execute("ROLLBACK").await?;
                Ok(true)
            })
        })
}

fn postgres_options(options: &PgConnectOptions) -> PgConnectOptions {
    let options = options.clone().application_name("sutra").statement_cache_capacity(PREPARED);
    options.disable_statement_logging().options([
        ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION),
        ("statement_timeout", STATEMENT),
        ("timezone", "UTC"),
        ("search_path", "public"),
        // A rollback outside a transaction is a warning, and happens at every release.
        ("client_min_messages", "error"),
    ])
}

fn sqlite_options(options: &SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .clone()
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .pragma("secure_delete", "ON")
        .pragma("trusted_schema", "OFF")
        .pragma("temp_store", "MEMORY")
        .pragma("wal_autocheckpoint", CHECKPOINT)
        .statement_cache_capacity(PREPARED)
        .row_buffer_size(ROWS_AHEAD)
        .disable_statement_logging()
}

/// SQLite's other files take the permissions of the first.
#[cfg(unix)]
fn make_private(file: &Path) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(file).map(drop)
}

#[cfg(not(unix))]
fn make_private(_file: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, pin::pin, task::Poll};

    use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
    use sutra_testkit::Cluster;
    use tempfile::TempDir;
    use uuid::uuid;

    use super::*;

    const A: WorkspaceId = WorkspaceId::from_uuid(uuid!("0190a000-0000-7000-8000-00000000000a"));

    /// More than any of the futures needs to be ready.
    const POLLS: usize = 12;

    /// Polls a future some times, whenever it asks for it, and drops it wherever it is then.
    async fn abandon<F: Future>(future: F, polls: usize) {
        let mut future = pin!(future);
        let mut left = polls;
        poll_fn(|context| {
            if left == 0 || future.as_mut().poll(context).is_ready() {
                return Poll::Ready(());
            }
            left -= 1;
            if left == 0 { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    async fn one_connection() -> Option<PgPool> {
        let options = Cluster::shared()?.database().parse().unwrap();
        Some(postgres_pool(1).connect_with(postgres_options(&options)).await.unwrap())
    }

    /// A database in a folder of its own, which is there as long as somebody has it.
    async fn on_sqlite() -> (TempDir, SqliteConnectOptions, Pools) {
        let folder = tempfile::tempdir().unwrap();
        let options: SqliteConnectOptions =
            format!("sqlite:{}/sutra.db", folder.path().display()).parse().unwrap();
        let pools = open(&Address::Sqlite(Box::new(options.clone()))).await.unwrap();
        (folder, options, pools)
    }

    /// The workspace that somebody would find who borrows the connection, and whether in a transaction.
    async fn next_borrower(pool: &PgPool) -> (String, bool) {
        let mut connection = pool.acquire().await.unwrap();
        let query = "SELECT coalesce(current_setting('sutra.workspace', true), '')";
        let workspace = sqlx::query_scalar(query).fetch_one(&mut *connection).await.unwrap();
        let in_transaction = connection.execute("SAVEPOINT probe").await.is_ok();
        (workspace, in_transaction)
    }

    const NOTHING: (String, bool) = (String::new(), false);

    #[tokio::test]
    async fn a_dropped_begin_leaves_no_workspace_to_the_next_borrower() {
        let Some(pool) = one_connection().await else { return };
        for mode in [Mode::Snapshot, Mode::Write] {
            for polls in 0..POLLS {
                abandon(Pools::Postgres(pool.clone()).begin(A, mode), polls).await;
                assert_eq!(next_borrower(&pool).await, NOTHING, "{mode:?}, {polls} polls");
            }
        }
    }

    #[tokio::test]
    async fn a_transaction_dropped_in_a_statement_is_undone_before_the_next_borrower() {
        let Some(pool) = one_connection().await else { return };
        sqlx::query("CREATE TABLE note (text text)").execute(&pool).await.unwrap();
        for polls in 0..POLLS {
            let transaction = Pools::Postgres(pool.clone()).begin(A, Mode::Write).await.unwrap();
            transaction.execute_unprepared("INSERT INTO note VALUES ('before')").await.unwrap();
            abandon(transaction.execute_unprepared("INSERT INTO note VALUES ('during')"), polls).await;
            drop(transaction);
            assert_eq!(next_borrower(&pool).await, NOTHING, "{polls} polls");
            let left: i64 = sqlx::query_scalar("SELECT count(*) FROM note").fetch_one(&pool).await.unwrap();
            assert_eq!(left, 0, "{polls} polls");
        }
    }

    #[tokio::test]
    async fn on_sqlite_the_writer_is_free_after_a_dropped_begin_or_statement() {
        let (_folder, _, pools) = on_sqlite().await;
        let transaction = pools.begin(A, Mode::Write).await.unwrap();
        transaction.execute_unprepared("CREATE TABLE note (text TEXT)").await.unwrap();
        transaction.commit().await.unwrap();
        for polls in 0..POLLS {
            abandon(pools.begin(A, Mode::Write), polls).await;
            let transaction = pools.begin(A, Mode::Write).await.unwrap();
            abandon(transaction.execute_unprepared("INSERT INTO note VALUES ('during')"), polls).await;
            drop(transaction);
            let transaction = pools.begin(A, Mode::Write).await.unwrap();
            let count = Statement::from_string(DbBackend::Sqlite, "SELECT count(*) FROM note");
            let row = transaction.query_one_raw(count).await.unwrap().unwrap();
            assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 0, "{polls} polls");
            transaction.commit().await.unwrap();
        }
    }

    #[tokio::test]
    async fn on_sqlite_nobody_reads_what_is_of_a_dropped_snapshot() {
        let (_folder, _, pools) = on_sqlite().await;
        let writing = async |statement: &str| {
            let transaction = pools.begin(A, Mode::Write).await.unwrap();
            transaction.execute_unprepared(statement).await.unwrap();
            transaction.commit().await.unwrap();
        };
        writing("CREATE TABLE note (text TEXT)").await;
        let count = || Statement::from_string(DbBackend::Sqlite, "SELECT count(*) FROM note");
        for polls in 0..POLLS {
            let transaction = pools.begin(A, Mode::Snapshot).await.unwrap();
            abandon(transaction.query_one_raw(count()), polls).await;
            drop(transaction);
            writing("INSERT INTO note VALUES ('since')").await;
            let transaction = pools.begin(A, Mode::Snapshot).await.unwrap();
            let row = transaction.query_one_raw(count()).await.unwrap().unwrap();
            let expected = i64::try_from(polls).unwrap() + 1;
            assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), expected, "{polls} polls");
        }
    }

    #[tokio::test]
    async fn on_sqlite_whoever_asks_after_the_end_is_told_so() {
        let (_folder, _, pools) = on_sqlite().await;
        let transaction = pools.begin(A, Mode::Snapshot).await.unwrap();
        tokio::join!(pools.close(), async { drop(transaction) });
        for mode in [Mode::Snapshot, Mode::Write] {
            assert!(pools.begin(A, mode).await.is_err(), "{mode:?}");
        }
    }

    #[tokio::test]
    async fn after_a_failed_statement_nothing_can_be_done_or_committed() {
        let (_folder, _, sqlite) = on_sqlite().await;
        for pools in one_connection().await.map(Pools::Postgres).into_iter().chain([sqlite]) {
            let transaction = pools.begin(A, Mode::Write).await.unwrap();
            transaction.execute_unprepared("SELECT nonsense").await.unwrap_err();
            transaction.execute_unprepared("CREATE TABLE note (text TEXT)").await.unwrap_err();
            transaction.commit().await.unwrap_err();
            let transaction = pools.begin(A, Mode::Write).await.unwrap();
            transaction.execute_unprepared("CREATE TABLE note (text TEXT)").await.unwrap();
            transaction.commit().await.unwrap();
        }
    }

    #[tokio::test]
    async fn on_sqlite_nothing_is_done_outside_of_a_transaction_that_could_not_begin() {
        let (_folder, options, pools) = on_sqlite().await;
        let writer = Connections::open(options.busy_timeout(Duration::ZERO), 1).await.unwrap();
        let busy = pools.begin(A, Mode::Write).await.unwrap();
        busy.execute_unprepared("CREATE TABLE note (text TEXT)").await.unwrap();
        let transaction = Transaction::sqlite(A, writer.begin_immediate().await.unwrap());
        transaction.execute_unprepared("SELECT 1").await.unwrap_err();
        busy.commit().await.unwrap();
        transaction.execute_unprepared("INSERT INTO note VALUES ('outside')").await.unwrap_err();
        drop(transaction);
        let transaction = Transaction::sqlite(A, writer.begin_immediate().await.unwrap());
        let count = Statement::from_string(DbBackend::Sqlite, "SELECT count(*) FROM note");
        let row = transaction.query_one_raw(count).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 0);
    }

    #[tokio::test]
    async fn sqlite_is_durable_strict_and_read_by_readers() {
        let (_folder, _, pools) = on_sqlite().await;
        let cases = [
            (Mode::Write, "SELECT * FROM pragma_journal_mode()", "wal"),
            (Mode::Write, "SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous()", "2"),
            (Mode::Write, "SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys()", "1"),
            (Mode::Write, "SELECT CAST(secure_delete AS TEXT) FROM pragma_secure_delete()", "1"),
            (Mode::Write, "SELECT CAST(query_only AS TEXT) FROM pragma_query_only()", "0"),
            (Mode::Snapshot, "SELECT CAST(query_only AS TEXT) FROM pragma_query_only()", "1"),
        ];
        for (mode, query, expected) in cases {
            let transaction = pools.begin(A, mode).await.unwrap();
            let row = transaction.query_one_raw(Statement::from_string(DbBackend::Sqlite, query)).await;
            assert_eq!(row.unwrap().unwrap().try_get_by_index::<String>(0).unwrap(), expected, "{query}");
            transaction.rollback().await.unwrap();
        }
    }
}
