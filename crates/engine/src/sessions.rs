//! Sessions: who is asking, lists and revocation.

use std::collections::HashMap;

use async_trait::async_trait;
use sutra_acl::SystemPermission;
use sutra_audit::Event;
use sutra_crypto::{Token, TokenKind};
use sutra_identity::{Area, Delivery, Session, UserState};
use sutra_kernel::{AccessTokenId, PortError, RequestId, SessionId, Timestamp, UserId, WorkspaceId};

use crate::{
    Caller, Engine, Error, Origin, Outcome, Viewing,
    members::parse_email,
    work::{Attempt, Done, UseCase, Work},
};

/// Sessions: see [`Engine::sessions`].
#[derive(Clone, Copy)]
pub struct Sessions<'e> {
    pub(crate) engine: &'e Engine,
}

impl Engine {
    /// Finds out who asks, and opens their snapshot: by the token of a session, or by a personal access token that reaches
    /// this area.
    ///
    /// Everything that is wrong with a token has one answer. From where, and when, its user may work is looked at again.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] if the token opens no live session of an active user or came by another way
    /// than it was handed out; [`Error::Unavailable`] if the store cannot be asked: never a stale yes.
    pub async fn authenticate(
        &self,
        token: &str,
        (delivery, area): (Delivery, Area),
        request: RequestId,
        origin: Origin,
    ) -> Result<Viewing, Error> {
        let token = Token::parse(token).map_err(|_| Error::Unauthenticated)?;
        let viewing = match (token.kind(), delivery) {
            (TokenKind::Session, _) => self.by_session(&token, delivery, request, origin).await?,
            (TokenKind::Access, Delivery::Bearer) => {
                self.by_access_token(&token, area, request, origin).await?
            }
            _ => return Err(Error::Unauthenticated),
        };
        if !viewing.plan().subject().active || viewing.context_denial().is_some() {
            return Err(Error::Unauthenticated);
        }
        Ok(viewing)
    }

    async fn by_session(
        &self,
        token: &Token,
        delivery: Delivery,
        request: RequestId,
        origin: Origin,
    ) -> Result<Viewing, Error> {
        let (parts, now, workspace) = (self.parts(), self.now(), token.workspace());
        let mut reads = parts.store.reads(workspace).await?;
        let session = reads.find_session(&token.digest()).await?.ok_or(Error::Unauthenticated)?;
        let session = self.touched(session);
        session.check(delivery, now).map_err(|_| Error::Unauthenticated)?;
        let caller = Caller::of_session(&session, request, origin);
        let viewing = self.view_through(caller, reads).await?;
        if viewing.plan().subject().active {
            parts.touches.note(workspace, session.id, now);
        }
        Ok(viewing)
    }

    async fn by_access_token(
        &self,
        token: &Token,
        area: Area,
        request: RequestId,
        origin: Origin,
    ) -> Result<Viewing, Error> {
        let (parts, now, workspace) = (self.parts(), self.now(), token.workspace());
        let mut reads = parts.store.reads(workspace).await?;
        let access = reads.find_access_token(&token.digest()).await?;
        let access = access.filter(|access| access.is_live(now) && access.reads(area));
        let access = access.ok_or(Error::Unauthenticated)?;
        let caller = Caller::of_token(&access, area, request, origin);
        let viewing = self.view_through(caller, reads).await?;
        if viewing.plan().subject().active {
            parts.token_touches.note(workspace, access.id, now);
        }
        Ok(viewing)
    }

    /// The session as it is, with a use that may not be stored yet.
    fn touched(&self, mut session: Session) -> Session {
        let touches = &self.parts().touches;
        session.last_seen_at = touches.last_seen(session.workspace, session.id, session.last_seen_at);
        session
    }
}

