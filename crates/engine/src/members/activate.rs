//! Choosing a password for the first time.

use sutra_audit::Event;
use sutra_crypto::{Token, TokenKind};
use sutra_identity::{Password, PasswordHash, User, UserState, check_policy};
use sutra_kernel::UserId;

use super::create::{parse_email, word_user};
use crate::{Caller, Engine, Error, work::Work};

/// Under what an invitation is kept among the things that can be used once.
pub(super) fn activation(user: UserId) -> String {
    format!("activation:{user}")
}

pub(super) async fn activate(
    engine: &Engine,
    caller: &Caller,
    email: &str,
    token: &str,
    password: String,
) -> Result<(), Error> {
    let token = Token::parse(token).ok().filter(|token| token.kind() == TokenKind::Activation);
    let token = token.filter(|token| token.workspace() == caller.workspace()).ok_or_else(not_good)?;
    let email = parse_email(email)?;
    let mut reads = engine.parts().store.reads(caller.workspace()).await?;
    let user = reads.find_user_by_email(&email).await?;
    reads.finish().await?;
    let user = user.filter(|user| user.state == UserState::Invited).ok_or_else(not_good)?;
    let hash = hash_new_password(engine, password, &user).await?;
    let mut work = engine.begin(caller).await?;
    match finish(&mut work, &user, &token, &hash).await {
        Ok(after) => {
            work.caller = Caller::user(
                caller.workspace(),
                after.id,
                None,
                caller.request_id(),
                caller.origin().clone(),
            );
            let seal = work.audit_seal().await?;
            let entry = word_user(Event::UserActivate, Some(&user), &after, &seal);
            work.commit(vec![entry]).await.map(|_| ())
        }
        Err(error) => {
            work.cancel().await?;
            Err(error)
        }
    }
}

async fn finish(work: &mut Work<'_>, user: &User, token: &Token, hash: &PasswordHash) -> Result<User, Error> {
    if !work.unit.consume(&activation(user.id), &token.digest(), work.now).await? {
        return Err(not_good());
    }
    let after =
        User { state: UserState::Active, version: user.version + 1, updated_at: work.now, ..user.clone() };
    work.unit.put_user(&after, Some(user.version)).await?;
    work.unit.bump_policy_epoch().await?;
    store_password(work, user.id, hash).await?;
    Ok(after)
}

/// Checks a new password against the policy and hashes it, before a unit begins.
pub(crate) async fn hash_new_password(
    engine: &Engine,
    password: String,
    user: &User,
) -> Result<PasswordHash, Error> {
    let password = Password::parse(password).map_err(|error| Error::BadInput(error.to_string()))?;
    check_policy(&password, &user.email, &user.name).map_err(|error| Error::BadInput(error.to_string()))?;
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

fn not_good() -> Error {
    Error::Forbidden("this link is not good for this address, or no longer".to_owned())
}
