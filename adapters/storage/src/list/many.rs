//! Many identifiers in one parameter, so that a statement's text is the same for any number of them.
//!
//! PostgreSQL takes them as the text of an array, SQLite as a list in JSON.

use sea_orm::{
    DbBackend,
    sea_query::{Expr, ExprTrait as _, Func, Query, SelectStatement},
};
use sutra_kernel::Uuid;

/// The identifiers as rows of one column.
pub(crate) fn ids(backend: DbBackend, ids: impl IntoIterator<Item = Uuid>) -> SelectStatement {
    let text = Expr::val(ids_text(backend, ids));
    let mut rows = Query::select();
    match backend {
        DbBackend::Postgres => rows.expr(Func::cust("unnest").arg(text.cast_as("uuid[]"))),
        _ => rows.expr(Expr::cust("unhex(value)")).from_function(Func::cust("json_each").arg(text), "each"),
    };
    rows
}

/// Pairs of a kind and an identifier as rows of two columns.
pub(super) fn pairs<'k>(
    backend: DbBackend,
    pairs: impl Iterator<Item = (&'k str, Uuid)> + Clone,
) -> SelectStatement {
    let mut rows = Query::select();
    match backend {
        DbBackend::Postgres => {
            let kinds = Expr::val(kinds_text(pairs.clone())).cast_as("text[]");
            let ids = Expr::val(ids_text(backend, pairs.map(|(_, id)| id))).cast_as("uuid[]");
            rows.expr(Func::cust("unnest").arg(kinds)).expr(Func::cust("unnest").arg(ids));
        }
        _ => {
            let text = Expr::val(pairs_text(pairs));
            rows.expr(Expr::cust("substr(value, 33)")).expr(Expr::cust("unhex(substr(value, 1, 32))"));
            rows.from_function(Func::cust("json_each").arg(text), "each");
        }
    }
    rows
}

/// Identifiers as a database takes them.
pub(super) fn ids_text(backend: DbBackend, ids: impl IntoIterator<Item = Uuid>) -> String {
    let ids = ids.into_iter().map(|id| id.simple().to_string());
    match backend {
        DbBackend::Postgres => array(ids),
        _ => list(ids),
    }
}

/// The kinds of pairs, for PostgreSQL, which takes their identifiers as another array.
pub(super) fn kinds_text<'k>(pairs: impl Iterator<Item = (&'k str, Uuid)>) -> String {
    array(pairs.map(|(kind, _)| kind.to_owned()))
}

/// Pairs for SQLite: of each the 32 digits of its identifier, then its kind.
pub(super) fn pairs_text<'k>(pairs: impl Iterator<Item = (&'k str, Uuid)>) -> String {
    list(pairs.map(|(kind, id)| format!("{}{kind}", id.simple())))
}

/// Digits and plain words: nothing in them has to be quoted.
fn array(words: impl Iterator<Item = String>) -> String {
    format!("{{{}}}", words.collect::<Vec<_>>().join(","))
}

fn list(words: impl Iterator<Item = String>) -> String {
    format!("[{}]", words.map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(","))
}
