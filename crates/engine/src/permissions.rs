//! Profiles, permission sets, roles and org-wide defaults.

mod assign;
mod default;
mod delete;
mod grants;
mod permission_set;
mod permission_set_group;
mod profile;
mod role;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use sutra_acl::{
    Assigned, Grants, Muting, ObjectPolicy, OrgWideDefault, PermissionSet, PermissionSetGroup, Profile, Role,
    SystemPermission,
};
use sutra_kernel::{PermissionSetGroupId, PermissionSetId, ProfileId, RoleId, UserId};

use crate::{Caller, Engine, Error, Viewing, Written};

pub(crate) use grants::{change, words};
pub(crate) use permission_set::PutPermissionSet;
pub(crate) use profile::{PutProfile, word as word_profile};

/// The use cases of profiles, permission sets, roles and defaults: see [`Engine::permissions`].
#[derive(Clone, Copy)]
pub struct Permissions<'e> {
    pub(crate) engine: &'e Engine,
}

/// What a profile gives: permissions on the system, on objects and on fields.
#[derive(Debug, Clone)]
pub struct ProfileEdit {
    /// Its name.
    pub name: String,
    /// What it gives.
    pub grants: Grants,
}

/// What a permission set gives.
#[derive(Debug, Clone)]
pub struct PermissionSetEdit {
    /// Its name.
    pub name: String,
    /// What it gives.
    pub grants: Grants,
}

/// Permission sets that are given together.
#[derive(Debug, Clone)]
pub struct PermissionSetGroupEdit {
    /// Its name.
    pub name: String,
    /// The sets it is made of.
    pub sets: BTreeSet<PermissionSetId>,
    /// What the group does not give, even if one of its sets does.
    pub muting: Muting,
}

/// What a user has beside the profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The user.
    pub user: UserId,
    /// What the user has.
    pub assigned: Assigned,
}

impl Permissions<'_> {
    /// Makes a profile.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Permissions*, or if it gives more than the caller has;
    /// [`Error::BadInput`] for a name that is taken or empty.
    pub async fn create_profile(
        &self,
        caller: &Caller,
        edit: &ProfileEdit,
    ) -> Result<Written<Profile>, Error> {
        self.engine.write(caller, &PutProfile { id: None, edit }).await
    }

    /// Replaces what a profile gives.
    ///
    /// # Errors
    /// As [`create_profile`](Self::create_profile); and [`Error::Forbidden`] for the caller's own profile and if nobody
    /// could administer the workspace any more.
    pub async fn update_profile(
        &self,
        caller: &Caller,
        id: ProfileId,
        edit: &ProfileEdit,
    ) -> Result<Written<Profile>, Error> {
        self.engine.write(caller, &PutProfile { id: Some(id), edit }).await
    }

    /// Removes a profile.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Permissions*, or if it gives more than the caller has; [`Error::InUse`] if a user
    /// has it or a rule names it.
    pub async fn delete_profile(&self, caller: &Caller, id: ProfileId) -> Result<Written<ProfileId>, Error> {
        self.engine.write(caller, &delete::DeleteProfile { id }).await
    }

    /// Makes a permission set.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Permissions*, or if it gives more than the caller has;
    /// [`Error::BadInput`] for a name that is taken or empty.
    pub async fn create_permission_set(
        &self,
        caller: &Caller,
        edit: &PermissionSetEdit,
    ) -> Result<Written<PermissionSet>, Error> {
        self.engine.write(caller, &PutPermissionSet { id: None, edit }).await
    }

    /// Replaces what a permission set gives.
    ///
    /// # Errors
    /// As [`create_permission_set`](Self::create_permission_set); and [`Error::Forbidden`] for a set that the caller has and if
    /// nobody could administer the workspace any more.
    pub async fn update_permission_set(
        &self,
        caller: &Caller,
        id: PermissionSetId,
        edit: &PermissionSetEdit,
    ) -> Result<Written<PermissionSet>, Error> {
        self.engine.write(caller, &PutPermissionSet { id: Some(id), edit }).await
    }

    /// Removes a permission set.
    ///
    /// # Errors
    /// As [`update_permission_set`](Self::update_permission_set); and [`Error::InUse`] if a user has it or a group contains it.
    pub async fn delete_permission_set(
        &self,
        caller: &Caller,
        id: PermissionSetId,
    ) -> Result<Written<PermissionSetId>, Error> {
        self.engine.write(caller, &permission_set::DeletePermissionSet { id }).await
    }

    /// Makes a permission set group.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Permissions*, or if it gives more than the caller has;
    /// [`Error::BadInput`] for an unknown set and for a name that is taken or empty.
    pub async fn create_permission_set_group(
        &self,
        caller: &Caller,
        edit: &PermissionSetGroupEdit,
    ) -> Result<Written<PermissionSetGroup>, Error> {
        self.engine.write(caller, &permission_set_group::PutPermissionSetGroup { id: None, edit }).await
    }

    /// Replaces the sets of a permission set group, and what is muted in them.
    ///
    /// # Errors
    /// As [`create_permission_set_group`](Self::create_permission_set_group); and [`Error::Forbidden`] for a group that the
    /// caller has and if nobody could administer the workspace any more.
    pub async fn update_permission_set_group(
        &self,
        caller: &Caller,
        id: PermissionSetGroupId,
        edit: &PermissionSetGroupEdit,
    ) -> Result<Written<PermissionSetGroup>, Error> {
        self.engine.write(caller, &permission_set_group::PutPermissionSetGroup { id: Some(id), edit }).await
    }

    /// Removes a permission set group, and not its sets.
    ///
    /// # Errors
    /// As [`update_permission_set_group`](Self::update_permission_set_group); and [`Error::InUse`] if a user has it.
    pub async fn delete_permission_set_group(
        &self,
        caller: &Caller,
        id: PermissionSetGroupId,
    ) -> Result<Written<PermissionSetGroupId>, Error> {
        self.engine.write(caller, &permission_set_group::DeletePermissionSetGroup { id }).await
    }

    /// Gives a user these permission sets and groups of them, and takes all others away.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Permissions* and *Manage Users*, for oneself, for somebody who has, or would have,
    /// more than the caller, and if nobody could administer the workspace any more; [`Error::BadInput`] for a set that is not
    /// there.
    pub async fn assign(
        &self,
        caller: &Caller,
        user: UserId,
        assigned: &Assigned,
    ) -> Result<Written<Assignment>, Error> {
        self.engine.write(caller, &assign::Assign { user, assigned }).await
    }

    /// Makes a role under another, or at the top.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Permissions*; [`Error::BadInput`] for an unknown parent or a taken name.
    pub async fn create_role(
        &self,
        caller: &Caller,
        name: &str,
        parent: Option<RoleId>,
    ) -> Result<Written<Role>, Error> {
        self.engine.write(caller, &role::PutRole { id: None, name, parent }).await
    }

    /// Renames a role or moves it and everything below it.
    ///
    /// # Errors
    /// As [`create_role`](Self::create_role); and [`Error::BadInput`] if the role would be below itself,
    /// [`Error::Forbidden`] for the caller's own role or one above it.
    pub async fn update_role(
        &self,
        caller: &Caller,
        id: RoleId,
        name: &str,
        parent: Option<RoleId>,
    ) -> Result<Written<Role>, Error> {
        self.engine.write_and_wake(caller, &role::PutRole { id: Some(id), name, parent }).await
    }

    /// Removes a role.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Permissions*, or for a role that is not within the caller's own;
    /// [`Error::InUse`] if a user has it, if there are roles below it, and if a group, a share or a rule names it.
    pub async fn delete_role(&self, caller: &Caller, id: RoleId) -> Result<Written<RoleId>, Error> {
        self.engine.write(caller, &delete::DeleteRole { id }).await
    }

    /// Sets what everybody may do to an object's records, and whether the role hierarchy grants.
    ///
    /// If its records are to be controlled by their parents, they lose the shares of their own, and there can be no sharing
    /// rules for them. Whether the hierarchy grants is then what is set for the object at the top. If there are more than
    /// [`MAX_RECORDS`](crate::MAX_RECORDS) records, that is done in steps, and until it is, the records are open to those
    /// alone who may view all of them.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Sharing*, [`Error::BadInput`] for an unknown object, and for one whose records
    /// cannot be controlled.
    pub async fn set_default(
        &self,
        caller: &Caller,
        object: &str,
        default: OrgWideDefault,
        hierarchy: bool,
    ) -> Result<Written<ObjectPolicy>, Error> {
        self.engine.write_and_wake(caller, &default::SetDefault { object, default, hierarchy }).await
    }
}

