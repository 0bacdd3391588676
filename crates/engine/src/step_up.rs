//! Showing once more who one is, before what could hurt.

mod needs;

use async_trait::async_trait;
use sutra_audit::{EntryDraft, Event, Target};
use sutra_crypto::Token;
use sutra_identity::{
    Beginning, Flow, FlowPurpose, Method, PasswordHash, PasswordVerdict, Proof, ProvedBy, SecondFactor,
    Session, StoredPassword, TryKind, User,
};
use sutra_kernel::{SessionId, UserId};

use self::needs::{Needs, needs};
use crate::{
    Caller, Challenge, Engine, Error, FactorAnswer, PasskeyShown, SignedIn,
    factors::Ceremony,
    flows::Pending,
    sign_in::with_origin,
    throttle::Reservation,
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
    /// The password was right, and a second factor is asked for.
    FactorRequired(Box<Challenge>),
    /// It was not shown. The session stays as it is.
    Refused,
}

impl Engine {
    /// Refuses what needs a fresh proof to a caller who has none, and every change to a token that only reads.
    ///
    /// # Security
    /// It comes before everything else, so that a request that was answered once is not answered again either.
    pub(crate) fn admit(&self, caller: &Caller, event: Event) -> Result<(), Error> {
        if caller.only_reads() {
            return Err(Error::Forbidden("this token may read here, and change nothing".to_owned()));
        }
        match needs(event) {
            Needs::OwnProof if caller.is_token() => {
                Err(Error::Forbidden("no token changes how somebody signs in; sign in for that".to_owned()))
            }
            Needs::FreshProof | Needs::OwnProof if !caller.is_proved(self.now()) => {
                Err(Error::StepUpRequired)
            }
            Needs::FreshProof | Needs::OwnProof | Needs::Nothing(_) => Ok(()),
        }
    }
}

impl StepUp<'_> {
    /// Shows the caller's password once more. The token before stops working, in every process. Whoever has set up a
    /// second factor is asked for that, too.
    ///
    /// A wrong one counts as one at a sign-in does: whoever has found a session guesses no more often than others.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] without a session; [`Error::Unavailable`] if the store or the password work is;
    /// [`Error::RateLimited`] after too many refusals.
    pub async fn with_password(&self, caller: &Caller, password: String) -> Result<StepUpStep, Error> {
        let session = caller.session_id().ok_or(Error::Unauthenticated)?;
        let engine = self.engine;
        let Some(shown) = engine.show_password(caller, password).await? else {
            return self.refuse(caller).await;
        };
        let OwnPassword { user, set_up, second, proof, rehash, reservation } = shown;
        let step = match second {
            SecondFactor::Required(_) => {
                let begun = (&user, FlowPurpose::StepUp, Beginning::Password);
                let challenge = engine.begin_flow_in(caller, session, begun, &set_up).await?;
                StepUpStep::FactorRequired(Box::new(challenge))
            }
            SecondFactor::NotSetUp | SecondFactor::Remembered => {
                self.prove(caller, &Prove { user: user.id, session, proof, rehash }).await?
            }
        };
        engine.forgive(caller, &reservation).await?;
        Ok(step)
    }

    /// Goes on with a step-up that asks for a second factor, with what somebody typed for it.
    ///
    /// # Errors
    /// As [`with_password`](Self::with_password).
    pub async fn with_factor(
        &self,
        caller: &Caller,
        flow: &str,
        answer: &FactorAnswer,
    ) -> Result<StepUpStep, Error> {
        let session = caller.session_id().ok_or(Error::Unauthenticated)?;
        let engine = self.engine;
        let pending = match engine.follow(caller, flow).await? {
            Some((caller, token)) => engine.pending(&caller, &token).await?,
            None => None,
        };
        let Some(mut pending) = pending else { return self.refuse(caller).await };
        let taken = engine.take_answer(caller, &mut pending, FlowPurpose::StepUp, answer.method).await?;
        let Ok(reservation) = taken else { return self.refuse(caller).await };
        let case = ProveByFactor { pending: &pending, answer, session };
        let proved = engine.write(caller, &case).await?.value;
        engine.settle(caller, &pending.user, reservation.as_ref(), proved.is_some()).await?;
        match proved {
            Some((token, session)) => Ok(stepped_up(caller, token, session)),
            None => self.refuse(caller).await,
        }
    }

    /// Shows one of the caller's own passkeys, and nothing beside it: the authenticator has verified who holds it. The
    /// challenge is of [`Factors::begin_passkey_step_up`](crate::Factors::begin_passkey_step_up).
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] without a session; [`Error::Unavailable`] if the store is.
    pub async fn with_passkey(&self, caller: &Caller, shown: &PasskeyShown) -> Result<StepUpStep, Error> {
        let session = caller.session_id().ok_or(Error::Unauthenticated)?;
        match self.engine.write(caller, &ProveByPasskey { shown, session }).await?.value {
            Some((token, session)) => Ok(stepped_up(caller, token, session)),
            None => self.refuse(caller).await,
        }
    }

    async fn prove(&self, caller: &Caller, proved: &Prove) -> Result<StepUpStep, Error> {
        let (token, session) = self.engine.write(caller, proved).await?.value;
        Ok(stepped_up(caller, token, session))
    }

    async fn refuse(&self, caller: &Caller) -> Result<StepUpStep, Error> {
        self.engine.refuse_own(caller).await?;
        Ok(StepUpStep::Refused)
    }
}

/// That the caller has shown the password once more.
pub(crate) struct OwnPassword {
    pub(crate) user: User,
    /// What was set up beside it.
    pub(crate) set_up: Vec<Method>,
    /// What is asked for beside it.
    pub(crate) second: SecondFactor,
    pub(crate) proof: Proof,
    pub(crate) rehash: Option<PasswordHash>,
    pub(crate) reservation: Reservation,
}

