//! How a step of a sign-in ends: with a session, with a challenge, or not at all.

use sutra_audit::{EntryDraft, Event, Target};
use sutra_identity::{
    AtSessionLimit, Authenticated, Beginning, Delivery, DenialReason, FactorRequired, Flow, FlowPurpose,
    PasswordPolicy, ProvedBy, RememberedDevice, Session, User,
};

use sutra_kernel::UserId;

use super::{Challenge, SignIn, SignInStep, SignedIn, with_origin};
use crate::{Caller, Error, work::Work};

impl SignIn<'_> {
    pub(super) async fn open(
        &self,
        caller: &Caller,
        proof: Authenticated,
        delivery: Delivery,
        device: Option<&RememberedDevice>,
    ) -> Result<SignInStep, Error> {
        let user = proof.user();
        let mut work = self.engine.begin(caller).await?;
        let found = work.unit.find_user(user).await?;
        let proof = match proof.recheck(found.as_ref()).and_then(|proof| {
            work.require_context(found.as_ref())?;
            Ok(proof)
        }) {
            Ok(proof) => proof,
            Err(reason) => {
                work.cancel().await?;
                return self.refuse(caller, found.as_ref(), reason).await;
            }
        };
        if let Some(device) = device {
            // It was forgotten meanwhile, by its user or with what was set up: it stands in for nothing.
            let is_known = work.unit.use_device(device.id, work.now).await?;
            if !is_known && proof.proof().by == ProvedBy::Device {
                work.cancel().await?;
                return self.refuse(caller, found.as_ref(), DenialReason::WrongFactor).await;
            }
        }
        work.rehash(user, proof.rehash()).await?;
        match work.complete(proof, delivery).await? {
            Ok((step, entry)) => {
                work.commit(vec![entry]).await?;
                Ok(step)
            }
            Err(reason) => {
                work.cancel().await?;
                self.refuse(caller, found.as_ref(), reason).await
            }
        }
    }

    /// Lets whoever has shown the password go on with a second factor.
    pub(super) async fn challenge(
        &self,
        caller: &Caller,
        required: &FactorRequired,
        delivery: Delivery,
    ) -> Result<SignInStep, Error> {
        let user = required.user();
        let mut work = self.engine.begin(caller).await?;
        let found = work.unit.find_user(user).await?;
        let begun = required.begin_flow(found.as_ref(), delivery, work.now, work.entropy());
        let (flow, token) = match begun.and_then(|begun| {
            work.require_context(found.as_ref())?;
            Ok(begun)
        }) {
            Ok(begun) => begun,
            Err(reason) => {
                work.cancel().await?;
                return self.refuse(caller, found.as_ref(), reason).await;
            }
        };
        work.rehash(user, required.rehash()).await?;
        let entry = work.begin_flow(&flow).await?;
        work.commit(vec![entry]).await?;
        let methods = required.methods().to_vec();
        Ok(SignInStep::FactorRequired(Box::new(Challenge {
            flow: token,
            methods,
            expires_at: flow.expires_at,
        })))
    }

    /// Enters the refusal, counted by where it came from whoever was tried. One for an unknown user goes into
    /// the instance's ledger, so that strangers cannot fill a workspace's.
    pub(super) async fn refuse(
        &self,
        caller: &Caller,
        user: Option<&User>,
        reason: DenialReason,
    ) -> Result<SignInStep, Error> {
        let entry = EntryDraft::new(Event::SignInRefuse).detail("reason", reason.as_str());
        let entry = with_origin(entry, caller);
        let stranger = caller.at_the_instance();
        let (ledger, entry) = match user {
            Some(user) => (caller, entry.target(Target::thing("user", user.id.uuid()))),
            None => (&stranger, entry),
        };
        self.engine.enter_counted(&stranger, ledger, "sign_in", entry).await?;
        Ok(SignInStep::Refused)
    }
}

