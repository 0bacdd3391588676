//! Territories: a tree of places, who works in each, and how far it opens what is assigned to it.

mod assign;
mod delete;
mod level;
mod put;

use std::collections::BTreeSet;

use sutra_acl::{SystemPermission, Territory, TerritoryLevels};
use sutra_kernel::{TerritoryId, UserId};

use crate::{Caller, Engine, Error, Viewing, Written, authority::Authority};

/// The use cases of territories: see [`Engine::territories`].
#[derive(Clone, Copy)]
pub struct Territories<'e> {
    pub(crate) engine: &'e Engine,
}

/// A territory, who is assigned to it, and what can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffedTerritory {
    /// The territory.
    pub territory: Territory,
    /// The users who are assigned to it, and so reach what is assigned to it or to a territory below.
    pub users: BTreeSet<UserId>,
    /// How far they reach records that are assigned to it, by object; of other objects none can be.
    pub levels: TerritoryLevels,
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

    /// Sets how far a territory opens records that are assigned to it: those of these objects so far, and others not at
    /// all. What is assigned follows at once, but that more than [`MAX_RECORDS`](crate::MAX_RECORDS) of an object are
    /// opened further [step by step](Engine::tasks); of an object that is left out, nothing is assigned to it any more.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Sharing*; [`Error::NotFound`]; [`Error::BadInput`] for an object that is not
    /// there or that others control, for [`Level::None`](sutra_acl::Level::None), and if what is assigned controls too
    /// much to follow at once.
    pub async fn set_levels(
        &self,
        caller: &Caller,
        id: TerritoryId,
        levels: &TerritoryLevels,
    ) -> Result<Written<StaffedTerritory>, Error> {
        self.engine.write_and_wake(caller, &level::SetLevels { id, levels }).await
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
    /// Every territory, by id, who is assigned to it, and what can be.
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
        Ok(territories.into_iter().map(|territory| self.authority.staffed(territory)).collect())
    }
}

impl Authority {
    /// The territory with those who are assigned to it, and how far it opens records.
    fn staffed(&self, territory: Territory) -> StaffedTerritory {
        let users = self.policy.directory.assigned_to(territory.id).cloned().unwrap_or_default();
        let levels = self.policy.territory_levels.get(&territory.id).cloned().unwrap_or_default();
        StaffedTerritory { territory, users, levels }
    }
}
