//! Showing once more who one is, before what could hurt.

mod needs;

use async_trait::async_trait;
use sutra_audit::{EntryDraft, Event, Target};
use sutra_crypto::Token;
use sutra_identity::{Password, PasswordHash, PasswordVerdict, Proof, Session, TryKind};
use sutra_kernel::{SessionId, UserId};

use self::needs::{Needs, needs};
use crate::{
    Caller, Engine, Error, SignedIn,
    sign_in::with_origin,
    work::{Attempt, Done, UseCase, Work},
};

/// Showing once more who one is: see [`Engine::step_up`].
#[derive(Clone, Copy)]
pub struct StepUp<'e> {
    pub(crate) engine: &'e Engine,
}

/// What comes after a step of a step-up.
pub enum StepUpStep {
    /// The session is proved anew, and goes on with another token.
    SteppedUp(Box<SignedIn>),
    /// It was not shown. The session stays as it is.
    Refused,
}

impl Engine {
    /// Refuses what needs a fresh proof to a caller who has none.
    ///
    /// # Security
    /// It comes before everything else, so that a request that was answered once is not answered again either.
    pub(crate) fn admit(&self, caller: &Caller, event: Event) -> Result<(), Error> {
        match needs(event) {
            Needs::FreshProof if !caller.is_proved(self.now()) => Err(Error::StepUpRequired),
            Needs::FreshProof | Needs::Nothing(_) => Ok(()),
        }
    }
}

impl StepUp<'_> {
    /// Shows the caller's password once more. The token before stops working, in every process.
    ///
    /// A wrong one counts as one at a sign-in does: whoever has found a session guesses no more often than others.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] without a session; [`Error::Unavailable`] if the store or the password work is;
    /// [`Error::RateLimited`] after too many refusals.
    pub async fn with_password(&self, caller: &Caller, password: String) -> Result<StepUpStep, Error> {
        let user = caller.user_id().ok_or(Error::Unauthenticated)?;
        let session = caller.session_id().ok_or(Error::Unauthenticated)?;
        let known = self.engine.candidate_of(caller.workspace(), user).await?;
        let reservation = self.engine.reserve(caller, TryKind::Password, known.account).await?;
        let hash = known.hash.filter(|_| reservation.is_some());
        let verdict = match Password::parse(password) {
            Ok(password) => self.engine.parts().passwords.verify(password, hash).await?,
            Err(_) => PasswordVerdict::No,
        };
        let proof = Proof::of_password(&verdict, self.engine.now());
        let Some((proof, reservation)) = proof.zip(reservation.as_ref()) else {
            if let Some(reservation) = &reservation {
                self.engine.enter_lock(caller, known.user.as_ref(), reservation).await?;
            }
            return self.refuse(caller, user).await;
        };
        let rehash = match verdict {
            PasswordVerdict::YesButRehash(hash) => Some(hash),
            PasswordVerdict::Yes | PasswordVerdict::No => None,
        };
        let step = self.prove(caller, &Prove { user, session, proof, rehash }).await?;
        self.engine.forgive(caller, reservation).await?;
        Ok(step)
    }

    async fn prove(&self, caller: &Caller, proved: &Prove) -> Result<StepUpStep, Error> {
        let (token, session) = self.engine.write(caller, proved).await?.value;
        let caller = Caller::of_session(&session, caller.request_id(), caller.origin().clone());
        Ok(StepUpStep::SteppedUp(Box::new(SignedIn { token, session, caller })))
    }

    async fn refuse(&self, caller: &Caller, user: UserId) -> Result<StepUpStep, Error> {
        let entry = EntryDraft::new(Event::StepUpRefuse).target(Target::thing("user", user.uuid()));
        self.engine.enter_counted(caller, caller, "step_up", with_origin(entry, caller)).await?;
        Ok(StepUpStep::Refused)
    }
}

/// Gives a session its new proof and its new token.
struct Prove {
    user: UserId,
    session: SessionId,
    proof: Proof,
    rehash: Option<PasswordHash>,
}

#[async_trait]
impl UseCase for Prove {
    type Output = (Token, Session);

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::StepUpSucceed, target: Some(Target::thing("user", self.user.uuid())) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Self::Output>, Error> {
        let sessions = work.unit.sessions_of(self.user).await?;
        let session = sessions.into_iter().find(|session| session.id == self.session);
        let mut session = session.ok_or(Error::Unauthenticated)?;
        let token = session.prove(self.proof, work.entropy());
        let is_active = work.plan().subject().active;
        if !is_active || !work.unit.renew_session(&session).await? {
            return Err(Error::Unauthenticated);
        }
        if let Some(hash) = &self.rehash {
            let sealed = work.seal_password(self.user, hash).await?;
            work.unit.put_password(self.user, sealed).await?;
        }
        let details = [("by", self.proof.by.as_str())];
        let entry = work.authentication(Event::StepUpSucceed, self.user, &details).await?;
        Ok(Done::new((token, session), entry))
    }
}
