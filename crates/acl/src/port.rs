//! What this crate needs from a store.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use sutra_kernel::{
    GroupId, ObjectId, PermissionSetGroupId, PermissionSetId, PortError, ProfileId, RestrictionRuleId,
    RoleId, SharingRuleId, TerritoryId, Timestamp, UserId,
};

use crate::{
    Assigned, Bundle, Group, Move, ObjectPolicy, PermissionSet, PermissionSetGroup, Policy, Principal,
    Profile, RestrictionRule, Role, SharingRule, Subject, Territory, TerritoryLevels, Use,
};

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

    /// The users who are [moving](Policy::moving), by id.
    async fn moves(&mut self) -> Result<Vec<Move>, PortError>;
}

/// Changes the policy of the workspace that the unit belongs to.
///
/// Whoever changes anything here, or a user's profile, role or state, bumps the epoch in the same
/// unit: plans are cached by it.
#[async_trait]
pub trait PolicyWriter: Send {
    /// Adds the profile or replaces the one with its id.
    async fn put_profile(&mut self, profile: &Profile) -> Result<(), PortError>;

    /// Removes a profile that nobody has.
    async fn remove_profile(&mut self, profile: ProfileId) -> Result<(), PortError>;

    /// Adds the role or replaces the one with its id.
    async fn put_role(&mut self, role: &Role) -> Result<(), PortError>;

    /// Removes a role that nobody has and that has none below it.
    async fn remove_role(&mut self, role: RoleId) -> Result<(), PortError>;

    /// Sets how the records of an object are open to those who do not own them. Its rules stay as they are.
    async fn put_object_policy(&mut self, policy: &ObjectPolicy) -> Result<(), PortError>;

    /// Makes every plan compiled before this unit stale.
    async fn bump_policy_epoch(&mut self) -> Result<(), PortError>;

    /// Writes a user's role to what he owns and to what is shared with him, where there is another: to up to so many of
    /// either. Counts both; where it comes to less than the limit, nothing is left.
    async fn move_owned(
        &mut self,
        user: UserId,
        role: Option<RoleId>,
        limit: usize,
    ) -> Result<u64, PortError>;

    /// Marks a user as [moving](Policy::moving), if he is not marked yet.
    async fn begin_moving(&mut self, user: UserId, now: Timestamp) -> Result<(), PortError>;

    /// Takes the mark away, if it is there.
    async fn end_moving(&mut self, user: UserId) -> Result<(), PortError>;
}

/// Reads the permission sets of the workspace that the unit belongs to, and who has them.
#[async_trait]
pub trait PermissionSetReader: Send {
    /// Every permission set, by id.
    async fn permission_sets(&mut self) -> Result<Vec<PermissionSet>, PortError>;

    /// Every permission set group, by id.
    async fn permission_set_groups(&mut self) -> Result<Vec<PermissionSetGroup>, PortError>;

    /// What these users have; a user who has nothing is left out.
    async fn assigned_to(&mut self, users: &[UserId]) -> Result<BTreeMap<UserId, Assigned>, PortError>;

    /// Every user who has it, active or not, by id.
    async fn holders(&mut self, bundle: Bundle) -> Result<Vec<UserId>, PortError>;
}

/// Changes the permission sets of the workspace that the unit belongs to, and who has them.
///
/// Whoever changes anything here bumps the policy's epoch in the same unit.
#[async_trait]
pub trait PermissionSetWriter: Send {
    /// Adds the permission set or replaces the one with its id.
    async fn put_permission_set(&mut self, set: &PermissionSet) -> Result<(), PortError>;

    /// Removes a permission set that nobody has and no group contains.
    async fn remove_permission_set(&mut self, set: PermissionSetId) -> Result<(), PortError>;

    /// Adds the permission set group or replaces the one with its id.
    async fn put_permission_set_group(&mut self, group: &PermissionSetGroup) -> Result<(), PortError>;

    /// Removes a permission set group that nobody has.
    async fn remove_permission_set_group(&mut self, group: PermissionSetGroupId) -> Result<(), PortError>;

    /// Gives the user these and takes every other away.
    async fn assign(&mut self, user: UserId, assigned: &Assigned) -> Result<(), PortError>;
}

/// Reads the groups of the workspace that the unit belongs to.
#[async_trait]
pub trait DirectoryReader: Send {
    /// Every group and queue, by id.
    async fn groups(&mut self) -> Result<Vec<Group>, PortError>;

    /// Something that names the principal, if anything does.
    async fn find_use(&mut self, principal: Principal) -> Result<Option<Use>, PortError>;
}

/// Changes the groups of the workspace that the unit belongs to.
///
/// Whoever changes anything here bumps the policy's epoch in the same unit.
#[async_trait]
pub trait DirectoryWriter: Send {
    /// Adds the group or replaces the one with its id. Its members are there.
    async fn put_group(&mut self, group: &Group) -> Result<(), PortError>;

    /// Removes a group that nothing names.
    async fn remove_group(&mut self, group: GroupId) -> Result<(), PortError>;
}

/// Reads the territories of the workspace that the unit belongs to.
#[async_trait]
pub trait TerritoryReader: Send {
    /// Every territory, by id. Who is assigned to which, the policy's directory tells, and how far each opens records the
    /// policy.
    async fn territories(&mut self) -> Result<Vec<Territory>, PortError>;
}

/// Changes the territories of the workspace that the unit belongs to.
///
/// Whoever changes anything here bumps the policy's epoch in the same unit.
#[async_trait]
pub trait TerritoryWriter: Send {
    /// Adds the territory or replaces the one with its id.
    async fn put_territory(&mut self, territory: &Territory) -> Result<(), PortError>;

    /// Removes a territory that has none below it, that nobody is assigned to, and that nothing names.
    async fn remove_territory(&mut self, territory: TerritoryId) -> Result<(), PortError>;

    /// Assigns these users to the territory and takes every other away from it.
    async fn assign_territory(
        &mut self,
        territory: TerritoryId,
        users: &BTreeSet<UserId>,
    ) -> Result<(), PortError>;

    /// Has the territory open records as far as this, and none of other objects. The records that are assigned to it are
    /// written beside.
    async fn put_territory_levels(
        &mut self,
        territory: TerritoryId,
        levels: &TerritoryLevels,
    ) -> Result<(), PortError>;
}

/// Changes the rules of the workspace that the unit belongs to. Whoever does bumps the policy's epoch in the same
/// unit.
#[async_trait]
pub trait RuleWriter: Send {
    /// Adds a restriction of an object's records, or replaces the one with its id.
    ///
    /// # Errors
    /// Refused if another restriction of the object has its name.
    async fn put_restriction(&mut self, object: ObjectId, rule: &RestrictionRule) -> Result<(), PortError>;

    /// Adds a rule that shares an object's records, or replaces the one with its id.
    ///
    /// # Errors
    /// Refused if another rule that shares the object's records has its name.
    async fn put_sharing_rule(&mut self, object: ObjectId, rule: &SharingRule) -> Result<(), PortError>;

    /// Removes a rule that shares records, if it is there. What it has shared stays.
    async fn remove_sharing_rule(&mut self, rule: SharingRuleId) -> Result<(), PortError>;

    /// Removes a restriction, if it is there.
    async fn remove_restriction(&mut self, rule: RestrictionRuleId) -> Result<(), PortError>;
}
