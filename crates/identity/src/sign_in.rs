//! Signing in: a state machine without input or output.

use sutra_kernel::{Timestamp, UserId, WorkspaceId};

use crate::{PasswordHash, PasswordVerdict, Proof, ProvedBy, User, UserState};

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

/// What comes after a step. A further factor will be a further variant, and break every `match`.
pub enum SignInOutcome {
    /// Every required step has passed.
    Complete(Authenticated),
    /// The sign-in is over. The reason is for the ledger; outside there is one [answer](DenialReason::answer).
    Denied(DenialReason),
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
    /// There were too many wrong passwords before; this one was not looked at.
    Locked,
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

    /// Takes what became of checking the password.
    ///
    /// If several reasons deny, the first of unknown, not activated, deactivated and wrong password is told.
    #[must_use]
    pub fn password(self, verdict: PasswordVerdict, now: Timestamp) -> SignInOutcome {
        let candidate = match self.candidate {
            Ok(candidate) => candidate,
            Err(reason) => return SignInOutcome::Denied(reason),
        };
        let rehash = match verdict {
            PasswordVerdict::No => return SignInOutcome::Denied(DenialReason::WrongPassword),
            PasswordVerdict::Yes => None,
            PasswordVerdict::YesButRehash(hash) => Some(hash),
        };
        SignInOutcome::Complete(Authenticated { candidate, at: now, rehash })
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
        let user = user.filter(|user| user.id == self.user() && user.workspace == self.workspace());
        Candidate::of(user.ok_or(DenialReason::Unknown)?)?;
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
        Proof { at: self.at, by: ProvedBy::Password }
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
            Self::Locked => "locked",
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
}
