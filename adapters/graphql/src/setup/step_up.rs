//! Showing once more who one is, before what could hurt.

use async_graphql::{Context, Object, SimpleObject, Union};
use sutra_engine::StepUpStep as Step;

use super::{
    request::{Result, engine, signed_in},
    session::Session,
    sign_in::hand_over,
};

/// What comes after a step of a step-up. Ask for `__typename`: more kinds of steps will follow.
#[derive(Union)]
enum StepUpStep {
    SteppedUp(Box<SteppedUp>),
    StepUpRefused(StepUpRefused),
}

/// The session is proved anew: for ten minutes it may do what needs a fresh proof.
#[derive(SimpleObject)]
struct SteppedUp {
    /// The session of this request.
    session: Session,
    /// The session's new secret; the one before opens nothing any more. It is shown this once, and is null if the answer
    /// sets the cookie.
    token: Option<String>,
}

/// It was not shown. The session goes on as it was.
#[derive(SimpleObject)]
struct StepUpRefused {
    /// A sentence for the person who tried.
    message: String,
}

#[derive(Default)]
pub(super) struct StepUpMutation;

#[Object]
impl StepUpMutation {
    /// Shows your password once more, after which the session has another secret. Ask for it in a request of its own, and
    /// then for what answered STEP_UP_REQUIRED.
    async fn step_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Your password.", secret)] password: String,
    ) -> Result<StepUpStep> {
        let caller = signed_in(ctx).await?;
        match engine(ctx)?.step_up().with_password(caller, password).await? {
            Step::SteppedUp(opened) => Ok(StepUpStep::SteppedUp(Box::new(SteppedUp {
                token: hand_over(ctx, &opened),
                session: Session::seen(opened.session, engine(ctx)?.now(), caller.session_id()),
            }))),
            Step::Refused => Ok(StepUpStep::StepUpRefused(StepUpRefused {
                message: "This was refused. Check the password.".to_owned(),
            })),
        }
    }
}
