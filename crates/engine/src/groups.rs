//! Groups of people, and queues: groups that own records.

mod delete;
mod put;

use std::collections::BTreeSet;

use sutra_acl::{Group, Owner, Principal, SystemPermission};
use sutra_kernel::{GroupId, UserId, Uuid};

use crate::{Caller, Engine, Error, Viewing, Written};

/// How many members a group has at most, not counting those of the groups and roles in it.
pub const MAX_MEMBERS: usize = 1_000;

/// The use cases of groups and queues: see [`Engine::groups`].
#[derive(Clone, Copy)]
pub struct Groups<'e> {
    pub(crate) engine: &'e Engine,
}

/// A group as it should be.
#[derive(Debug, Clone)]
pub struct GroupEdit {
    /// Its name.
    pub name: String,
    /// Who is in it: users, everybody of a role or a territory, or of other groups.
    pub members: BTreeSet<Principal>,
}

impl Groups<'_> {
    /// Makes a group; or a queue, which can own records.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Sharing*; [`Error::BadInput`] for a name that is taken or empty, a member that is
    /// not there, or too many.
    pub async fn create(
        &self,
        caller: &Caller,
        queue: bool,
        edit: &GroupEdit,
    ) -> Result<Written<Group>, Error> {
        self.engine.write(caller, &put::PutGroup { which: put::Which::New { queue }, edit }).await
    }

    /// Renames a group and replaces its members. A queue stays a queue.
    ///
    /// # Errors
    /// As [`create`](Self::create); and [`Error::NotFound`], and [`Error::BadInput`] if the group would be in itself.
    pub async fn update(
        &self,
        caller: &Caller,
        id: GroupId,
        edit: &GroupEdit,
    ) -> Result<Written<Group>, Error> {
        self.engine.write_and_wake(caller, &put::PutGroup { which: put::Which::Known(id), edit }).await
    }

    /// Removes a group.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Sharing*; [`Error::NotFound`]; [`Error::InUse`] if it is in another group, owns
    /// records, or something is shared with it.
    pub async fn delete(&self, caller: &Caller, id: GroupId) -> Result<Written<GroupId>, Error> {
        self.engine.write(caller, &delete::DeleteGroup { id }).await
    }
}

impl Viewing {
    /// Every group and queue, by id.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Sharing*, *Manage Users* or *Manage Permissions*.
    pub fn groups(&self) -> Result<Vec<Group>, Error> {
        self.require_any(&[
            SystemPermission::ManageUsers,
            SystemPermission::ManagePermissions,
            SystemPermission::ManageSharing,
        ])?;
        Ok(self.authority.policy.directory.groups().cloned().collect())
    }

    /// What people call a queue, if it is one. Everybody may know, as they may know each other's names.
    #[must_use]
    pub fn queue_name(&self, id: GroupId) -> Option<&str> {
        let queue = self.authority.policy.directory.group(id).filter(|group| group.queue);
        queue.map(|group| group.name.as_str())
    }

    /// The owner of this identifier, which is a user's or a queue's.
    #[must_use]
    pub fn owner(&self, id: Uuid) -> Owner {
        let queue = GroupId::from_uuid(id);
        match self.authority.policy.directory.is_queue(queue) {
            true => Owner::Queue(queue),
            false => Owner::User(UserId::from_uuid(id)),
        }
    }

    /// Refuses a caller who has none of these, and names the last.
    pub(crate) fn require_any(&self, permissions: &[SystemPermission]) -> Result<(), Error> {
        match permissions {
            [] => Err(Error::Forbidden("this is for nobody".to_owned())),
            [last] => self.require_permission(*last),
            [first, rest @ ..] if !self.plan().has(*first) => self.require_any(rest),
            _ => Ok(()),
        }
    }
}
