//! Sessions: what a signed-in user holds.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use sutra_engine::Error;
use sutra_identity::{Delivery as Transport, Session as StoredSession};
use sutra_kernel::{SessionId, Timestamp, UserId};

use super::{
    request::{Result, engine, page_size, parse, parse_optional, repeating, viewing},
    scalar::DateTime,
};

/// A time during which a user is signed in.
#[derive(SimpleObject)]
pub(super) struct Session {
    /// Identifies the session; it is not the secret that opens it.
    id: ID,
    /// Whose it is.
    user_id: ID,
    /// How its secret travels.
    delivery: Delivery,
    /// Whether it can still be used.
    live: bool,
    /// Whether it is the session of this very request.
    current: bool,
    /// When the user signed in.
    created_at: DateTime,
    /// When it was last used. It ends by itself if it is not used for some time.
    last_seen_at: DateTime,
    /// When the user last showed who they are. What needs that lately is refused with STEP_UP_REQUIRED after ten minutes.
    proved_at: DateTime,
    /// When it ends, however much it is used.
    expires_at: DateTime,
    /// When it was ended by hand, or null if it was not.
    ended_at: Option<DateTime>,
    /// The network address it was opened from, as far as it is known.
    address: Option<String>,
    /// What the program that opened it called itself.
    user_agent: Option<String>,
}

/// How the secret of a session travels. A session works by its own way only.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Transport")]
pub(super) enum Delivery {
    /// In a cookie that scripts cannot read: for browsers.
    Cookie,
    /// In the answer, and then in the header `Authorization: Bearer …`: for programs.
    Bearer,
}

/// The session that was ended.
#[derive(SimpleObject)]
struct RevokeSessionPayload {
    /// Which one it was.
    session_id: ID,
}

/// The sessions that were ended.
#[derive(SimpleObject)]
struct RevokeAllSessionsPayload {
    /// How many there were.
    count: u64,
}

#[derive(Default)]
pub(super) struct SessionQuery;

#[derive(Default)]
pub(super) struct SessionMutation;

#[Object]
impl SessionQuery {
    /// The sessions of a user, live ones first. Those of others need Manage Users.
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose sessions; your own if left out.")] user_id: Option<ID>,
        #[graphql(desc = "How many to answer at most, 1 to 200.", default = 50)] first: i32,
    ) -> Result<Vec<Session>> {
        let limit = page_size(first)?;
        let viewing = viewing(ctx).await?;
        let (now, current) = (engine(ctx)?.now(), viewing.caller().session_id());
        let own = viewing.caller().user_id();
        let user = parse_optional(user_id.as_ref())?.or(own).ok_or(Error::Unauthenticated)?;
        let sessions = viewing.sessions_of(user).await?;
        Ok(sessions.into_iter().take(limit).map(|session| Session::seen(session, now, current)).collect())
    }
}

#[Object]
impl SessionMutation {
    /// Ends a session; the next request that uses it is refused. Those of others need Manage Users.
    async fn revoke_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose session it is.")] user_id: ID,
        #[graphql(desc = "The session to end.")] id: ID,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<RevokeSessionPayload> {
        let (user, session): (UserId, SessionId) = (parse(&user_id)?, parse(&id)?);
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        engine(ctx)?.sessions().revoke(caller, user, session).await?;
        Ok(RevokeSessionPayload { session_id: session.into() })
    }

    /// Ends all sessions of a user, except the one this request came by. Those of others need Manage Users.
    async fn revoke_all_sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose sessions.")] user_id: ID,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<RevokeAllSessionsPayload> {
        let user = parse(&user_id)?;
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        Ok(RevokeAllSessionsPayload { count: engine(ctx)?.sessions().revoke_all(caller, user).await? })
    }
}

impl Session {
    /// A session as it is now, seen from a request of the session `current`.
    pub(super) fn seen(session: StoredSession, now: Timestamp, current: Option<SessionId>) -> Self {
        Self {
            id: session.id.into(),
            user_id: session.user.into(),
            delivery: session.delivery.into(),
            live: session.is_live(now),
            current: current == Some(session.id),
            created_at: session.created_at.into(),
            last_seen_at: session.last_seen_at.into(),
            proved_at: session.proof.at.into(),
            expires_at: session.expires_at.into(),
            ended_at: session.ended_at.map(DateTime::from),
            address: session.address,
            user_agent: session.user_agent,
        }
    }
}
