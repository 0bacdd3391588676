//! Signing in with a passkey alone.

use async_trait::async_trait;
use sutra_audit::Event;
use sutra_identity::{Delivery, DenialReason, SignIn as Machine};

use super::{SignIn, SignInStep};
use crate::{
    Caller, Error, PasskeyShown,
    factors::{Ceremony, PasskeyDenied},
    work::{Attempt, Done, UseCase, Work},
};

pub(super) async fn finish(
    sign_in: SignIn<'_>,
    caller: &Caller,
    shown: &PasskeyShown,
    delivery: Delivery,
) -> Result<SignInStep, Error> {
    match sign_in.engine.write(caller, &Open { shown, delivery }).await?.value {
        Ok(step) => Ok(step),
        Err(PasskeyDenied { user, reason }) => sign_in.refuse(caller, user.as_ref(), reason).await,
    }
}

/// Uses the answer up and opens the session, both or neither.
struct Open<'a> {
    shown: &'a PasskeyShown,
    delivery: Delivery,
}

#[async_trait]
impl UseCase for Open<'_> {
    type Output = Result<SignInStep, PasskeyDenied>;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::SignInSucceed, target: None }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Self::Output>, Error> {
        let (user, used) = match work.use_passkey(Ceremony::SignIn, self.shown).await? {
            Ok(shown) => shown,
            Err(denied) => return Ok(Done::unchanged(Err(denied))),
        };
        let denied = |reason| Ok(Done::unchanged(Err(PasskeyDenied { user: Some(user.clone()), reason })));
        let proof = Machine::passkey(Some(&user), &used, work.now).and_then(|proof| {
            work.require_context(Some(&user))?;
            Ok(proof)
        });
        let proof = match proof {
            Ok(proof) => proof,
            Err(reason) => return denied(reason),
        };
        if !work.make_room(user.id).await? {
            return denied(DenialReason::TooManySessions);
        }
        let (signed_in, entry) = work.open_session(proof, self.delivery).await?;
        Ok(Done::new(Ok(SignInStep::SignedIn(signed_in)), entry))
    }
}
