//! Changing a user.

use async_trait::async_trait;
use sutra_acl::{Subject, SystemPermission};
use sutra_audit::{Event, Target};
use sutra_identity::{User, UserState};
use sutra_kernel::UserId;

use super::{
    MemberEdit,
    activate::activation,
    create::{parse_name, word_user},
};
use crate::{
    Error, Outcome,
    authority::Authority,
    work::{Attempt, Done, UseCase, Work, check_version},
};

pub(super) struct UpdateMember<'a> {
    pub(super) user: UserId,
    pub(super) edit: &'a MemberEdit,
}

#[async_trait]
impl UseCase for UpdateMember<'_> {
    type Output = User;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::UserUpdate, target: Some(Target::thing("user", self.user.uuid())) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<User>, Error> {
        work.require_permission(SystemPermission::ManageUsers)?;
        work.unit.lock().await?;
        let before = work.unit.find_user(self.user).await?.ok_or(Error::NotFound("user"))?;
        check_version(self.edit.version, before.version)?;
        let subject = work.unit.subject(before.id).await?.ok_or(Error::NotFound("user"))?;
        work.authority.require_editable(&subject, self.edit)?;
        let has_password = work.unit.find_password(before.id).await?.is_some();
        let after = edited(&before, self.edit, has_password)?;
        if after == before {
            return Ok(Done::unchanged(before));
        }
        let after = User { version: before.version + 1, updated_at: work.now, ..after };
        work.unit.put_user(&after, Some(before.version)).await?;
        self.follow_up(work, &before, &after).await?;
        let seal = work.audit_seal().await?;
        let entry = word_user(event(&before, &after), Some(&before), &after, &seal);
        Ok(Done::new(after, entry))
    }

    fn outcome(answer: &User) -> Option<Outcome> {
        Some(Outcome::Thing(answer.id.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<User, Error> {
        work.user_before(&before).await
    }
}

impl UpdateMember<'_> {
    /// What follows from the change, in the same unit: decisions, sessions, and what the hierarchy sees.
    async fn follow_up(&self, work: &mut Work<'_>, before: &User, after: &User) -> Result<(), Error> {
        work.unit.bump_policy_epoch().await?;
        if after.state != UserState::Active {
            work.unit.end_sessions_of(after.id, None, work.now).await?;
            work.unit.withdraw(&activation(after.id)).await?;
        }
        if after.role != before.role {
            work.move_user(after).await?;
            work.follow_role(before, after).await?;
        }
        work.require_an_administrator().await
    }
}

impl Authority {
    /// Refuses to change a user so. Nobody changes what he himself may do, or somebody who may do what he may not.
    pub(crate) fn require_editable(&self, before: &Subject, edit: &MemberEdit) -> Result<(), Error> {
        let changes_rights = edit.profile.is_some() || edit.role.is_some() || edit.active.is_some();
        if changes_rights && self.plan.user() == before.user {
            return Err(Error::Forbidden("nobody changes their own profile, role or state".to_owned()));
        }
        self.require_outranked(before)?;
        if let Some(profile) = edit.profile {
            self.require_grantable(profile)?;
        }
        match edit.role.filter(|role| *role != before.role) {
            Some(role) => self.require_role(before.role).and_then(|()| self.require_role(role)),
            None => Ok(()),
        }
    }
}

/// The user after an edit. Whoever has never chosen a password is invited again by being let in again.
pub(crate) fn edited(before: &User, edit: &MemberEdit, has_password: bool) -> Result<User, Error> {
    let state = match edit.active {
        Some(false) => UserState::Deactivated,
        Some(true) if before.state != UserState::Deactivated => before.state,
        Some(true) if has_password => UserState::Active,
        Some(true) => UserState::Invited,
        None => before.state,
    };
    let name = edit.name.as_deref().map(parse_name).transpose()?;
    Ok(User {
        name: name.unwrap_or_else(|| before.name.clone()),
        profile: edit.profile.unwrap_or(before.profile),
        role: edit.role.unwrap_or(before.role),
        state,
        ..before.clone()
    })
}

impl Work<'_> {
    /// A user who was written before, as they are now.
    pub(crate) async fn user_before(&mut self, before: &Outcome) -> Result<User, Error> {
        self.require_permission(SystemPermission::ManageUsers)?;
        let id = UserId::from_uuid(before.thing()?);
        self.unit.find_user(id).await?.ok_or(Error::NotFound("user"))
    }
}

fn event(before: &User, after: &User) -> Event {
    match (before.state, after.state) {
        (UserState::Deactivated, UserState::Active | UserState::Invited) => Event::UserActivate,
        (old, UserState::Deactivated) if old != UserState::Deactivated => Event::UserDeactivate,
        _ => Event::UserUpdate,
    }
}
