//! Users, credentials, sessions, and secrets that are used once.

use std::cmp::Reverse;

use async_trait::async_trait;
use sutra_crypto::{Sealed, TokenDigest};
use sutra_identity::{
    CredentialReader, EmailAddress, Held, OpenedSession, Session, SessionReader, SessionTouches,
    SessionWriter, SingleUse, User, UserReader, UserState, UserWriter,
};
use sutra_kernel::{AccessTokenId, Page, PortError, ProfileId, SessionId, Timestamp, UserId};

use super::{
    open::{Changing, Keeping, Open, Writing},
    state::State,
};

#[async_trait]
impl<M: Send> UserReader for Open<M> {
    async fn find_user(&mut self, user: UserId) -> Result<Option<User>, PortError> {
        Ok(self.state().users.get(&user).cloned())
    }

    async fn find_user_by_email(&mut self, email: &EmailAddress) -> Result<Option<User>, PortError> {
        let key = email.key();
        Ok(self.state().users.values().find(|user| user.email.key() == key).cloned())
    }

    async fn find_users(&mut self, users: &[UserId]) -> Result<Vec<User>, PortError> {
        Ok(self.state().users.values().filter(|user| users.contains(&user.id)).cloned().collect())
    }

    async fn users(&mut self, after: Option<UserId>, limit: usize) -> Result<Page<User>, PortError> {
        let later = self.state().users.values().filter(|user| after.is_none_or(|after| user.id > after));
        Ok(Page::from_probe(later.take(limit.saturating_add(1)).cloned().collect(), limit))
    }

    async fn count_active_holders(&mut self, profiles: &[ProfileId]) -> Result<u64, PortError> {
        let holds = |user: &&User| user.state == UserState::Active && profiles.contains(&user.profile);
        Ok(self.state().users.values().filter(holds).map(|_| 1).sum())
    }

    async fn count_holders(&mut self, held: Held) -> Result<u64, PortError> {
        Ok(self.state().holders_of(held))
    }
}

impl State {
    /// How many users have it.
    pub(super) fn holders_of(&self, held: Held) -> u64 {
        let has = |user: &&User| match held {
            Held::Profile(profile) => user.profile == profile,
            Held::Role(role) => user.role == Some(role),
        };
        self.users.values().filter(has).map(|_| 1).sum()
    }
}

#[async_trait]
impl UserWriter for Open<Writing> {
    async fn put_user(&mut self, user: &User, expected_version: Option<u64>) -> Result<(), PortError> {
        self.require_home(user.workspace)?;
        let users = &mut self.tables().users;
        if users.get(&user.id).map(|stored| stored.version) != expected_version {
            return Err(PortError::conflict("the user has another version"));
        }
        let key = user.email.key();
        if users.values().any(|other| other.id != user.id && other.email.key() == key) {
            return Err(PortError::refused("the e-mail address is taken"));
        }
        users.insert(user.id, user.clone());
        Ok(())
    }

    async fn put_password(&mut self, user: UserId, sealed: Sealed) -> Result<(), PortError> {
        self.tables().passwords.insert(user, sealed);
        Ok(())
    }
}

#[async_trait]
impl<M: Send> CredentialReader for Open<M> {
    async fn find_password(&mut self, user: UserId) -> Result<Option<Sealed>, PortError> {
        Ok(self.state().passwords.get(&user).cloned())
    }
}

#[async_trait]
impl<M: Send> SessionReader for Open<M> {
    async fn find_session(&mut self, digest: &TokenDigest) -> Result<Option<Session>, PortError> {
        Ok(self.state().sessions.values().find(|session| session.digest == *digest).cloned())
    }

    async fn sessions_of(&mut self, user: UserId) -> Result<Vec<Session>, PortError> {
        let of_user = self.state().sessions.values().filter(|session| session.user == user);
        let mut sessions: Vec<_> = of_user.cloned().collect();
        sessions.sort_by_key(|session| {
            (session.ended_at.is_some(), Reverse(session.created_at), Reverse(session.id))
        });
        Ok(sessions)
    }
}

#[async_trait]
impl SessionWriter for Open<Writing> {
    async fn put_session(&mut self, session: &OpenedSession) -> Result<(), PortError> {
        self.require_home(session.workspace)?;
        let sessions = &mut self.tables().sessions;
        if sessions.values().any(|known| known.id == session.id || known.digest == session.digest) {
            return Err(PortError::conflict("the session is there already"));
        }
        sessions.insert(session.id, Session::clone(session));
        Ok(())
    }

    async fn renew_session(&mut self, session: &Session) -> Result<bool, PortError> {
        self.require_home(session.workspace)?;
        let known = self.tables().sessions.get_mut(&session.id).filter(|known| known.ended_at.is_none());
        let Some(known) = known else { return Ok(false) };
        (known.digest, known.proof) = (session.digest, session.proof);
        Ok(true)
    }

    async fn end_session(&mut self, session: SessionId, now: Timestamp) -> Result<bool, PortError> {
        let session = self.tables().sessions.get_mut(&session);
        Ok(session.is_some_and(|session| end(session, now)))
    }

    async fn end_sessions_of(
        &mut self,
        user: UserId,
        except: Option<SessionId>,
        now: Timestamp,
    ) -> Result<u64, PortError> {
        let sessions = self.tables().sessions.values_mut();
        let meant = sessions.filter(|session| session.user == user && Some(session.id) != except);
        Ok(meant.map(|session| u64::from(end(session, now))).sum())
    }
}

/// Ends a session that has not been ended; says whether it had not.
fn end(session: &mut Session, now: Timestamp) -> bool {
    let live = session.ended_at.is_none();
    session.ended_at.get_or_insert(now);
    live
}

#[async_trait]
impl SessionTouches for Open<Keeping> {
    async fn touch_session(&mut self, session: SessionId, now: Timestamp) -> Result<(), PortError> {
        if let Some(session) = self.tables().sessions.get_mut(&session).filter(|s| s.ended_at.is_none()) {
            session.last_seen_at = session.last_seen_at.max(now);
        }
        Ok(())
    }

    async fn touch_access_token(&mut self, token: AccessTokenId, now: Timestamp) -> Result<(), PortError> {
        if let Some(token) = self.tables().access_tokens.get_mut(&token) {
            token.last_used_at = token.last_used_at.max(Some(now));
        }
        Ok(())
    }
}

#[async_trait]
impl<M: Changing> SingleUse for Open<M> {
    async fn offer(
        &mut self,
        kind: &str,
        digest: &TokenDigest,
        expires_at: Timestamp,
    ) -> Result<(), PortError> {
        self.tables().single_use.insert((kind.to_owned(), *digest), expires_at);
        Ok(())
    }

    async fn consume(&mut self, kind: &str, digest: &TokenDigest, now: Timestamp) -> Result<bool, PortError> {
        let expires_at = self.tables().single_use.remove(&(kind.to_owned(), *digest));
        Ok(expires_at.is_some_and(|expires_at| now < expires_at))
    }

    async fn spend(
        &mut self,
        kind: &str,
        digest: &TokenDigest,
        expires_at: Timestamp,
    ) -> Result<bool, PortError> {
        Ok(self.tables().single_use.insert((kind.to_owned(), *digest), expires_at).is_none())
    }

    async fn withdraw(&mut self, kind: &str) -> Result<(), PortError> {
        self.tables().single_use.retain(|(known, _), _| known != kind);
        Ok(())
    }

    async fn forget_expired_secrets(&mut self, now: Timestamp) -> Result<(), PortError> {
        self.tables().single_use.retain(|_, expires_at| now < *expires_at);
        Ok(())
    }
}
