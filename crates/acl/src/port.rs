//! What this crate needs from a store.

use async_trait::async_trait;
use sutra_kernel::{PortError, RoleId, UserId};

use crate::{ObjectPolicy, Policy, Profile, Role, Subject};

/// Reads the policy of the workspace that the unit belongs to.
#[async_trait]
pub trait PolicyReader: Send {
    /// The whole policy with its epoch, from one snapshot.
    async fn policy(&mut self) -> Result<Policy, PortError>;

    /// The user as a subject, whether active or not.
    async fn subject(&mut self, user: UserId) -> Result<Option<Subject>, PortError>;

    /// Every profile, by id.
    async fn profiles(&mut self) -> Result<Vec<Profile>, PortError>;

    /// Every role, by id.
    async fn roles(&mut self) -> Result<Vec<Role>, PortError>;
}

/// Changes the policy of the workspace that the unit belongs to.
///
/// Whoever changes anything here, or a user's profile, role or state, bumps the epoch in the same
/// unit: plans are cached by it.
#[async_trait]
pub trait PolicyWriter: Send {
    /// Adds the profile or replaces the one with its id.
    async fn put_profile(&mut self, profile: &Profile) -> Result<(), PortError>;

    /// Adds the role or replaces the one with its id.
    async fn put_role(&mut self, role: &Role) -> Result<(), PortError>;

    /// Sets how the records of an object are open to those who do not own them.
    async fn put_object_policy(&mut self, policy: &ObjectPolicy) -> Result<(), PortError>;

    /// Makes every plan compiled before this unit stale.
    async fn bump_policy_epoch(&mut self) -> Result<(), PortError>;

    /// Writes a user's new role to all that he owns and all that is shared with him, and counts what he owns.
    async fn move_owned(&mut self, owner: UserId, role: Option<RoleId>) -> Result<u64, PortError>;
}
