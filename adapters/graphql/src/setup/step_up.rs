//! Showing once more who one is, before what could hurt.

use async_graphql::{Context, Object, SimpleObject, Union};
use sutra_engine::StepUpStep as Step;

use super::{
    factor::{FactorMethod, answer_of},
    request::{Result, engine, signed_in},
    session::Session,
    sign_in::{FactorRequired, hand_over},
};

/// What comes after a step of a step-up. Ask for `__typename`: more kinds of steps will follow.
#[derive(Union)]
pub(super) enum StepUpStep {
    SteppedUp(Box<SteppedUp>),
    FactorRequired(FactorRequired),
    StepUpRefused(StepUpRefused),
}

/// The session is proved anew: for ten minutes it may do what needs a fresh proof.
#[derive(SimpleObject)]
pub(super) struct SteppedUp {
    /// The session of this request.
    session: Session,
    /// The session's new secret; the one before opens nothing any more. It is shown this once, and is null if the answer
    /// sets the cookie.
    token: Option<String>,
}

/// It was not shown. The session goes on as it was.
#[derive(SimpleObject)]
pub(super) struct StepUpRefused {
    /// A sentence for the person who tried.
    message: String,
}

#[derive(Default)]
pub(super) struct StepUpMutation;

#[Object]
impl StepUpMutation {
    /// Shows your password once more, and a second factor if you have set one up, after which the session has another secret. Ask for it in a request of its own, and
    /// then for what answered STEP_UP_REQUIRED.
    async fn step_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Your password.", secret)] password: String,
    ) -> Result<StepUpStep> {
        let caller = signed_in(ctx).await?;
        StepUpStep::of(ctx, engine(ctx)?.step_up().with_password(caller, password).await?)
    }

    /// Goes on with a step-up that asks for a second factor.
    async fn answer_step_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The flow of the answer that asks for it.", secret)] flow: String,
        #[graphql(desc = "What the code is of.")] method: FactorMethod,
        #[graphql(
            desc = "The code; of a passkey what PublicKeyCredential.toJSON() writes, as text.",
            secret
        )]
        code: String,
        #[graphql(desc = "The ceremony that came with the challenge of a passkey.", secret)] ceremony: Option<
            String,
        >,
    ) -> Result<StepUpStep> {
        let caller = signed_in(ctx).await?;
        let answer = answer_of(method, code, ceremony);
        StepUpStep::of(ctx, engine(ctx)?.step_up().with_factor(caller, &flow, &answer).await?)
    }
}

impl StepUpStep {
    pub(super) fn of(ctx: &Context<'_>, step: Step) -> Result<Self> {
        Ok(match step {
            Step::SteppedUp(opened) => Self::SteppedUp(Box::new(SteppedUp {
                token: hand_over(ctx, &opened),
                session: Session::seen(opened.session, engine(ctx)?.now(), opened.caller.session_id()),
            })),
            Step::FactorRequired(challenge) => Self::FactorRequired((*challenge).into()),
            Step::Refused => Self::StepUpRefused(StepUpRefused {
                message: "This was refused. Check the password, or the code.".to_owned(),
            }),
        })
    }
}
