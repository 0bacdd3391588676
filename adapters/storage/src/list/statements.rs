//! The statements that answer a list, one after the other.

use sea_orm::{
    ConnectionTrait as _, DbBackend, FromQueryResult as _, QueryResult, QueryTrait as _, Select, Statement,
    sea_query::SelectStatement,
};
use sutra_kernel::{PortError, Uuid};

use crate::{entity::records::record, error::OrPort as _, transaction::Transaction};

/// Runs statements, and notes how the database reads each if somebody asks.
pub(super) struct Statements<'a> {
    pub(super) transaction: &'a Transaction,
    /// The database's plans, line by line.
    plans: Option<Vec<String>>,
}

impl<'a> Statements<'a> {
    pub(super) fn new(transaction: &'a Transaction) -> Self {
        Self { transaction, plans: None }
    }

    /// To be asked for the plans.
    pub(super) fn explained(transaction: &'a Transaction) -> Self {
        Self { transaction, plans: Some(Vec::new()) }
    }

    pub(super) fn into_plans(self) -> Vec<String> {
        self.plans.unwrap_or_default()
    }

    pub(super) async fn records(
        &mut self,
        rows: Select<record::Entity>,
    ) -> Result<Vec<record::Model>, PortError> {
        let rows = self.all(rows.build(self.backend())).await?;
        rows.iter().map(|row| record::Model::from_query_result(row, "").port()).collect()
    }

    /// The identifiers in the only column.
    pub(super) async fn ids(&mut self, rows: &SelectStatement) -> Result<Vec<Uuid>, PortError> {
        let rows = self.all(self.backend().build(rows)).await?;
        rows.iter().map(|row| row.try_get_by_index(0).port()).collect()
    }

    pub(super) async fn all(&mut self, statement: Statement) -> Result<Vec<QueryResult>, PortError> {
        if let Some(plans) = &mut self.plans {
            plans.extend(plan_of(self.transaction, &statement).await?);
        }
        self.transaction.query_all_raw(statement).await.port()
    }

    pub(super) fn backend(&self) -> DbBackend {
        self.transaction.get_database_backend()
    }
}

/// The database's own plan of a statement.
async fn plan_of(transaction: &Transaction, statement: &Statement) -> Result<Vec<String>, PortError> {
    let (explain, column) = match statement.db_backend {
        DbBackend::Sqlite => ("EXPLAIN QUERY PLAN", "detail"),
        _ => ("EXPLAIN (COSTS OFF)", "QUERY PLAN"),
    };
    let statement = Statement { sql: format!("{explain} {}", statement.sql), ..statement.clone() };
    let lines = transaction.query_all_raw(statement).await.port()?;
    lines.iter().map(|line| line.try_get("", column).port()).collect()
}

/// Parts without a row in common, as one.
pub(super) fn together(parts: impl IntoIterator<Item = SelectStatement>) -> Option<SelectStatement> {
    use sea_orm::sea_query::UnionType::All;
    let mut parts = parts.into_iter();
    let mut whole = parts.next()?;
    whole.unions(parts.map(|part| (All, part)));
    Some(whole)
}
