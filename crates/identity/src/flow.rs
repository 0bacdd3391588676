//! Ceremonies that are under way, between one request and the next.

use std::{fmt, str::FromStr, time::Duration};

use sutra_crypto::{Token, TokenDigest, TokenKind};
use sutra_kernel::{Entropy, FlowId, SessionId, Timestamp, UserId, WorkspaceId};

use crate::{Delivery, Method, User, second_factors};

/// A ceremony that somebody has begun and not ended: what was shown so far, and for what.
///
/// Whoever has begun it holds a token; of that there is only the digest here. A flow gives nobody a session: it lets
/// its holder go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// The only workspace it is good in.
    pub workspace: WorkspaceId,
    /// Names it in the ledger; it opens nothing.
    pub id: FlowId,
    /// The digest of its token.
    pub digest: TokenDigest,
    /// Whose it is.
    pub user: UserId,
    /// What its end is for.
    pub purpose: FlowPurpose,
    /// What was shown at its beginning.
    pub began_with: Beginning,
    /// How the session's token is to travel, if it ends in one.
    pub delivery: Option<Delivery>,
    /// The session in which it was begun, if it was begun in one.
    pub session: Option<SessionId>,
    /// What was shown since.
    pub passed: Vec<Method>,
    /// How many answers were taken, right or wrong.
    pub attempts: u32,
    /// From when on it is good for nothing.
    pub expires_at: Timestamp,
}

/// What the end of a flow is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FlowPurpose {
    /// Opening a session.
    SignIn,
    /// Doing something that needs a fresh factor.
    StepUp,
    /// Choosing another password, knowing the one before.
    PasswordChange,
    /// Choosing another password, not knowing the one before.
    PasswordReset,
}

/// What was shown at the beginning of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Beginning {
    /// A password.
    Password,
    /// A link that was sent by e-mail.
    ResetMail,
    /// A passkey, which named its user.
    Passkey,
    /// A session.
    Session,
}

/// Why a flow does not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FlowEnded {
    /// It was begun for something else.
    #[error("the flow is for another purpose")]
    AnotherPurpose,
    /// It took too long.
    #[error("the flow has expired")]
    Expired,
    /// Too many answers were taken.
    #[error("the flow has taken too many answers")]
    Exhausted,
}

/// A text that is no purpose of a flow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected `sign_in`, `step_up`, `password_change` or `password_reset`")]
pub struct FlowPurposeError;

/// A text that is no beginning of a flow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected `password`, `reset_mail`, `passkey` or `session`")]
pub struct BeginningError;

impl Flow {
    /// How long a flow lasts.
    pub const LIFETIME: Duration = Duration::from_secs(10 * 60);

    /// How many answers it takes: a code of eight digits is not found in so few.
    pub const MAX_ATTEMPTS: u32 = 5;

    /// Begins a flow. The token is handed to whoever began it, and kept nowhere.
    #[must_use]
    pub fn begin(
        user: &User,
        purpose: FlowPurpose,
        began_with: Beginning,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> (Self, Token) {
        let token = Token::generate(TokenKind::Flow, user.workspace, entropy);
        let flow = Self {
            workspace: user.workspace,
            id: FlowId::generate(now, entropy),
            digest: token.digest(),
            user: user.id,
            purpose,
            began_with,
            delivery: None,
            session: None,
            passed: Vec::new(),
            attempts: 0,
            expires_at: now.plus(Self::LIFETIME),
        };
        (flow, token)
    }

    /// The same, which ends in a session whose token travels so.
    #[must_use]
    pub fn delivering(self, delivery: Delivery) -> Self {
        Self { delivery: Some(delivery), ..self }
    }

    /// The same, begun in this session.
    #[must_use]
    pub fn within(self, session: SessionId) -> Self {
        Self { session: Some(session), ..self }
    }

    /// The flow with one more answer taken, before it is known whether that is right.
    ///
    /// # Errors
    /// The first reason why it takes none: another purpose, too late, too many before.
    pub fn attempt(&self, purpose: FlowPurpose, now: Timestamp) -> Result<Self, FlowEnded> {
        self.check(purpose, now)?;
        if self.attempts >= Self::MAX_ATTEMPTS {
            return Err(FlowEnded::Exhausted);
        }
        Ok(Self { attempts: self.attempts + 1, ..self.clone() })
    }

    /// Whether it is one for this purpose that has not expired.
    ///
    /// # Errors
    /// The first reason why it is not.
    pub fn check(&self, purpose: FlowPurpose, now: Timestamp) -> Result<(), FlowEnded> {
        if self.purpose != purpose {
            Err(FlowEnded::AnotherPurpose)
        } else if now >= self.expires_at {
            Err(FlowEnded::Expired)
        } else {
            Ok(())
        }
    }

    /// What is asked for in it, of a user who has set up these methods and must show a second factor or not; nothing if
    /// enough was shown.
    ///
    /// # Security
    /// Another password needs a code always, also of those who have set up nothing.
    #[must_use]
    pub fn asks_for(&self, set_up: impl IntoIterator<Item = Method>, is_required: bool) -> Vec<Method> {
        let is_change = self.purpose == FlowPurpose::PasswordChange;
        if is_change && !self.passed.is_empty() {
            return Vec::new();
        }
        let mut methods = second_factors(set_up, is_required || is_change);
        methods.retain(|method| self.counts(*method));
        methods
    }

    /// Whether a method proves anything beside what the flow began with.
    ///
    /// # Security
    /// Whoever reads somebody's mail has a link and a code by one theft.
    #[must_use]
    pub fn counts(&self, method: Method) -> bool {
        !(self.began_with == Beginning::ResetMail && method == Method::EmailCode)
    }
}

impl FlowPurpose {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::SignIn, Self::StepUp, Self::PasswordChange, Self::PasswordReset];

    /// Its stored form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::StepUp => "step_up",
            Self::PasswordChange => "password_change",
            Self::PasswordReset => "password_reset",
        }
    }
}

impl Beginning {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Password, Self::ResetMail, Self::Passkey, Self::Session];

    /// Its stored form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::ResetMail => "reset_mail",
            Self::Passkey => "passkey",
            Self::Session => "session",
        }
    }
}

impl fmt::Display for FlowPurpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Beginning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for FlowPurpose {
    type Err = FlowPurposeError;

    fn from_str(text: &str) -> Result<Self, FlowPurposeError> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text).ok_or(FlowPurposeError)
    }
}

impl FromStr for Beginning {
    type Err = BeginningError;

    fn from_str(text: &str) -> Result<Self, BeginningError> {
        Self::ALL.into_iter().find(|beginning| beginning.as_str() == text).ok_or(BeginningError)
    }
}
