//! Lists: what a query selects, in which order, and what may be asked.

use std::{cmp::Ordering, sync::Arc};

use sutra_acl::Scope;
use sutra_kernel::{ApiName, Condition, Direction, Page, RecordId, Test, Value, fold};

use crate::{
    FieldDef, ObjectDef, Record, Slot, SlotFamily, SlotScalar, SystemField,
    slot::{TEXT_SLOT_BYTES, plain_scalar, slot_value},
};

/// How many bytes of folded text a filter compares with at most.
///
/// A stored text is cut at 256 bytes between characters, so a cut one keeps at least 253. Compared with at
/// most 252, the slot gives the same answer as the whole text: always.
const FILTER_TEXT_BYTES: usize = TEXT_SLOT_BYTES - 4;

/// One page of one object's records, for one viewer.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// The object.
    pub object: Arc<ObjectDef>,
    /// What the viewer may see.
    pub scope: Scope,
    /// What he asks for.
    pub filter: Option<Condition>,
    /// In which order.
    pub order: Order,
    /// Which way it is read.
    pub turn: Turn,
    /// Where the page begins: at its first record reading forward, behind its last reading backward. Without a
    /// position it begins at that end of the list.
    pub from: Option<Position>,
    /// How many records at most.
    pub limit: usize,
    /// Whether the deleted records are listed, and they alone.
    pub deleted: bool,
}

/// An order: a field, then the id in the same direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// `id`, `createdAt`, `updatedAt` or an indexed field.
    pub field: ApiName,
    /// Which way.
    pub direction: Direction,
}

/// Which way a list is read. Its pages are in the order of the list either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Turn {
    /// From its start to its end.
    #[default]
    Forward,
    /// From its end to its start: a page holds the last records before its position.
    Backward,
}

/// A place between two records of a list, right beside one of them. That record need not be there any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The value of the record in the field of the order.
    pub value: Value,
    /// The record.
    pub id: RecordId,
    /// On which side of it.
    pub side: Side,
}

/// A side of a record in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Between it and what comes before it.
    Before,
    /// Between it and what comes after it.
    After,
}

/// What a list can be filtered or ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed<'a> {
    /// `id`, `ownerId`, `createdAt` or `updatedAt`.
    System(SystemField),
    /// An indexed field and its slot.
    Field(&'a FieldDef, Slot),
}

/// Why a list is refused. It depends on definitions alone, never on data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// The object has no such field.
    #[error("there is no field `{0}`")]
    UnknownField(ApiName),
    /// The field has no index.
    #[error("the field `{0}` is not indexed: a list cannot be filtered or ordered by it")]
    NotIndexed(ApiName),
    /// The field is compared with a value it can never have, or a text is asked of what is none.
    #[error("the field `{0}` cannot be compared with such a value")]
    WrongKind(ApiName),
    /// The text is too long to be compared through an index.
    #[error("a text compared with `{0}` may have at most 252 bytes")]
    TooLong(ApiName),
}

impl ListQuery {
    /// Checks that the filter, the order and the position can be answered through indexes.
    ///
    /// # Errors
    /// Refuses fields that do not exist or are not indexed, and values that the fields cannot have.
    pub fn check(&self) -> Result<(), ListError> {
        if let Some(filter) = &self.filter {
            self.check_condition(filter)?;
        }
        let order = self.listed(&self.order.field)?;
        match &self.from {
            Some(from) if !order.holds(&from.value) => Err(ListError::WrongKind(self.order.field.clone())),
            _ => Ok(()),
        }
    }

