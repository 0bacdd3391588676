//! What exists outside every workspace: a closed list.

use async_trait::async_trait;
use sutra_crypto::RootCheck;
use sutra_kernel::{PortError, Timestamp, WorkspaceId};

/// One customer's part of the installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Its identifier; every row of its data leads with it.
    pub id: WorkspaceId,
    /// Its name in sign-in and on the command line: lower-case letters, digits and dashes.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Where its data must stay.
    pub region: String,
    /// Whether it can be used.
    pub state: WorkspaceState,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Whether a workspace can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkspaceState {
    /// It serves its users.
    Active,
    /// Nobody can sign in to it. Sessions that are open last until they end.
    Closed,
}

impl WorkspaceState {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Closed => "closed",
        }
    }

    /// Reads the stored word; an unknown one is nothing.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Active, Self::Closed].into_iter().find(|state| state.as_str() == word)
    }
}

/// The port to what exists outside every workspace: the list of workspaces, the check values of root
/// keys, and who has work to do. Each call is a transaction of its own.
#[async_trait]
pub trait Registry: Send + Sync {
    /// A workspace by its identifier.
    async fn workspace(&self, id: WorkspaceId) -> Result<Option<Workspace>, PortError>;

    /// A workspace by its slug.
    async fn workspace_by_slug(&self, slug: &str) -> Result<Option<Workspace>, PortError>;

    /// Every workspace, in the order they were made. The instance is not among them.
    async fn workspaces(&self) -> Result<Vec<Workspace>, PortError>;

    /// Enters a workspace and makes the head of its ledger.
    ///
    /// # Errors
    /// Refused if the slug or the identifier is taken.
    async fn create_workspace(&self, workspace: &Workspace) -> Result<(), PortError>;

    /// Makes the head of the instance's own ledger if it is not there.
    async fn ensure_instance(&self) -> Result<(), PortError>;

    /// The check values of all root keys that were ever used here.
    async fn root_checks(&self) -> Result<Vec<RootCheck>, PortError>;

    /// Keeps the check value of a root key; the same key again changes nothing.
    async fn put_root_check(&self, check: &RootCheck) -> Result<(), PortError>;

    /// Notes that a workspace has work to do at this time; the earliest time counts.
    async fn wake(&self, workspace: WorkspaceId, due_at: Timestamp) -> Result<(), PortError>;

    /// The workspaces that have work to do by now; their notes are taken away.
    async fn take_due(&self, now: Timestamp) -> Result<Vec<WorkspaceId>, PortError>;

    /// Whether the store answers and its schema is this program's.
    async fn ping(&self) -> Result<(), PortError>;
}
