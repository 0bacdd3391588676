//! Signing in: a state machine without input or output.

use sutra_crypto::Token;
use sutra_kernel::{Entropy, Timestamp, UserId, WorkspaceId};

use crate::{
    Beginning, ContextDenial, Delivery, Flow, FlowPurpose, Method, PasskeyError, PasskeyUsed, PasswordHash,
    PasswordVerdict, Proof, ProvedBy, User, UserState, second_factors,
};

/// A sign-in that has begun and waits for its password.
///
/// Each step takes the machine and gives back what comes next, so that no step can be skipped or
/// repeated. What the machine needs to know is passed in; it never waits for anything itself.
///
/// # Security
/// Begin it also when nobody has the address, and check the password even so, against no hash: an
/// unknown user then costs and looks the same as a known one.
pub struct SignIn {
    candidate: Result<Candidate, DenialReason>,
}

/// What comes after a step.
pub enum SignInProgress {
    /// Every required step has passed.
    Complete(Authenticated),
    /// The password was right, and a second factor is asked for.
    FactorRequired(FactorRequired),
    /// The sign-in is over. The reason is for the ledger; outside there is one [answer](DenialReason::answer).
    Denied(DenialReason),
}

/// What is asked for beside a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecondFactor {
    /// Nothing: the user has set nothing up.
    NotSetUp,
    /// Nothing for now: it was shown lately on this device.
    Remembered,
    /// One of these.
    Required(Vec<Method>),
}

/// A sign-in that waits for a second factor. It opens no session: it becomes a flow, with which one goes on.
///
/// ```compile_fail,E0308
/// # use sutra_identity::{Delivery, FactorRequired, Session, SessionPolicy};
/// # use sutra_kernel::{Entropy, Timestamp};
/// # fn skip(half: FactorRequired, now: Timestamp, entropy: &dyn Entropy) {
/// Session::open(half, Delivery::Cookie, SessionPolicy::default(), now, entropy);
/// # }
/// ```
pub struct FactorRequired {
    candidate: Candidate,
    methods: Vec<Method>,
    rehash: Option<PasswordHash>,
}

/// The proof that a user has passed every step of a sign-in. It opens one session.
///
/// Only the machine makes it:
///
/// ```compile_fail,E0451
/// # use sutra_identity::Authenticated;
/// # use sutra_kernel::Timestamp;
/// # fn forge(other: Authenticated, now: Timestamp) -> Authenticated {
/// Authenticated { at: now, ..other }
/// # }
/// ```
///
/// and it is spent once:
///
/// ```compile_fail,E0382
/// # use sutra_identity::{Authenticated, Delivery, Session, SessionPolicy};
/// # use sutra_kernel::{Entropy, Timestamp};
/// # fn twice(proof: Authenticated, now: Timestamp, entropy: &dyn Entropy) {
/// Session::open(proof, Delivery::Cookie, SessionPolicy::default(), now, entropy);
/// Session::open(proof, Delivery::Cookie, SessionPolicy::default(), now, entropy);
/// # }
/// ```
pub struct Authenticated {
    candidate: Candidate,
    at: Timestamp,
    by: ProvedBy,
    rehash: Option<PasswordHash>,
}

/// Why a sign-in was denied: for the ledger and the user's own mailbox only.
///
/// It has no `Display`, so that it is not shown by accident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DenialReason {
    /// Nobody has this e-mail address.
    Unknown,
    /// The user was invited and has not chosen a password yet.
    NotActivated,
    /// The user was deactivated.
    Deactivated,
    /// The password is wrong, or the user has none.
    WrongPassword,
    /// The answer for the second factor is wrong, or it was used before.
    WrongFactor,
    /// The answer of a passkey is refused.
    Passkey(PasskeyError),
    /// The sign-in took too long or too many answers, was ended, or is none.
    FlowEnded,
    /// There were too many wrong answers before; this one was not looked at.
    Locked,
    /// All was right, and the user has as many sessions as are allowed.
    TooManySessions,
    /// All was right, and the user may not sign in from there, or not now.
    Context(ContextDenial),
}

/// The one answer to every denied sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the e-mail address or the password is not right")]
pub struct SignInRefused;

#[derive(Clone, Copy)]
struct Candidate {
    workspace: WorkspaceId,
    user: UserId,
}

impl SignIn {
    /// Begins with whoever has the e-mail address that was typed.
    #[must_use]
    pub fn begin(candidate: Option<&User>) -> Self {
        Self { candidate: candidate.ok_or(DenialReason::Unknown).and_then(Candidate::of) }
    }

    /// Takes what became of checking the password, and what is asked for beside it.
    ///
    /// If several reasons deny, the first of unknown, not activated, deactivated and wrong password is told.
    #[must_use]
    pub fn password(self, verdict: PasswordVerdict, second: SecondFactor, now: Timestamp) -> SignInProgress {
        let candidate = match self.candidate {
            Ok(candidate) => candidate,
            Err(reason) => return SignInProgress::Denied(reason),
        };
        let rehash = match verdict {
            PasswordVerdict::No => return SignInProgress::Denied(DenialReason::WrongPassword),
            PasswordVerdict::Yes => None,
            PasswordVerdict::YesButRehash(hash) => Some(hash),
        };
        let by = match second {
            SecondFactor::NotSetUp => ProvedBy::Password,
            SecondFactor::Remembered => ProvedBy::Device,
            SecondFactor::Required(methods) => {
                return SignInProgress::FactorRequired(FactorRequired { candidate, methods, rehash });
            }
        };
        SignInProgress::Complete(Authenticated { candidate, at: now, by, rehash })
    }

