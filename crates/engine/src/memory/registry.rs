//! What exists outside every workspace.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use sutra_crypto::{KeyRef, RootCheck};
use sutra_kernel::{PortError, Timestamp, WorkspaceId};

use super::{MemoryStore, Shared};
use crate::{Registry, Workspace};

/// Every workspace, and the few things that belong to none.
#[derive(Default)]
pub(super) struct Directory {
    /// In the order they were made.
    workspaces: Vec<Workspace>,
    /// The instance is here, too.
    shared: BTreeMap<WorkspaceId, Arc<Shared>>,
    root_checks: BTreeMap<KeyRef, RootCheck>,
    wakes: BTreeMap<WorkspaceId, Timestamp>,
}

impl Directory {
    pub(super) fn shared(&self, workspace: WorkspaceId) -> Option<Arc<Shared>> {
        self.shared.get(&workspace).cloned()
    }

    fn find(&self, accept: impl Fn(&Workspace) -> bool) -> Option<Workspace> {
        self.workspaces.iter().find(|workspace| accept(workspace)).cloned()
    }

    fn create(&mut self, workspace: &Workspace) -> Result<(), PortError> {
        let same = |known: &Workspace| known.id == workspace.id || known.slug == workspace.slug;
        if workspace.id == WorkspaceId::INSTANCE || self.workspaces.iter().any(same) {
            return Err(PortError::refused("the slug or the identifier is taken"));
        }
        self.workspaces.push(workspace.clone());
        self.open(workspace.id);
        Ok(())
    }

    fn open(&mut self, workspace: WorkspaceId) {
        self.shared.entry(workspace).or_insert_with(|| Arc::new(Shared::new(workspace)));
    }

    fn take_due(&mut self, now: Timestamp) -> Vec<WorkspaceId> {
        self.wakes.extract_if(.., |_, due_at| *due_at <= now).map(|(workspace, _)| workspace).collect()
    }
}

#[async_trait]
impl Registry for MemoryStore {
    async fn workspace(&self, id: WorkspaceId) -> Result<Option<Workspace>, PortError> {
        Ok(self.directory().find(|workspace| workspace.id == id))
    }

    async fn workspace_by_slug(&self, slug: &str) -> Result<Option<Workspace>, PortError> {
        Ok(self.directory().find(|workspace| workspace.slug == slug))
    }

    async fn workspaces(&self) -> Result<Vec<Workspace>, PortError> {
        Ok(self.directory().workspaces.clone())
    }

    async fn create_workspace(&self, workspace: &Workspace) -> Result<(), PortError> {
        self.directory().create(workspace)
    }

    async fn ensure_instance(&self) -> Result<(), PortError> {
        self.directory().open(WorkspaceId::INSTANCE);
        Ok(())
    }

    async fn root_checks(&self) -> Result<Vec<RootCheck>, PortError> {
        Ok(self.directory().root_checks.values().cloned().collect())
    }

    async fn put_root_check(&self, check: &RootCheck) -> Result<(), PortError> {
        self.directory().root_checks.entry(check.key_ref).or_insert_with(|| check.clone());
        Ok(())
    }

    async fn wake(&self, workspace: WorkspaceId, due_at: Timestamp) -> Result<(), PortError> {
        let mut directory = self.directory();
        let earliest = directory.wakes.entry(workspace).or_insert(due_at);
        *earliest = due_at.min(*earliest);
        Ok(())
    }

    async fn take_due(&self, now: Timestamp) -> Result<Vec<WorkspaceId>, PortError> {
        Ok(self.directory().take_due(now))
    }

    async fn ping(&self) -> Result<(), PortError> {
        Ok(())
    }
}
