//! When sessions and tokens were last used: collected in memory, written now and then.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
};

use sutra_kernel::{Timestamp, WorkspaceId};

type Seen<Id> = HashMap<WorkspaceId, HashMap<Id, Timestamp>>;

/// A crash loses what was not written, which only shortens a session.
pub(crate) struct Touches<Id>(Mutex<Seen<Id>>);

impl<Id> Default for Touches<Id> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<Id: Copy + Eq + Hash> Touches<Id> {
    pub(crate) fn note(&self, workspace: WorkspaceId, it: Id, now: Timestamp) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = seen.entry(workspace).or_default().entry(it).or_insert(now);
        *last = now.max(*last);
    }

    /// The later of what is stored and what is not yet written.
    pub(crate) fn last_seen(&self, workspace: WorkspaceId, it: Id, stored: Timestamp) -> Timestamp {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let noted = seen.get(&workspace).and_then(|known| known.get(&it));
        noted.map_or(stored, |noted| stored.max(*noted))
    }

    pub(crate) fn all(&self) -> Seen<Id> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets what was written, but for what was used again meanwhile.
    pub(crate) fn forget(&self, workspace: WorkspaceId, written: &HashMap<Id, Timestamp>) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = seen.get_mut(&workspace) {
            known.retain(|it, noted| written.get(it) != Some(noted));
            if known.is_empty() {
                seen.remove(&workspace);
            }
        }
    }
}
