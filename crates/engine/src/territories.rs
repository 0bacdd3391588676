//! Territories: a tree of places, and who works in each.

mod assign;
mod delete;
mod put;

use std::collections::BTreeSet;

use sutra_acl::{SystemPermission, Territory};
use sutra_kernel::{TerritoryId, UserId};

use crate::{Caller, Engine, Error, Viewing, Written};

/// The use cases of territories: see [`Engine::territories`].
#[derive(Clone, Copy)]
pub struct Territories<'e> {
    pub(crate) engine: &'e Engine,
}

/// A territory, and who is assigned to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffedTerritory {
    /// The territory.
    pub territory: Territory,
    /// The users who are assigned to it, and so reach what is assigned to it or to a territory below.
    pub users: BTreeSet<UserId>,
}

impl Territories<'_> {
    /// Makes a territory in another, or at the top.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Sharing*; [`Error::BadInput`] for an unknown parent and for a name that is taken or
    /// empty.
    pub async fn create(
        &self,
        caller: &Caller,
        name: &str,
        parent: Option<TerritoryId>,
    ) -> Result<Written<StaffedTerritory>, Error> {
        self.engine.write(caller, &put::PutTerritory { id: None, name, parent }).await
    }

    /// Renames a territory, or moves it and everything below it.
    ///
    /// # Errors
    /// As [`create`](Self::create); and [`Error::NotFound`], and [`Error::BadInput`] if the territory would be below itself.
    pub async fn update(
        &self,
        caller: &Caller,
        id: TerritoryId,
        name: &str,
        parent: Option<TerritoryId>,
    ) -> Result<Written<StaffedTerritory>, Error> {
        self.engine.write_and_wake(caller, &put::PutTerritory { id: Some(id), name, parent }).await
    }

    /// Assigns these users to a territory, and takes all others away from it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Sharing*; [`Error::NotFound`]; [`Error::BadInput`] for a user who is not there, and
    /// for too many.
    pub async fn assign(
        &self,
        caller: &Caller,
        id: TerritoryId,
        users: &BTreeSet<UserId>,
    ) -> Result<Written<StaffedTerritory>, Error> {
        self.engine.write_and_wake(caller, &assign::AssignUsers { id, users }).await
    }

    /// Removes a territory.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Sharing*; [`Error::NotFound`]; [`Error::InUse`] if there are territories below it,
    /// somebody or a record is assigned to it, or a group names it.
    pub async fn delete(&self, caller: &Caller, id: TerritoryId) -> Result<Written<TerritoryId>, Error> {
        self.engine.write(caller, &delete::DeleteTerritory { id }).await
    }
}

impl Viewing {
    /// Every territory, by id, and who is assigned to it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Sharing*, *Manage Users* or *Manage Permissions*.
    pub async fn territories(&self) -> Result<Vec<StaffedTerritory>, Error> {
        self.require_any(&[
            SystemPermission::ManageUsers,
            SystemPermission::ManagePermissions,
            SystemPermission::ManageSharing,
        ])?;
        let territories = self.reads().await.territories().await?;
        let directory = &self.authority.policy.directory;
        let staffed = |territory: Territory| {
            let users = directory.assigned_to(territory.id).cloned().unwrap_or_default();
            StaffedTerritory { territory, users }
        };
        Ok(territories.into_iter().map(staffed).collect())
    }
}
