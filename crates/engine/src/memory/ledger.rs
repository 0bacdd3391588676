//! The ledger.

use async_trait::async_trait;
use sutra_audit::{
    Appended, EntryFilter, Epochs, Head, LedgerReader, LedgerWriter, Opening, StoredEntry, Tail,
};
use sutra_kernel::{PortError, Timestamp, UnitId, WorkspaceId};

use super::open::{Open, Writing};

#[async_trait]
impl<M: Send> LedgerReader for Open<M> {
    async fn epochs(&mut self) -> Result<Epochs, PortError> {
        Ok(self.state().head.epochs)
    }

    async fn head(&mut self) -> Result<Head, PortError> {
        Ok(self.state().head)
    }

    async fn entries(&mut self, filter: &EntryFilter, limit: usize) -> Result<Vec<StoredEntry>, PortError> {
        let newest_first = self.state().entries.iter().rev();
        Ok(newest_first.filter(|entry| filter.matches(entry)).take(limit).cloned().collect())
    }

    async fn entries_from(&mut self, seq: u64, limit: usize) -> Result<Vec<StoredEntry>, PortError> {
        let entries = self.state().entries.iter();
        Ok(entries.filter(|entry| entry.seq >= seq).take(limit).cloned().collect())
    }

    async fn openings(&mut self, unit: UnitId, ordinal: u32) -> Result<Vec<Opening>, PortError> {
        let openings = self.state().openings.iter();
        Ok(openings.filter(|opening| (opening.unit, opening.ordinal) == (unit, ordinal)).cloned().collect())
    }
}

#[async_trait]
impl LedgerWriter for Open<Writing> {
    fn workspace(&self) -> WorkspaceId {
        self.state().workspace
    }

    fn unit(&self) -> UnitId {
        self.mode.unit
    }

    async fn lock(&mut self) -> Result<(), PortError> {
        // The unit is the only one from its beginning on.
        Ok(())
    }

    async fn append(
        &mut self,
        seen: Epochs,
        now: Timestamp,
        tails: Vec<Tail>,
    ) -> Result<Vec<Appended>, PortError> {
        if seen != self.mode.epochs {
            return Err(PortError::conflict("the policy or the definitions have changed"));
        }
        let workspace = self.workspace();
        let state = self.tables();
        let mut places = Vec::with_capacity(tails.len());
        for tail in tails {
            let entry = state.head.extend(workspace, now, &tail);
            places.push(entry.appended());
            state.entries.push(entry);
            state.openings.extend(tail.openings);
        }
        self.mode.appended.extend(&places);
        Ok(places)
    }
}
