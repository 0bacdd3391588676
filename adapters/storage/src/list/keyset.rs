//! Orders, and where a page begins in them.

use sea_orm::{
    Order, QueryFilter as _, QueryOrder as _, Select,
    sea_query::{BinOper, DynIden, Expr, ExprTrait as _, IntoIden as _},
};
use sutra_kernel::{Direction, PortError};
use sutra_records::{ListQuery, Listed, Side, SystemField, Turn};

use super::Compared;
use crate::entity::records::record;

/// The list in the order it is read, from its position on, in parts that follow each other.
///
/// A part is a range of one index, read from where it begins to where the page is full. Records without a value are
/// lowest, and not in the index of values; so a list by a field has two parts: by value and id, and by id alone.
pub(super) fn parts(
    rows: Select<record::Entity>,
    query: &ListQuery,
) -> Result<Vec<Select<record::Entity>>, PortError> {
    let by = Compared::of(&query.object, &query.order.field)?;
    let way = Way::of(query);
    let parts = match by.0 {
        Listed::System(SystemField::Id) => vec![Part { rows, column: None }],
        Listed::System(_) => vec![Part { rows, column: Some(by.column()) }],
        // INVARIANT: no record lacks a required field. To look for one would be to read them all.
        Listed::Field(field, _) if field.required => vec![present(rows, &by)],
        Listed::Field(..) if way.descending => vec![present(rows.clone(), &by), absent(rows, &by)],
        Listed::Field(..) => vec![absent(rows.clone(), &by), present(rows, &by)],
    };
    let Some(from) = &query.from else {
        return Ok(parts.into_iter().map(|part| part.ordered(way)).collect());
    };
    let value = match by.0 {
        Listed::System(SystemField::Id) => None,
        _ => by.value(&from.value),
    };
    let is_present = value.is_some();
    let mut parts = parts.into_iter().skip_while(|part| part.column.is_some() != is_present);
    let begun = parts.next().map(|part| part.beyond(value, from.id.uuid().into(), way));
    Ok(begun.into_iter().chain(parts).map(|part| part.ordered(way)).collect())
}

/// The records with a value.
fn present(rows: Select<record::Entity>, by: &Compared<'_>) -> Part {
    Part { rows: rows.filter(Expr::col(by.column()).is_not_null()), column: Some(by.column()) }
}

/// The records without one.
fn absent(rows: Select<record::Entity>, by: &Compared<'_>) -> Part {
    Part { rows: rows.filter(Expr::col(by.column()).is_null()), column: None }
}

/// Which way a list is read, whatever its order.
#[derive(Clone, Copy)]
struct Way {
    descending: bool,
    /// Whether the record of the position itself is read.
    includes: bool,
}

impl Way {
    fn of(query: &ListQuery) -> Self {
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

/// Rows that are read by a column and the id, or by the id alone.
struct Part {
    rows: Select<record::Entity>,
    column: Option<DynIden>,
}

impl Part {
    /// The rest of it from a place on. Compared as a row, the databases find the place in the index.
    fn beyond(self, value: Option<sea_orm::Value>, id: sea_orm::Value, way: Way) -> Self {
        let place = Expr::tuple(value.into_iter().chain([id]).map(Expr::val));
        let key = Expr::tuple(self.key().map(Expr::col));
        Self { rows: self.rows.filter(key.binary(way.operator(), place)), ..self }
    }

    fn ordered(self, way: Way) -> Select<record::Entity> {
        let order = if way.descending { Order::Desc } else { Order::Asc };
        let key = self.key();
        key.fold(self.rows, |rows, column| rows.order_by(Expr::col(column), order.clone()))
    }

    fn key(&self) -> impl Iterator<Item = DynIden> + use<> {
        self.column.clone().into_iter().chain([record::Column::Id.into_iden()])
    }
}
