//! Aggregates in SQL. The meaning is [`Aggregate::answer`].
//!
//! What is asked of each record is selected first, under the list's own conditions, and grouped after that: so nothing
//! is added up that the list does not have.

use sea_orm::{
    ConnectionTrait as _, QueryResult, QuerySelect as _, QueryTrait as _, Select, TryGetable,
    sea_query::{Alias, BinOper, Expr, ExprTrait as _, Func, Query, SelectStatement},
};
use sutra_kernel::{ApiName, PortError, RecordId, Uuid, Value};
use sutra_records::{Aggregate, Group, Key, Listed, Measure, ObjectDef, SlotFamily, SystemField};

use super::{
    Compared,
    filter::{self, Links},
    place::Place,
    roots::Roots,
    rows::Rows,
    statements::{Statements, together},
};
use crate::{
    entity::records::record,
    error::{OrPort as _, Row},
    transaction::Transaction,
};

/// The groups of a list, in no order.
pub(crate) async fn groups(
    transaction: &Transaction,
    roots: &Roots,
    aggregate: &Aggregate,
) -> Result<Vec<Group>, PortError> {
    let Some(values) = values(transaction, roots, aggregate).await? else { return Ok(Vec::new()) };
    let rows = transaction.query_all(&grouped(aggregate, values)).await.port()?;
    let groups = rows.iter().map(|row| group(aggregate, row)).collect::<Result<Vec<_>, _>>()?;
    // Without keys, SQL makes a group of no rows too.
    Ok(groups.into_iter().filter(|group| group.count > 0).collect())
}

/// The keys and measures of each record, called `k0` and `m0` and so on; nothing if the viewer sees nothing.
async fn values(
    transaction: &Transaction,
    roots: &Roots,
    aggregate: &Aggregate,
) -> Result<Option<SelectStatement>, PortError> {
    let rows = Rows::of(transaction, roots, &aggregate.list);
    let parts = rows.whole(&mut Statements::new(transaction)).await?;
    let parts = parts.into_iter().map(|part| values_of(&rows.place, aggregate, part));
    let whole = together(parts.collect::<Result<Vec<_>, _>>()?);
    Ok(whole.map(|mut whole| whole.limit(aggregate.records).take()))
}

fn values_of(
    place: &Place<'_>,
    aggregate: &Aggregate,
    part: Select<record::Entity>,
) -> Result<SelectStatement, PortError> {
    let mut rows = part.select_only().expr_as(Expr::val(1), "one");
    for (number, key) in aggregate.keys.iter().enumerate() {
        rows = rows.expr_as(key_of(place, key)?, format!("k{number}"));
    }
    for (number, name) in aggregate.measures.iter().enumerate() {
        let measure = plain(place, &Compared::of(place.object, name)?);
        rows = rows.expr_as(measure, format!("m{number}"));
    }
    Ok(rows.into_query())
}

fn key_of(place: &Place<'_>, key: &Key) -> Result<Expr, PortError> {
    let member = |value: Expr, operator, name: &str| value.binary(BinOper::Custom(operator), name);
    let fields = || place.column(record::Column::Fields);
    match key {
        Key::Field(name) if is_text(place.object, name) => Ok(member(fields(), "->>", name.as_str())),
        Key::Field(name) => Ok(plain(place, &Compared::of(place.object, name)?)),
        Key::Currency(name) => Ok(member(member(fields(), "->", name.as_str()), "->>", "currency")),
        Key::Reference(relation) => {
            let reference = place.column(Compared::of(place.object, &relation.field)?.column());
            let is_seen = filter::related(place, relation, Links::Probed)?;
            Ok(Expr::case(is_seen, reference).into())
        }
    }
}

/// What a column holds; null where there is no value.
fn plain(place: &Place<'_>, compared: &Compared<'_>) -> Expr {
    let column = place.column(compared.column());
    match compared.mark() {
        Some(mark) => Func::cust("NULLIF").args([column, Expr::val(mark)]).into(),
        None => column,
    }
}

/// Whether a key is read from the JSON: a picklist, whose column holds its values without their case.
fn is_text(object: &ObjectDef, name: &ApiName) -> bool {
    matches!(Listed::of(object, name), Ok(Listed::Field(_, slot)) if slot.family == SlotFamily::Text)
}

/// Sums of 64-bit numbers can be too large for one, so each is summed in halves.
fn grouped(aggregate: &Aggregate, values: SelectStatement) -> SelectStatement {
    let mut grouped = Query::select();
    grouped.from_subquery(values, "list").limit(aggregate.groups);
    for number in 0..aggregate.keys.len() {
        let key = Alias::new(format!("k{number}"));
        grouped.column(key.clone()).add_group_by([Expr::col(key)]);
    }
    grouped.expr(Expr::cust("count(*)"));
    for number in 0..aggregate.measures.len() {
        for measure in [
            "count(m#)",
            "CAST(sum(m# >> 32) AS bigint)",
            "CAST(sum(m# & 4294967295) AS bigint)",
            "min(m#)",
            "max(m#)",
        ] {
            grouped.expr(Expr::cust(measure.replace('#', &number.to_string())));
        }
    }
    grouped
}

fn group(aggregate: &Aggregate, row: &QueryResult) -> Result<Group, PortError> {
    let mut cells = Cells { row, next: 0 };
    let object = &aggregate.list.object;
    let key = aggregate.keys.iter().map(|key| cells.key(object, key)).collect::<Result<_, _>>()?;
    let count = cells.count()?;
    let measures = aggregate.measures.iter().map(|_| cells.measure()).collect::<Result<_, _>>()?;
    Ok(Group { key, count, measures })
}

/// A row, read from left to right.
struct Cells<'a> {
    row: &'a QueryResult,
    next: usize,
}

impl Cells<'_> {
    fn key(&mut self, object: &ObjectDef, key: &Key) -> Result<Value, PortError> {
        let value = match key {
            Key::Currency(_) => self.cell()?.map(Value::Text),
            Key::Field(name) if is_text(object, name) => self.cell()?.map(Value::Text),
            Key::Field(name) if name.as_str() != SystemField::OwnerId.as_str() => {
                self.cell::<i64>()?.map(|truth| Value::Boolean(truth != 0))
            }
            Key::Field(_) | Key::Reference(_) => {
                self.cell::<Uuid>()?.map(|uuid| Value::Reference(RecordId::from_uuid(uuid)))
            }
        };
        Ok(value.unwrap_or(Value::Null))
    }

    fn measure(&mut self) -> Result<Measure, PortError> {
        let count = self.count()?;
        let (high, low) = (self.cell()?, self.cell()?);
        let sum = Measure::sum_of_halves(high.unwrap_or_default(), low.unwrap_or_default());
        let (least, greatest): (Option<i64>, Option<i64>) = (self.cell()?, self.cell()?);
        Ok(Measure { count, sum, range: least.zip(greatest) })
    }

    fn count(&mut self) -> Result<u64, PortError> {
        let count: i64 = self.cell()?.unwrap_or_default();
        Ok(Row::new("record", "aggregate").number("count", count)?)
    }

    fn cell<T: TryGetable>(&mut self) -> Result<Option<T>, PortError> {
        let cell = self.row.try_get_by_index(self.next).port()?;
        self.next += 1;
        Ok(cell)
    }
}
