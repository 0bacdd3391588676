//! The store that keeps everything in memory: for tests, examples, and as the meaning of all others.
//!
//! It is written to be read: a workspace is a handful of ordered maps, a snapshot is a shared copy of them,
//! and a unit of work changes a copy of its own that its commit puts in their place. What an SQL store does
//! is right if it cannot be told from this one by [`conformance`](crate::conformance).
//!
//! ```
//! use sutra_engine::{Store, Workspace, WorkspaceState, memory::MemoryStore};
//! use sutra_kernel::{Timestamp, Uuid, WorkspaceId};
//!
//! # futures_lite::future::block_on(async {
//! let store = MemoryStore::new();
//! let workspace = Workspace {
//!     id: WorkspaceId::from_uuid(Uuid::from_u128(1)),
//!     slug: "acme".to_owned(),
//!     name: "Acme".to_owned(),
//!     region: "eu".to_owned(),
//!     state: WorkspaceState::Active,
//!     created_at: Timestamp::from_micros(0),
//! };
//! store.registry().create_workspace(&workspace).await?;
//!
//! let mut reads = store.reads(workspace.id).await?;
//! assert_eq!(reads.head().await?.seq, 0, "nothing has happened yet");
//! reads.finish().await?;
//! # Ok::<(), sutra_kernel::PortError>(())
//! # }).unwrap();
//! ```

mod access_tokens;
mod directory;
mod factors;
mod flows;
mod idempotency;
mod identity;
mod keys;
mod ledger;
mod open;
mod policy;
mod prepare;
mod principals;
mod records;
mod registry;
mod resharing;
mod rules;
mod settings;
mod shares;
mod state;
mod tasks;
mod territories;
mod tries;
mod unique;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use sutra_kernel::{PortError, UnitId, WorkspaceId};

use self::{open::Open, registry::Directory, state::State};
use crate::{Bookkeeping, Reads, Registry, Store, Unit};

/// Keeps everything in memory, and nothing when it goes.
///
/// Units and bookkeeping of one workspace wait for each other; snapshots wait for nobody. So whoever holds
/// a unit must end it before beginning the next in the same workspace.
#[derive(Default)]
pub struct MemoryStore {
    directory: Mutex<Directory>,
}

/// One workspace: what was committed last, and who may commit next.
struct Shared {
    latest: Mutex<Arc<State>>,
    writer: Arc<async_lock::Mutex<()>>,
}

impl MemoryStore {
    /// A store without workspaces.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn directory(&self) -> MutexGuard<'_, Directory> {
        // Nothing under this lock can stop halfway, so what a panicking thread leaves behind is whole.
        self.directory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shared(&self, workspace: WorkspaceId) -> Result<Arc<Shared>, PortError> {
        self.directory().shared(workspace).ok_or_else(|| PortError::refused("there is no such workspace"))
    }
}

impl Shared {
    fn new(workspace: WorkspaceId) -> Self {
        Self { latest: Mutex::new(Arc::new(State::new(workspace))), writer: Arc::default() }
    }

    fn latest(&self) -> Arc<State> {
        Arc::clone(&self.lock())
    }

    fn publish(&self, state: Arc<State>) {
        *self.lock() = state;
    }

    fn lock(&self) -> MutexGuard<'_, Arc<State>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn reads(&self, workspace: WorkspaceId) -> Result<Box<dyn Reads>, PortError> {
        // Where there is no workspace there is nothing to see, as in a table without its rows.
        let shared = self.directory().shared(workspace).unwrap_or_else(|| Arc::new(Shared::new(workspace)));
        Ok(Box::new(Open::reading(&shared)))
    }

    async fn begin(&self, workspace: WorkspaceId, unit: UnitId) -> Result<Box<dyn Unit>, PortError> {
        Ok(Box::new(Open::writing(self.shared(workspace)?, unit).await))
    }

    async fn bookkeeping(&self, workspace: WorkspaceId) -> Result<Box<dyn Bookkeeping>, PortError> {
        Ok(Box::new(Open::keeping(self.shared(workspace)?).await))
    }

    fn registry(&self) -> &dyn Registry {
        self
    }
}
