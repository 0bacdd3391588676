//! The second step: what is asked for, and the new password.

use async_trait::async_trait;
use sutra_audit::{EntryDraft, Event};
use sutra_identity::{DenialReason, FlowPurpose, Notice, PasswordHash, UserState};

use super::{PasswordStep, has_second, reset::resetting};
use crate::{
    Caller, Engine, Error, FactorAnswer,
    flows::Pending,
    sign_in::with_origin,
    throttle::Reservation,
    work::{Attempt, Done, UseCase, Work},
};

pub(super) async fn choose(
    engine: &Engine,
    caller: &Caller,
    flow: &str,
    answer: Option<&FactorAnswer>,
    password: String,
) -> Result<PasswordStep, Error> {
    let Some((caller, token)) = engine.follow(caller, flow).await? else {
        return refuse(engine, caller).await;
    };
    let caller = &caller;
    let Some(mut pending) = engine.pending(caller, &token).await? else {
        return refuse(engine, caller).await;
    };
    if !matches!(pending.flow.purpose, FlowPurpose::PasswordChange | FlowPurpose::PasswordReset) {
        return refuse(engine, caller).await;
    }
    let known = engine.candidate(caller, pending.user.email.as_str(), None).await?;
    // Nothing secret is looked at yet: whoever chooses badly loses no answer.
    let is_required = known.settings.must_show_second(&pending.user, engine.now());
    let has_factor = has_second(&known.set_up, is_required);
    let password = engine.judge_password(password, &pending.user, &known.settings, has_factor)?;
    let Ok(reservation) = take(engine, caller, &mut pending, answer).await? else {
        return refuse(engine, caller).await;
    };
    let kept = known.password.ok_or_else(|| Error::internal("a flow of somebody who has no password"))?;
    engine.require_unused(&password, kept).await?;
    let hash = engine.parts().passwords.hash(password).await?;
    let is_changed = engine.write(caller, &Choose { pending: &pending, answer, hash }).await?.value;
    engine.settle(caller, &pending.user, reservation.as_ref(), is_changed).await?;
    if is_changed { Ok(PasswordStep::Changed) } else { refuse(engine, caller).await }
}

/// Counts the answer before it is looked at; where none is asked for, the flow alone counts.
async fn take(
    engine: &Engine,
    caller: &Caller,
    pending: &mut Pending,
    answer: Option<&FactorAnswer>,
) -> Result<Result<Option<Reservation>, DenialReason>, Error> {
    let purpose = pending.flow.purpose;
    match answer {
        _ if pending.methods.is_empty() => Ok(engine.advance(caller, pending, purpose).await?.map(|()| None)),
        Some(answer) => engine.take_answer(caller, pending, purpose, answer.method).await,
        None => Ok(Err(DenialReason::WrongFactor)),
    }
}

async fn refuse(engine: &Engine, caller: &Caller) -> Result<PasswordStep, Error> {
    if caller.user_id().is_some() {
        engine.refuse_own(caller).await?;
    } else {
        let stranger = caller.at_the_instance();
        let entry = EntryDraft::new(Event::SignInRefuse).detail("reason", DenialReason::FlowEnded.as_str());
        engine.enter_counted(&stranger, &stranger, "password", with_origin(entry, caller)).await?;
    }
    Ok(PasswordStep::Refused)
}

/// Uses the answer and the flow up, and stores the new password: all of it or nothing.
struct Choose<'a> {
    pending: &'a Pending,
    answer: Option<&'a FactorAnswer>,
    hash: PasswordHash,
}

#[async_trait]
impl UseCase for Choose<'_> {
    type Output = bool;

    fn attempt(&self) -> Attempt {
        Attempt { event: self.event(), target: None }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<bool>, Error> {
        let Pending { flow, user, methods, .. } = self.pending;
        let is_shown = match self.answer {
            _ if methods.is_empty() => true,
            Some(answer) => work.check_answer(self.pending, answer).await?.is_ok(),
            None => false,
        };
        let user = work.unit.find_user(user.id).await?;
        let user = user.filter(|user| is_shown && user.state == UserState::Active);
        let Some(user) = user else { return Ok(Done::unchanged(false)) };
        if !work.unit.end_flow(flow.id).await? {
            return Ok(Done::unchanged(false));
        }
        let Some(kept) = work.find_password(user.id).await? else { return Ok(Done::unchanged(false)) };
        let remembered = work.authority.settings.password.clone().unwrap_or_default().history;
        let hash = PasswordHash::from_phc(self.hash.expose().to_owned()).map_err(Error::internal)?;
        work.put_password(user.id, &kept.replaced_by(hash, work.now, remembered)).await?;
        work.unit.end_sessions_of(user.id, flow.session, work.now).await?;
        work.unit.withdraw(&resetting(user.id)).await?;
        if flow.purpose == FlowPurpose::PasswordReset {
            // Whoever has the link has what ends a lock, too; and nobody knows what others made meanwhile.
            work.unlock(&user).await?;
            for token in work.unit.access_tokens_of(user.id).await? {
                work.unit.remove_access_token(token.id).await?;
            }
        }
        let notice = Notice::PasswordChanged { occasion: work.occasion() };
        work.credentials_changed(&user, notice).await?;
        let entry = work.authentication(self.event(), user.id, &[]).await?;
        Ok(Done::new(true, entry))
    }
}

impl Choose<'_> {
    fn event(&self) -> Event {
        match self.pending.flow.purpose {
            FlowPurpose::PasswordReset => Event::PasswordReset,
            FlowPurpose::SignIn | FlowPurpose::StepUp | FlowPurpose::PasswordChange => Event::PasswordChange,
        }
    }
}