impl Engine {
    /// Checks the caller's own password. A wrong one counts as one at a sign-in does.
    pub(crate) async fn show_password(
        &self,
        caller: &Caller,
        typed: String,
    ) -> Result<Option<OwnPassword>, Error> {
        let (user, known) = self.own_candidate(caller).await?;
        let second = known.second(self.now());
        let reservation = self.reserve(caller, TryKind::Password, known.account).await?;
        let hash = known.password.filter(|_| reservation.is_some()).map(StoredPassword::into_hash);
        let verdict = self.verify_password(typed, hash).await?;
        let Some(reservation) = reservation else { return Ok(None) };
        let Some(proof) = Proof::of_password(&verdict, self.now()) else {
            self.enter_lock(caller, Some(&user), &reservation).await?;
            return Ok(None);
        };
        let (set_up, rehash) = (known.set_up, rehash_of(verdict));
        Ok(Some(OwnPassword { user, set_up, second, proof, rehash, reservation }))
    }

    /// Begins a flow in the caller's own session.
    pub(crate) async fn begin_flow_in(
        &self,
        caller: &Caller,
        session: SessionId,
        (user, purpose, began_with): (&User, FlowPurpose, Beginning),
        set_up: &[Method],
    ) -> Result<Challenge, Error> {
        let mut work = self.begin(caller).await?;
        let (flow, token) = Flow::begin(user, purpose, began_with, work.now, work.entropy());
        let flow = flow.within(session);
        let is_required = work.authority.settings.must_show_second(user, work.now);
        let methods = flow.asks_for(set_up.iter().copied(), is_required);
        let entry = work.begin_flow(&flow).await;
        work.conclude(entry.map(|entry| vec![entry])).await?;
        Ok(Challenge { flow: token, methods, expires_at: flow.expires_at })
    }

    /// Enters that a signed-in user has failed to show who they are.
    pub(crate) async fn refuse_own(&self, caller: &Caller) -> Result<(), Error> {
        let user = caller.user_id().ok_or(Error::Unauthenticated)?;
        let entry = EntryDraft::new(Event::StepUpRefuse).target(Target::thing("user", user.uuid()));
        self.enter_counted(caller, caller, "step_up", with_origin(entry, caller)).await
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
        work.rehash(self.user, self.rehash.as_ref()).await?;
        let (proved, entry) = work.prove(self.user, self.session, self.proof).await?;
        Ok(Done::new(proved, entry))
    }
}

/// Uses an answer up, and gives the session its new proof: both or neither.
struct ProveByFactor<'a> {
    pending: &'a Pending,
    answer: &'a FactorAnswer,
    session: SessionId,
}

#[async_trait]
impl UseCase for ProveByFactor<'_> {
    type Output = Option<(Token, Session)>;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::StepUpSucceed, target: None }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Self::Output>, Error> {
        let Pending { flow, user, .. } = self.pending;
        let shown = work.check_answer(self.pending, self.answer).await?;
        if shown.is_err() || !work.unit.end_flow(flow.id).await? {
            return Ok(Done::unchanged(None));
        }
        let proof = Proof { at: work.now, by: ProvedBy::Method(self.answer.method) };
        let (proved, entry) = work.prove(user.id, self.session, proof).await?;
        Ok(Done::new(Some(proved), entry))
    }
}

/// Uses the answer of a passkey up, and gives the session its new proof: both or neither.
struct ProveByPasskey<'a> {
    shown: &'a PasskeyShown,
    session: SessionId,
}

#[async_trait]
impl UseCase for ProveByPasskey<'_> {
    type Output = Option<(Token, Session)>;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::StepUpSucceed, target: None }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Self::Output>, Error> {
        let own = work.user()?;
        let answered = work.use_passkey(Ceremony::StepUp(self.session), self.shown).await?;
        if !answered.is_ok_and(|(user, _)| user.id == own) {
            return Ok(Done::unchanged(None));
        }
        let proof = Proof { at: work.now, by: ProvedBy::Method(Method::Passkey) };
        let (proved, entry) = work.prove(own, self.session, proof).await?;
        Ok(Done::new(Some(proved), entry))
    }
}

impl Work<'_> {
    /// Gives a session its new proof and its new token.
    async fn prove(
        &mut self,
        user: UserId,
        session: SessionId,
        proof: Proof,
    ) -> Result<((Token, Session), EntryDraft), Error> {
        let sessions = self.unit.sessions_of(user).await?;
        let session = sessions.into_iter().find(|it| it.id == session);
        let mut session = session.ok_or(Error::Unauthenticated)?;
        let token = session.prove(proof, self.entropy());
        let is_active = self.plan().subject().active;
        if !is_active || !self.unit.renew_session(&session).await? {
            return Err(Error::Unauthenticated);
        }
        let entry = self.authentication(Event::StepUpSucceed, user, &[("by", proof.by.as_str())]).await?;
        Ok(((token, session), entry))
    }
}

fn stepped_up(caller: &Caller, token: Token, session: Session) -> StepUpStep {
    let caller = Caller::of_session(&session, caller.request_id(), caller.origin().clone());
    StepUpStep::SteppedUp(Box::new(SignedIn { token, session, caller, device: None }))
}

fn rehash_of(verdict: PasswordVerdict) -> Option<PasswordHash> {
    match verdict {
        PasswordVerdict::YesButRehash(hash) => Some(hash),
        PasswordVerdict::Yes | PasswordVerdict::No => None,
    }
}
