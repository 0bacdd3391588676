//! The one place that compiles lists: the viewer's scope, what he asks for, the order, and where a page begins.
//!
//! The meaning is [`ListQuery::matches`] and [`ListQuery::order`]; every store is tested against them.

mod aggregate;
mod chosen;
mod explain;
mod filter;
mod keyset;
mod search;

use sea_orm::{ColumnTrait as _, Condition, QueryFilter as _, QuerySelect as _, Select};
use sutra_acl::{Reach, Runs, Scope};
use sutra_kernel::{ApiName, Page, PortError};
use sutra_records::{ListQuery, Listed, ObjectDef, SlotScalar, SystemField, Turn};

use crate::{empty, entity::records::record, error::OrPort as _, scoped::rows, transaction::Transaction};

pub(crate) use aggregate::groups;

/// Reads a page, and one row more than it holds.
pub(crate) async fn read(
    transaction: &Transaction,
    query: &ListQuery,
) -> Result<Page<record::Model>, PortError> {
    let Some(list) = ordered(transaction, query)? else { return Ok(query.page(Vec::new())) };
    let mut found = list.limit(rows(query.limit.saturating_add(1))).all(transaction).await.port()?;
    if query.turn == Turn::Backward {
        found.reverse();
    }
    Ok(query.page(found))
}

/// The list from its position on, in the order it is read; nothing if the viewer sees nothing.
fn ordered(
    transaction: &Transaction,
    query: &ListQuery,
) -> Result<Option<Select<record::Entity>>, PortError> {
    whole(transaction, query)?.map(|rows| keyset::ordered(rows, query)).transpose()
}

/// The whole list, in no order; nothing if the viewer sees nothing.
pub(crate) fn whole(
    transaction: &Transaction,
    query: &ListQuery,
) -> Result<Option<Select<record::Entity>>, PortError> {
    let seen = visible(transaction.find(), &query.object, &query.scope, query.deleted)?;
    let found = seen.map(|seen| seen.filter(search::found(transaction, query)));
    match (found, &query.filter) {
        (Some(found), Some(filter)) => {
            Ok(Some(found.filter(filter::compile(transaction, &query.object, filter)?)))
        }
        (found, _) => Ok(found),
    }
}

/// The records of an object that a viewer may see; nothing if there can be none.
fn visible(
    rows: Select<record::Entity>,
    object: &ObjectDef,
    scope: &Scope,
    deleted: bool,
) -> Result<Option<Select<record::Entity>>, PortError> {
    if !scope.restrictions.is_empty() {
        return Err(PortError::refused("a scope with restrictions, which lists cannot be filtered by"));
    }
    let at = record::Column::DeletedAt;
    let rows = rows.filter(record::Column::ObjectId.eq(object.id.uuid())).filter(if deleted {
        at.is_not_null()
    } else {
        at.is_null()
    });
    match &scope.reach {
        Reach::None => Ok(None),
        Reach::All => Ok(Some(rows)),
        Reach::Runs(runs) if runs.owners.is_empty() && runs.roles.is_empty() => Ok(None),
        Reach::Runs(runs) => Ok(Some(rows.filter(on(runs)?))),
    }
}

/// What the owner or the owner's role opens to the viewer. No record is shared, so nothing else opens any.
fn on(runs: &Runs) -> Result<Condition, PortError> {
    if !runs.moving.is_empty() {
        return Err(PortError::refused("a scope with owners whose role is changing"));
    }
    let by_owner = record::Column::AccessOwnerId.is_in(runs.owners.iter().map(|owner| owner.uuid()));
    let by_role = record::Column::AccessRoleId.is_in(runs.roles.iter().map(|role| role.uuid()));
    // An alternative that is never true keeps SQLite from the index of the other.
    Ok(Condition::any()
        .add_option((!runs.owners.is_empty()).then_some(by_owner))
        .add_option((!runs.roles.is_empty()).then_some(by_role)))
}

/// What a column is compared with.
enum Sought {
    /// With a value that records may have.
    Value(sea_orm::Value),
    /// With a value less than any that a record has: what stands for none.
    Nobodys,
    /// With no value.
    Empty,
}

/// A column that lists are filtered or ordered by, with the values it is compared with.
struct Compared<'a>(Listed<'a>);

impl<'a> Compared<'a> {
    fn of(object: &'a ObjectDef, name: &ApiName) -> Result<Self, PortError> {
        Listed::of(object, name).map(Self).map_err(PortError::refused)
    }

    fn column(&self) -> sea_orm::sea_query::DynIden {
        use sea_orm::sea_query::{Alias, IntoIden as _};
        let name = match self.0 {
            Listed::Field(_, slot) => slot.column(),
            Listed::System(SystemField::Id) => "id".to_owned(),
            Listed::System(SystemField::OwnerId) => "owner_id".to_owned(),
            Listed::System(SystemField::CreatedAt) => "created_at".to_owned(),
            Listed::System(SystemField::UpdatedAt) => "updated_at".to_owned(),
            Listed::System(SystemField::CreatedById) => "created_by".to_owned(),
            Listed::System(SystemField::UpdatedById) => "updated_by".to_owned(),
        };
        Alias::new(name).into_iden()
    }

    /// What the column holds where there is no value; nothing if there always is one.
    fn mark(&self) -> Option<sea_orm::Value> {
        match self.0 {
            Listed::System(_) => None,
            Listed::Field(_, slot) => Some(empty::mark(slot.family)),
        }
    }

    /// What the column is compared with for a value.
    fn sought(&self, value: &sutra_kernel::Value) -> Sought {
        let value: sea_orm::Value = match self.0.scalar(value) {
            SlotScalar::Null => return Sought::Empty,
            SlotScalar::Text(text) => text.into(),
            SlotScalar::Integer(number) => number.into(),
            SlotScalar::Uuid(uuid) => uuid.into(),
        };
        if self.mark().as_ref() == Some(&value) { Sought::Nobodys } else { Sought::Value(value) }
    }

    /// What the column holds of a record with this value.
    fn place(&self, value: &sutra_kernel::Value) -> Result<sea_orm::Value, PortError> {
        match self.sought(value) {
            Sought::Value(value) => Ok(value),
            Sought::Empty | Sought::Nobodys => {
                self.mark().ok_or_else(|| PortError::refused("a position without the value of its order"))
            }
        }
    }
}
