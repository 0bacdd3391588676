//! A transaction of one workspace, on which sea-orm's entities work unchanged.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use futures_lite::{Stream, StreamExt as _};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, Executor as _, Postgres};
use sutra_kernel::{PortError, WorkspaceId};
use tokio::sync::{Mutex, MutexGuard};

use crate::{error::OrPort as _, lent::Lent};

/// Statements that commit together and belong to one workspace.
///
/// Dropping it undoes it, in the background; [`rollback`](Self::rollback) waits until that is done.
pub(crate) struct Transaction {
    workspace: WorkspaceId,
    backend: DbBackend,
    inner: Mutex<Inner>,
    /// PostgreSQL answers COMMIT after a failed statement with a rollback that looks like success.
    failed: AtomicBool,
}

pub(crate) enum Inner {
    Postgres(sqlx::Transaction<'static, Postgres>),
    Sqlite(Lent),
}

impl Transaction {
    pub(crate) fn postgres(workspace: WorkspaceId, begun: sqlx::Transaction<'static, Postgres>) -> Self {
        Self::new(workspace, DbBackend::Postgres, Inner::Postgres(begun))
    }

    pub(crate) fn sqlite(workspace: WorkspaceId, begun: Lent) -> Self {
        Self::new(workspace, DbBackend::Sqlite, Inner::Sqlite(begun))
    }

    fn new(workspace: WorkspaceId, backend: DbBackend, inner: Inner) -> Self {
        Self { workspace, backend, inner: Mutex::new(inner), failed: AtomicBool::new(false) }
    }

    /// Makes the changes last.
    ///
    /// # Errors
    /// If a statement failed before, because then there is nothing left to commit.
    pub(crate) async fn commit(self) -> Result<(), DbErr> {
        if let Err(failed) = self.require_sound() {
            self.rollback().await?;
            return Err(failed);
        }
        match self.inner.into_inner() {
            Inner::Postgres(begun) => begun.commit().await,
            Inner::Sqlite(lent) => lent.commit().await,
        }
        .map_err(execution)
    }

    /// Undoes the changes and waits until that is done.
    pub(crate) async fn rollback(self) -> Result<(), DbErr> {
        match self.inner.into_inner() {
            Inner::Postgres(begun) => begun.rollback().await,
            Inner::Sqlite(lent) => lent.rollback().await,
        }
        .map_err(execution)
    }

    pub(crate) fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// The connection, for the statements that sea-query cannot say. Outcomes go through
    /// [`note`](Self::note).
    ///
    /// # Errors
    /// If a statement failed before: nothing may be done that is not part of the transaction, and there may be none.
    pub(crate) async fn raw(&self) -> Result<MutexGuard<'_, Inner>, DbErr> {
        self.require_sound()?;
        Ok(self.inner.lock().await)
    }

    fn require_sound(&self) -> Result<(), DbErr> {
        match self.failed.load(Ordering::Relaxed) {
            true => Err(DbErr::Custom("a statement of the transaction failed before".to_owned())),
            false => Ok(()),
        }
    }

    /// What a statement answers, read row by row while the database finds the next.
    pub(crate) async fn each<T>(
        &self,
        statement: Statement,
        read: impl FnMut(&QueryResult) -> Result<T, PortError>,
    ) -> Result<Vec<T>, PortError> {
        let (sql, values) = bound(statement);
        match &mut *self.raw().await.port()? {
            Inner::Postgres(begun) => {
                self.all(sqlx::query_with(AssertSqlSafe(sql), values).fetch(&mut **begun), read).await
            }
            Inner::Sqlite(lent) => {
                let (sql, connection) = lent.begun(sql);
                self.all(sqlx::query_with(sql, values).fetch(connection), read).await
            }
        }
    }

    async fn all<R: Into<QueryResult>, T>(
        &self,
        mut rows: impl Stream<Item = Result<R, sqlx::Error>> + Unpin,
        mut read: impl FnMut(&QueryResult) -> Result<T, PortError>,
    ) -> Result<Vec<T>, PortError> {
        let mut all = Vec::new();
        while let Some(row) = self.note(rows.try_next().await, query).port()? {
            all.push(read(&row.into())?);
        }
        Ok(all)
    }

    /// Remembers a failure, so that a commit after it is refused.
    pub(crate) fn note<T>(
        &self,
        result: Result<T, sqlx::Error>,
        kind: fn(sqlx::Error) -> DbErr,
    ) -> Result<T, DbErr> {
        result.map_err(|error| {
            self.failed.store(true, Ordering::Relaxed);
            kind(error)
        })
    }
}

pub(crate) fn connection(error: sqlx::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error)))
}

pub(crate) fn execution(error: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(Arc::new(error)))
}

pub(crate) fn query(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(error)))
}

fn bound(statement: Statement) -> (String, SqlxValues) {
    let values = statement.values.unwrap_or_else(|| sea_orm::sea_query::Values(Vec::new()));
    (statement.sql, SqlxValues(values))
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.backend
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let (sql, values) = bound(statement);
        let result = match &mut *self.raw().await? {
            Inner::Postgres(begun) => {
                sqlx::query_with(AssertSqlSafe(sql), values).execute(&mut **begun).await.map(ExecResult::from)
            }
            // By itself, because its rows are counted: the `BEGIN` of one text with it would add those of the
            // connection's last change.
            Inner::Sqlite(lent) => match lent.connection().await {
                Ok(connection) => {
                    let sql = AssertSqlSafe(sql);
                    sqlx::query_with(sql, values).execute(connection).await.map(ExecResult::from)
                }
                Err(error) => Err(error),
            },
        };
        self.note(result, execution)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let sql = sql.to_owned();
        let result = match &mut *self.raw().await? {
            Inner::Postgres(begun) => begun.execute(AssertSqlSafe(sql)).await.map(ExecResult::from),
            Inner::Sqlite(lent) => {
                let (sql, connection) = lent.begun(sql);
                connection.execute(sql).await.map(ExecResult::from)
            }
        };
        self.note(result, execution)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let (sql, values) = bound(statement);
        let result = match &mut *self.raw().await? {
            Inner::Postgres(begun) => {
                let row = sqlx::query_with(AssertSqlSafe(sql), values).fetch_optional(&mut **begun).await;
                row.map(|row| row.map(QueryResult::from))
            }
            Inner::Sqlite(lent) => {
                let (sql, connection) = lent.begun(sql);
                let row = sqlx::query_with(sql, values).fetch_optional(connection).await;
                row.map(|row| row.map(QueryResult::from))
            }
        };
        self.note(result, query)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let (sql, values) = bound(statement);
        let result = match &mut *self.raw().await? {
            Inner::Postgres(begun) => {
                let rows = sqlx::query_with(AssertSqlSafe(sql), values).fetch_all(&mut **begun).await;
                rows.map(|rows| rows.into_iter().map(QueryResult::from).collect())
            }
            Inner::Sqlite(lent) => {
                let (sql, connection) = lent.begun(sql);
                let rows = sqlx::query_with(sql, values).fetch_all(connection).await;
                rows.map(|rows| rows.into_iter().map(QueryResult::from).collect())
            }
        };
        self.note(result, query)
    }
}
