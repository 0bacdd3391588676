//! Where a record stands in a statement.

use sea_orm::{
    ConnectionTrait as _, DbBackend,
    sea_query::{Alias, DynIden, Expr, ExprTrait as _, IntoIden, Query, SelectStatement},
};
use sutra_kernel::ObjectId;
use sutra_records::ObjectDef;

use super::roots::Roots;
use crate::{entity::records::record, transaction::Transaction};

/// A record of a statement: the one that is listed, or one that is reached from it through references.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) transaction: &'a Transaction,
    pub(super) object: &'a ObjectDef,
    roots: &'a Roots,
    /// How many references away from the listed record.
    steps: usize,
    /// Whether it is the record that controls the one that is so far away.
    is_root: bool,
}

impl<'a> Place<'a> {
    /// The record that is listed.
    pub(super) fn listed(transaction: &'a Transaction, roots: &'a Roots, object: &'a ObjectDef) -> Self {
        Self { transaction, object, roots, steps: 0, is_root: false }
    }

    /// A record that this one refers to.
    pub(super) fn target<'t>(&self, object: &'t ObjectDef) -> Place<'t>
    where
        'a: 't,
    {
        let Self { transaction, roots, steps, .. } = *self;
        Place { transaction, object, roots, steps: steps + 1, is_root: false }
    }

    /// The record that controls this one, if it is of that object; nothing if nobody knows the object.
    pub(super) fn root(&self, object: ObjectId) -> Option<Self> {
        let object = self.roots.get(&object)?;
        Some(Self { object, is_root: true, ..*self })
    }

    /// A column of the record: of the same table at every step, so it is told of which.
    pub(super) fn column(&self, column: impl IntoIden) -> Expr {
        Expr::col((self.table(), column.into_iden()))
    }

    /// The records of the object that are not deleted, under the name of this place.
    pub(super) fn present(&self) -> SelectStatement {
        let mut rows = self.all();
        rows.and_where(self.column(record::Column::DeletedAt).is_null());
        rows
    }

    /// All records of the object.
    pub(super) fn all(&self) -> SelectStatement {
        let mut rows = Query::select();
        rows.from_as(record::Entity, self.table());
        rows.and_where(self.column(record::Column::WorkspaceId).eq(self.transaction.workspace().uuid()));
        rows.and_where(self.column(record::Column::ObjectId).eq(self.object.id.uuid()));
        rows
    }

    pub(super) fn backend(&self) -> DbBackend {
        self.transaction.get_database_backend()
    }

    fn table(&self) -> DynIden {
        match (self.steps, self.is_root) {
            (0, false) => record::Entity.into_iden(),
            (steps, false) => Alias::new(format!("record_{steps}")).into_iden(),
            (steps, true) => Alias::new(format!("root_{steps}")).into_iden(),
        }
    }
}
