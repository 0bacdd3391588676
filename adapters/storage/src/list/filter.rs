//! Conditions as SQL.

use sea_orm::{
    Condition as Sql,
    sea_query::{Expr, ExprTrait as _, Func},
};
use sutra_kernel::{ApiName, Condition, PortError, Test, Value, fold};
use sutra_records::{Chosen, Filter, Relation};

use super::{Compared, Sought, chosen, place::Place, scope};
use crate::entity::records::record;

/// How a condition on other records is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Links {
    /// As the set of those records, from which a database can start.
    Joined,
    /// As a probe of the one record that is referred to: for few records, whatever the others may be.
    Probed,
}

/// The filter in SQL.
pub(super) fn compile(place: &Place<'_>, filter: &Filter, links: Links) -> Result<Sql, PortError> {
    tree(filter, &|name, test| field(place, name, test), &|relation| related(place, relation, links))
}

/// Whether a field of the record passes the test.
pub(super) fn field(place: &Place<'_>, name: &ApiName, test: &Test) -> Result<Expr, PortError> {
    match Chosen::of(place.object, name) {
        Some(chosen) => chosen::compile(place, name, chosen, test),
        None => Ok(leaf(place, &Compared::of(place.object, name)?, test)),
    }
}

/// A tree of conditions in SQL, if `test` and `related` say its leaves.
///
/// A condition is true or false and SQL's may also be unknown, which a filter takes for false. So unknown may
/// stand for false everywhere but under a negation, where it is made false first.
pub(super) fn tree<R>(
    condition: &Condition<R>,
    test: &dyn Fn(&ApiName, &Test) -> Result<Expr, PortError>,
    related: &dyn Fn(&R) -> Result<Expr, PortError>,
) -> Result<Sql, PortError> {
    let each = |parts: &[Condition<R>], whole: Sql| {
        parts.iter().try_fold(whole, |whole, part| Ok(whole.add(tree(part, test, related)?)))
    };
    match condition {
        Condition::All(parts) if parts.is_empty() => Ok(Sql::all().add(truth(true))),
        Condition::Any(parts) if parts.is_empty() => Ok(Sql::all().add(truth(false))),
        Condition::All(parts) => each(parts, Sql::all()),
        Condition::Any(parts) => each(parts, Sql::any()),
        Condition::Not(part) => {
            let part = Expr::from(tree(part, test, related)?);
            Ok(Sql::all().add(Expr::expr(Func::coalesce([part, truth(false)])).not()))
        }
        Condition::Field(name, wanted) => Ok(Sql::all().add(test(name, wanted)?)),
        Condition::Related(relation) => Ok(Sql::all().add(related(relation)?)),
    }
}

/// Whether the record referred to is one of those that the viewer may see and that fulfil the condition.
pub(super) fn related(place: &Place<'_>, relation: &Relation, links: Links) -> Result<Expr, PortError> {
    let reference = place.column(Compared::of(place.object, &relation.field)?.column());
    let target = place.target(&relation.object);
    let mut targets = target.present();
    targets.cond_where(scope::admits(&target, &relation.scope)?);
    targets.cond_where(compile(&target, &relation.condition, links)?);
    let id = target.column(record::Column::Id);
    Ok(match links {
        Links::Joined => reference.in_subquery(targets.expr(id).take()),
        Links::Probed => Expr::from(targets.and_where(id.eq(reference)).expr(truth(true)).limit(1).take()),
    })
}

/// Whether a field that has a column passes the test.
pub(super) fn leaf(place: &Place<'_>, compared: &Compared<'_>, test: &Test) -> Expr {
    let column = || place.column(compared.column());
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
        Test::In(values) => any_of(place, compared, values),
        Test::Gt(value) => above(value, |column, value| column.gt(value)),
        Test::Gte(value) => above(value, |column, value| column.gte(value)),
        Test::Lt(value) => below(value, |column, value| column.lt(value)),
        Test::Lte(value) => below(value, |column, value| column.lte(value)),
        Test::IsNull(true) => is_empty(),
        Test::IsNull(false) => is_present(),
        Test::StartsWith(prefix) if prefix.is_empty() => is_present(),
        Test::StartsWith(prefix) => starts_with(column, fold(prefix)),
        // Of one value: no query that asks so passes its check.
        Test::Includes(_) => truth(false),
    }
}

/// One of these values, among which may be none.
fn any_of(place: &Place<'_>, compared: &Compared<'_>, values: &[Value]) -> Expr {
    let held = values.iter().filter_map(|value| match compared.sought(value) {
        Sought::Value(value) => Some(value),
        Sought::Empty => compared.mark(),
        Sought::Nobodys => None,
    });
    let held: Vec<_> = held.collect();
    if held.is_empty() { truth(false) } else { place.column(compared.column()).is_in(held) }
}

/// A range, because no index serves LIKE under row-level security.
pub(super) fn starts_with(column: impl Fn() -> Expr, prefix: String) -> Expr {
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

pub(super) fn truth(truth: bool) -> Expr {
    Expr::cust(if truth { "TRUE" } else { "FALSE" })
}

/// Whether it is true, asked so that no database looks for an index: of the few records that were found by something
/// better.
pub(super) fn is_true(condition: Expr) -> Expr {
    condition.is(always())
}

/// Whether it is false or unknown.
pub(super) fn is_not_true(condition: Expr) -> Expr {
    condition.is_not(always())
}

/// The word itself, in the statement's text.
fn always() -> Expr {
    Expr::Constant(true.into())
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
