//! When sessions were last used: collected in memory, written now and then.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use sutra_kernel::{SessionId, Timestamp, WorkspaceId};

type Seen = HashMap<WorkspaceId, HashMap<SessionId, Timestamp>>;

/// A crash loses what was not written, which only shortens a session.
#[derive(Default)]
pub(crate) struct Touches(Mutex<Seen>);

impl Touches {
    pub(crate) fn note(&self, workspace: WorkspaceId, session: SessionId, now: Timestamp) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = seen.entry(workspace).or_default().entry(session).or_insert(now);
        *last = now.max(*last);
    }

    /// The later of what is stored and what is not yet written.
    pub(crate) fn last_seen(
        &self,
        workspace: WorkspaceId,
        session: SessionId,
        stored: Timestamp,
    ) -> Timestamp {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let noted = seen.get(&workspace).and_then(|sessions| sessions.get(&session));
        noted.map_or(stored, |noted| stored.max(*noted))
    }

    pub(crate) fn all(&self) -> Seen {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets what was written, but for what was used again meanwhile.
    pub(crate) fn forget(&self, workspace: WorkspaceId, written: &HashMap<SessionId, Timestamp>) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sessions) = seen.get_mut(&workspace) {
            sessions.retain(|session, noted| written.get(session) != Some(noted));
            if sessions.is_empty() {
                seen.remove(&workspace);
            }
        }
    }
}
