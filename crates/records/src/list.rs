//! Lists: what a query selects, in which order, and what may be asked.

mod aggregate;
mod chosen;
mod filter;
mod listed;

use std::{cmp::Ordering, sync::Arc};

use sutra_acl::Scope;
use sutra_kernel::{ApiName, Direction, Page, RecordId, Value};

pub use aggregate::{Aggregate, Group, Key, Measure};
pub use chosen::Chosen;
pub use filter::{Filter, Relation, check_restriction};
pub use listed::{ListError, Listed};

pub(crate) use filter::check_test;

use crate::{ObjectDef, Record, Search, SlotScalar, Stored};

/// One page of one object's records, for one viewer.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// The object.
    pub object: Arc<ObjectDef>,
    /// What the viewer may see.
    pub scope: Scope,
    /// What he asks for.
    pub filter: Option<Filter>,
    /// Which words he looks for.
    pub search: Option<Search>,
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

impl ListQuery {
    /// Checks that the filter, the order and the position can be answered through indexes. What is chosen of a
    /// multi-picklist is [looked for](Chosen) without.
    ///
    /// # Errors
    /// Refuses other fields that do not exist or are not indexed, and values that the fields cannot have.
    pub fn check(&self) -> Result<(), ListError> {
        filter::check_scope(&self.object, &self.scope)?;
        if let Some(filter) = &self.filter {
            filter::check(&self.object, filter)?;
        }
        let order = Listed::of(&self.object, &self.order.field)?;
        match &self.from {
            Some(from) if !order.holds(&from.value) => Err(ListError::WrongKind(self.order.field.clone())),
            _ => Ok(()),
        }
    }

    /// Whether a record is in the list, on whichever page; `find` finds the records that others refer to.
    ///
    /// This is the meaning that stores are tested against. Money is compared by its amount alone: a list
    /// converts no currencies.
    #[must_use]
    pub fn matches<'r>(
        &self,
        (record, standing): Stored<'_>,
        find: &dyn Fn(RecordId) -> Option<Stored<'r>>,
    ) -> bool {
        record.object == self.object.id
            && record.deleted_at.is_some() == self.deleted
            && self.scope.admits(&filter::facts((record, standing), find))
            && self.search.as_ref().is_none_or(|search| search.finds(&self.object, &record.fields))
            && self.filter.as_ref().is_none_or(|filter| filter::holds(filter, record, find))
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

    fn order_scalar(&self, record: &Record) -> SlotScalar {
        self.scalar(&self.order.field, &record.value(&self.order.field))
    }

    fn scalar(&self, name: &ApiName, value: &Value) -> SlotScalar {
        Listed::of(&self.object, name).map_or(SlotScalar::Null, |listed| listed.scalar(value))
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
