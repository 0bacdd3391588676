//! Rows that are parts of one thing: read, replaced and removed with it.

use std::collections::BTreeMap;

use sea_orm::{
    ActiveModelTrait, ColumnTrait as _, DbErr, EntityTrait, IntoActiveModel, QueryFilter as _,
    entity::ActiveModelBehavior, sea_query::Expr,
};
use sutra_kernel::Uuid;

use crate::{scoped::Scoped, transaction::Transaction};

/// An entity whose rows are parts of things.
pub(crate) trait Parts: Scoped {
    /// What a row says beside the thing.
    type Part: Send;

    /// The column that names the thing.
    const WHOLE: Self::Column;

    /// The row of a part, of whichever workspace.
    fn row(whole: Uuid, part: Self::Part) -> Self::Model;

    /// The thing, and the part.
    fn split(row: Self::Model) -> (Uuid, Self::Part);
}

/// The parts of many things.
pub(crate) type ByWhole<E> = BTreeMap<Uuid, Vec<<E as Parts>::Part>>;

impl Transaction {
    /// The parts of every thing.
    pub(crate) async fn all_parts<E: Parts>(&self) -> Result<ByWhole<E>, DbErr> {
        self.parts::<E>(Expr::value(true)).await
    }

    /// The parts that a condition is true of.
    pub(crate) async fn parts<E: Parts>(&self, condition: Expr) -> Result<ByWhole<E>, DbErr> {
        let mut parts = ByWhole::<E>::new();
        for row in self.find::<E>().filter(condition).all(self).await? {
            let (whole, part) = E::split(row);
            parts.entry(whole).or_default().push(part);
        }
        Ok(parts)
    }

    /// Replaces the parts of one thing.
    pub(crate) async fn put_parts<E>(
        &self,
        whole: Uuid,
        parts: impl IntoIterator<Item = E::Part>,
    ) -> Result<(), DbErr>
    where
        E: Parts,
        <E as EntityTrait>::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
    {
        self.remove_parts::<E>(whole).await?;
        let rows: Vec<_> = parts.into_iter().map(|part| E::row(whole, part)).collect();
        self.insert::<E, E::ActiveModel>(rows).await
    }

    /// Removes the parts of one thing.
    pub(crate) async fn remove_parts<E: Parts>(&self, whole: Uuid) -> Result<(), DbErr> {
        self.remove::<E>().filter(E::WHOLE.eq(whole)).exec(self).await.map(drop)
    }
}
