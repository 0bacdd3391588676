//! Choosing a password for the first time.

use sutra_audit::{EntryDraft, Event};
use sutra_crypto::{Token, TokenKind};
use sutra_identity::{
    EmailAddress, Password, PasswordHash, PasswordOwner, PasswordPolicy, RecoveryCode, User, UserState,
};
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
    let hash = hash_new_password(engine, password, &user).await?;
    let mut work = engine.begin(caller).await?;
    let finished = finish(&mut work, &user, &claim.token, &hash).await;
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
    hash: &PasswordHash,
) -> Result<(Vec<RecoveryCode>, Vec<EntryDraft>), Error> {
    if !work.unit.consume(&activation(user.id), &token.digest(), work.now).await? {
        return Err(not_good());
    }
    let after =
        User { state: UserState::Active, version: user.version + 1, updated_at: work.now, ..user.clone() };
    work.unit.put_user(&after, Some(user.version)).await?;
    work.unit.bump_policy_epoch().await?;
    store_password(work, user.id, hash).await?;
    work.caller = work.caller.as_user(user.id);
    let seal = work.audit_seal().await?;
    let entry = word_user(Event::UserActivate, Some(user), &after, &seal);
    let (codes, issued) = work.issue_recovery_codes(user).await?;
    Ok((codes, vec![entry, issued]))
}

/// Checks a new password against the policy and hashes it, before a unit begins.
pub(crate) async fn hash_new_password(
    engine: &Engine,
    password: String,
    user: &User,
) -> Result<PasswordHash, Error> {
    let password = Password::parse(password).map_err(Error::bad_input)?;
    let owner = PasswordOwner { email: &user.email, name: &user.name, has_factor: false };
    PasswordPolicy::default().judge(&password, &owner, &engine.parts().blocked).map_err(Error::bad_input)?;
    Ok(engine.parts().passwords.hash(password).await?)
}

pub(crate) async fn store_password(
    work: &mut Work<'_>,
    user: UserId,
    hash: &PasswordHash,
) -> Result<(), Error> {
    let sealed = work.seal_password(user, hash).await?;
    Ok(work.unit.put_password(user, sealed).await?)
}

/// What is said of every link that opens nothing.
pub(super) fn not_good() -> Error {
    Error::Forbidden("this link is not good for this address, or no longer".to_owned())
}
