//! Orders, and where a page begins in them.

use sea_orm::{
    Order, QueryFilter as _, QueryOrder as _, Select,
    sea_query::{BinOper, Expr, ExprTrait as _, IntoIden as _},
};
use sutra_kernel::{Direction, PortError};
use sutra_records::{ListQuery, Listed, Side, SystemField, Turn};

use super::Compared;
use crate::entity::records::record;

/// The list in the order it is read, from its position on: a range of one index, read from where it begins to where
/// the page is full.
pub(super) fn ordered(
    rows: Select<record::Entity>,
    query: &ListQuery,
) -> Result<Select<record::Entity>, PortError> {
    let by = Compared::of(&query.object, &query.order.field)?;
    let way = Way::of(query);
    let column = match by.0 {
        Listed::System(SystemField::Id) => None,
        _ => Some(by.column()),
    };
    let key = || column.clone().into_iter().chain([record::Column::Id.into_iden()]);
    let rows = match by.0 {
        Listed::System(_) => rows,
        // True of every record of the object, and what the index of the slot is restricted to.
        Listed::Field(..) => rows.filter(Expr::col(by.column()).is_not_null()),
    };
    let rows = match &query.from {
        None => rows,
        Some(from) => {
            let value = column.is_some().then(|| by.place(&from.value)).transpose()?;
            let place = value.into_iter().chain([from.id.uuid().into()]);
            // Compared as a row, the databases find the place in the index.
            let [key, place] = [Expr::tuple(key().map(Expr::col)), Expr::tuple(place.map(Expr::val))];
            rows.filter(key.binary(way.operator(), place))
        }
    };
    let order = if way.descending { Order::Desc } else { Order::Asc };
    Ok(key().fold(rows, |rows, column| rows.order_by(Expr::col(column), order.clone())))
}

/// Which way a list is read, whatever its order.
#[derive(Clone, Copy)]
pub(super) struct Way {
    pub(super) descending: bool,
    /// Whether the record of the position itself is read.
    pub(super) includes: bool,
}

impl Way {
    pub(super) fn of(query: &ListQuery) -> Self {
        let is_forward = query.turn == Turn::Forward;
        Self {
            descending: (query.order.direction == Direction::Descending) == is_forward,
            includes: query.from.as_ref().is_some_and(|from| (from.side == Side::Before) == is_forward),
        }
    }

    fn operator(self) -> BinOper {
        match (self.descending, self.includes) {
            (true, true) => BinOper::SmallerThanOrEqual,
            (true, false) => BinOper::SmallerThan,
            (false, true) => BinOper::GreaterThanOrEqual,
            (false, false) => BinOper::GreaterThan,
        }
    }
}
