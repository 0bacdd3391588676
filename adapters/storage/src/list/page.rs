//! How a page is found.
//!
//! Somebody who sees everything reads along the index of the order. For everybody else those records are looked for first
//! that can be on the page, by whatever finds them with the least work; then these few are read, and judged.

use sea_orm::{
    ColumnTrait as _, Order, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _, Select,
    sea_query::SelectStatement,
};
use sutra_acl::{Reach, Runs};
use sutra_kernel::{PortError, Uuid};
use sutra_records::{ListQuery, Listed, Record, SystemField};

use super::{
    Compared,
    few::few,
    gather::{Edge, gather, is_exact, ways},
    keyset,
    roots::Roots,
    rows::Rows,
    statements::Statements,
};
use crate::{entity::records::record, scoped::rows};

/// How many records are looked at first, in the order of the list, for somebody who may see many of them.
const STRETCH: usize = 200;

/// To so few runs that is no shortcut.
const FEW_RUNS: usize = 64;

/// How many records a round finds at most.
const ROUND: usize = 5_000;

/// How many records are looked at at most in an order that no run has.
const WALKED: usize = 4_000;

/// How many of his own records are sorted for somebody at once: what it takes is little, whatever else there is.
const FEW_OWN: usize = 500;

/// How many of his own records are sorted for somebody; of more, a page is soon found along the index of the order.
const SORTED: usize = 20_000;

/// A page that is being read.
pub(super) struct Reading<'r, 'a> {
    query: &'a ListQuery,
    rows: Rows<'a>,
    statements: &'r mut Statements<'a>,
    found: Vec<Record>,
}

impl<'r, 'a> Reading<'r, 'a> {
    pub(super) fn new(query: &'a ListQuery, roots: &'a Roots, statements: &'r mut Statements<'a>) -> Self {
        Self { query, rows: Rows::of(statements.transaction, roots, query), statements, found: Vec::new() }
    }

    /// The records of the page in the order they are read, and one more if there is one.
    pub(super) async fn read(mut self) -> Result<Vec<Record>, PortError> {
        let scope = &self.query.scope;
        match &scope.reach {
            Reach::None => {}
            Reach::All if scope.restrictions.is_empty() => self.along(self.rows.seen()?).await?,
            reach => match (few(self.statements, self.rows.place, self.query.into()).await?, reach) {
                (Some(few), _) => self.along(self.rows.among(self.rows.judged()?, few)).await?,
                (None, Reach::Runs(runs)) if self.is_by_id()? => self.newest(runs).await?,
                (None, Reach::Runs(runs)) => self.in_order(runs).await?,
                (None, _) => self.along(self.rows.judged()?).await?,
            },
        }
        Ok(self.found)
    }

    /// Reads these in the order.
    async fn along(&mut self, these: Select<record::Entity>) -> Result<(), PortError> {
        let these = keyset::ordered(these, self.query)?.limit(rows(self.missing()));
        self.found.extend(self.statements.records(these, &self.query.object).await?);
        Ok(())
    }

    /// By the id: a stretch of all records if it may do, and the viewer's runs from there on.
    async fn newest(&mut self, runs: &Runs) -> Result<(), PortError> {
        let mut from = Edge::of(self.query);
        if ways(runs) > FEW_RUNS {
            let Some(walked_to) = self.walk(runs, from).await? else { return Ok(()) };
            from = walked_to;
        }
        // A few more than are missing, as some may be deleted.
        let mut wanted = self.missing() + self.missing() / 4 + 4;
        loop {
            let gathered = gather(self.statements, self.rows.place, runs, from, wanted).await?;
            let these = if is_exact(runs) { self.rows.unhidden()? } else { self.rows.judged()? };
            self.take(these, gathered.records, from).await?;
            let Some(reached) = gathered.reached.filter(|_| self.missing() > 0) else { return Ok(()) };
            from = from.behind(reached);
            wanted = wanted.saturating_mul(4).min(ROUND);
        }
    }