impl Work<'_> {
    /// What comes after every step has passed: a session, unless the password has expired.
    pub(super) async fn complete(
        &mut self,
        proof: Authenticated,
        delivery: Delivery,
    ) -> Result<Result<(SignInStep, EntryDraft), DenialReason>, Error> {
        let Some(password) = self.find_password(proof.user()).await? else {
            return Err(Error::internal("whoever has signed in has no password"));
        };
        let policy = self.authority.settings.password.as_ref();
        // Nobody knows since when a password counts that another system has made: it has expired.
        let expired = |policy: &PasswordPolicy| match password.chosen_at() {
            Some(chosen_at) => policy.has_expired(chosen_at, self.now),
            None => policy.max_age_days.is_some(),
        };
        if !policy.is_some_and(expired) {
            if !self.make_room(proof.user()).await? {
                return Ok(Err(DenialReason::TooManySessions));
            }
            let (signed_in, entry) = self.open_session(proof, delivery).await?;
            return Ok(Ok((SignInStep::SignedIn(signed_in), entry)));
        }
        let (challenge, entry) = self.expire(&proof).await?;
        Ok(Ok((SignInStep::PasswordExpired(Box::new(challenge)), entry)))
    }

    /// Makes room for one more session of a user, if there is none; false if none is made.
    pub(super) async fn make_room(&mut self, user: UserId) -> Result<bool, Error> {
        let policy = self.authority.settings.session.unwrap_or(self.parts.sessions);
        let Some(limit) = policy.limit.map(usize::from) else { return Ok(true) };
        // Of two sign-ins at the same time, the second counts the first.
        self.unit.lock().await?;
        let mut live = self.unit.sessions_of(user).await?;
        live.retain(|session| session.is_live(self.now));
        if live.len() >= limit && policy.at_limit == AtSessionLimit::Refuse {
            return Ok(false);
        }
        // The newest come first.
        for session in live.iter().skip(limit.saturating_sub(1)) {
            self.unit.end_session(session.id, self.now).await?;
        }
        Ok(true)
    }

    /// Lets whoever has passed every step choose another password, and nothing else.
    async fn expire(&mut self, proof: &Authenticated) -> Result<(Challenge, EntryDraft), Error> {
        let user = self.unit.find_user(proof.user()).await?.ok_or(Error::Unauthenticated)?;
        let (purpose, began) = (FlowPurpose::PasswordChange, Beginning::Password);
        let (mut flow, token) = Flow::begin(&user, purpose, began, self.now, self.entropy());
        if let ProvedBy::Method(method) = proof.proof().by {
            flow.passed.push(method);
        }
        let entry = self.begin_flow(&flow).await?;
        let set_up = self.unit.factors_of(user.id).await?;
        let methods = flow.asks_for(set_up.iter().map(|factor| factor.method), false);
        Ok((Challenge { flow: token, methods, expires_at: flow.expires_at }, entry))
    }

    /// Opens a session for whoever has passed every step. From now on the user is the caller.
    pub(super) async fn open_session(
        &mut self,
        proof: Authenticated,
        delivery: Delivery,
    ) -> Result<(Box<SignedIn>, EntryDraft), Error> {
        let (user, by) = (proof.user(), proof.proof().by);
        let policy = self.authority.settings.session.unwrap_or(self.parts.sessions);
        let (opened, token) = Session::open(proof, delivery, policy, self.now, self.entropy());
        let origin = self.caller.origin().clone();
        let opened = opened.opened_from(origin.address.as_deref(), origin.user_agent.as_deref());
        self.unit.put_session(&opened).await?;
        let session = opened.into_session();
        let caller = Caller::of_session(&session, self.caller.request_id(), origin);
        self.caller = caller.clone();
        let entry = self.authentication(Event::SignInSucceed, user, &[("factor", by.as_str())]).await?;
        Ok((Box::new(SignedIn { token, session, caller, device: None }), entry))
    }

    /// Stores a flow that a right password has begun.
    pub(crate) async fn begin_flow(&mut self, flow: &Flow) -> Result<EntryDraft, Error> {
        self.unit.put_flow(flow, self.now).await?;
        let details = [("purpose", flow.purpose.as_str())];
        self.authentication(Event::FactorChallenge, flow.user, &details).await
    }
}
