//! Lists of records.

use std::sync::Arc;

use sutra_acl::{AccessPlan, Scope};
use sutra_crypto::{Branch, KeySlot, MacKey};
use sutra_kernel::{ApiName, Condition, Direction};
use sutra_records::{Lens, ListQuery, ObjectDef, Order, Search, Side, SystemField, Turn, View};

use super::{
    cursor::{Cursor, Cursors},
    links::{only_by_identifier, target},
    relation::{Related, require_field},
};
use crate::{Error, Reads, Viewing};

/// The most records a page holds.
pub const MAX_PAGE: usize = 200;

/// Counts stop here and say so.
pub const COUNT_CAP: u64 = 10_001;

/// What list is wanted, and which part of it.
#[derive(Debug, Clone)]
pub struct ListRequest {
    /// The object's API name.
    pub object: ApiName,
    /// Which records.
    pub filter: Option<Condition<Related>>,
    /// Which words to look for: each begins a word of a searchable field of the record.
    pub search: Option<String>,
    /// By which field; newest first if not given.
    pub order: Option<(ApiName, Direction)>,
    /// Which part of the list.
    pub part: Part,
}

/// A part of a list: so many records from its start or its end, or from a cursor on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    turn: Turn,
    limit: usize,
    cursor: Option<String>,
}

impl Part {
    /// The first records, or the first after a cursor.
    #[must_use]
    pub fn first(limit: usize, after: Option<String>) -> Self {
        Self { turn: Turn::Forward, limit, cursor: after }
    }

    /// The last records, or the last before a cursor.
    #[must_use]
    pub fn last(limit: usize, before: Option<String>) -> Self {
        Self { turn: Turn::Backward, limit, cursor: before }
    }

    /// Which way it is read.
    #[must_use]
    pub fn turn(&self) -> Turn {
        self.turn
    }

    /// The side of its cursor's record on which it begins.
    fn side(&self) -> Side {
        match self.turn {
            Turn::Forward => Side::After,
            Turn::Backward => Side::Before,
        }
    }
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The records' object.
    pub object: Arc<ObjectDef>,
    /// Each record as the caller may see it, with its cursor.
    pub items: Vec<(View, Cursor)>,
    /// Whether the list goes on beyond the page, the way it is read.
    pub more: bool,
}

/// How many records a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// How many, up to the cap.
    pub count: u64,
    /// Whether that is all of them.
    pub exact: bool,
}

impl Viewing {
    /// A page of the records that the caller may see.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without read permission on the object or on one that the filter goes to,
    /// [`Error::FieldNotReadable`] if the filter or the order names a field that the caller may not read, whatever
    /// the data; [`Error::BadInput`] for a field that is not indexed, a value of another kind, a filter through too
    /// many references, too long a page, a cursor of another list, or a search without a word or a field to look in.
    pub async fn list_records(&self, request: &ListRequest) -> Result<Listed, Error> {
        let (object, plan) = self.readable(request.object.as_str())?;
        if !(1..=MAX_PAGE).contains(&request.part.limit) {
            return Err(Error::BadInput(format!("ask for 1 to {MAX_PAGE} records at a time")));
        }
        let mut reads = self.reads().await;
        let query = self.query(reads.as_mut(), &object, plan, request).await?;
        let cursors = self.cursors(reads.as_mut(), request).await?;
        let query = placed(query, &cursors, &request.part)?;
        let page = reads.list_records(&query).await?;
        let lens = Lens::of(&object, plan);
        let items = page.items.into_iter().map(|record| {
            let cursor = cursors.cursor(query.position_beyond(&record));
            (lens.view(record), cursor)
        });
        Ok(Listed { items: items.collect(), object, more: page.more })
    }

