//! The store: snapshots, units of work and bookkeeping on one database.

use std::sync::Arc;

use async_trait::async_trait;
use sea_orm_migration::MigratorTrait as _;
use sutra_engine::{Bookkeeping, Reads, Registry, Store, Unit};
use sutra_kernel::{PortError, UnitId, WorkspaceId};

use crate::{
    DatabaseUrl, SetupError,
    definitions::Shared,
    error::OrPort as _,
    migration::Migrator,
    open::Open,
    pool::{self, Mode, Pools},
    roles,
    transaction::Transaction,
};

/// A store on SQLite or PostgreSQL. It is cheap to clone.
#[derive(Clone)]
pub struct SqlStore {
    pools: Pools,
    definitions: Arc<Shared>,
}

impl SqlStore {
    /// Opens the database to serve from it.
    ///
    /// # Errors
    /// If it cannot be reached, if the address's role could reach around row-level security, or if
    /// the schema is not this program's.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, SetupError> {
        let pools = pool::open(url.address()).await?;
        if let Pools::Postgres(pool) = &pools {
            roles::refuse_unsafe_role(pool).await?;
        }
        let store = Self { pools, definitions: Arc::default() };
        store.refuse_foreign_schema().await?;
        Ok(store)
    }

    /// Brings the schema up to this program's. On PostgreSQL the address must be the owner's.
    ///
    /// # Errors
    /// If the database cannot be reached or refuses a statement; PostgreSQL is unchanged then.
    pub async fn migrate(url: &DatabaseUrl) -> Result<(), SetupError> {
        let database = pool::open_one(url.address()).await?;
        Migrator::up(&database, None).await?;
        Ok(database.close().await?)
    }

    /// Takes the schema away again, and all data with it.
    ///
    /// # Errors
    /// If the database cannot be reached or refuses a statement.
    pub async fn dangerously_revert(url: &DatabaseUrl) -> Result<(), SetupError> {
        let database = pool::open_one(url.address()).await?;
        Migrator::down(&database, None).await?;
        Ok(database.close().await?)
    }

    /// Waits until every connection is given back, and closes them.
    pub async fn close(self) {
        self.pools.close().await;
    }

    pub(crate) async fn begin_in(
        &self,
        workspace: WorkspaceId,
        mode: Mode,
    ) -> Result<Transaction, PortError> {
        self.pools.begin(workspace, mode).await.port()
    }

    pub(crate) async fn refuse_foreign_schema(&self) -> Result<(), SetupError> {
        let transaction = self.pools.begin(WorkspaceId::INSTANCE, Mode::Snapshot).await?;
        let pending = Migrator::get_pending_migrations_read_only(&transaction).await?.len();
        transaction.rollback().await?;
        if pending == 0 { Ok(()) } else { Err(SetupError::Schema(pending)) }
    }
}

#[async_trait]
impl Store for SqlStore {
    async fn reads(&self, workspace: WorkspaceId) -> Result<Box<dyn Reads>, PortError> {
        Ok(Box::new(Open::reading(self.begin_in(workspace, Mode::Snapshot).await?, &self.definitions)))
    }

    async fn begin(&self, workspace: WorkspaceId, unit: UnitId) -> Result<Box<dyn Unit>, PortError> {
        Ok(Box::new(Open::writing(self.begin_in(workspace, Mode::Write).await?, &self.definitions, unit)))
    }

    async fn bookkeeping(&self, workspace: WorkspaceId) -> Result<Box<dyn Bookkeeping>, PortError> {
        Ok(Box::new(Open::keeping(self.begin_in(workspace, Mode::Write).await?)))
    }

    fn registry(&self) -> &dyn Registry {
        self
    }
}
