//! What is asked of multi-picklists, in SQL. They have no column of their own, so that each record is looked into.

use sea_orm::{
    DbBackend,
    sea_query::{BinOper, Expr, ExprTrait as _, Func, Query},
};
use sutra_kernel::{ApiName, PortError, Test};
use sutra_records::{Chosen, ListError};

use super::place::Place;
use crate::entity::records::record;

/// The test in SQL, which is true or false, and never unknown.
pub(super) fn compile(
    place: &Place<'_>,
    name: &ApiName,
    chosen: Chosen<'_>,
    test: &Test,
) -> Result<Expr, PortError> {
    match test {
        Test::IsNull(true) => Ok(whole(place, name).is_null()),
        Test::IsNull(false) => Ok(whole(place, name).is_not_null()),
        Test::Includes(texts) => Ok(includes(place, name, &chosen.meant(texts))),
        _ => Err(PortError::refused(ListError::WrongKind(name.clone()))),
    }
}

fn whole(place: &Place<'_>, name: &ApiName) -> Expr {
    place.column(record::Column::Fields).binary(BinOper::Custom("->"), name.as_str())
}

/// Whether one of these is among the values, which both databases can turn into rows with the column `value`.
fn includes(place: &Place<'_>, name: &ApiName, wanted: &[&str]) -> Expr {
    let rows = match place.backend() {
        DbBackend::Postgres => Func::cust("jsonb_array_elements_text").arg(whole(place, name)),
        _ => Func::cust("json_each").arg(place.column(record::Column::Fields)).arg(format!("$.{name}")),
    };
    let mut found = Query::select();
    found
        .expr(Expr::val(1))
        .from_function(rows, "chosen")
        .and_where(Expr::col(("chosen", "value")).is_in(wanted.iter().copied()));
    Expr::exists(found)
}