    /// Whether the list has records on the other side of where the part begins: before the first page's cursor,
    /// or after the last one's.
    ///
    /// # Errors
    /// As [`list_records`](Self::list_records).
    pub async fn has_records_behind(&self, request: &ListRequest) -> Result<bool, Error> {
        if request.part.cursor.is_none() {
            return Ok(false);
        }
        let (object, plan) = self.readable(request.object.as_str())?;
        let mut reads = self.reads().await;
        let query = self.query(reads.as_mut(), &object, plan, request).await?;
        let cursors = self.cursors(reads.as_mut(), request).await?;
        let query = placed(query, &cursors, &request.part)?;
        let behind = ListQuery { turn: query.turn.reversed(), limit: 0, ..query };
        Ok(reads.list_records(&behind).await?.more)
    }

    /// How many records the list has, counting no further than [`COUNT_CAP`].
    ///
    /// # Errors
    /// As [`list_records`](Self::list_records).
    pub async fn count_records(&self, request: &ListRequest) -> Result<Count, Error> {
        let (object, plan) = self.readable(request.object.as_str())?;
        let mut reads = self.reads().await;
        let query = self.query(reads.as_mut(), &object, plan, request).await?;
        let count = reads.count_records(&query, COUNT_CAP).await?;
        Ok(Count { count, exact: count < COUNT_CAP })
    }

    /// The query of a request, once it is known to reveal nothing: that depends on definitions and the
    /// viewer's permissions, never on data.
    pub(super) async fn query(
        &self,
        reads: &mut dyn Reads,
        object: &Arc<ObjectDef>,
        plan: &AccessPlan,
        request: &ListRequest,
    ) -> Result<ListQuery, Error> {
        let order = match &request.order {
            Some((field, direction)) => Order { field: field.clone(), direction: *direction },
            None => newest_first()?,
        };
        require_field(object, plan, &order.field)?;
        let filter = request.filter.as_ref().map(|filter| self.filter(object, plan, filter)).transpose()?;
        if target(object, &order.field).is_some() {
            return Err(only_by_identifier(&order.field));
        }
        let search = request.search.as_deref().map(|text| {
            Search::new(text, object, |field| plan.field(field.id).read).map_err(Error::bad_input)
        });
        let mut query = ListQuery {
            object: Arc::clone(object),
            scope: plan.scope(),
            filter,
            search: search.transpose()?,
            order,
            turn: request.part.turn,
            from: None,
            limit: request.part.limit,
            deleted: false,
        };
        check(&query)?;
        if let Some(filter) = &query.filter {
            query.filter = Some(self.readable_links(reads, object, filter).await?);
        }
        Ok(query)
    }

    async fn cursors(&self, reads: &mut dyn Reads, request: &ListRequest) -> Result<Arc<Cursors>, Error> {
        let (parts, workspace) = (self.engine.parts(), self.caller.workspace());
        parts.keys.warm_through(reads, workspace, self.now).await?;
        let slot = KeySlot::Branch(Branch::Cursor);
        let key = parts.keys.load(reads, workspace, &slot, self.now).await?;
        Ok(Arc::new(Cursors::new(MacKey::derive(&key, "cursor"), self.caller.user_id(), request)))
    }
}

/// The query from the part's cursor on.
fn placed(mut query: ListQuery, cursors: &Cursors, part: &Part) -> Result<ListQuery, Error> {
    query.from = part.cursor.as_deref().map(|text| cursors.read(text, part.side())).transpose()?;
    check(&query)?;
    Ok(query)
}

fn check(query: &ListQuery) -> Result<(), Error> {
    query.check().map_err(Error::bad_input)
}

/// Identifiers made later sort later, so the newest come first by identifier.
pub(crate) fn newest_first() -> Result<Order, Error> {
    by_identifier(Direction::Descending)
}

/// The records of an object that are not deleted, whoever may see them, in the order in which they were made.
pub(crate) fn whole_list(object: &Arc<ObjectDef>, limit: usize) -> Result<ListQuery, Error> {
    Ok(ListQuery {
        object: Arc::clone(object),
        scope: Scope::ALL,
        filter: None,
        search: None,
        order: by_identifier(Direction::Ascending)?,
        turn: Turn::Forward,
        from: None,
        limit,
        deleted: false,
    })
}

fn by_identifier(direction: Direction) -> Result<Order, Error> {
    let field = ApiName::parse(SystemField::Id.as_str()).map_err(Error::internal)?;
    Ok(Order { field, direction })
}
