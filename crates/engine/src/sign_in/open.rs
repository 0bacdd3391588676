//! How a step of a sign-in ends: with a session, with a challenge, or not at all.

use sutra_audit::{EntryDraft, Event, Target};
use sutra_identity::{Authenticated, Delivery, DenialReason, FactorRequired, Flow, Session, User};

use super::{Challenge, SignIn, SignInStep, SignedIn, with_origin};
use crate::{Caller, Error, work::Work};

impl SignIn<'_> {
    pub(super) async fn open(
        &self,
        caller: &Caller,
        proof: Authenticated,
        delivery: Delivery,
    ) -> Result<SignInStep, Error> {
        let user = proof.user();
        let mut work = self.engine.begin(caller).await?;
        let found = work.unit.find_user(user).await?;
        let proof = match proof.recheck(found.as_ref()) {
            Ok(proof) => proof,
            Err(reason) => {
                work.cancel().await?;
                return self.refuse(caller, found.as_ref(), reason).await;
            }
        };
        if let Some(hash) = proof.rehash() {
            let sealed = work.seal_password(user, hash).await?;
            work.unit.put_password(user, sealed).await?;
        }
        let (signed_in, entry) = work.open_session(proof, delivery).await?;
        work.commit(vec![entry]).await?;
        Ok(SignInStep::SignedIn(signed_in))
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
        let (flow, token) = match required.begin_flow(found.as_ref(), delivery, work.now, work.entropy()) {
            Ok(begun) => begun,
            Err(reason) => {
                work.cancel().await?;
                return self.refuse(caller, found.as_ref(), reason).await;
            }
        };
        if let Some(hash) = required.rehash() {
            let sealed = work.seal_password(user, hash).await?;
            work.unit.put_password(user, sealed).await?;
        }
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
        Ok((Box::new(SignedIn { token, session, caller }), entry))
    }

    /// Stores a flow that a right password has begun.
    pub(crate) async fn begin_flow(&mut self, flow: &Flow) -> Result<EntryDraft, Error> {
        self.unit.put_flow(flow, self.now).await?;
        let details = [("purpose", flow.purpose.as_str())];
        self.authentication(Event::FactorChallenge, flow.user, &details).await
    }
}
