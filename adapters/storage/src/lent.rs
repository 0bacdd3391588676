//! SQLite's connections, each lent to one transaction at a time.
//!
//! A connection of SQLite is a thread that is told what to do. To wait for its answer costs as much as a small statement,
//! and the driver's own pool waits for four around each transaction. So connections are kept here: a transaction begins
//! with its first statement, and whoever gives a connection back tells it to roll back and goes on.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_lite::future::{block_on, poll_once};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Error, SqliteConnection,
    sqlite::SqliteConnectOptions,
};
use tokio::{
    sync::{Mutex as Slot, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// How long somebody waits for a connection.
const WAIT: Duration = Duration::from_secs(10);

/// So many connections at most.
pub(crate) struct Connections {
    options: SqliteConnectOptions,
    most: u32,
    free: Arc<Semaphore>,
    idle: Mutex<Vec<Arc<Slot<SqliteConnection>>>>,
}

/// A connection that somebody has, in a transaction.
///
/// Given back, it rolls back whatever was not committed before it does anything for anybody else.
pub(crate) struct Lent {
    home: Arc<Connections>,
    connection: OwnedMutexGuard<SqliteConnection>,
    /// What begins the transaction, as long as nothing did.
    opening: Option<&'static str>,
    /// Whether anything is left to roll back.
    is_open: bool,
    /// Whether it does as it is told, and so can be lent again.
    is_sound: bool,
    /// Given back after the connection.
    _permit: OwnedSemaphorePermit,
}

impl Connections {
    /// Opens the first.
    pub(crate) async fn open(options: SqliteConnectOptions, most: u32) -> Result<Arc<Self>, Error> {
        let idle = Mutex::new(vec![Arc::new(Slot::new(options.connect().await?))]);
        let free = Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(1)));
        Ok(Arc::new(Self { options, most, free, idle }))
    }

    /// A transaction that reads: what it reads is of the moment of its first statement.
    pub(crate) async fn begin_deferred(self: &Arc<Self>) -> Result<Lent, Error> {
        self.lend("BEGIN DEFERRED").await
    }

    /// A transaction that nobody else writes beside, from its first statement on.
    pub(crate) async fn begin_immediate(self: &Arc<Self>) -> Result<Lent, Error> {
        self.lend("BEGIN IMMEDIATE").await
    }

    /// Lends the connection that was given back last: it remembers most.
    async fn lend(self: &Arc<Self>, opening: &'static str) -> Result<Lent, Error> {
        let permit = timeout(WAIT, Arc::clone(&self.free).acquire_owned()).await;
        let permit = permit.map_err(|_| Error::PoolTimedOut)?.map_err(|_| Error::PoolClosed)?;
        let idle = self.idle().pop();
        let slot = match idle {
            Some(slot) => slot,
            None => Arc::new(Slot::new(self.options.connect().await?)),
        };
        let (home, connection) = (Arc::clone(self), slot.lock_owned().await);
        Ok(Lent { home, connection, opening: Some(opening), is_open: true, is_sound: true, _permit: permit })
    }

    /// Waits until every connection is given back, and closes them.
    pub(crate) async fn close(&self) {
        // Whoever asks from now on stands behind this.
        let all = self.free.acquire_many(self.most).await;
        self.free.close();
        drop(all);
        let idle = mem::take(&mut *self.idle());
        for connection in idle.into_iter().filter_map(Arc::into_inner) {
            // What cannot be closed any more is closed already.
            connection.into_inner().close().await.ok();
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Arc<Slot<SqliteConnection>>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lent {
    pub(crate) async fn commit(mut self) -> Result<(), Error> {
        self.end("COMMIT").await
    }

    pub(crate) async fn rollback(mut self) -> Result<(), Error> {
        self.end("ROLLBACK").await
    }

    /// The statement, behind what begins the transaction if it is the first, and the connection for it.
    pub(crate) fn begun(&mut self, statement: String) -> (AssertSqlSafe<String>, &mut SqliteConnection) {
        let statement = match self.opening.take() {
            Some(opening) => format!("{opening}; {statement}"),
            None => statement,
        };
        (AssertSqlSafe(statement), &mut self.connection)
    }

    /// The connection, with the transaction begun.
    pub(crate) async fn connection(&mut self) -> Result<&mut SqliteConnection, Error> {
        if let Some(opening) = self.opening.take() {
            self.tell(opening).await?;
        }
        Ok(&mut self.connection)
    }

    async fn end(&mut self, statement: &'static str) -> Result<(), Error> {
        if self.opening.is_none() {
            self.tell(statement).await?;
        }
        self.is_open = false;
        Ok(())
    }

    async fn tell(&mut self, statement: &'static str) -> Result<(), Error> {
        let told = sqlx::query(statement).execute(&mut *self.connection).await;
        self.is_sound &= told.is_ok();
        told.map(drop)
    }
}

impl Drop for Lent {
    /// The thread does one thing after the other, so it need not be waited for. If it could not be told, the next
    /// transaction cannot begin within this one, and that fails.
    fn drop(&mut self) {
        if self.is_open && self.opening.is_none() {
            let told = block_on(poll_once(sqlx::query("ROLLBACK").execute(&mut *self.connection)));
            self.is_sound &= !matches!(told, Some(Err(_)));
        }
        if self.is_sound {
            self.home.idle().push(Arc::clone(OwnedMutexGuard::mutex(&self.connection)));
        }
    }
}
