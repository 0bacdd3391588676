//! From an address to a connection that is safe to serve from.

use std::{fmt, str::FromStr};

use sea_orm_migration::MigratorTrait;
use sqlx::{postgres::PgConnectOptions, sqlite::SqliteConnectOptions};
use sutra_kernel::WorkspaceId;

use crate::{
    SetupError,
    migration::Migrator,
    pool::{self, Mode, Pools},
    roles,
};

/// Where the database is.
///
/// `sqlite:path/to/file` or `postgres://role:password@host/database?sslmode=verify-full`. It has no
/// `Display`, because it may hold a password.
#[derive(Clone)]
pub struct DatabaseUrl(Address);

#[derive(Clone)]
pub(crate) enum Address {
    Postgres(Box<PgConnectOptions>),
    Sqlite(Box<SqliteConnectOptions>),
}

impl DatabaseUrl {
    pub(crate) fn address(&self) -> &Address {
        &self.0
    }
}

impl FromStr for DatabaseUrl {
    type Err = SetupError;

    fn from_str(text: &str) -> Result<Self, SetupError> {
        let address = match text.split_once(':') {
            Some(("postgres" | "postgresql", _)) => {
                Address::Postgres(Box::new(text.parse().map_err(|_| SetupError::Address)?))
            }
            // A database in memory belongs to one connection, and the store needs several.
            Some(("sqlite", rest)) if !rest.contains(":memory:") && !rest.contains("mode=memory") => {
                Address::Sqlite(Box::new(text.parse().map_err(|_| SetupError::Address)?))
            }
            _ => return Err(SetupError::Address),
        };
        Ok(Self(address))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Address::Postgres(_) => "DatabaseUrl(PostgreSQL)",
            Address::Sqlite(_) => "DatabaseUrl(SQLite)",
        })
    }
}

/// An open database.
#[derive(Clone)]
pub struct Connection {
    pools: Pools,
}

impl Connection {
    /// Opens the database to serve from it.
    ///
    /// # Errors
    /// If it cannot be reached, if the address's role could reach around row-level security, or if
    /// the schema is not this program's.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, SetupError> {
        let pools = pool::open(&url.0).await?;
        if let Pools::Postgres(pool) = &pools {
            roles::refuse_unsafe_role(pool).await?;
        }
        let connection = Self { pools };
        connection.refuse_foreign_schema().await?;
        Ok(connection)
    }

    /// Brings the schema up to this program's. On PostgreSQL the address must be the owner's.
    ///
    /// # Errors
    /// If the database cannot be reached or refuses a statement; PostgreSQL is unchanged then.
    pub async fn migrate(url: &DatabaseUrl) -> Result<(), SetupError> {
        let database = pool::open_one(&url.0).await?;
        Migrator::up(&database, None).await?;
        Ok(database.close().await?)
    }

    /// Takes the schema away again, and all data with it.
    ///
    /// # Errors
    /// If the database cannot be reached or refuses a statement.
    pub async fn dangerously_revert(url: &DatabaseUrl) -> Result<(), SetupError> {
        let database = pool::open_one(&url.0).await?;
        Migrator::down(&database, None).await?;
        Ok(database.close().await?)
    }

    /// Waits until every connection is given back, and closes them.
    pub async fn close(self) {
        self.pools.close().await;
    }

    async fn refuse_foreign_schema(&self) -> Result<(), SetupError> {
        let transaction = self.pools.begin(WorkspaceId::INSTANCE, Mode::Snapshot).await?;
        let pending = Migrator::get_pending_migrations_read_only(&transaction).await?.len();
        transaction.rollback().await?;
        if pending == 0 { Ok(()) } else { Err(SetupError::Schema(pending)) }
    }
}
