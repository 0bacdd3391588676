//! Sessions: what a signed-in user holds.

use std::{fmt, ops::Deref, str::FromStr, time::Duration};

use serde::{Deserialize, Serialize};
use sutra_crypto::{Token, TokenDigest, TokenKind};
use sutra_kernel::{Entropy, SessionId, Timestamp, UserId, WorkspaceId};

use crate::{Authenticated, Proof, SettingProblem};

/// A signed-in session, as it is stored: of its token there is only the digest.
///
/// `Debug` leaves out where the user was.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// Where the user has signed in.
    pub workspace: WorkspaceId,
    /// Names the session where sessions are listed and ended. It opens nothing.
    pub id: SessionId,
    /// Who has signed in.
    pub user: UserId,
    /// How its user has shown who they are, the last time.
    pub proof: Proof,
    /// The digest of the token that was handed out last.
    pub digest: TokenDigest,
    /// How the token was handed out, and the only way it is taken back.
    pub delivery: Delivery,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_seen_at: Timestamp,
    /// When it ends, however much it is used.
    pub expires_at: Timestamp,
    /// How long it may go unused.
    pub idle: Duration,
    /// When it was ended early, if it was.
    pub ended_at: Option<Timestamp>,
    /// The network address it was opened from.
    pub address: Option<String>,
    /// What the browser or program called itself.
    pub user_agent: Option<String>,
}

/// A session that was just opened, which is the only kind a store takes in.
///
/// It can be read as a [`Session`], and only [`Session::open`] makes it:
///
/// ```compile_fail,E0423
/// # fn forge(session: sutra_identity::Session) {
/// let opened = sutra_identity::OpenedSession(session);
/// # }
/// ```
#[derive(Debug)]
pub struct OpenedSession(Session);

/// How a session's token travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// In a cookie that scripts cannot read.
    Cookie,
    /// In the `Authorization` header.
    Bearer,
}

/// A text that is no way of delivery.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected `cookie` or `bearer`")]
pub struct DeliveryError;

/// How long sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionPolicy {
    /// How long a session may go unused: 30 minutes.
    #[serde(rename = "idle_seconds", with = "seconds")]
    pub idle: Duration,
    /// How long a session lasts at most: 12 hours.
    #[serde(rename = "absolute_seconds", with = "seconds")]
    pub absolute: Duration,
    /// How many live sessions a user has at most, 1 to 1,000: as many as he likes.
    #[serde(default)]
    pub limit: Option<u16>,
    /// What becomes of one more: the session that was opened first is ended.
    #[serde(default)]
    pub at_limit: AtSessionLimit,
}

/// What becomes of a sign-in of somebody who has as many sessions as are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AtSessionLimit {
    /// The session that was opened first is ended.
    #[default]
    EndOldest,
    /// It is refused.
    Refuse,
}

/// Why a session does not count: for the ledger. Outside there is one answer, that of no session at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SessionEnded {
    /// It was ended by its user, by an administrator or by a change of password.
    #[error("the session was revoked")]
    Revoked,
    /// It reached its greatest age.
    #[error("the session has expired")]
    Expired,
    /// It went unused for too long.
    #[error("the session was idle for too long")]
    Idle,
    /// Its token came by another way than it was handed out.
    #[error("the session belongs to another transport")]
    WrongTransport,
}

const MAX_CLIENT_CHARACTERS: usize = 256;