impl Viewing {
    /// Every profile.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Users* or *Manage Permissions*.
    pub async fn profiles(&self) -> Result<Vec<Profile>, Error> {
        self.require_administration()?;
        Ok(self.reads().await.profiles().await?)
    }

    /// Every permission set, by id.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Users* or *Manage Permissions*.
    pub fn permission_sets(&self) -> Result<Vec<Arc<PermissionSet>>, Error> {
        self.require_administration()?;
        Ok(self.authority.policy.permission_sets.values().cloned().collect())
    }

    /// Every permission set group, by id.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Users* or *Manage Permissions*.
    pub fn permission_set_groups(&self) -> Result<Vec<Arc<PermissionSetGroup>>, Error> {
        self.require_administration()?;
        Ok(self.authority.policy.permission_set_groups.values().cloned().collect())
    }

    /// What each of these users has beside the profile, in this order. Anybody may look at himself.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Users* or *Manage Permissions*; [`Error::NotFound`] for somebody who is not here.
    pub async fn permission_assignments(&self, users: &[UserId]) -> Result<Vec<Assignment>, Error> {
        if users.iter().any(|user| self.caller().user_id() != Some(*user)) {
            self.require_administration()?;
        }
        let mut reads = self.reads().await;
        let known: BTreeSet<_> = reads.find_users(users).await?.into_iter().map(|user| user.id).collect();
        let assigned: BTreeMap<_, _> = reads.assigned_to(users).await?;
        let of_user = |user: &UserId| {
            let assigned = assigned.get(user).cloned().unwrap_or_default();
            known
                .contains(user)
                .then_some(Assignment { user: *user, assigned })
                .ok_or(Error::NotFound("user"))
        };
        users.iter().map(of_user).collect()
    }

    /// Every role.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Users* or *Manage Permissions*.
    pub async fn roles(&self) -> Result<Vec<Role>, Error> {
        self.require_administration()?;
        Ok(self.reads().await.roles().await?)
    }

    /// Every object's org-wide default.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Users* or *Manage Permissions*.
    pub fn defaults(&self) -> Result<Vec<ObjectPolicy>, Error> {
        self.require_administration()?;
        Ok(self.authority.policy.objects.values().cloned().collect())
    }

    fn require_administration(&self) -> Result<(), Error> {
        if self.plan().has(SystemPermission::ManageUsers) {
            return Ok(());
        }
        self.require_permission(SystemPermission::ManagePermissions)
    }
}
