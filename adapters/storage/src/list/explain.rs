//! How the database reads a list: for tests, and for operators who wonder why one is slow.

use sea_orm::{ConnectionTrait as _, DbBackend, QuerySelect as _, QueryTrait as _, Statement};
use sutra_kernel::{PortError, WorkspaceId};
use sutra_records::ListQuery;

use super::ordered;
use crate::{SqlStore, error::OrPort as _, pool::Mode, scoped::rows};

impl SqlStore {
    /// The database's own plan of a page, line by line: which indexes it uses, and whether it sorts.
    ///
    /// # Errors
    /// As [`list_records`](sutra_records::RecordReader::list_records).
    pub async fn explain_list(
        &self,
        workspace: WorkspaceId,
        query: &ListQuery,
    ) -> Result<Vec<String>, PortError> {
        let transaction = self.begin_in(workspace, Mode::Snapshot).await?;
        let (explain, column) = match transaction.get_database_backend() {
            DbBackend::Sqlite => ("EXPLAIN QUERY PLAN", "detail"),
            _ => ("EXPLAIN (COSTS OFF)", "QUERY PLAN"),
        };
        let mut lines = Vec::new();
        if let Some(list) = ordered(&transaction, query)? {
            let Statement { sql, values, db_backend } =
                list.limit(rows(query.limit)).build(transaction.get_database_backend());
            let statement = Statement { sql: format!("{explain} {sql}"), values, db_backend };
            for row in transaction.query_all_raw(statement).await.port()? {
                lines.push(row.try_get("", column).port()?);
            }
        }
        transaction.rollback().await.port()?;
        Ok(lines)
    }
}
