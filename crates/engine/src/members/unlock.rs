//! Ending the lock of an account.

use async_trait::async_trait;
use sutra_acl::SystemPermission;
use sutra_audit::{EntryDraft, Event, Target};
use sutra_crypto::{Token, TokenKind};
use sutra_identity::User;
use sutra_kernel::UserId;

use super::{activate::not_good, create::parse_email};
use crate::{
    Caller, Engine, Error, Outcome,
    throttle::unlocking,
    work::{Attempt, Done, UseCase, Work},
};

/// Ends the lock of whoever has the address and the token that was sent there.
pub(super) async fn by_link(engine: &Engine, caller: &Caller, email: &str, token: &str) -> Result<(), Error> {
    let email = parse_email(email)?;
    let token = Token::parse(token).ok().filter(|token| token.kind() == TokenKind::Unlock);
    let token = token.filter(|token| token.workspace() == caller.workspace());
    let mut work = engine.begin(caller).await?;
    let user = work.unit.find_user_by_email(&email).await?;
    let is_good = match (&token, &user) {
        (Some(token), Some(user)) => {
            work.unit.consume(&unlocking(user.id), &token.digest(), work.now).await?
        }
        _ => false,
    };
    let Some(user) = user.filter(|_| is_good) else {
        work.cancel().await?;
        return Err(engine.refuse_stranger(caller, Event::AccountUnlock, not_good()).await);
    };
    let entry = unlock(&mut work, &user).await;
    work.conclude(entry.map(|entry| vec![entry])).await
}

async fn unlock(work: &mut Work<'_>, user: &User) -> Result<EntryDraft, Error> {
    work.unlock(user).await?;
    work.authentication(Event::AccountUnlock, user.id, &[("by", "link")]).await
}

/// Ends the lock of a user, on an administrator's word.
pub(super) struct UnlockMember {
    pub(super) user: UserId,
}

#[async_trait]
impl UseCase for UnlockMember {
    type Output = User;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::AccountUnlock, target: Some(Target::thing("user", self.user.uuid())) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<User>, Error> {
        work.require_permission(SystemPermission::ManageUsers)?;
        let user = work.unit.find_user(self.user).await?.ok_or(Error::NotFound("user"))?;
        work.require_administrable(&user).await?;
        if !work.unlock(&user).await? {
            return Ok(Done::unchanged(user));
        }
        let entry = work.authentication(Event::AccountUnlock, user.id, &[("by", "administrator")]).await?;
        Ok(Done::new(user, entry))
    }

    fn outcome(user: &User) -> Option<Outcome> {
        Some(Outcome::Thing(user.id.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<User, Error> {
        work.user_before(&before).await
    }
}
