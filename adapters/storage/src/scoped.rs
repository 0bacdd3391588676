//! The one place that starts a query: every statement on a workspace's table is filtered by the workspace.
//!
//! PostgreSQL's row-level security says the same once more; SQLite has only this.

use std::iter;

use sea_orm::{
    ColumnTrait as _, DbErr, DeleteMany, EntityTrait, IdenStatic as _, Insert, IntoActiveModel,
    PrimaryKeyToColumn, QueryFilter as _, Select, UpdateMany,
    entity::{ActiveModelBehavior, ActiveModelTrait, Iterable as _},
    sea_query::OnConflict,
};
use sutra_kernel::Uuid;

use crate::transaction::Transaction;

/// An entity whose rows belong to workspaces.
pub(crate) trait Scoped: EntityTrait {
    /// The column that says to which.
    const WORKSPACE: Self::Column;
}

/// The workspace of a row that is to be inserted: whichever the transaction is in.
pub(crate) const HERE: Uuid = Uuid::nil();

/// How many of so many rows one statement is about: few enough for the number of parameters that databases take, and
/// of few sizes, so that statements that are prepared already are used again.
fn portion(rows: usize) -> usize {
    match rows {
        256.. => 256,
        64.. => 64,
        32.. => 32,
        16.. => 16,
        _ => rows,
    }
}

/// The items in portions, each for one statement.
pub(crate) fn portions<T>(items: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = items;
    iter::from_fn(move || {
        let (next, others) = rest.split_at_checked(portion(rest.len()))?;
        rest = others;
        (!next.is_empty()).then_some(next)
    })
}

/// A limit as statements have it.
pub(crate) fn rows(limit: usize) -> u64 {
    u64::try_from(limit).unwrap_or(u64::MAX)
}

/// One row more than the limit, which tells whether there are more.
pub(crate) fn probe(limit: usize) -> u64 {
    rows(limit).saturating_add(1)
}

impl Transaction {
    /// Rows of this workspace.
    pub(crate) fn find<E: Scoped>(&self) -> Select<E> {
        E::find().filter(E::WORKSPACE.eq(self.workspace().uuid()))
    }

    /// A change of rows of this workspace.
    pub(crate) fn change<E: Scoped>(&self) -> UpdateMany<E> {
        E::update_many().filter(E::WORKSPACE.eq(self.workspace().uuid()))
    }

    /// A removal of rows of this workspace.
    pub(crate) fn remove<E: Scoped>(&self) -> DeleteMany<E> {
        E::delete_many().filter(E::WORKSPACE.eq(self.workspace().uuid()))
    }

    /// Inserts rows into this workspace, which they need not name: see [`HERE`].
    pub(crate) async fn insert<E, A>(&self, rows: impl IntoIterator<Item = E::Model>) -> Result<(), DbErr>
    where
        E: Scoped,
        E::Model: IntoActiveModel<A>,
        A: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
    {
        let rows: Vec<A> = rows.into_iter().map(|row| self.owned::<E, A>(row)).collect();
        let mut rows = rows.into_iter();
        while rows.len() > 0 {
            let portion = portion(rows.len());
            Insert::many(rows.by_ref().take(portion)).exec_without_returning(self).await?;
        }
        Ok(())
    }

    /// Inserts a row into this workspace, or replaces the one with its primary key.
    pub(crate) async fn upsert<E, A>(&self, row: E::Model) -> Result<(), DbErr>
    where
        E: Scoped,
        E::Model: IntoActiveModel<A>,
        A: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
    {
        self.upsert_all::<E, A>(iter::once(row)).await
    }

    /// The same with many rows, no two of which have the same key.
    pub(crate) async fn upsert_all<E, A>(&self, rows: impl IntoIterator<Item = E::Model>) -> Result<(), DbErr>
    where
        E: Scoped,
        E::Model: IntoActiveModel<A>,
        A: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
    {
        let key: Vec<E::Column> = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column).collect();
        let is_key = |column: &E::Column| key.iter().any(|part| part.as_str() == column.as_str());
        let rest: Vec<E::Column> = E::Column::iter().filter(|column| !is_key(column)).collect();
        let on_conflict = OnConflict::columns(key.clone()).update_columns(rest).to_owned();
        let rows: Vec<A> = rows.into_iter().map(|row| self.owned::<E, A>(row)).collect();
        let mut rows = rows.into_iter();
        while rows.len() > 0 {
            let portion = portion(rows.len());
            let insert = Insert::many(rows.by_ref().take(portion)).on_conflict(on_conflict.clone());
            insert.exec_without_returning(self).await?;
        }
        Ok(())
    }

    /// Inserts a row into this workspace; false if there is one with its primary key.
    pub(crate) async fn insert_new<E, A>(&self, row: E::Model) -> Result<bool, DbErr>
    where
        E: Scoped,
        E::Model: IntoActiveModel<A>,
        A: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
    {
        let key = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
        let on_conflict = OnConflict::columns(key).do_nothing().to_owned();
        let insert = Insert::one(self.owned::<E, A>(row)).on_conflict(on_conflict);
        Ok(insert.exec_without_returning(self).await? == 1)
    }

    /// The replacement of the row with the same primary key; add what it must fulfil before.
    pub(crate) fn replace<E, A>(&self, row: E::Model) -> UpdateMany<E>
    where
        E: Scoped,
        E::Model: IntoActiveModel<A>,
        A: ActiveModelTrait<Entity = E>,
    {
        let mut row = self.owned::<E, A>(row);
        let mut change = self.change::<E>();
        for column in E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column) {
            if let Some(value) = row.take(column).into_value() {
                change = change.filter(column.eq(value));
            }
        }
        change.set(row)
    }

    /// The row as one of this workspace, with every column to be written.
    fn owned<E, A>(&self, row: E::Model) -> A
    where
        E: Scoped,
        E::Model: IntoActiveModel<A>,
        A: ActiveModelTrait<Entity = E>,
    {
        let mut row = row.into_active_model().reset_all();
        row.set(E::WORKSPACE, self.workspace().uuid().into());
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portions_are_all_there_is_in_few_sizes() {
        for count in [0, 1, 15, 16, 17, 100, 1_000] {
            let items: Vec<usize> = (0..count).collect();
            assert_eq!(portions(&items).collect::<Vec<_>>().concat(), items);
            assert!(portions(&items).all(|it| matches!(it.len(), 1..=16 | 32 | 64 | 256)), "{count}");
        }
    }
}
