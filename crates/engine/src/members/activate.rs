//! Choosing a password for the first time.

use sutra_audit::{EntryDraft, Event};
use sutra_crypto::{Token, TokenKind};
use sutra_identity::{EmailAddress, PasswordHash, RecoveryCode, StoredPassword, User, UserState};
use sutra_kernel::{UserId, Uuid};

use super::create::{parse_email, word_user};
use crate::{Caller, Engine, Error, work::Work};

/// Under what an invitation is kept among the things that can be used once.
pub(super) fn activation(user: UserId) -> String {
    format!("activation:{user}")
}

/// Somebody who wants to choose a password: the address typed, and the token of the invitation.
struct Claim {
    email: EmailAddress,
    token: Token,
}

pub(super) async fn activate(
    engine: &Engine,
    caller: &Caller,
    email: &str,
    token: &str,
    password: String,
) -> Result<Vec<RecoveryCode>, Error> {
    let token = Token::parse(token).ok().filter(|token| token.kind() == TokenKind::Activation);
    let token = token.filter(|token| token.workspace() == caller.workspace());
    let email = parse_email(email)?;
    let claim = token.map(|token| Claim { email, token });
    let user = match &claim {
        Some(claim) => claim.holder(engine, caller).await?,
        None => None,
    };
    let (Some(claim), Some(user)) = (claim, user) else {
        return Err(engine.refuse_stranger(caller, Event::UserActivate, not_good()).await);
    };
    let hash = engine.hash_first_password(caller, password, &user).await?;
    let mut work = engine.begin(caller).await?;
    let finished = finish(&mut work, &user, &claim.token, hash).await;
    work.conclude_with(finished).await
}

impl Claim {
    /// The invited user whose token it is, if it is on offer. Nothing else is looked at before that is known,
    /// so that strangers learn nothing and cause no work. The token is used in a unit that is undone.
    async fn holder(&self, engine: &Engine, caller: &Caller) -> Result<Option<User>, Error> {
        let mut work = engine.begin(caller).await?;
        let user = work.unit.find_user_by_email(&self.email).await?;
        let kind = activation(user.as_ref().map_or(UserId::from_uuid(Uuid::nil()), |user| user.id));
        let is_on_offer = work.unit.consume(&kind, &self.token.digest(), work.now).await?;
        work.cancel().await?;
        Ok(user.filter(|user| is_on_offer && user.state == UserState::Invited))
    }
}

async fn finish(
    work: &mut Work<'_>,
    user: &User,
    token: &Token,
    hash: PasswordHash,
) -> Result<(Vec<RecoveryCode>, Vec<EntryDraft>), Error> {
    if !work.unit.consume(&activation(user.id), &token.digest(), work.now).await? {
        return Err(not_good());
    }
    let after =
        User { state: UserState::Active, version: user.version + 1, updated_at: work.now, ..user.clone() };
    work.unit.put_user(&after, Some(user.version)).await?;
    work.unit.bump_policy_epoch().await?;
    work.put_password(user.id, &StoredPassword::new(hash, work.now)).await?;
    work.caller = work.caller.as_user(user.id);
    let seal = work.audit_seal().await?;
    let entry = word_user(Event::UserActivate, Some(user), &after, &seal);
    let (codes, issued) = work.issue_recovery_codes(user).await?;
    Ok((codes, vec![entry, issued]))
}

/// What is said of every link that opens nothing.
pub(crate) fn not_good() -> Error {
    Error::Forbidden("this link is not good for this address, or no longer".to_owned())
}
