//! A unit of work that keeps book of what it must enter into the ledger.

use sutra_audit::{Actor, AppendError, Batch, EntryDraft, Epochs, Event, Receipt, Target, append};
use sutra_kernel::{PortError, Timestamp};
use sutra_records::{Change, Purge};

use super::{dice::Dice, home::at};
use crate::Unit;

/// An open unit, the epochs it began with, and its entries so far.
pub(super) struct Work<'h> {
    pub(super) unit: Box<dyn Unit>,
    pub(super) seen: Epochs,
    entries: Vec<EntryDraft>,
    dice: &'h Dice,
}

impl<'h> Work<'h> {
    pub(super) fn new(unit: Box<dyn Unit>, seen: Epochs, dice: &'h Dice) -> Self {
        Self { unit, seen, entries: Vec::new(), dice }
    }

    /// Adds an entry.
    pub(super) fn enter(&mut self, entry: EntryDraft) {
        self.entries.push(entry);
    }

    /// Stores a change and adds its entry.
    pub(super) async fn put(&mut self, change: Change) -> Result<(), PortError> {
        self.put_all(vec![change]).await
    }

    /// Stores changes and adds their entries.
    pub(super) async fn put_all(&mut self, changes: Vec<Change>) -> Result<(), PortError> {
        let versions: Vec<_> =
            changes.iter().map(|change| (change.after().id, change.after().version)).collect();
        self.unit.put_records(changes).await?;
        for (id, version) in versions {
            self.enter(EntryDraft::new(Event::RecordUpdate).target(Target::record("gadget", id, version)));
        }
        Ok(())
    }

    /// Removes a record and adds the entry.
    pub(super) async fn purge(&mut self, purge: Purge) -> Result<(), PortError> {
        let (id, version) = (purge.id(), purge.version());
        self.unit.remove_record(purge).await?;
        self.enter(EntryDraft::new(Event::RecordPurge).target(Target::record("gadget", id, version)));
        Ok(())
    }

    /// Appends the entries at this instant; an empty unit says that something was defined.
    pub(super) async fn append(&mut self, now: Timestamp) -> Result<Receipt, PortError> {
        let mut entries = std::mem::take(&mut self.entries);
        if entries.is_empty() {
            entries.push(EntryDraft::new(Event::ObjectUpdate));
        }
        let batch = Batch { actor: Actor::system(), request: None, entries };
        match append(self.unit.as_mut(), batch, self.seen, now, self.dice).await {
            Ok(receipt) => Ok(receipt),
            Err(AppendError::Port(error)) => Err(error),
            Err(error) => panic!("the ledger is broken: {error}"),
        }
    }

    /// Appends and commits; cancels if that fails.
    pub(super) async fn try_commit(self) -> Result<(), PortError> {
        self.try_commit_at(at(0)).await
    }

    /// Appends at this instant and commits; cancels if that fails.
    pub(super) async fn try_commit_at(mut self, now: Timestamp) -> Result<(), PortError> {
        match self.append(now).await {
            Ok(receipt) => self.unit.commit(receipt).await,
            Err(error) => {
                self.cancel().await;
                Err(error)
            }
        }
    }

    /// Appends and commits.
    pub(super) async fn commit(self) {
        self.try_commit().await.unwrap();
    }

    /// Undoes everything.
    pub(super) async fn cancel(self) {
        self.unit.cancel().await.unwrap();
    }
}
