//! Inviting a user once more.

use async_trait::async_trait;
use sutra_acl::SystemPermission;
use sutra_audit::{EntryDraft, Event, Target};
use sutra_identity::UserState;
use sutra_kernel::UserId;

use super::{Invited, Way, create::offer_activation};
use crate::{
    Error, Outcome,
    work::{Attempt, Done, UseCase, Work},
};

pub(super) struct ReinviteMember {
    pub(super) user: UserId,
    pub(super) by: Way,
}

#[async_trait]
impl UseCase for ReinviteMember {
    type Output = Invited;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::UserReinvite, target: Some(Target::thing("user", self.user.uuid())) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Invited>, Error> {
        work.require_permission(SystemPermission::ManageUsers)?;
        let user = work.unit.find_user(self.user).await?.ok_or(Error::NotFound("user"))?;
        work.require_administrable(&user).await?;
        if user.state != UserState::Invited {
            return Err(Error::BadInput(
                "only somebody who has not chosen a password can be invited".to_owned(),
            ));
        }
        let token = offer_activation(work, &user, self.by).await?;
        let entry = EntryDraft::new(Event::UserReinvite).target(Target::thing("user", user.id.uuid()));
        Ok(Done::new(Invited { user, token }, entry))
    }

    fn outcome(answer: &Invited) -> Option<Outcome> {
        Some(Outcome::Thing(answer.user.id.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<Invited, Error> {
        Ok(Invited { user: work.user_before(&before).await?, token: None })
    }
}
