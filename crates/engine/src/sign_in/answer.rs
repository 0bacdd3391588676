//! Going on with a second factor.

use async_trait::async_trait;
use sutra_audit::Event;
use sutra_crypto::Token;
use sutra_identity::{Delivery, DenialReason, FlowPurpose, RememberedDevice, SignIn as Machine, User};

use super::{SignIn, SignInStep};
use crate::{
    Caller, Error, FactorAnswer,
    flows::Pending,
    work::{Attempt, Done, UseCase, Work},
};

pub(super) async fn finish(
    sign_in: SignIn<'_>,
    caller: &Caller,
    flow: &str,
    answer: &FactorAnswer,
    remember: bool,
) -> Result<SignInStep, Error> {
    let engine = sign_in.engine;
    let Some((caller, token)) = engine.follow(caller, flow).await? else {
        return sign_in.refuse(caller, None, DenialReason::FlowEnded).await;
    };
    let caller = &caller;
    let Some(mut pending) = engine.pending(caller, &token).await? else {
        return sign_in.refuse(caller, None, DenialReason::FlowEnded).await;
    };
    let taken = engine.take_answer(caller, &mut pending, FlowPurpose::SignIn, answer.method).await?;
    let reservation = match taken {
        Ok(reservation) => reservation,
        Err(reason) => return sign_in.refuse(caller, Some(&pending.user), reason).await,
    };
    let finished = engine.write(caller, &Finish { pending: &pending, answer, remember }).await?.value;
    engine.settle(caller, &pending.user, reservation.as_ref(), finished.is_ok()).await?;
    match finished {
        Ok(step) => Ok(step),
        Err(reason) => sign_in.refuse(caller, Some(&pending.user), reason).await,
    }
}

/// Uses an answer up and opens the session, both or neither.
struct Finish<'a> {
    pending: &'a Pending,
    answer: &'a FactorAnswer,
    remember: bool,
}

#[async_trait]
impl UseCase for Finish<'_> {
    type Output = Result<SignInStep, DenialReason>;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::SignInSucceed, target: None }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Self::Output>, Error> {
        let Pending { flow, user, .. } = self.pending;
        let shown = work.check_answer(self.pending, self.answer).await?.map(|()| self.answer.method);
        let found = work.unit.find_user(user.id).await?;
        let proof = Machine::factor(flow, found.as_ref(), shown, work.now).and_then(|proof| {
            work.require_context(found.as_ref())?;
            Ok(proof)
        });
        let proof = match proof {
            Ok(proof) => proof,
            Err(reason) => return Ok(Done::unchanged(Err(reason))),
        };
        if !work.unit.end_flow(flow.id).await? {
            return Ok(Done::unchanged(Err(DenialReason::FlowEnded)));
        }
        let delivery = flow.delivery.unwrap_or(Delivery::Cookie);
        let (mut step, entry) = match work.complete(proof, delivery).await? {
            Ok(completed) => completed,
            Err(reason) => return Ok(Done::unchanged(Err(reason))),
        };
        if let SignInStep::SignedIn(signed_in) = &mut step
            && self.remember
        {
            signed_in.device = work.remember_device(user).await?;
        }
        Ok(Done::new(Ok(step), entry))
    }
}

impl Work<'_> {
    /// Remembers the device of somebody who has just shown a second factor, if administrators allow that.
    async fn remember_device(&mut self, user: &User) -> Result<Option<Token>, Error> {
        let lifetime = self.authority.settings.remembers_devices(user, self.now);
        let Some(lifetime) = lifetime else { return Ok(None) };
        let (device, token) = RememberedDevice::remember(user, lifetime, self.now, self.entropy());
        let origin = self.caller.origin();
        let device = device.seen_at(origin.address.as_deref(), origin.user_agent.as_deref());
        self.unit.put_device(&device).await?;
        Ok(Some(token))
    }
}
