//! Orders, and where a page begins in them.

use sea_orm::{
    Condition, Order, QueryFilter as _, QueryOrder as _, Select,
    sea_query::{DynIden, Expr, ExprTrait as _, IntoIden as _, NullOrdering},
};
use sutra_kernel::{Direction, PortError};
use sutra_records::{ListQuery, Listed, SystemField};

use super::Compared;
use crate::entity::records::record;

/// The list in its order, from its position on: the value first, an empty one lowest, then the id.
pub(super) fn ordered(
    rows: Select<record::Entity>,
    query: &ListQuery,
) -> Result<Select<record::Entity>, PortError> {
    let by = Compared::of(query, &query.order.field)?;
    let id = record::Column::Id.into_iden();
    let descending = query.order.direction == Direction::Descending;
    let (order, nulls) =
        if descending { (Order::Desc, NullOrdering::Last) } else { (Order::Asc, NullOrdering::First) };
    if matches!(by.0, Listed::System(SystemField::Id)) {
        let rows = match &query.after {
            Some(after) => rows.filter(beyond(&id, after.id.uuid().into(), descending)),
            None => rows,
        };
        return Ok(rows.order_by(record::Column::Id, order));
    }
    let mut rows = match &query.after {
        Some(after) => {
            let place =
                Place { column: by.column(), value: by.value(&after.value), id: after.id.uuid().into() };
            rows.filter(place.beyond(&id, descending))
        }
        None => rows,
    };
    let column = Expr::col(by.column());
    if matches!(by.0, Listed::System(_)) {
        rows = rows.order_by(column, order.clone());
    } else {
        rows = rows.order_by_with_nulls(column, order.clone(), nulls);
    }
    Ok(rows.order_by(record::Column::Id, order))
}

/// A place between two records: the value and the id of the first.
struct Place {
    column: DynIden,
    value: Option<sea_orm::Value>,
    id: sea_orm::Value,
}

impl Place {
    fn beyond(self, id: &DynIden, descending: bool) -> Condition {
        let column = || Expr::col(self.column.clone());
        let later_id = beyond(id, self.id, descending);
        match (self.value, descending) {
            (Some(value), _) => {
                let tie = column().eq(value.clone()).and(later_id);
                let later = Condition::any().add(beyond(&self.column, value, descending)).add(tie);
                if descending { later.add(column().is_null()) } else { later }
            }
            (None, true) => Condition::all().add(column().is_null()).add(later_id),
            (None, false) => {
                Condition::any().add(column().is_not_null()).add(column().is_null().and(later_id))
            }
        }
    }
}

fn beyond(column: &DynIden, value: sea_orm::Value, descending: bool) -> Expr {
    let column = Expr::col(column.clone());
    if descending { column.lt(value) } else { column.gt(value) }
}
