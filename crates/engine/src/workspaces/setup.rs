//! The first administrator's way in.

use sutra_acl::SystemPermissions;
use sutra_audit::{EntryDraft, Event};
use sutra_crypto::{Token, TokenKind};
use sutra_identity::{PasswordHash, RecoveryCode, SetupLink, StoredPassword, User, UserState};
use sutra_kernel::{ProfileId, UserId, Uuid, WorkspaceId};

use super::FirstAdministrator;
use crate::{
    Caller, Engine, Error,
    members::{insert_user, parse_email, parse_name, word_user},
    work::Work,
};

pub(super) async fn offer(engine: &Engine, workspace: WorkspaceId) -> Result<Option<Token>, Error> {
    let caller = Caller::operator(workspace, engine.new_request_id());
    let mut work = engine.begin(&caller).await?;
    if work.require_an_administrator().await.is_ok() {
        work.cancel().await?;
        return Ok(None);
    }
    let (link, token) = SetupLink::issue(workspace, work.now, work.entropy());
    work.unit.withdraw(SetupLink::KIND).await?;
    work.unit.offer(SetupLink::KIND, &link.digest, link.expires_at).await?;
    work.commit(vec![EntryDraft::new(Event::SetupLinkCreate)]).await?;
    Ok(Some(token))
}

pub(super) async fn complete(
    engine: &Engine,
    caller: &Caller,
    token: &str,
    administrator: FirstAdministrator,
) -> Result<Vec<RecoveryCode>, Error> {
    let token = Token::parse(token).ok().filter(|token| token.kind() == TokenKind::SetupLink);
    let token = token.filter(|token| token.workspace() == caller.workspace());
    let Some(token) = on_offer(engine, caller, token).await? else {
        return Err(engine.refuse_stranger(caller, Event::SetupComplete, not_good()).await);
    };
    let user = candidate(engine, caller, &administrator)?;
    let hash = engine.hash_first_password(caller, administrator.password, &user).await?;
    let mut work = engine.begin(caller).await?;
    let admitted = admit(&mut work, user, &token, hash).await;
    work.conclude_with(admitted).await
}

/// The administrator, but for the profile, which is found when the unit has begun.
fn candidate(engine: &Engine, caller: &Caller, administrator: &FirstAdministrator) -> Result<User, Error> {
    let now = engine.now();
    Ok(User {
        workspace: caller.workspace(),
        id: UserId::generate(now, engine.parts().entropy.as_ref()),
        email: parse_email(&administrator.email)?,
        name: parse_name(&administrator.name)?,
        profile: ProfileId::from_uuid(Uuid::nil()),
        role: None,
        state: UserState::Active,
        version: 1,
        created_at: now,
        updated_at: now,
    })
}

/// The token, if it is on offer; it is used in a unit that is undone.
async fn on_offer(engine: &Engine, caller: &Caller, token: Option<Token>) -> Result<Option<Token>, Error> {
    let Some(token) = token else { return Ok(None) };
    let mut work = engine.begin(caller).await?;
    let is_on_offer = work.unit.consume(SetupLink::KIND, &token.digest(), work.now).await?;
    work.cancel().await?;
    Ok(Some(token).filter(|_| is_on_offer))
}

async fn admit(
    work: &mut Work<'_>,
    mut user: User,
    token: &Token,
    hash: PasswordHash,
) -> Result<(Vec<RecoveryCode>, Vec<EntryDraft>), Error> {
    let is_good = work.unit.consume(SetupLink::KIND, &token.digest(), work.now).await?;
    if !is_good || work.require_an_administrator().await.is_ok() {
        return Err(not_good());
    }
    let profiles = work.unit.profiles().await?;
    let profile = profiles.into_iter().find(|profile| profile.grants.system.covers(SystemPermissions::EVERY));
    user.profile = profile.ok_or_else(|| Error::internal("no profile has every system permission"))?.id;
    insert_user(work, &user).await?;
    work.unit.withdraw(SetupLink::KIND).await?;
    work.unit.bump_policy_epoch().await?;
    work.put_password(user.id, &StoredPassword::new(hash, work.now)).await?;
    let seal = work.audit_seal().await?;
    let (codes, issued) = work.issue_recovery_codes(&user).await?;
    let entries = vec![
        word_user(Event::UserCreate, None, &user, &seal),
        work.authentication(Event::SetupComplete, user.id, &[]).await?,
        issued,
    ];
    Ok((codes, entries))
}

fn not_good() -> Error {
    Error::Forbidden(
        "this set-up link is not good, or no longer; `sutra setup-link` makes another".to_owned(),
    )
}
