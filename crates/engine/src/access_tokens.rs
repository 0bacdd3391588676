//! Personal access tokens: for programs that act as a user.

use std::collections::BTreeSet;

use async_trait::async_trait;
use sutra_acl::SystemPermission;
use sutra_audit::{Event, Target};
use sutra_crypto::Token;
use sutra_identity::{AccessScope, AccessToken};
use sutra_kernel::{AccessTokenId, Timestamp, UserId};

use crate::{
    Caller, Engine, Error, Viewing, Written,
    members::parse_name,
    work::{Attempt, Done, UseCase, Work},
};

/// Personal access tokens: see [`Engine::access_tokens`].
#[derive(Clone, Copy)]
pub struct AccessTokens<'e> {
    pub(crate) engine: &'e Engine,
}

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewAccessToken {
    /// What its user calls it.
    pub name: String,
    /// What it may be used for: one thing at least.
    pub scopes: BTreeSet<AccessScope>,
    /// From when on it opens nothing: within a year.
    pub expires_at: Timestamp,
}

/// A token that was made.
pub struct IssuedAccessToken {
    /// The token, shown once.
    pub token: Token,
    /// What is kept of it.
    pub access: AccessToken,
}

/// How many tokens somebody has at most, beside those that have expired.
pub const MAX_ACCESS_TOKENS: usize = 50;

impl AccessTokens<'_> {
    /// Makes a token that acts as the caller, as far as its scopes reach and never further than the caller.
    ///
    /// # Errors
    /// [`Error::StepUpRequired`] without a fresh proof; [`Error::Forbidden`] for a caller that is a token itself;
    /// [`Error::BadInput`] for no scope, a time that has passed or is more than a year ahead, or a name that is none.
    pub async fn issue(
        &self,
        caller: &Caller,
        new: &NewAccessToken,
    ) -> Result<Written<IssuedAccessToken>, Error> {
        self.engine.write(caller, &Issue { new }).await
    }

    /// Revokes a token: one's own, or with *Manage Users* somebody else's. The next request notices.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the user has none such; [`Error::Forbidden`] for somebody else's.
    pub async fn revoke(
        &self,
        caller: &Caller,
        user: UserId,
        token: AccessTokenId,
    ) -> Result<Written<()>, Error> {
        self.engine.write(caller, &Revoke { user, token }).await
    }
}

impl Viewing {
    /// The tokens of a user that have not expired: one's own, or with *Manage Users* somebody else's.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for somebody else's.
    pub async fn access_tokens_of(&self, user: UserId) -> Result<Vec<AccessToken>, Error> {
        if self.caller().user_id() != Some(user) {
            self.require_permission(SystemPermission::ManageUsers)?;
        }
        let mut tokens = self.reads().await.access_tokens_of(user).await?;
        tokens.retain(|token| token.is_live(self.now));
        let touches = &self.engine.parts().token_touches;
        for token in &mut tokens {
            let stored = token.last_used_at.unwrap_or(token.created_at);
            let seen = touches.last_seen(token.workspace, token.id, stored);
            token.last_used_at =
                token.last_used_at.or((seen > stored).then_some(seen)).map(|last| last.max(seen));
        }
        Ok(tokens)
    }
}

struct Issue<'a> {
    new: &'a NewAccessToken,
}

#[async_trait]
impl UseCase for Issue<'_> {
    type Output = IssuedAccessToken;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::AccessTokenCreate, target: None }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<IssuedAccessToken>, Error> {
        let NewAccessToken { name, scopes, expires_at } = self.new;
        let user = work.user()?;
        let user = work.unit.find_user(user).await?.ok_or(Error::Unauthenticated)?;
        let latest = work.now.plus(AccessToken::LONGEST);
        if scopes.is_empty() {
            return Err(Error::BadInput("a token is for something: give it a scope".to_owned()));
        }
        if *expires_at <= work.now || *expires_at > latest {
            return Err(Error::BadInput(format!("a token expires within a year, until {latest}")));
        }
        let present = work.unit.access_tokens_of(user.id).await?;
        if present.iter().filter(|token| token.is_live(work.now)).count() >= MAX_ACCESS_TOKENS {
            return Err(Error::BadInput(format!("nobody has more than {MAX_ACCESS_TOKENS} tokens")));
        }
        let times = (work.now, *expires_at);
        let (access, token) =
            AccessToken::issue(&user, parse_name(name)?, scopes.clone(), times, work.entropy());
        work.unit.put_access_token(&access).await?;
        let (id, reach) = (access.id.to_string(), AccessScope::write_all(scopes));
        let details = [("token", id.as_str()), ("scopes", reach.as_str())];
        let entry = work.authentication(Event::AccessTokenCreate, user.id, &details).await?;
        Ok(Done::new(IssuedAccessToken { token, access }, entry))
    }
}

struct Revoke {
    user: UserId,
    token: AccessTokenId,
}

#[async_trait]
impl UseCase for Revoke {
    type Output = ();

    fn attempt(&self) -> Attempt {
        let target = Some(Target::thing("user", self.user.uuid()));
        Attempt { event: Event::AccessTokenRevoke, target }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<()>, Error> {
        work.require_self_or_manager(self.user).await?;
        let tokens = work.unit.access_tokens_of(self.user).await?;
        let is_theirs = tokens.iter().any(|token| token.id == self.token);
        if !is_theirs || !work.unit.remove_access_token(self.token).await? {
            return Err(Error::NotFound("access token"));
        }
        let id = self.token.to_string();
        let details = [("token", id.as_str())];
        Ok(Done::new((), work.authentication(Event::AccessTokenRevoke, self.user, &details).await?))
    }
}
