//! Removing a profile or a role.

use async_trait::async_trait;
use sutra_acl::{Grants, Principal, Role, SystemPermission};
use sutra_audit::{EntryDraft, Event, Target};
use sutra_identity::Held;
use sutra_kernel::{ProfileId, RoleId, Value};

use super::grants::{change, word_grants};
use crate::{
    Error, Outcome,
    work::{Attempt, Done, UseCase, Work},
};

pub(super) struct DeleteProfile {
    pub(super) id: ProfileId,
}

pub(super) struct DeleteRole {
    pub(super) id: RoleId,
}

#[async_trait]
impl UseCase for DeleteProfile {
    type Output = ProfileId;

    fn attempt(&self) -> Attempt {
        let target = Target::thing("profile", self.id.uuid());
        Attempt { event: Event::ProfileDelete, target: Some(target) }
    }

    // INVARIANT: somebody can still administer the workspace: nobody had the profile.
    async fn run(&self, work: &mut Work<'_>) -> Result<Done<ProfileId>, Error> {
        work.require_permission(SystemPermission::ManagePermissions)?;
        work.unit.lock().await?;
        let before = work.authority.removable_profile(self.id)?;
        let holders = work.unit.count_holders(Held::Profile(self.id)).await?;
        require_unheld(holders, "profile")?;
        work.require_profile_unrestricted(self.id)?;
        work.unit.remove_profile(self.id).await?;
        work.unit.bump_policy_epoch().await?;
        let entry = EntryDraft::new(Event::ProfileDelete).target(Target::thing("profile", self.id.uuid()));
        let entry = change(entry, "name", Some(Value::text(&before.name)), Value::Null);
        Ok(Done::new(self.id, word_grants(entry, Some(&before.grants), &Grants::default())))
    }

    fn outcome(answer: &ProfileId) -> Option<Outcome> {
        Some(Outcome::Thing(answer.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<ProfileId, Error> {
        work.require_permission(SystemPermission::ManagePermissions)?;
        Ok(ProfileId::from_uuid(before.thing()?))
    }
}

#[async_trait]
impl UseCase for DeleteRole {
    type Output = RoleId;

    fn attempt(&self) -> Attempt {
        let target = Target::thing("role", self.id.uuid());
        Attempt { event: Event::RoleDelete, target: Some(target) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<RoleId>, Error> {
        work.require_permission(SystemPermission::ManagePermissions)?;
        work.unit.lock().await?;
        let before = work.removable_role(self.id).await?;
        let holders = work.unit.count_holders(Held::Role(self.id)).await?;
        require_unheld(holders, "role")?;
        for people in [Principal::Role(self.id), Principal::RoleAndSubordinates(self.id)] {
            work.require_unused(people).await?;
        }
        work.unit.remove_role(self.id).await?;
        work.unit.bump_policy_epoch().await?;
        let entry = EntryDraft::new(Event::RoleDelete).target(Target::thing("role", self.id.uuid()));
        let entry = change(entry, "name", Some(Value::text(&before.name)), Value::Null);
        let parent = before.parent.map(|parent| Value::text(parent.to_string()));
        Ok(Done::new(self.id, change(entry, "parent", parent, Value::Null)))
    }

    fn outcome(answer: &RoleId) -> Option<Outcome> {
        Some(Outcome::Thing(answer.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<RoleId, Error> {
        work.require_permission(SystemPermission::ManagePermissions)?;
        Ok(RoleId::from_uuid(before.thing()?))
    }
}

impl Work<'_> {
    /// A role that the caller may remove: one within his own, with none below it.
    async fn removable_role(&mut self, id: RoleId) -> Result<Role, Error> {
        let roles = self.unit.roles().await?;
        let known = roles.iter().find(|role| role.id == id).ok_or(Error::NotFound("role"))?;
        self.authority.require_role(Some(id))?;
        if roles.iter().any(|role| role.parent == Some(id)) {
            return Err(Error::InUse("there are roles below this one".to_owned()));
        }
        Ok(known.clone())
    }
}

/// Refuses to remove what somebody has.
pub(super) fn require_unheld(holders: u64, kind: &str) -> Result<(), Error> {
    match holders {
        0 => Ok(()),
        1 => Err(Error::InUse(format!("one user has this {kind}"))),
        many => Err(Error::InUse(format!("{many} users have this {kind}"))),
    }
}
