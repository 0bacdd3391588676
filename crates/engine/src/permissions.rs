//! Profiles, roles and org-wide defaults.

mod default;
mod profile;
mod role;

use sutra_acl::{Grants, ObjectPolicy, OrgWideDefault, Profile, Role, SystemPermission};
use sutra_kernel::{ProfileId, RoleId};

use crate::{Caller, Engine, Error, Viewing, Written};

pub(crate) use profile::{change, word as word_profile};

/// The use cases of profiles, roles and defaults: see [`Engine::permissions`].
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
        self.engine.write(caller, &profile::PutProfile { id: None, edit }).await
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
        self.engine.write(caller, &profile::PutProfile { id: Some(id), edit }).await
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
        self.engine.write(caller, &role::PutRole { id: Some(id), name, parent }).await
    }

    /// Sets what everybody may do to an object's records, and whether the role hierarchy grants.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Sharing*, [`Error::BadInput`] for an unknown object.
    pub async fn set_default(
        &self,
        caller: &Caller,
        object: &str,
        default: OrgWideDefault,
        hierarchy: bool,
    ) -> Result<Written<ObjectPolicy>, Error> {
        self.engine.write(caller, &default::SetDefault { object, default, hierarchy }).await
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
