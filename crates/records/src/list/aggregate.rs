//! Aggregates: how many records a list has, and what their values come to, in groups.

use std::sync::Arc;

use sutra_acl::Scope;
use sutra_kernel::{ApiName, Decimal, RecordId, Value};

use super::{ListError, ListQuery, Listed, Relation};
use crate::{
    FieldKind, ObjectDef, Record, SlotFamily, SlotScalar, Stored, SystemField,
    slot::{MONEY_SCALE, value_of_slot},
};

/// What is asked of all records of a list, for one viewer.
#[derive(Debug, Clone)]
pub struct Aggregate {
    /// The list. Its order and its pages mean nothing here.
    pub list: ListQuery,
    /// What the records are grouped by; all are one group if it is empty.
    pub keys: Vec<Key>,
    /// The fields whose values are counted and summed up.
    pub measures: Vec<ApiName>,
    /// How many records are looked at, at most.
    pub records: u64,
    /// How many groups are answered, at most.
    pub groups: u64,
}

/// What records are grouped by.
#[derive(Debug, Clone)]
pub enum Key {
    /// The owner, or an indexed field that is a picklist or a truth.
    Field(ApiName),
    /// The record that a field refers to. One that the viewer may not see counts as none.
    Reference(Relation),
    /// The currency of a field.
    Currency(ApiName),
}

/// The records that are alike in every key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The value of each key.
    pub key: Vec<Value>,
    /// How many records there are.
    pub count: u64,
    /// What the values of each measure come to.
    pub measures: Vec<Measure>,
}

/// What the values of a field come to, in units of its column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Measure {
    /// How many values there are.
    pub count: u64,
    /// Their sum, exactly: no number of 64-bit values that a database holds can leave it.
    pub sum: i128,
    /// The least and the greatest.
    pub range: Option<(i64, i64)>,
}

const KEYS: &str = "records are grouped by owners, references, picklists and truths";
const MEASURES: &str = "numbers, amounts, days and instants are summed up";

impl Key {
    /// The key of a field that refers to records, of whose object the viewer sees so much.
    #[must_use]
    pub fn reference(field: ApiName, object: Arc<ObjectDef>, scope: Scope) -> Self {
        let condition = Box::new(super::Filter::All(Vec::new()));
        Self::Reference(Relation { field, object, scope, condition })
    }

    fn check(&self, object: &ObjectDef) -> Result<(), ListError> {
        let (name, fits): (_, fn(&FieldKind) -> bool) = match self {
            Self::Reference(relation) => return relation.check(object),
            Self::Field(name) => {
                (name, |kind| matches!(kind, FieldKind::Picklist { .. } | FieldKind::Boolean))
            }
            Self::Currency(name) => (name, |kind| matches!(kind, FieldKind::Currency)),
        };
        match (Listed::of(object, name)?, self) {
            (Listed::System(SystemField::OwnerId), Self::Field(_)) => Ok(()),
            (Listed::Field(field, _), _) if fits(&field.kind) => Ok(()),
            _ => Err(ListError::NoAggregate { rule: KEYS, field: name.clone() }),
        }
    }

    fn value<'r>(&self, record: &Record, find: &dyn Fn(RecordId) -> Option<Stored<'r>>) -> Value {
        match self {
            Self::Field(name) => record.value(name),
            Self::Reference(relation) if relation.holds(record, find) => record.value(&relation.field),
            Self::Reference(_) => Value::Null,
            Self::Currency(name) => match record.value(name) {
                Value::Money(money) => Value::text(money.currency.to_string()),
                _ => Value::Null,
            },
        }
    }
}