impl Session {
    /// Opens a session for whoever has signed in. The token is handed to the user, and kept nowhere.
    #[must_use]
    pub fn open(
        proof: Authenticated,
        delivery: Delivery,
        policy: SessionPolicy,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> (OpenedSession, Token) {
        let token = Token::generate(TokenKind::Session, proof.workspace(), entropy);
        let session = Self {
            workspace: proof.workspace(),
            id: SessionId::generate(now, entropy),
            user: proof.user(),
            proof: proof.proof(),
            digest: token.digest(),
            delivery,
            created_at: now,
            last_seen_at: now,
            expires_at: now.plus(policy.absolute),
            idle: policy.idle,
            ended_at: None,
            address: None,
            user_agent: None,
        };
        (OpenedSession(session), token)
    }

    /// Notes that the user has shown who they are again. The session goes on with another token, and the one before opens
    /// nothing any more: whoever had stolen it has nothing of the proof.
    #[must_use]
    pub fn prove(&mut self, proof: Proof, entropy: &dyn Entropy) -> Token {
        let token = Token::generate(TokenKind::Session, self.workspace, entropy);
        self.proof = proof;
        self.digest = token.digest();
        token
    }

    /// Whether the session counts for a request that came this way at this instant.
    ///
    /// A time limit is exact to the microsecond: at the limit the session is over.
    ///
    /// # Errors
    /// The first reason why it does not.
    pub fn check(&self, delivery: Delivery, now: Timestamp) -> Result<(), SessionEnded> {
        if self.ended_at.is_some() {
            Err(SessionEnded::Revoked)
        } else if now >= self.expires_at {
            Err(SessionEnded::Expired)
        } else if now >= self.last_seen_at.plus(self.idle) {
            Err(SessionEnded::Idle)
        } else if delivery != self.delivery {
            Err(SessionEnded::WrongTransport)
        } else {
            Ok(())
        }
    }

    /// Whether it would still count for a request that came the right way.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.check(self.delivery, now).is_ok()
    }
}

impl OpenedSession {
    /// Notes where it was opened from, so that users know their sessions apart.
    ///
    /// Control characters are dropped, and what is very long is cut: the client chose it.
    #[must_use]
    pub fn opened_from(mut self, address: Option<&str>, user_agent: Option<&str>) -> Self {
        self.0.address = address.map(printable);
        self.0.user_agent = user_agent.map(printable);
        self
    }

    /// The session without the proof that it is new.
    #[must_use]
    pub fn into_session(self) -> Session {
        self.0
    }
}

/// What a client says of itself, without control characters, and cut if it is very long.
pub(crate) fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MAX_CLIENT_CHARACTERS).collect()
}

impl Delivery {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Cookie, Self::Bearer];

    /// Its stored form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cookie => "cookie",
            Self::Bearer => "bearer",
        }
    }
}

impl Deref for OpenedSession {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.0
    }
}

impl SessionPolicy {
    const SHORTEST: Duration = Duration::from_secs(60);
    const LONGEST_IDLE: Duration = Duration::from_secs(24 * 60 * 60);
    const LONGEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);
    const MOST: u16 = 1_000;

    /// Refuses sessions that nobody could use, and those that never end.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), SettingProblem> {
        let problem = if !(Self::SHORTEST..=Self::LONGEST_IDLE).contains(&self.idle) {
            "a session may go unused for one minute to 24 hours"
        } else if !(self.idle..=Self::LONGEST).contains(&self.absolute) {
            "a session lasts at least as long as it may go unused, and at most 30 days"
        } else if self.limit.is_some_and(|limit| !(1..=Self::MOST).contains(&limit)) {
            "a user has 1 to 1,000 sessions, or as many as he likes"
        } else {
            return Ok(());
        };
        Err(SettingProblem(problem.to_owned()))
    }
}

/// Durations as whole seconds.
mod seconds {
    use std::time::Duration;

    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    pub(super) fn serialize<S: Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
        duration.as_secs().serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_secs)
    }
}

impl Default for SessionPolicy {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(30 * 60),
            absolute: Duration::from_secs(12 * 60 * 60),
            limit: None,
            at_limit: AtSessionLimit::EndOldest,
        }
    }
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Delivery {
    type Err = DeliveryError;

    fn from_str(text: &str) -> Result<Self, DeliveryError> {
        Self::ALL.into_iter().find(|delivery| delivery.as_str() == text).ok_or(DeliveryError)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("workspace", &self.workspace)
            .field("id", &self.id)
            .field("user", &self.user)
            .field("proof", &self.proof)
            .field("delivery", &self.delivery)
            .field("created_at", &self.created_at)
            .field("last_seen_at", &self.last_seen_at)
            .field("expires_at", &self.expires_at)
            .field("idle", &self.idle)
            .field("ended_at", &self.ended_at)
            .finish_non_exhaustive()
    }
}