    /// Looks at records one after the other, as long as that promises a page sooner than to look at every run. Says where
    /// to go on; nothing if there is nothing left to do.
    async fn walk(&mut self, runs: &Runs, mut from: Edge) -> Result<Option<Edge>, PortError> {
        let (mut walked, mut stretch) = (0, STRETCH);
        loop {
            let ids = self.statements.ids(&self.next(from, stretch)).await?;
            let last = ids.last().copied().filter(|_| ids.len() == stretch);
            walked += ids.len();
            self.take(self.rows.judged()?, ids, from).await?;
            let Some(last) = last.filter(|_| self.missing() > 0) else { return Ok(None) };
            from = from.behind(last);
            let needed = walked.saturating_mul(self.missing()).checked_div(self.found.len());
            match needed.filter(|needed| walked + needed < ways(runs).saturating_mul(2)) {
                Some(needed) => stretch = needed.max(STRETCH),
                None => return Ok(Some(from)),
            }
        }
    }

    /// In an order that no run has.
    async fn in_order(&mut self, runs: &Runs) -> Result<(), PortError> {
        let Some(own) = self.rows.own(runs) else { return Ok(()) };
        let few = if ways(runs) > FEW_RUNS { 0 } else { FEW_OWN };
        if self.sort(&own, few).await? || self.stretch().await? || self.sort(&own, SORTED).await? {
            return Ok(());
        }
        self.along(self.rows.judged()?).await
    }

    /// Sorts all that somebody sees, unless that is more than so many.
    async fn sort(&mut self, own: &SelectStatement, most: usize) -> Result<bool, PortError> {
        if most == 0 {
            return Ok(false);
        }
        let own = self.statements.ids(own.clone().limit(rows(most + 1))).await?;
        if own.len() > most {
            return Ok(false);
        }
        let own = self.rows.among(self.rows.unhidden()?, own);
        let page = self.statements.ids(&keyset::sorted(own, self.query, most, self.missing())?).await?;
        self.along(self.rows.among(self.rows.every(), page)).await?;
        Ok(true)
    }

    /// Looks at the first records in the order, whoever sees them, as long as that promises a page. Says whether it found
    /// one.
    async fn stretch(&mut self) -> Result<bool, PortError> {
        let mut stretch = STRETCH;
        while stretch <= WALKED {
            let first = keyset::ordered(self.rows.asked(), self.query)?.limit(rows(stretch));
            let first = self.statements.ids(&ids_of(first).into_query()).await?;
            let is_all = first.len() < stretch;
            self.along(self.rows.among(self.rows.judged()?, first)).await?;
            if self.missing() == 0 || is_all {
                return Ok(true);
            }
            // Half as many again as it takes if the rest is as these are.
            let wanted = stretch.saturating_mul(self.query.limit + 1).checked_div(self.found.len());
            stretch = wanted.map_or(usize::MAX, |wanted| wanted.saturating_add(wanted / 2));
            self.found.clear();
        }
        Ok(false)
    }

    /// Takes what the page still lacks from among these records.
    async fn take(
        &mut self,
        these: Select<record::Entity>,
        ids: Vec<Uuid>,
        from: Edge,
    ) -> Result<(), PortError> {
        if ids.is_empty() {
            return Ok(());
        }
        let these =
            self.rows.among(these, ids).order_by(record::Column::Id, order(from)).limit(rows(self.missing()));
        self.found.extend(self.statements.records(these, &self.query.object).await?);
        Ok(())
    }

    /// The next so many records of the object, whatever they are.
    fn next(&self, from: Edge, limit: usize) -> SelectStatement {
        let id = record::Column::Id;
        let behind = match (from.descending, from.included) {
            (true, true) => id.lte(from.id),
            (true, false) => id.lt(from.id),
            (false, true) => id.gte(from.id),
            (false, false) => id.gt(from.id),
        };
        let next = self.rows.every().filter(behind).order_by(id, order(from));
        ids_of(next).limit(rows(limit)).into_query()
    }

    fn is_by_id(&self) -> Result<bool, PortError> {
        let by = Compared::of(&self.query.object, &self.query.order.field)?;
        Ok(matches!(by.0, Listed::System(SystemField::Id)))
    }

    fn missing(&self) -> usize {
        self.query.limit.saturating_add(1).saturating_sub(self.found.len())
    }
}

fn ids_of(rows: Select<record::Entity>) -> Select<record::Entity> {
    rows.select_only().column(record::Column::Id)
}

fn order(from: Edge) -> Order {
    if from.descending { Order::Desc } else { Order::Asc }
}
