//! Orders, and where a page begins in them.

use sea_orm::{
    Condition, Order, QueryFilter as _, QueryOrder as _, Select,
    sea_query::{BinOper, DynIden, Expr, ExprTrait as _, IntoIden as _, NullOrdering},
};
use sutra_kernel::{Direction, PortError};
use sutra_records::{ListQuery, Listed, Side, SystemField, Turn};

use super::Compared;
use crate::entity::records::record;

/// The list in the order it is read, from its position on: the value first, an empty one lowest, then the id.
pub(super) fn ordered(
    rows: Select<record::Entity>,
    query: &ListQuery,
) -> Result<Select<record::Entity>, PortError> {
    let by = Compared::of(&query.object, &query.order.field)?;
    let descending = (query.order.direction == Direction::Descending) == (query.turn == Turn::Forward);
    let rows = match Place::of(query, &by, descending) {
        Some(place) => rows.filter(place.beyond()),
        None => rows,
    };
    let (order, nulls) =
        if descending { (Order::Desc, NullOrdering::Last) } else { (Order::Asc, NullOrdering::First) };
    let column = Expr::col(by.column());
    let rows = match by.0 {
        Listed::System(SystemField::Id) => rows,
        Listed::System(_) => rows.order_by(column, order.clone()),
        Listed::Field(..) => rows.order_by_with_nulls(column, order.clone(), nulls),
    };
    Ok(rows.order_by(record::Column::Id, order))
}

/// A place beside a record: the record's value and id, and what is read from there.
struct Place {
    /// Nothing if the order is by id alone.
    column: Option<DynIden>,
    value: Option<sea_orm::Value>,
    id: sea_orm::Value,
    descending: bool,
    /// Whether the record itself is read.
    includes: bool,
}

impl Place {
    fn of(query: &ListQuery, by: &Compared<'_>, descending: bool) -> Option<Self> {
        let from = query.from.as_ref()?;
        let is_by_id = matches!(by.0, Listed::System(SystemField::Id));
        Some(Self {
            column: (!is_by_id).then(|| by.column()),
            value: by.value(&from.value),
            id: from.id.uuid().into(),
            descending,
            includes: (from.side == Side::Before) == (query.turn == Turn::Forward),
        })
    }

    /// What is read from here on.
    fn beyond(self) -> Condition {
        let id = Expr::col(record::Column::Id.into_iden()).binary(self.id_operator(), self.id.clone());
        let Some(name) = &self.column else { return Condition::all().add(id) };
        let column = || Expr::col(name.clone());
        match (self.value, self.descending) {
            (Some(value), true) => Condition::any()
                .add(column().lt(value.clone()))
                .add(column().eq(value).and(id))
                .add(column().is_null()),
            (Some(value), false) => {
                Condition::any().add(column().gt(value.clone())).add(column().eq(value).and(id))
            }
            (None, true) => Condition::all().add(column().is_null()).add(id),
            (None, false) => Condition::any().add(column().is_not_null()).add(column().is_null().and(id)),
        }
    }

    fn id_operator(&self) -> BinOper {
        match (self.descending, self.includes) {
            (true, true) => BinOper::SmallerThanOrEqual,
            (true, false) => BinOper::SmallerThan,
            (false, true) => BinOper::GreaterThanOrEqual,
            (false, false) => BinOper::GreaterThan,
        }
    }
}