impl Sessions<'_> {
    /// Acts as a user without a session: for an operator at the command line of the server's own machine.
    ///
    /// # Security
    /// It asks for no password. Never call it for a request from outside.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such active user.
    pub async fn act_as(&self, workspace: WorkspaceId, email: &str) -> Result<Caller, Error> {
        let email = parse_email(email)?;
        let mut reads = self.engine.parts().store.reads(workspace).await?;
        let user = reads.find_user_by_email(&email).await?;
        reads.finish().await?;
        let user = user.filter(|user| user.state == UserState::Active);
        let user = user.ok_or(Error::NotFound("active user"))?;
        let request = self.engine.new_request_id();
        Ok(Caller::operator(workspace, request).as_user(user.id))
    }

    /// Ends a session: one's own, or with *Manage Users* somebody else's. The next request notices.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the user has no such live session, [`Error::Forbidden`] for somebody else's.
    pub async fn revoke(&self, caller: &Caller, user: UserId, session: SessionId) -> Result<(), Error> {
        self.engine.write(caller, &RevokeSession { user, session }).await.map(|_| ())
    }

    /// Ends all sessions of a user but the caller's own, and says how many.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for somebody else's without *Manage Users*.
    pub async fn revoke_all(&self, caller: &Caller, user: UserId) -> Result<u64, Error> {
        Ok(self.engine.write(caller, &RevokeSessions { user }).await?.value)
    }

    /// Writes down when sessions and tokens were last used. The server calls it once a second.
    ///
    /// # Errors
    /// The last failure; what could not be written is kept for the next time.
    pub async fn flush_touches(&self) -> Result<(), Error> {
        let parts = self.engine.parts();
        let mut result = Ok(());
        for (workspace, seen) in parts.touches.all() {
            match self.flush(workspace, &seen).await {
                Ok(()) => parts.touches.forget(workspace, &seen),
                Err(error) => result = Err(error.into()),
            }
        }
        for (workspace, seen) in parts.token_touches.all() {
            match self.flush_tokens(workspace, &seen).await {
                Ok(()) => parts.token_touches.forget(workspace, &seen),
                Err(error) => result = Err(error.into()),
            }
        }
        result
    }

    async fn flush(
        &self,
        workspace: WorkspaceId,
        seen: &HashMap<SessionId, Timestamp>,
    ) -> Result<(), PortError> {
        let mut book = self.engine.parts().store.bookkeeping(workspace).await?;
        for (session, seen) in seen {
            book.touch_session(*session, *seen).await?;
        }
        book.commit().await
    }

    async fn flush_tokens(
        &self,
        workspace: WorkspaceId,
        seen: &HashMap<AccessTokenId, Timestamp>,
    ) -> Result<(), PortError> {
        let mut book = self.engine.parts().store.bookkeeping(workspace).await?;
        for (token, seen) in seen {
            book.touch_access_token(*token, *seen).await?;
        }
        book.commit().await
    }
}

impl Viewing {
    /// The sessions of a user: one's own, or with *Manage Users* somebody else's.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for somebody else's.
    pub async fn sessions_of(&self, user: UserId) -> Result<Vec<Session>, Error> {
        if self.caller().user_id() != Some(user) {
            self.require_permission(SystemPermission::ManageUsers)?;
        }
        let sessions = self.reads().await.sessions_of(user).await?;
        Ok(sessions.into_iter().map(|session| self.engine.touched(session)).collect())
    }
}

struct RevokeSession {
    user: UserId,
    session: SessionId,
}

struct RevokeSessions {
    user: UserId,
}

#[async_trait]
impl UseCase for RevokeSession {
    type Output = ();

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::SessionRevoke, target: None }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<()>, Error> {
        work.require_self_or_manager(self.user).await?;
        let theirs = work.unit.sessions_of(self.user).await?;
        let is_theirs = theirs.iter().any(|session| session.id == self.session);
        if !is_theirs || !work.unit.end_session(self.session, work.now).await? {
            return Err(Error::NotFound("session"));
        }
        let id = self.session.to_string();
        let details = [("session", id.as_str())];
        Ok(Done::new((), work.authentication(Event::SessionRevoke, self.user, &details).await?))
    }

    fn outcome(_: &()) -> Option<Outcome> {
        Some(Outcome::Done)
    }

    async fn answer_again(&self, work: &mut Work<'_>, _: Outcome) -> Result<(), Error> {
        work.require_self_or_manager(self.user).await
    }
}

#[async_trait]
impl UseCase for RevokeSessions {
    type Output = u64;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::SessionRevoke, target: None }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<u64>, Error> {
        work.require_self_or_manager(self.user).await?;
        let own = work.caller.session_id();
        let ended = work.unit.end_sessions_of(self.user, own, work.now).await?;
        if ended == 0 {
            return Ok(Done::unchanged(0));
        }
        let count = ended.to_string();
        let details = [("sessions", count.as_str())];
        Ok(Done::new(ended, work.authentication(Event::SessionRevoke, self.user, &details).await?))
    }

    fn outcome(answer: &u64) -> Option<Outcome> {
        Some(Outcome::Count(*answer))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<u64, Error> {
        work.require_self_or_manager(self.user).await?;
        before.count()
    }
}

impl Work<'_> {
    pub(crate) async fn require_self_or_manager(&mut self, user: UserId) -> Result<(), Error> {
        if self.user()? == user {
            return Ok(());
        }
        self.require_permission(SystemPermission::ManageUsers)?;
        let user = self.unit.find_user(user).await?.ok_or(Error::NotFound("user"))?;
        self.require_administrable(&user).await
    }
}
