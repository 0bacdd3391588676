//! Ending the lock of an account.

use async_trait::async_trait;
use sutra_acl::SystemPermission;
use sutra_audit::{EntryDraft, Event, Target};
use sutra_crypto::{Token, TokenKind};
use sutra_identity::{TryKind, User, UserState};
use sutra_kernel::UserId;

use super::{activate::not_good, create::parse_email};
use crate::{
    Caller, Engine, Error, Outcome,
    sign_in::Candidate,
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

/// Ends the lock of whoever has the address and one of the recovery codes. Each is counted as a try, apart from passwords.
pub(super) async fn by_recovery_code(
    engine: &Engine,
    caller: &Caller,
    email: &str,
    code: &str,
) -> Result<(), Error> {
    let Candidate { user, account, .. } = engine.candidate(caller, email, None).await?;
    let reservation = engine.reserve(caller, TryKind::RecoveryCode, account).await?;
    let user = user.filter(|user| user.state == UserState::Active);
    let is_good = match (&reservation, &user) {
        (Some(_), Some(user)) => engine.write(caller, &UseRecoveryCode { user, code }).await?.value,
        _ => false,
    };
    if is_good {
        return Ok(());
    }
    if let Some(reservation) = &reservation {
        engine.enter_lock(caller, user.as_ref(), reservation).await?;
    }
    Err(engine.refuse_stranger(caller, Event::AccountUnlock, not_good()).await)
}

/// Uses a recovery code, which ends every lock of its user's account.
struct UseRecoveryCode<'a> {
    user: &'a User,
    code: &'a str,
}

#[async_trait]
impl UseCase for UseRecoveryCode<'_> {
    type Output = bool;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::AccountUnlock, target: None }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<bool>, Error> {
        if !work.use_recovery_code(self.user, self.code).await? {
            return Ok(Done::unchanged(false));
        }
        let details = [("by", "recovery_code")];
        Ok(Done::new(true, work.authentication(Event::AccountUnlock, self.user.id, &details).await?))
    }
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
