//! Conditions as SQL.

use sea_orm::{
    Condition as Sql, ConnectionTrait as _, QueryFilter as _, QuerySelect as _, QueryTrait as _,
    sea_query::{DynIden, Expr, ExprTrait as _, Func},
};
use sutra_kernel::{Condition, PortError, Test, Value, fold};
use sutra_records::{Chosen, Filter, ObjectDef, Relation};

use super::{Compared, Sought, chosen, visible};
use crate::{entity::records::record, transaction::Transaction};

/// The filter in SQL.
///
/// A condition is true or false and SQL's may also be unknown, which a filter takes for false. So unknown may
/// stand for false everywhere but under a negation, where it is made false first.
pub(super) fn compile(
    transaction: &Transaction,
    object: &ObjectDef,
    filter: &Filter,
) -> Result<Sql, PortError> {
    let each = |parts: &[Filter], whole: Sql| {
        parts.iter().try_fold(whole, |whole, part| Ok(whole.add(compile(transaction, object, part)?)))
    };
    match filter {
        Condition::All(parts) if parts.is_empty() => Ok(Sql::all().add(truth(true))),
        Condition::Any(parts) if parts.is_empty() => Ok(Sql::all().add(truth(false))),
        Condition::All(parts) => each(parts, Sql::all()),
        Condition::Any(parts) => each(parts, Sql::any()),
        Condition::Not(part) => {
            let part = Expr::from(compile(transaction, object, part)?);
            Ok(Sql::all().add(Expr::expr(Func::coalesce([part, truth(false)])).not()))
        }
        Condition::Field(name, test) => Ok(Sql::all().add(match Chosen::of(object, name) {
            Some(chosen) => chosen::compile(transaction.get_database_backend(), name, chosen, test)?,
            None => leaf(&Compared::of(object, name)?, test),
        })),
        Condition::Related(relation) => Ok(Sql::all().add(related(transaction, object, relation)?)),
    }
}

/// Whether the record referred to is one of those that the viewer may see and that fulfil the condition.
pub(super) fn related(
    transaction: &Transaction,
    object: &ObjectDef,
    relation: &Relation,
) -> Result<Expr, PortError> {
    let reference = Compared::of(object, &relation.field)?;
    let Some(targets) = visible(transaction.find(), &relation.object, &relation.scope, false)? else {
        return Ok(truth(false));
    };
    let condition = compile(transaction, &relation.object, &relation.condition)?;
    let targets = targets.filter(condition).select_only().column(record::Column::Id);
    Ok(Expr::col(reference.column()).in_subquery(targets.into_query()))
}

fn leaf(compared: &Compared<'_>, test: &Test) -> Expr {
    let column = || Expr::col(compared.column());
    let is_empty = || compared.mark().map_or_else(|| truth(false), |mark| column().eq(mark));
    // Not as a range: whatever order is asked for, its index is the better one.
    let is_present = || compared.mark().map_or_else(|| truth(true), |mark| column().ne(mark));
    let above = |value: &Value, compare: fn(Expr, sea_orm::Value) -> Expr| match compared.sought(value) {
        Sought::Value(value) => compare(column(), value),
        Sought::Nobodys => is_present(),
        Sought::Empty => truth(false),
    };
    let below = |value: &Value, compare: fn(Expr, sea_orm::Value) -> Expr| match compared.sought(value) {
        Sought::Value(value) => compared.mark().map_or_else(
            || compare(column(), value.clone()),
            |mark| compare(column(), value.clone()).and(column().gt(mark)),
        ),
        Sought::Nobodys | Sought::Empty => truth(false),
    };
    match test {
        Test::Eq(value) => match compared.sought(value) {
            Sought::Value(value) => column().eq(value),
            Sought::Nobodys => truth(false),
            Sought::Empty => is_empty(),
        },
        Test::Neq(value) => match compared.sought(value) {
            Sought::Value(value) => column().ne(value),
            Sought::Nobodys => truth(true),
            Sought::Empty => is_present(),
        },
        Test::In(values) => any_of(compared, values),
        Test::Gt(value) => above(value, |column, value| column.gt(value)),
        Test::Gte(value) => above(value, |column, value| column.gte(value)),
        Test::Lt(value) => below(value, |column, value| column.lt(value)),
        Test::Lte(value) => below(value, |column, value| column.lte(value)),
        Test::IsNull(true) => is_empty(),
        Test::IsNull(false) => is_present(),
        Test::StartsWith(prefix) if prefix.is_empty() => is_present(),
        Test::StartsWith(prefix) => starts_with(&compared.column(), fold(prefix)),
        // Of one value: no query that asks so passes its check.
        Test::Includes(_) => truth(false),
    }
}

/// One of these values, among which may be none.
fn any_of(compared: &Compared<'_>, values: &[Value]) -> Expr {
    let held = values.iter().filter_map(|value| match compared.sought(value) {
        Sought::Value(value) => Some(value),
        Sought::Empty => compared.mark(),
        Sought::Nobodys => None,
    });
    let held: Vec<_> = held.collect();
    if held.is_empty() { truth(false) } else { Expr::col(compared.column()).is_in(held) }
}

/// A range, because no index serves LIKE under row-level security.
pub(super) fn starts_with(column: &DynIden, prefix: String) -> Expr {
    let column = || Expr::col(column.clone());
    match successor(&prefix) {
        Some(end) => column().gte(prefix).and(column().lt(end)),
        None => column().gte(prefix),
    }
}

/// The least text that is greater than every text with this prefix; nothing if there is none.
fn successor(prefix: &str) -> Option<String> {
    let mut rest = prefix.chars();
    while let Some(last) = rest.next_back() {
        let next = (last..=char::MAX).nth(1);
        if let Some(next) = next {
            return Some(format!("{}{next}", rest.as_str()));
        }
    }
    None
}

fn truth(truth: bool) -> Expr {
    Expr::cust(if truth { "TRUE" } else { "FALSE" })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_prefix_ends_where_the_next_begins() {
        let cases = [
            ("a", Some("b")),
            ("az", Some("a{")),
            ("\u{d7ff}", Some("\u{e000}")),
            ("a\u{10ffff}", Some("b")),
            ("\u{10ffff}\u{10ffff}", None),
            ("", None),
        ];
        for (prefix, expected) in cases {
            assert_eq!(successor(prefix).as_deref(), expected, "{prefix:?}");
        }
    }

    proptest! {
        #[test]
        fn a_range_holds_what_starts_with_the_prefix(prefix in "\\PC{0,3}", text in "\\PC{0,5}") {
            for text in [text.clone(), format!("{prefix}{text}")] {
                let in_range = text >= prefix && successor(&prefix).is_none_or(|end| text < end);
                prop_assert_eq!(in_range, text.starts_with(&prefix));
            }
        }
    }
}
