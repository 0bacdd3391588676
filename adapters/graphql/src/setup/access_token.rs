//! Personal access tokens, for programs that act as a user.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use sutra_engine::{Error, NewAccessToken};
use sutra_identity::{AccessScope as Scope, AccessToken as StoredToken};
use sutra_kernel::{AccessTokenId, UserId};

use super::{
    request::{Result, engine, parse, parse_optional, signed_in, viewing},
    scalar::DateTime,
};

/// A token by which a program acts as a user, as far as its scopes reach.
#[derive(SimpleObject)]
struct AccessToken {
    /// Identifies it; it is not the secret.
    id: ID,
    /// What its user calls it.
    name: String,
    /// What it may be used for.
    scopes: Vec<AccessScope>,
    /// When it was made.
    created_at: DateTime,
    /// From when on it opens nothing.
    expires_at: DateTime,
    /// When it was last used, or null if it was not.
    last_used_at: Option<DateTime>,
}

/// What a token may be used for.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Scope")]
enum AccessScope {
    /// Reading records.
    RecordsRead,
    /// Reading and changing records.
    RecordsWrite,
    /// Reading users, permissions, definitions and the ledger.
    SetupRead,
    /// Reading and changing users, permissions and definitions.
    SetupWrite,
}

/// A token to be made.
#[derive(InputObject)]
struct CreateAccessTokenInput {
    /// What you call it, 1 to 120 characters.
    name: String,
    /// What it may be used for: one thing at least.
    scopes: Vec<AccessScope>,
    /// From when on it opens nothing: within a year.
    expires_at: DateTime,
}

/// A token that was made.
#[derive(SimpleObject)]
struct CreateAccessTokenPayload {
    /// The secret, for the header `Authorization: Bearer …`. It is shown this once.
    token: String,
    /// What is kept of it.
    access_token: AccessToken,
    /// The ledger's receipt.
    receipt: Option<String>,
}

/// A token that was revoked.
#[derive(SimpleObject)]
struct RevokeAccessTokenPayload {
    /// Which one it was.
    access_token_id: ID,
    /// The ledger's receipt.
    receipt: Option<String>,
}

#[derive(Default)]
pub(super) struct AccessTokenQuery;

#[derive(Default)]
pub(super) struct AccessTokenMutation;

#[Object]
impl AccessTokenQuery {
    /// The tokens of a user that have not expired, the newest first. Those of others need Manage Users.
    async fn access_tokens(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose; your own if left out.")] user_id: Option<ID>,
    ) -> Result<Vec<AccessToken>> {
        let viewing = viewing(ctx).await?;
        let own = viewing.caller().user_id();
        let user = parse_optional(user_id.as_ref())?.or(own).ok_or(Error::Unauthenticated)?;
        Ok(viewing.access_tokens_of(user).await?.into_iter().map(AccessToken::from).collect())
    }
}

#[Object]
impl AccessTokenMutation {
    /// Makes a token that acts as you, as far as its scopes reach. It changes nothing about how you sign in, and every
    /// change that it makes needs an idempotency key.
    async fn create_access_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token.")] input: CreateAccessTokenInput,
    ) -> Result<CreateAccessTokenPayload> {
        let caller = signed_in(ctx).await?;
        let new = NewAccessToken {
            name: input.name,
            scopes: input.scopes.into_iter().map(Scope::from).collect(),
            expires_at: input.expires_at.into(),
        };
        let issued = engine(ctx)?.access_tokens().issue(caller, &new).await?;
        Ok(CreateAccessTokenPayload {
            token: issued.value.token.expose().to_owned(),
            access_token: issued.value.access.into(),
            receipt: issued.receipt,
        })
    }

    /// Revokes a token; the next request that uses it is refused. Those of others need Manage Users.
    async fn revoke_access_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose it is.")] user_id: ID,
        #[graphql(desc = "Which one.")] id: ID,
    ) -> Result<RevokeAccessTokenPayload> {
        let (user, token): (UserId, AccessTokenId) = (parse(&user_id)?, parse(&id)?);
        let caller = signed_in(ctx).await?;
        let revoked = engine(ctx)?.access_tokens().revoke(caller, user, token).await?;
        Ok(RevokeAccessTokenPayload { access_token_id: id, receipt: revoked.receipt })
    }
}

impl From<StoredToken> for AccessToken {
    fn from(token: StoredToken) -> Self {
        Self {
            id: token.id.into(),
            name: token.name,
            scopes: token.scopes.into_iter().map(AccessScope::from).collect(),
            created_at: token.created_at.into(),
            expires_at: token.expires_at.into(),
            last_used_at: token.last_used_at.map(DateTime::from),
        }
    }
}
