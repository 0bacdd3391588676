//! The records that a list is of, in no order.

use sea_orm::{
    ColumnTrait as _, QueryFilter as _, QuerySelect as _, QueryTrait as _, Select,
    sea_query::{Expr, ExprTrait as _, SelectStatement},
};
use sutra_acl::{Reach, Runs};
use sutra_kernel::PortError;
use sutra_kernel::Uuid;
use sutra_records::ListQuery;

use super::{
    few::few,
    filter::{self, Links, is_true},
    many,
    place::Place,
    roots::Roots,
    scope, search,
    statements::{Statements, together},
};
use crate::{entity::records::record, transaction::Transaction};

/// What a list asks of records.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) place: Place<'a>,
    query: &'a ListQuery,
}

impl<'a> Rows<'a> {
    pub(super) fn of(transaction: &'a Transaction, roots: &'a Roots, query: &'a ListQuery) -> Self {
        Self { place: Place::listed(transaction, roots, &query.object), query }
    }

    /// All records of the object.
    pub(super) fn every(&self) -> Select<record::Entity> {
        let rows = self.place.transaction.find::<record::Entity>();
        rows.filter(record::Column::ObjectId.eq(self.place.object.id.uuid()))
    }

    /// Those that are deleted, or those that are not.
    pub(super) fn asked(&self) -> Select<record::Entity> {
        let at = record::Column::DeletedAt;
        self.every().filter(if self.query.deleted { at.is_not_null() } else { at.is_null() })
    }

    /// The list of somebody who sees everything: whatever index finds it.
    pub(super) fn seen(&self) -> Result<Select<record::Entity>, PortError> {
        self.filtered(Links::Joined)
    }

    /// Those of few records that nothing hides from the viewer: what opened them to him is how they were found.
    pub(super) fn unhidden(&self) -> Result<Select<record::Entity>, PortError> {
        Ok(self.filtered(Links::Probed)?.filter(scope::restricted(&self.place, &self.query.scope)?))
    }

    /// Those of few records that the viewer may see.
    pub(super) fn judged(&self) -> Result<Select<record::Entity>, PortError> {
        Ok(self.filtered(Links::Probed)?.filter(scope::admits(&self.place, &self.query.scope)?))
    }

    /// Those among a few.
    pub(super) fn among(&self, rows: Select<record::Entity>, ids: Vec<Uuid>) -> Select<record::Entity> {
        let ids = many::ids(self.place.backend(), ids);
        rows.filter(self.place.column(record::Column::Id).in_subquery(ids))
    }

    /// The identifiers of all records of the object that are open to somebody.
    pub(super) fn own(&self, runs: &Runs) -> Option<SelectStatement> {
        let ids = |way| self.every().filter(way).select_only().column(record::Column::Id).into_query();
        together(scope::apart(&self.place, runs).into_iter().map(ids))
    }

    /// The whole list, in parts without a record in common.
    pub(super) async fn whole(
        &self,
        statements: &mut Statements<'_>,
    ) -> Result<Vec<Select<record::Entity>>, PortError> {
        let scope = &self.query.scope;
        Ok(match &scope.reach {
            Reach::None => Vec::new(),
            Reach::All if scope.restrictions.is_empty() => vec![self.seen()?],
            reach => match (few(statements, self.place, self.query.into()).await?, reach) {
                (Some(few), _) => vec![self.among(self.judged()?, few)],
                (None, Reach::Runs(runs)) => {
                    let rows = self.unhidden()?;
                    scope::apart(&self.place, runs).into_iter().map(|way| rows.clone().filter(way)).collect()
                }
                (None, _) => vec![self.judged()?],
            },
        })
    }

    fn filtered(&self, links: Links) -> Result<Select<record::Entity>, PortError> {
        let ListQuery { filter, search, .. } = self.query;
        let mut rows = self.asked();
        if let Some(search) = search {
            rows = rows.filter(search::found(&self.place, search, links));
        }
        if let Some(filter) = filter {
            let filter = filter::compile(&self.place, filter, links)?;
            rows = match links {
                Links::Joined => rows.filter(filter),
                Links::Probed => rows.filter(is_true(Expr::from(filter))),
            };
        }
        Ok(rows)
    }
}