impl Aggregate {
    /// Checks that it can be answered through indexed columns.
    ///
    /// # Errors
    /// Refuses fields that are not indexed, keys that make no groups, and measures that are no numbers or dates.
    pub fn check(&self) -> Result<(), ListError> {
        self.list.check()?;
        self.keys.iter().try_for_each(|key| key.check(&self.list.object))?;
        self.measures.iter().try_for_each(|name| match Listed::of(&self.list.object, name)? {
            Listed::System(SystemField::CreatedAt | SystemField::UpdatedAt) => Ok(()),
            Listed::Field(field, slot)
                if slot.family == SlotFamily::Integer && field.kind != FieldKind::Boolean =>
            {
                Ok(())
            }
            _ => Err(ListError::NoAggregate { rule: MEASURES, field: name.clone() }),
        })
    }

    /// The groups of records, which are those of the list, in no order; `find` finds the records that others refer to.
    /// There is no group without a record.
    ///
    /// This is the meaning that stores are tested against.
    #[must_use]
    pub fn answer<'r>(
        &self,
        records: impl Iterator<Item = &'r Record>,
        find: &dyn Fn(RecordId) -> Option<Stored<'r>>,
    ) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for record in records.take(usize::try_from(self.records).unwrap_or(usize::MAX)) {
            let key = self.keys.iter().map(|key| key.value(record, find)).collect();
            let values =
                self.measures.iter().map(|name| Measure::of(&self.list.object, name, record)).collect();
            Group { key, count: 1, measures: values }.join(&mut groups);
        }
        groups.truncate(usize::try_from(self.groups).unwrap_or(usize::MAX));
        groups
    }
}

impl Group {
    /// Adds it to the group with its key, or to the end if there is none.
    pub fn join(self, groups: &mut Vec<Self>) {
        let Some(known) = groups.iter_mut().find(|group| group.key == self.key) else {
            return groups.push(self);
        };
        known.count += self.count;
        for (known, more) in known.measures.iter_mut().zip(self.measures) {
            known.add(more);
        }
    }
}

impl Measure {
    /// The sum of values of which every one was cut into a multiple of 2³² and the rest.
    #[must_use]
    pub fn sum_of_halves(high: i64, low: i64) -> i128 {
        (i128::from(high) << 32) + i128::from(low)
    }

    /// Adds what other values of the same field come to.
    pub fn add(&mut self, more: Self) {
        self.count += more.count;
        self.sum += more.sum;
        self.range = match (self.range, more.range) {
            (Some((least, greatest)), Some((low, high))) => Some((least.min(low), greatest.max(high))),
            (range, None) | (None, range) => range,
        };
    }

    /// The sum as a number; nothing for days and instants.
    #[must_use]
    pub fn total(&self, kind: &FieldKind) -> Option<Decimal> {
        let sum = Decimal::try_from_i128_with_scale(self.sum, scale_of(kind)?).ok()?;
        Some(sum.normalize())
    }

    /// The average, rounded to six digits after the point or to as many as the field has, if those are more; nothing
    /// for days and instants, and of no values.
    #[must_use]
    pub fn average(&self, kind: &FieldKind) -> Option<Decimal> {
        let digits = scale_of(kind)?.max(6);
        Some(self.total(kind)?.checked_div(Decimal::from(self.count))?.round_dp(digits).normalize())
    }

    /// The least and the greatest value, money without its currency.
    #[must_use]
    pub fn extremes(&self, kind: &FieldKind) -> Option<(Value, Value)> {
        self.range.map(|(least, greatest)| (value_of_slot(kind, least), value_of_slot(kind, greatest)))
    }

    fn of(object: &ObjectDef, name: &ApiName, record: &Record) -> Self {
        let scalar = Listed::of(object, name).map(|listed| listed.scalar(&record.value(name)));
        match scalar {
            Ok(SlotScalar::Integer(unit)) => Self { count: 1, sum: unit.into(), range: Some((unit, unit)) },
            _ => Self::default(),
        }
    }
}

/// How many digits after the point a unit of the column stands for; nothing if its values are no numbers.
fn scale_of(kind: &FieldKind) -> Option<u32> {
    match kind {
        FieldKind::Integer => Some(0),
        FieldKind::Decimal { scale } => Some(u32::from(*scale)),
        FieldKind::Currency => Some(MONEY_SCALE),
        _ => None,
    }
}
