//! Who else may use a record: shares by hand, teams, and territories.

mod manual;
mod shown;
mod team;
mod territory;

use sutra_acl::{Level, Principal};
use sutra_audit::Event;
use sutra_kernel::{RecordId, TerritoryId, UserId};

use crate::{Caller, Changed, Engine, Error, Written};

pub use manual::{MAX_NAMED, MAX_SHARES};
pub use shown::Shared;
pub use team::{MAX_TEAM, TeamMember};
pub use territory::MAX_TERRITORIES;

use manual::{ShareRecord, UnshareRecord};
use team::{AddTeamMembers, RemoveTeamMembers};
use territory::{AssignRecord, UnassignRecord};

/// The use cases of sharing: see [`Engine::sharing`].
///
/// A record is shared by whoever may give it away: he has full access to it, and the object's permission to update. Nobody
/// can give more than that. To share a record and to stop sharing it are changes of the record, with a version, a place
/// in its history and an entry in the ledger.
#[derive(Clone, Copy)]
pub struct Sharing<'e> {
    pub(crate) engine: &'e Engine,
}

/// With whom a record is to be shared, and how far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewShare {
    /// With whom.
    pub with: Principal,
    /// How far: to read, to edit, or all.
    pub level: Level,
}

impl Sharing<'_> {
    /// Shares a record by hand, with each of these as far as is said; what was said of one before is replaced. If all of
    /// them have that already, nothing changes. It does not matter whether they have as much for other reasons.
    ///
    /// Shares by hand end when the record is given to another owner.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a record that is absent, deleted or hidden; [`Error::Forbidden`] to whoever may not share
    /// it; [`Error::BadInput`] for somebody who is not there or not active, who is named twice, or to whom nothing is
    /// given, and beyond [`MAX_SHARES`]; [`Error::VersionConflict`].
    pub async fn share(
        &self,
        caller: &Caller,
        object: &str,
        id: RecordId,
        shares: &[NewShare],
        version: Option<u64>,
    ) -> Result<Written<Changed>, Error> {
        self.engine.write(caller, &ShareRecord { object, id, shares, version }).await
    }

    /// Ends the shares by hand with each of these. If there is none, nothing changes. Whoever may use the record for
    /// another reason still may.
    ///
    /// # Errors
    /// As [`share`](Self::share), but that it does not matter who is there.
    pub async fn unshare(
        &self,
        caller: &Caller,
        object: &str,
        id: RecordId,
        with: &[Principal],
        version: Option<u64>,
    ) -> Result<Written<Changed>, Error> {
        self.engine.write(caller, &UnshareRecord { object, id, with, version }).await
    }

    /// [`share`](Self::share), many records alike: all or nothing.
    ///
    /// # Errors
    /// As [`Records::update_all`](crate::Records::update_all) and [`share`](Self::share).
    pub async fn share_all(
        &self,
        caller: &Caller,
        object: &str,
        ids: &[RecordId],
        shares: &[NewShare],
    ) -> Result<Vec<Written<Changed>>, Error> {
        let case = |id: &RecordId| ShareRecord { object, id: *id, shares, version: None };
        self.engine.records().all(caller, object, Event::MassShare, ids, case).await
    }

    /// [`unshare`](Self::unshare), many records alike: all or nothing.
    ///
    /// # Errors
    /// As [`share_all`](Self::share_all).
    pub async fn unshare_all(
        &self,
        caller: &Caller,
        object: &str,
        ids: &[RecordId],
        with: &[Principal],
    ) -> Result<Vec<Written<Changed>>, Error> {
        let case = |id: &RecordId| UnshareRecord { object, id: *id, with, version: None };
        self.engine.records().all(caller, object, Event::MassUnshare, ids, case).await
    }

    /// Adds users to the team of an account, an opportunity or a case; what was said of one before is replaced. If all of
    /// them are in it as said, nothing changes.
    ///
    /// A team stays when the record is given to another owner.
    ///
    /// # Errors
    /// As [`share`](Self::share); and [`Error::BadInput`] for records that have no team, for a level other than
    /// [`Level::Read`] and [`Level::Edit`], and beyond [`MAX_TEAM`].
    pub async fn add_team_members(
        &self,
        caller: &Caller,
        object: &str,
        id: RecordId,
        members: &[TeamMember],
        version: Option<u64>,
    ) -> Result<Written<Changed>, Error> {
        self.engine.write(caller, &AddTeamMembers { object, id, members, version }).await
    }

    /// Takes users out of the team of a record. If none of them is in it, nothing changes. Whoever may use the record for
    /// another reason still may.
    ///
    /// # Errors
    /// As [`add_team_members`](Self::add_team_members), but that it does not matter who is there.
    pub async fn remove_team_members(
        &self,
        caller: &Caller,
        object: &str,
        id: RecordId,
        users: &[UserId],
        version: Option<u64>,
    ) -> Result<Written<Changed>, Error> {
        self.engine.write(caller, &RemoveTeamMembers { object, id, users, version }).await
    }

    /// Assigns many records to a territory: all or nothing. Whoever works there or in a territory above reaches them as far
    /// as [its level](crate::Territories::set_levels) for their object says. What is assigned to it already stays as it is.
    ///
    /// A record stays where it is assigned when it is given to another owner.
    ///
    /// # Errors
    /// As [`share_all`](Self::share_all); and [`Error::BadInput`] for a territory that is not there or opens no records of
    /// the object, and beyond [`MAX_TERRITORIES`].
    pub async fn assign_all(
        &self,
        caller: &Caller,
        object: &str,
        ids: &[RecordId],
        territory: TerritoryId,
    ) -> Result<Vec<Written<Changed>>, Error> {
        let case = |id: &RecordId| AssignRecord { object, id: *id, territory };
        self.engine.records().all(caller, object, Event::MassAssign, ids, case).await
    }

    /// Ends that many records are assigned to a territory: all or nothing. Whoever may use one for another reason still
    /// may; one that is not assigned to it stays as it is.
    ///
    /// # Errors
    /// As [`share_all`](Self::share_all); and [`Error::BadInput`] for a territory that is not there.
    pub async fn unassign_all(
        &self,
        caller: &Caller,
        object: &str,
        ids: &[RecordId],
        territory: TerritoryId,
    ) -> Result<Vec<Written<Changed>>, Error> {
        let case = |id: &RecordId| UnassignRecord { object, id: *id, territory };
        self.engine.records().all(caller, object, Event::MassUnassign, ids, case).await
    }
}
