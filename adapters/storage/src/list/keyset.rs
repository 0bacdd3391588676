//! Orders, and where a page begins in them.

use sea_orm::{
    Order, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _, Select,
    sea_query::{BinOper, DynIden, Expr, ExprTrait as _, IntoIden as _, Query, SelectStatement},
};
use sutra_kernel::{Direction, PortError};
use sutra_records::{ListQuery, Listed, Side, SystemField, Turn};

use super::Compared;
use crate::{entity::records::record, scoped};

/// The list in the order it is read, from its position on: a range of one index, read from where it begins to where
/// the page is full.
pub(super) fn ordered(
    rows: Select<record::Entity>,
    query: &ListQuery,
) -> Result<Select<record::Entity>, PortError> {
    let (rows, order) = (placed(rows, query)?, Way::of(query).order());
    Ok(key(query)?.into_iter().fold(rows, |rows, column| rows.order_by(Expr::col(column), order.clone())))
}

/// The identifiers of the first of so many records at most, found before they are sorted: no index of the order is
/// walked, and nothing but the order is carried along.
pub(super) fn sorted(
    rows: Select<record::Entity>,
    query: &ListQuery,
    most: usize,
    limit: usize,
) -> Result<SelectStatement, PortError> {
    let key = key(query)?;
    let rows = key.iter().cloned().fold(placed(rows, query)?.select_only(), |rows, column| {
        rows.expr(Expr::col((record::Entity, column)))
    });
    let mut sorted = Query::select();
    // The limit changes nothing, and keeps databases from sorting by an index.
    sorted.column(record::Column::Id).from_subquery(rows.limit(scoped::rows(most)).into_query(), "found");
    for column in key {
        sorted.order_by(column, Way::of(query).order());
    }
    Ok(sorted.limit(scoped::rows(limit)).take())
}

/// The columns of the order.
fn key(query: &ListQuery) -> Result<Vec<DynIden>, PortError> {
    let by = Compared::of(&query.object, &query.order.field)?;
    let column = (!matches!(by.0, Listed::System(SystemField::Id))).then(|| by.column());
    Ok(column.into_iter().chain([record::Column::Id.into_iden()]).collect())
}

/// Those from the list's position on.
fn placed(rows: Select<record::Entity>, query: &ListQuery) -> Result<Select<record::Entity>, PortError> {
    let by = Compared::of(&query.object, &query.order.field)?;
    let rows = match by.0 {
        Listed::System(_) => rows,
        // True of every record of the object, and what the index of the slot is restricted to.
        Listed::Field(..) => rows.filter(Expr::col(by.column()).is_not_null()),
    };
    let Some(from) = &query.from else { return Ok(rows) };
    let key = key(query)?;
    let value = (key.len() > 1).then(|| by.place(&from.value)).transpose()?;
    let place = value.into_iter().chain([from.id.uuid().into()]);
    // Compared as a row, the databases find the place in the index.
    let [key, place] = [Expr::tuple(key.into_iter().map(Expr::col)), Expr::tuple(place.map(Expr::val))];
    Ok(rows.filter(key.binary(Way::of(query).operator(), place)))
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

    fn order(self) -> Order {
        if self.descending { Order::Desc } else { Order::Asc }
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
