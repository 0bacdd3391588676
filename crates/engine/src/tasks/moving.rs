//! A user's new role, on the way to what he owns and what is shared with him.
//!
//! While it is on the way he is marked, and neither role opens any of that to those above: the policy knows of
//! [moving](sutra_acl::Policy::moving) users. Where it has come is told by what it has been written to, so that a step needs no place to
//! begin at.

use async_trait::async_trait;
use sutra_acl::{Move, SystemPermission};
use sutra_audit::{EntryDraft, Event, Target};
use sutra_identity::User;
use sutra_kernel::{UserId, WorkspaceId};

use super::Tasks;
use crate::{
    Caller, Error, Viewing,
    work::{Attempt, Done, UseCase, Work},
};

/// How many records, or shares, have a new role with the change itself.
const AT_ONCE: usize = 1_000;

impl Work<'_> {
    /// Writes a user's new role to what he owns and what is shared with him; of more than a little, the rest follows.
    pub(crate) async fn move_user(&mut self, user: &User) -> Result<(), Error> {
        if self.move_up_to(user, AT_ONCE).await? {
            return Ok(self.unit.end_moving(user.id).await?);
        }
        Ok(self.unit.begin_moving(user.id, self.now).await?)
    }

    /// Writes the role to so many; whether that was all.
    async fn move_up_to(&mut self, user: &User, limit: usize) -> Result<bool, Error> {
        let moved = self.unit.move_owned(user.id, user.role, limit).await?;
        Ok(usize::try_from(moved).is_ok_and(|moved| moved < limit))
    }
}

impl Tasks<'_> {
    /// Writes the new role of a user to some more.
    pub(super) async fn move_some(&self, workspace: WorkspaceId) -> Result<(), Error> {
        let mut reads = self.engine.parts().store.reads(workspace).await?;
        let next = reads.moves().await?.first().map(|it| it.user);
        reads.finish().await?;
        let Some(user) = next else { return Ok(()) };
        let system = Caller::system(workspace, self.engine.new_request_id());
        match self.engine.write(&system, &MoveOn { user, step: self.step }).await {
            // Another process has done the step, or the user has yet another role: there is a next time.
            Err(error) if error.is_conflict() => Ok(()),
            written => written.map(drop),
        }
    }
}

impl Viewing {
    /// The users whose new role is on the way to what they own.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Users*.
    pub async fn moves(&self) -> Result<Vec<Move>, Error> {
        self.require_permission(SystemPermission::ManageUsers)?;
        Ok(self.reads().await.moves().await?)
    }
}

struct MoveOn {
    user: UserId,
    step: usize,
}

#[async_trait]
impl UseCase for MoveOn {
    type Output = ();

    fn attempt(&self) -> Attempt {
        let target = Target::thing("user", self.user.uuid());
        Attempt { event: Event::SharingRecalculate, target: Some(target) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<()>, Error> {
        let entry =
            EntryDraft::new(Event::SharingRecalculate).target(Target::thing("user", self.user.uuid()));
        let user = work.unit.find_user(self.user).await?.ok_or(Error::NotFound("user"))?;
        if !work.move_up_to(&user, self.step).await? {
            return Ok(Done::new((), entry.detail("done", "in part".to_owned())));
        }
        // Whoever has read a record before its step, and writes it back after, has committed by now, and what he wrote
        // is found; or he is in conflict with the policy from here on.
        work.unit.lock().await?;
        if work.move_up_to(&user, self.step).await? {
            work.unit.end_moving(user.id).await?;
            work.unit.bump_policy_epoch().await?;
        }
        Ok(Done::new((), entry.detail("done", "in full".to_owned())))
    }
}