    /// Finds what a name filters or orders by.
    ///
    /// # Errors
    /// Refuses fields that do not exist or are not indexed.
    pub fn listed(&self, name: &ApiName) -> Result<Listed<'_>, ListError> {
        use SystemField::{CreatedAt, CreatedById, Id, OwnerId, UpdatedAt, UpdatedById};
        match name.as_str().parse() {
            Ok(field @ (Id | OwnerId | CreatedAt | UpdatedAt)) => return Ok(Listed::System(field)),
            Ok(CreatedById | UpdatedById) => return Err(ListError::NotIndexed(name.clone())),
            Err(()) => {}
        }
        let field = self.object.field(name.as_str()).ok_or_else(|| ListError::UnknownField(name.clone()))?;
        let slot = field.slot.ok_or_else(|| ListError::NotIndexed(name.clone()))?;
        Ok(Listed::Field(field, slot))
    }

    /// Whether the record is in the list, on whichever page.
    ///
    /// This is the meaning that stores are tested against. Money is compared by its amount alone: a list
    /// converts no currencies.
    #[must_use]
    pub fn matches(&self, record: &Record) -> bool {
        record.object == self.object.id
            && record.deleted_at.is_some() == self.deleted
            && self.scope.admits(record.owner, record.owner_role)
            && self
                .filter
                .as_ref()
                .is_none_or(|filter| by_amount(filter).holds(&|name| amount(record.value(name))))
    }

    /// Which of two records comes first.
    #[must_use]
    pub fn order(&self, a: &Record, b: &Record) -> Ordering {
        self.compare_keys((&self.order_scalar(a), a.id), (&self.order_scalar(b), b.id))
    }

    /// Whether the record is on the side of the position that is read.
    #[must_use]
    pub fn is_within_reach(&self, record: &Record) -> bool {
        let Some(from) = &self.from else { return true };
        let place = self.scalar(&self.order.field, &from.value);
        let order = self.compare_keys((&self.order_scalar(record), record.id), (&place, from.id));
        let is_beyond = order.is_gt() || (order.is_eq() && from.side == Side::Before);
        is_beyond == (self.turn == Turn::Forward)
    }

    /// The page of these records, which are those of the list within reach, in the list's order.
    #[must_use]
    pub fn page<T>(&self, mut records: Vec<T>) -> Page<T> {
        match self.turn {
            Turn::Forward => Page::from_probe(records, self.limit),
            Turn::Backward => {
                let more = records.len() > self.limit;
                let items = records.split_off(records.len().saturating_sub(self.limit));
                Page { items, more }
            }
        }
    }

    /// The place where the next page begins, if this record is the last that was read.
    #[must_use]
    pub fn position_beyond(&self, record: &Record) -> Position {
        let side = match self.turn {
            Turn::Forward => Side::After,
            Turn::Backward => Side::Before,
        };
        Position { value: record.value(&self.order.field), id: record.id, side }
    }

    fn check_condition(&self, condition: &Condition) -> Result<(), ListError> {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().try_for_each(|part| self.check_condition(part))
            }
            Condition::Not(part) => self.check_condition(part),
            Condition::Field(name, test) => self.listed(name)?.check(name, test),
        }
    }

    fn order_scalar(&self, record: &Record) -> SlotScalar {
        self.scalar(&self.order.field, &record.value(&self.order.field))
    }

    fn scalar(&self, name: &ApiName, value: &Value) -> SlotScalar {
        self.listed(name).map_or(SlotScalar::Null, |listed| listed.scalar(value))
    }

    fn compare_keys(&self, a: (&SlotScalar, RecordId), b: (&SlotScalar, RecordId)) -> Ordering {
        match self.order.direction {
            Direction::Ascending => a.cmp(&b),
            Direction::Descending => b.cmp(&a),
        }
    }
}

impl Turn {
    /// The other way.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Forward => Self::Backward,
            Self::Backward => Self::Forward,
        }
    }
}

impl Listed<'_> {
    /// What its column holds of a value, stored or compared with.
    #[must_use]
    pub fn scalar(self, value: &Value) -> SlotScalar {
        match self {
            Self::System(_) => plain_scalar(value),
            Self::Field(field, _) => slot_value(field, value),
        }
    }

    /// Whether its column can hold the value.
    fn holds(self, value: &Value) -> bool {
        let fits = match self {
            Self::System(field) => value.kind() == Some(field.value_kind()),
            Self::Field(..) => self.scalar(value) != SlotScalar::Null,
        };
        fits || value.is_null()
    }

    fn is_text(self) -> bool {
        matches!(self, Self::Field(_, slot) if slot.family == SlotFamily::Text)
    }

    fn check(self, name: &ApiName, test: &Test) -> Result<(), ListError> {
        let wanted: &[Value] = match test {
            Test::IsNull(_) => return Ok(()),
            Test::StartsWith(_) if !self.is_text() => return Err(ListError::WrongKind(name.clone())),
            Test::StartsWith(prefix) => return check_text(name, prefix),
            Test::In(values) => values,
            Test::Eq(value)
            | Test::Neq(value)
            | Test::Gt(value)
            | Test::Gte(value)
            | Test::Lt(value)
            | Test::Lte(value) => std::slice::from_ref(value),
        };
        wanted.iter().try_for_each(|value| match value {
            value if !self.holds(value) => Err(ListError::WrongKind(name.clone())),
            Value::Text(text) => check_text(name, text),
            _ => Ok(()),
        })
    }
}

/// No field holds U+0000, and not every database takes it.
fn check_text(name: &ApiName, text: &str) -> Result<(), ListError> {
    if text.contains('\0') {
        Err(ListError::WrongKind(name.clone()))
    } else if fold(text).len() > FILTER_TEXT_BYTES {
        Err(ListError::TooLong(name.clone()))
    } else {
        Ok(())
    }
}

/// Money without its currency; any other value as it is.
fn amount(value: Value) -> Value {
    match value {
        Value::Money(money) => Value::Decimal(money.amount),
        other => other,
    }
}

/// The same condition, asking for amounts where it asked for money.
fn by_amount(condition: &Condition) -> Condition {
    let all = |parts: &[Condition]| parts.iter().map(by_amount).collect();
    match condition {
        Condition::All(parts) => Condition::All(all(parts)),
        Condition::Any(parts) => Condition::Any(all(parts)),
        Condition::Not(part) => Condition::Not(Box::new(by_amount(part))),
        Condition::Field(name, test) => Condition::Field(name.clone(), test_amount(test)),
    }
}

fn test_amount(test: &Test) -> Test {
    let one = |value: &Value| amount(value.clone());
    match test {
        Test::Eq(value) => Test::Eq(one(value)),
        Test::Neq(value) => Test::Neq(one(value)),
        Test::In(values) => Test::In(values.iter().map(one).collect()),
        Test::Gt(value) => Test::Gt(one(value)),
        Test::Gte(value) => Test::Gte(one(value)),
        Test::Lt(value) => Test::Lt(one(value)),
        Test::Lte(value) => Test::Lte(one(value)),
        Test::IsNull(_) | Test::StartsWith(_) => test.clone(),
    }
}
