//! A caller's snapshot: everything one request reads is of one moment.

use std::sync::Arc;

use async_lock::{Mutex, MutexGuard};
use sutra_acl::{AccessPlan, SystemPermission, UserPlan};
use sutra_kernel::{Timestamp, WorkspaceId};
use sutra_records::{Metadata, ObjectDef};

use crate::{Caller, Engine, Error, Reads, authority::Authority, work};

/// A caller's snapshot of the workspace: what one request reads is of one moment, through one plan.
///
/// It holds a connection of the store until it is [closed](Self::close) or dropped, so close it before
/// asking for a change.
pub struct Viewing {
    pub(crate) engine: Engine,
    pub(crate) caller: Caller,
    pub(crate) authority: Authority,
    pub(crate) now: Timestamp,
    reads: Mutex<Box<dyn Reads>>,
}

impl Engine {
    /// Opens a snapshot for a caller.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the store cannot be reached.
    pub async fn view(&self, caller: &Caller) -> Result<Viewing, Error> {
        let reads = self.snapshot(caller.workspace()).await?;
        self.view_through(caller.clone(), reads).await
    }

    /// A snapshot, with the workspace's key at hand.
    pub(crate) async fn snapshot(&self, workspace: WorkspaceId) -> Result<Box<dyn Reads>, Error> {
        let parts = self.parts();
        let mut reads = parts.store.reads(workspace).await?;
        parts.keys.warm_through(reads.as_mut(), workspace, self.now()).await?;
        Ok(reads)
    }

    pub(crate) async fn view_through(
        &self,
        caller: Caller,
        mut reads: Box<dyn Reads>,
    ) -> Result<Viewing, Error> {
        let (parts, now) = (self.parts(), self.now());
        let epochs = reads.epochs().await?;
        let authority = parts.authorities.load(&caller, reads.as_mut(), epochs).await?;
        Ok(Viewing { engine: self.clone(), caller, authority, now, reads: Mutex::new(reads) })
    }
}

impl Viewing {
    /// Gives the snapshot back and keeps the caller, to ask for a change.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the store is gone.
    pub async fn close(self) -> Result<Caller, Error> {
        self.reads.into_inner().finish().await?;
        Ok(self.caller)
    }

    /// Who is looking.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The workspace's objects at this moment.
    #[must_use]
    pub fn metadata(&self) -> &Arc<Metadata> {
        &self.authority.metadata
    }

    /// What the caller may do at this moment.
    #[must_use]
    pub fn plan(&self) -> &UserPlan {
        &self.authority.plan
    }

    pub(crate) async fn reads(&self) -> MutexGuard<'_, Box<dyn Reads>> {
        self.reads.lock().await
    }

    /// An object that the caller may read records of.
    pub(crate) fn readable(&self, name: &str) -> Result<(Arc<ObjectDef>, &AccessPlan), Error> {
        let object = work::find_object(self.metadata(), name)?;
        let plan = self.plan().object(object.id);
        if plan.permissions().has(sutra_acl::ObjectPermissions::READ) {
            return Ok((object, plan));
        }
        Err(Error::Forbidden(format!("you may not read {}", object.plural_label.to_lowercase())))
    }

    pub(crate) fn require_permission(&self, permission: SystemPermission) -> Result<(), Error> {
        work::require_permission(self.plan(), permission)
    }
}
