//! The ledger, for those who may view the audit log, and its verification.

use sutra_acl::SystemPermission;
use sutra_audit::{
    Entry, EntryFilter, HistoryChange, Opened, Report, Shown, StoredEntry, Verifier, rendered,
    rendered_detail,
};
use sutra_kernel::{Value, WorkspaceId};
use sutra_records::Mask;

use crate::{Engine, Error, Reads, Viewing, opening_keys::OpeningKeys};

/// The use cases of the ledger: see [`Engine::ledger`].
#[derive(Clone, Copy)]
pub struct Ledger<'e> {
    pub(crate) engine: &'e Engine,
}

/// An entry of the ledger, as far as the viewer may read it.
#[derive(Debug, Clone)]
pub struct LedgerEntry {
    /// The entry as it is stored, with its place and its hash.
    pub stored: StoredEntry,
    /// Who did it and how: the decoded entry.
    pub entry: Entry,
    /// Its details, such as the reason of a refusal.
    pub detail: Vec<(String, String)>,
    /// The changes, with encrypted fields masked to everybody: values are for those who may see them where they live.
    pub changes: Vec<HistoryChange>,
}

/// How many entries are read at a time to be verified.
const CHUNK: usize = 500;

impl Viewing {
    /// Entries of the ledger, newest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *View Audit Log*.
    pub async fn ledger_entries(
        &self,
        filter: &EntryFilter,
        limit: usize,
    ) -> Result<Vec<LedgerEntry>, Error> {
        self.require_permission(SystemPermission::ViewAuditLog)?;
        let mut reads = self.reads().await;
        let mut keys = OpeningKeys::new(self.caller().workspace());
        let mut entries = Vec::new();
        for stored in reads.entries(filter, limit).await? {
            entries.push(self.ledger_entry(reads.as_mut(), stored, &mut keys).await?);
        }
        Ok(entries)
    }

    async fn ledger_entry(
        &self,
        reads: &mut dyn Reads,
        stored: StoredEntry,
        keys: &mut OpeningKeys,
    ) -> Result<LedgerEntry, Error> {
        let entry = Entry::decode(&stored.bytes).map_err(Error::internal)?;
        let openings = reads.openings(stored.unit, stored.ordinal).await?;
        keys.load(self.engine.parts(), reads, &openings).await?;
        let detail = match rendered_detail(&openings, &entry, |opening| keys.of(opening)) {
            Some(Shown::Value(detail)) => detail,
            _ => Vec::new(),
        };
        let changes = if self.may_see_values(&stored) {
            let mask = Opened::value(Value::Text(Mask::over(None)));
            let changes = rendered(&openings, &entry, |opening| keys.of(opening));
            changes.into_iter().map(|change| change.masked_as(&mask)).collect()
        } else {
            Vec::new()
        };
        Ok(LedgerEntry { stored, entry, detail, changes })
    }
}

impl Viewing {
    /// *View Audit Log* shows who did what and when. Values are for those who may see them where they live.
    fn may_see_values(&self, stored: &StoredEntry) -> bool {
        let needed = match stored.action.split_once('.') {
            Some(("record", _)) => SystemPermission::ViewAllData,
            Some(("user", _)) => SystemPermission::ManageUsers,
            _ => return true,
        };
        self.plan().has(needed)
    }
}

impl Ledger<'_> {
    /// Verifies a workspace's chain, entry by entry, with every opening whose key is at hand.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the ledger cannot be read; what is wrong with it is in the report.
    pub async fn verify(&self, workspace: WorkspaceId) -> Result<Report, Error> {
        let mut reads = self.engine.snapshot(workspace).await?;
        let mut keys = OpeningKeys::new(workspace);
        let head = reads.head().await?;
        let mut verifier = Verifier::new(workspace);
        let mut next = 1;
        loop {
            let entries = reads.entries_from(next, CHUNK).await?;
            let Some(last) = entries.last() else { break };
            next = last.seq.saturating_add(1);
            for entry in &entries {
                verifier.entry(entry);
                let openings = reads.openings(entry.unit, entry.ordinal).await?;
                keys.load(self.engine.parts(), reads.as_mut(), &openings).await?;
                verifier.openings(&openings, |opening| keys.of(opening));
            }
        }
        reads.finish().await?;
        Ok(verifier.finish(&head))
    }
}
