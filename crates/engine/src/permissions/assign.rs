//! Giving permission sets to a user, and taking them away.

use async_trait::async_trait;
use sutra_acl::{Assigned, Subject, SystemPermission};
use sutra_audit::{EntryDraft, Event, Target};
use sutra_kernel::UserId;

use super::{
    Assignment,
    grants::{change, words},
};
use crate::{
    Error, Outcome,
    authority::Authority,
    work::{Attempt, Done, UseCase, Work},
};

pub(super) struct Assign<'a> {
    pub(super) user: UserId,
    pub(super) assigned: &'a Assigned,
}

#[async_trait]
impl UseCase for Assign<'_> {
    type Output = Assignment;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::UserAssign, target: Some(Target::thing("user", self.user.uuid())) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Assignment>, Error> {
        require_permissions(work)?;
        work.unit.lock().await?;
        let subject = work.unit.subject(self.user).await?.ok_or(Error::NotFound("user"))?;
        work.authority.require_assignable(&subject, self.assigned)?;
        let (before, after) = (assigned_of(&subject), self.assigned.clone());
        let assignment = Assignment { user: self.user, assigned: after.clone() };
        if before == after {
            return Ok(Done::unchanged(assignment));
        }
        work.unit.assign(self.user, &after).await?;
        work.unit.bump_policy_epoch().await?;
        work.require_an_administrator().await?;
        let target = Target::thing("user", self.user.uuid());
        let entry = word(EntryDraft::new(Event::UserAssign).target(target), &before, &after);
        Ok(Done::new(assignment, entry))
    }

    fn outcome(answer: &Assignment) -> Option<Outcome> {
        Some(Outcome::Thing(answer.user.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<Assignment, Error> {
        require_permissions(work)?;
        let user = UserId::from_uuid(before.thing()?);
        let assigned = work.unit.assigned_to(&[user]).await?.remove(&user).unwrap_or_default();
        Ok(Assignment { user, assigned })
    }
}

impl Authority {
    /// Refuses to give these to a user. Nobody changes what he himself may do, or gives or takes what he does not have.
    pub(crate) fn require_assignable(&self, subject: &Subject, assigned: &Assigned) -> Result<(), Error> {
        if self.plan.user() == subject.user {
            return Err(Error::Forbidden("nobody changes their own permission sets".to_owned()));
        }
        let Assigned { permission_sets, permission_set_groups } = assigned;
        let mut sets = permission_sets.iter();
        if let Some(unknown) = sets.find(|set| !self.policy.permission_sets.contains_key(set)) {
            return Err(Error::BadInput(format!("there is no permission set `{unknown}`")));
        }
        let mut groups = permission_set_groups.iter();
        if let Some(unknown) = groups.find(|group| !self.policy.permission_set_groups.contains_key(group)) {
            return Err(Error::BadInput(format!("there is no permission set group `{unknown}`")));
        }
        self.require_outranked(subject)?;
        if self.outranks(&subject.clone().with(assigned.clone())) {
            return Ok(());
        }
        Err(Error::Forbidden("nobody grants permissions that they do not have".to_owned()))
    }
}

fn require_permissions(work: &Work<'_>) -> Result<(), Error> {
    work.require_permission(SystemPermission::ManagePermissions)?;
    work.require_permission(SystemPermission::ManageUsers)
}

fn assigned_of(subject: &Subject) -> Assigned {
    Assigned {
        permission_sets: subject.permission_sets.clone(),
        permission_set_groups: subject.permission_set_groups.clone(),
    }
}

fn word(entry: EntryDraft, before: &Assigned, after: &Assigned) -> EntryDraft {
    let (old, new) = (words(&before.permission_sets), words(&after.permission_sets));
    let entry = change(entry, "permissionSets", Some(old), new);
    let (old, new) = (words(&before.permission_set_groups), words(&after.permission_set_groups));
    change(entry, "permissionSetGroups", Some(old), new)
}
