//! The keys that sealed openings of the ledger are opened with.

use std::collections::HashMap;

use sutra_audit::{Opening, OpeningKey};
use sutra_crypto::{KeyRef, KeySlot, Purpose};
use sutra_kernel::WorkspaceId;

use crate::{Error, Reads, engine::Parts};

/// The keys of some openings, as far as they still exist: a shredded one is nothing.
pub(crate) struct OpeningKeys {
    workspace: WorkspaceId,
    keys: HashMap<KeyRef, Option<OpeningKey>>,
}

impl OpeningKeys {
    pub(crate) fn new(workspace: WorkspaceId) -> Self {
        Self { workspace, keys: HashMap::new() }
    }

    /// Fetches what these openings need and is not here yet.
    pub(crate) async fn load(
        &mut self,
        parts: &Parts,
        reads: &mut dyn Reads,
        openings: &[Opening],
    ) -> Result<(), Error> {
        for key_ref in openings.iter().filter_map(Opening::key_ref) {
            if !self.keys.contains_key(&key_ref) {
                let key = self.find(parts, reads, key_ref).await?;
                self.keys.insert(key_ref, key);
            }
        }
        Ok(())
    }

    async fn find(
        &self,
        parts: &Parts,
        reads: &mut dyn Reads,
        key_ref: KeyRef,
    ) -> Result<Option<OpeningKey>, Error> {
        let now = parts.clock.now();
        parts.keys.warm_through(reads, self.workspace, now).await?;
        let Some(row) = reads.find_key(key_ref).await? else { return Ok(None) };
        let purpose = match row.slot {
            KeySlot::Subject(_) => Purpose::Subject,
            KeySlot::Purpose(purpose) => purpose,
            KeySlot::Workspace | KeySlot::Branch(_) => return Ok(None),
        };
        let key = parts.keys.open(self.workspace, &row, now)?;
        Ok(Some(OpeningKey { purpose, key }))
    }

    pub(crate) fn of(&self, opening: &Opening) -> Option<OpeningKey> {
        self.keys.get(&opening.key_ref()?)?.clone()
    }
}
