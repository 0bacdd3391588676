//! The policy of a workspace, and the user it is applied to.

use std::{collections::BTreeMap, sync::Arc};

use sutra_kernel::{ObjectId, ProfileId, RoleId, UserId, WorkspaceId};

use crate::{OrgWideDefault, Profile, RoleTree};

/// Everything that decides about access in one workspace, but for the users and the records.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The workspace it rules.
    pub workspace: WorkspaceId,
    /// Counts its changes: what was decided under another epoch must be decided again.
    pub epoch: u64,
    /// The role hierarchy.
    pub roles: RoleTree,
    /// The profiles.
    pub profiles: BTreeMap<ProfileId, Arc<Profile>>,
    /// The objects. One that is not here is closed to everybody.
    pub objects: BTreeMap<ObjectId, ObjectPolicy>,
}

/// How the records of one object are open to those who do not own them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectPolicy {
    /// The object.
    pub object: ObjectId,
    /// What everybody has of every record.
    pub default: OrgWideDefault,
    /// Whether a role gives access to the records of those below it.
    pub hierarchy: bool,
}

/// A user, as far as access is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// Where the user belongs.
    pub workspace: WorkspaceId,
    /// Who it is.
    pub user: UserId,
    /// The user's profile.
    pub profile: ProfileId,
    /// The user's place in the hierarchy, if any.
    pub role: Option<RoleId>,
    /// Whether the user may do anything at all.
    pub active: bool,
}
