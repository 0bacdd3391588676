//! What is asked of multi-picklists, in SQL. They have no column of their own, so that each record is looked into.

use sea_orm::{
    ColumnTrait as _, DbBackend,
    sea_query::{BinOper, Expr, ExprTrait as _, Func, Query},
};
use sutra_kernel::{ApiName, PortError, Test};
use sutra_records::{Chosen, ListError};

use crate::entity::records::record;

/// The test in SQL, which is true or false, and never unknown.
pub(super) fn compile(
    backend: DbBackend,
    name: &ApiName,
    chosen: Chosen<'_>,
    test: &Test,
) -> Result<Expr, PortError> {
    match test {
        Test::IsNull(true) => Ok(whole(name).is_null()),
        Test::IsNull(false) => Ok(whole(name).is_not_null()),
        Test::Includes(texts) => Ok(includes(backend, name, &chosen.meant(texts))),
        _ => Err(PortError::refused(ListError::WrongKind(name.clone()))),
    }
}

fn whole(name: &ApiName) -> Expr {
    record::Column::Fields.into_expr().binary(BinOper::Custom("->"), name.as_str())
}

/// Whether one of these is among the values, which both databases can turn into rows with the column `value`.
fn includes(backend: DbBackend, name: &ApiName, wanted: &[&str]) -> Expr {
    let rows = match backend {
        DbBackend::Postgres => Func::cust("jsonb_array_elements_text").arg(whole(name)),
        _ => Func::cust("json_each").arg(record::Column::Fields.into_expr()).arg(format!("$.{name}")),
    };
    let mut found = Query::select();
    found
        .expr(Expr::val(1))
        .from_function(rows, "chosen")
        .and_where(Expr::col(("chosen", "value")).is_in(wanted.iter().copied()));
    Expr::exists(found)
}
