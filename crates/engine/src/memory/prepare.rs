//! Preparations. Nothing is kept here beside the values of records, so that going through them is all there is to it.

use async_trait::async_trait;
use sutra_kernel::{ObjectId, PortError, Timestamp};
use sutra_records::{Preparation, PreparationReader, PreparationWriter, Prepared, Preparer};

use super::{
    open::{Keeping, Open, Writing},
    state::UnderWay,
};

#[async_trait]
impl<M: Send> PreparationReader for Open<M> {
    async fn preparations(&mut self) -> Result<Vec<Preparation>, PortError> {
        Ok(self.state().preparations.values().map(|known| known.preparation.clone()).collect())
    }
}

#[async_trait]
impl PreparationWriter for Open<Writing> {
    async fn begin_preparation(&mut self, object: ObjectId, now: Timestamp) -> Result<(), PortError> {
        let tables = self.tables();
        let total = tables.records.values().filter(|record| record.object == object).map(|_| 1).sum();
        let preparation = Preparation { object, done: 0, total, started_at: now };
        tables.preparations.insert(object, UnderWay { preparation, after: None, all: false });
        Ok(())
    }

    async fn end_preparation(&mut self, object: ObjectId) -> Result<bool, PortError> {
        let preparations = &mut self.tables().preparations;
        let is_done = preparations.get(&object).is_some_and(|known| known.all);
        Ok(is_done && preparations.remove(&object).is_some())
    }
}

#[async_trait]
impl Preparer for Open<Keeping> {
    async fn prepare_records(&mut self, limit: usize) -> Result<Option<Prepared>, PortError> {
        let tables = self.tables();
        let Some((object, known)) = tables.preparations.iter_mut().next() else { return Ok(None) };
        let left = tables.records.values().filter(|record| record.object == *object);
        let left = left.filter(|record| known.after.is_none_or(|after| record.id > after));
        let step: Vec<_> = left.map(|record| record.id).take(limit).collect();
        known.all = step.len() < limit;
        known.after = step.last().copied().or(known.after);
        known.preparation.done = known.preparation.done.saturating_add(step.iter().map(|_| 1).sum());
        Ok(Some(Prepared { object: *object, all: known.all }))
    }
}
