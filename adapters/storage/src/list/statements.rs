//! The statements that answer a list, one after the other.

use sea_orm::{
    ConnectionTrait as _, DbBackend, QueryResult, QueryTrait as _, Select, Statement,
    sea_query::SelectStatement,
};
use sutra_kernel::{PortError, Uuid};
use sutra_records::{ObjectDef, Record};

use crate::{
    entity::records::record,
    error::OrPort as _,
    records::{Reader, columns},
    transaction::Transaction,
};

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
        object: &ObjectDef,
    ) -> Result<Vec<Record>, PortError> {
        let reader = Reader::of(self.transaction, object);
        self.each(columns(rows).build(self.backend()), |row| reader.record(row)).await
    }

    /// The identifiers in the only column.
    pub(super) async fn ids(&mut self, rows: &SelectStatement) -> Result<Vec<Uuid>, PortError> {
        self.each(self.backend().build(rows), |row| row.try_get_by_index(0).port()).await
    }

    pub(super) async fn each<T>(
        &mut self,
        statement: Statement,
        read: impl FnMut(&QueryResult) -> Result<T, PortError>,
    ) -> Result<Vec<T>, PortError> {
        if let Some(plans) = &mut self.plans {
            plans.extend(plan_of(self.transaction, &statement).await?);
        }
        self.transaction.each(statement, read).await
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
