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

use crate::{entity::records::record, error::OrPort as _, scoped::rows, transaction::Transaction};

pub(crate) use aggregate::groups;

/// Reads a page: part after part of the list, until there is one row more than it holds.
pub(crate) async fn read(
    transaction: &Transaction,
    query: &ListQuery,
) -> Result<Page<record::Model>, PortError> {
    let wanted = query.limit.saturating_add(1);
    let mut found = Vec::new();
    for part in parts(transaction, query)? {
        let missing = wanted - found.len();
        if missing > 0 {
            found.extend(part.limit(rows(missing)).all(transaction).await.port()?);
        }
    }
    if query.turn == Turn::Backward {
        found.reverse();
    }
    Ok(query.page(found))
}

/// The parts of a list from its position on, one after the other; none if the viewer sees nothing.
fn parts(transaction: &Transaction, query: &ListQuery) -> Result<Vec<Select<record::Entity>>, PortError> {
    whole(transaction, query)?.map_or_else(|| Ok(Vec::new()), |rows| keyset::parts(rows, query))
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

    /// What the column would hold of a value; nothing for no value.
    fn value(&self, value: &sutra_kernel::Value) -> Option<sea_orm::Value> {
        match self.0.scalar(value) {
            SlotScalar::Null => None,
            SlotScalar::Text(text) => Some(text.into()),
            SlotScalar::Integer(number) => Some(number.into()),
            SlotScalar::Uuid(uuid) => Some(uuid.into()),
        }
    }
}