    /// Takes a sign-in up that waits for a second factor, with the method that was shown, or why the answer is wrong.
    ///
    /// # Errors
    /// The reason for which it does not end well.
    ///
    /// # Security
    /// An answer counts only if the flow has [taken](Flow::attempt) it before it was looked at.
    pub fn factor(
        flow: &Flow,
        user: Option<&User>,
        shown: Result<Method, DenialReason>,
        now: Timestamp,
    ) -> Result<Authenticated, DenialReason> {
        let is_taken = (1..=Flow::MAX_ATTEMPTS).contains(&flow.attempts);
        if flow.check(FlowPurpose::SignIn, now).is_err() || !is_taken {
            return Err(DenialReason::FlowEnded);
        }
        let user = user.filter(|user| user.id == flow.user && user.workspace == flow.workspace);
        let candidate = Candidate::of(user.ok_or(DenialReason::Unknown)?)?;
        let method = shown?;
        if !flow.counts(method) {
            return Err(DenialReason::WrongFactor);
        }
        Ok(Authenticated { candidate, at: now, by: ProvedBy::Method(method), rehash: None })
    }

    /// Signs in whoever a passkey is of, and needs nothing beside it: an authenticator that has verified its user is
    /// two factors, and none of them is guessed or shown to another site.
    ///
    /// # Errors
    /// The reason for which it does not end well.
    pub fn passkey(
        user: Option<&User>,
        shown: &PasskeyUsed,
        now: Timestamp,
    ) -> Result<Authenticated, DenialReason> {
        let user = user.filter(|user| shown.is_of(user)).ok_or(DenialReason::Unknown)?;
        let candidate = Candidate::of(user)?;
        Ok(Authenticated { candidate, at: now, by: ProvedBy::Method(Method::Passkey), rehash: None })
    }
}

impl SecondFactor {
    /// What is asked of a user who has set up these methods, must show one of some or not, on a device that is remembered
    /// or not.
    #[must_use]
    pub fn of(set_up: impl IntoIterator<Item = Method>, is_required: bool, is_remembered: bool) -> Self {
        match second_factors(set_up, is_required) {
            methods if methods.is_empty() => Self::NotSetUp,
            _ if is_remembered => Self::Remembered,
            methods => Self::Required(methods),
        }
    }
}

impl FactorRequired {
    /// The flow with which the sign-in goes on, if this is the same user and may still sign in.
    ///
    /// # Errors
    /// The reason for which the user may not sign in any more.
    pub fn begin_flow(
        &self,
        user: Option<&User>,
        delivery: Delivery,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Result<(Flow, Token), DenialReason> {
        let user = self.candidate.recheck(user)?;
        let (flow, token) = Flow::begin(user, FlowPurpose::SignIn, Beginning::Password, now, entropy);
        Ok((flow.delivering(delivery), token))
    }

    /// Who has shown the password.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.candidate.user
    }

    /// The methods of which one is asked for.
    #[must_use]
    pub fn methods(&self) -> &[Method] {
        &self.methods
    }

    /// A stronger hash of the password, to be stored in place of the one it was checked against.
    #[must_use]
    pub fn rehash(&self) -> Option<&PasswordHash> {
        self.rehash.as_ref()
    }
}

impl Authenticated {
    /// The same proof, if this is the same user and may still sign in.
    ///
    /// Checking a password takes long. Ask again inside the unit of work that stores the session, with the
    /// user as read there, so that nobody who was deactivated meanwhile gets in.
    ///
    /// # Errors
    /// The reason for which the user may not sign in any more.
    pub fn recheck(self, user: Option<&User>) -> Result<Self, DenialReason> {
        self.candidate.recheck(user)?;
        Ok(self)
    }

    /// Where the user has signed in.
    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        self.candidate.workspace
    }

    /// Who has signed in.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.candidate.user
    }

    /// When the last step passed.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// What the session is proved by.
    #[must_use]
    pub fn proof(&self) -> Proof {
        Proof { at: self.at, by: self.by }
    }

    /// A stronger hash of the password, to be stored in place of the one it was checked against.
    #[must_use]
    pub fn rehash(&self) -> Option<&PasswordHash> {
        self.rehash.as_ref()
    }
}

impl DenialReason {
    /// Its word in the ledger.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::NotActivated => "not_activated",
            Self::Deactivated => "deactivated",
            Self::WrongPassword => "wrong_password",
            Self::WrongFactor => "wrong_factor",
            Self::Passkey(error) => error.as_str(),
            Self::FlowEnded => "flow_ended",
            Self::Locked => "locked",
            Self::TooManySessions => "too_many_sessions",
            Self::Context(denial) => denial.as_str(),
        }
    }

    /// What is said outside, whatever the reason.
    #[must_use]
    pub const fn answer(self) -> SignInRefused {
        SignInRefused
    }
}

impl Candidate {
    fn of(user: &User) -> Result<Self, DenialReason> {
        match user.state {
            UserState::Active => Ok(Self { workspace: user.workspace, user: user.id }),
            UserState::Invited => Err(DenialReason::NotActivated),
            UserState::Deactivated => Err(DenialReason::Deactivated),
        }
    }

    /// The user, if it is the same one and may still sign in.
    fn recheck(self, user: Option<&User>) -> Result<&User, DenialReason> {
        let user = user.filter(|user| user.id == self.user && user.workspace == self.workspace);
        let user = user.ok_or(DenialReason::Unknown)?;
        Self::of(user).map(|_| user)
    }
}
