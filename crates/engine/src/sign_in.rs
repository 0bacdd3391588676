//! Signing in and out.

mod answer;
mod candidate;
mod open;
mod passkey;

use async_trait::async_trait;
use sutra_audit::{EntryDraft, Event, Target};
use sutra_crypto::Token;
use sutra_identity::{
    Delivery, DenialReason, Method, Password, PasswordHash, PasswordVerdict, Session, SignInProgress,
    StoredPassword, TryKind,
};
use sutra_kernel::{Timestamp, UserId};

pub(crate) use self::candidate::Candidate;
use crate::{
    Caller, Engine, Error, FactorAnswer, PasskeyShown,
    work::{Attempt, Done, UseCase, Work},
};

/// Signing in and out: see [`Engine::sign_in`].
#[derive(Clone, Copy)]
pub struct SignIn<'e> {
    pub(crate) engine: &'e Engine,
}

/// What somebody typed to sign in.
pub struct Credentials {
    /// The e-mail address.
    pub email: String,
    /// The password.
    pub password: String,
    /// How the session's token is to travel.
    pub delivery: Delivery,
    /// The token of a device on which a second factor was shown before, if there is one.
    pub device: Option<String>,
}

/// What comes after a step of a sign-in.
pub enum SignInStep {
    /// Every step has passed.
    SignedIn(Box<SignedIn>),
    /// The password was right, and a second factor is asked for.
    FactorRequired(Box<Challenge>),
    /// All was right, and the password has expired: choose another with [`Passwords::choose`](crate::Passwords::choose).
    PasswordExpired(Box<Challenge>),
    /// It is over. Why, only the ledger knows.
    Refused,
}

/// A second factor is asked for: what goes on with [`SignIn::with_factor`], or with
/// [`StepUp::with_factor`](crate::StepUp::with_factor).
pub struct Challenge {
    /// The token of the flow, shown once.
    pub flow: Token,
    /// The methods of which one is asked for.
    pub methods: Vec<Method>,
    /// From when on the flow is good for nothing.
    pub expires_at: Timestamp,
}

/// A session that was just opened.
pub struct SignedIn {
    /// The token, shown once.
    pub token: Token,
    /// The session.
    pub session: Session,
    /// The user, who is the caller from now on.
    pub caller: Caller,
    /// The token of the device, shown once, if it is remembered from now on.
    pub device: Option<Token>,
}

impl SignIn<'_> {
    /// Signs in with a password.
    ///
    /// An unknown user, a wrong password and a user who may not sign in get the same answer and cost the same.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the store or the password work is; [`Error::RateLimited`] after too many
    /// refusals from one address.
    pub async fn with_password(
        &self,
        caller: &Caller,
        credentials: Credentials,
    ) -> Result<SignInStep, Error> {
        let engine = self.engine;
        let device = credentials.device.as_deref();
        let candidate = engine.candidate(caller, &credentials.email, device).await?;
        let second = candidate.second(engine.now());
        let Candidate { user, password, account, device, .. } = candidate;
        let reservation = engine.reserve(caller, TryKind::Password, account).await?;
        // A password that is not looked at takes as long as one that is.
        let hash = password.filter(|_| reservation.is_some()).map(StoredPassword::into_hash);
        let machine = sutra_identity::SignIn::begin(user.as_ref());
        let verdict = engine.verify_password(credentials.password, hash).await?;
        let Some(reservation) = reservation else {
            return self.refuse(caller, user.as_ref(), DenialReason::Locked).await;
        };
        let step = match machine.password(verdict, second, engine.now()) {
            SignInProgress::Complete(proof) => {
                self.open(caller, proof, credentials.delivery, device.as_ref()).await?
            }
            SignInProgress::FactorRequired(required) => {
                self.challenge(caller, &required, credentials.delivery).await?
            }
            SignInProgress::Denied(reason) => {
                engine.enter_lock(caller, user.as_ref(), &reservation).await?;
                return self.refuse(caller, user.as_ref(), reason).await;
            }
        };
        if !matches!(step, SignInStep::Refused) {
            engine.forgive(caller, &reservation).await?;
        }
        Ok(step)
    }

    /// Goes on with a sign-in that asks for a second factor, with what somebody typed for it.
    ///
    /// Whatever is wrong has one answer. The flow takes five answers in ten minutes. If the device is to be remembered, no
    /// second factor is asked for on it for a while, as far as administrators allow that.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the store is; [`Error::RateLimited`] after too many refusals from one address.
    pub async fn with_factor(
        &self,
        caller: &Caller,
        flow: &str,
        answer: &FactorAnswer,
        remember: bool,
    ) -> Result<SignInStep, Error> {
        answer::finish(*self, &caller.at_the_instance(), flow, answer, remember).await
    }

    /// Signs in with a passkey alone, which says whose it is: the challenge is of
    /// [`Factors::begin_passkey_sign_in`](crate::Factors::begin_passkey_sign_in).
    ///
    /// No lock holds against a passkey, since nobody guesses one; an expired password is asked for another time.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the store is; [`Error::BadInput`] where passkeys cannot be used.
    pub async fn with_passkey(
        &self,
        caller: &Caller,
        shown: &PasskeyShown,
        delivery: Delivery,
    ) -> Result<SignInStep, Error> {
        passkey::finish(*self, caller, shown, delivery).await
    }

    /// Ends the caller's own session.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] without a session.
    pub async fn sign_out(&self, caller: &Caller) -> Result<(), Error> {
        self.engine.write(caller, &SignOut).await.map(|_| ())
    }
}

struct SignOut;

#[async_trait]
impl UseCase for SignOut {
    type Output = ();

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::SignOut, target: None }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<()>, Error> {
        let user = work.user()?;
        let session = work.caller.session_id().ok_or(Error::Unauthenticated)?;
        if !work.unit.end_session(session, work.now).await? {
            return Ok(Done::unchanged(()));
        }
        Ok(Done::new((), work.authentication(Event::SignOut, user, &[]).await?))
    }
}

impl Engine {
    /// Checks what was typed as a password. What cannot be one is wrong.
    pub(crate) async fn verify_password(
        &self,
        typed: String,
        hash: Option<PasswordHash>,
    ) -> Result<PasswordVerdict, Error> {
        match Password::parse(typed) {
            Ok(password) => Ok(self.parts().passwords.verify(password, hash).await?),
            Err(_) => Ok(PasswordVerdict::No),
        }
    }
}

impl Work<'_> {
    /// An entry about a user's way in or out, with where the request came from.
    pub(crate) async fn authentication(
        &mut self,
        event: Event,
        user: UserId,
        details: &[(&str, &str)],
    ) -> Result<EntryDraft, Error> {
        let entry = EntryDraft::new(event).target(Target::thing("user", user.uuid()));
        let entry = details.iter().fold(entry, |entry, (key, value)| entry.detail(*key, *value));
        let entry = with_origin(entry, &self.caller);
        self.seal_detail(entry).await
    }
}

pub(crate) fn with_origin(mut entry: EntryDraft, caller: &Caller) -> EntryDraft {
    let origin = caller.origin();
    if let Some(address) = &origin.address {
        entry = entry.detail("address", address);
    }
    if let Some(agent) = &origin.user_agent {
        entry = entry.detail("userAgent", agent);
    }
    entry
}
