//! Choosing another password.

use async_graphql::{Context, ID, Object, SimpleObject, Union};
use sutra_engine::PasswordStep as Step;

use super::{
    factor::{FactorMethod, answer_of},
    request::{Result, anybody, engine, parse, repeating, signed_in, stranger},
    sign_in::FactorRequired,
    user::UpdateUserPayload,
};

/// What comes after a step of choosing another password. Ask for `__typename`: more kinds of steps will follow.
#[derive(Union)]
enum PasswordStep {
    FactorRequired(FactorRequired),
    PasswordChanged(PasswordChanged),
    PasswordRefused(PasswordRefused),
}

/// The password is another one. The other sessions are ended, and the user is told by mail.
#[derive(SimpleObject)]
struct PasswordChanged {
    /// Always true.
    changed: bool,
}

/// It was refused. The password is the one it was.
#[derive(SimpleObject)]
struct PasswordRefused {
    /// A sentence for the person who tried.
    message: String,
}

/// That a link was asked for. Whether somebody has the address is not said.
#[derive(SimpleObject)]
struct RequestPasswordResetPayload {
    /// The address that was asked for.
    email: String,
}

#[derive(Default)]
pub(super) struct PasswordMutation;

#[Object]
impl PasswordMutation {
    /// Shows your password, to choose another with changePassword. A code is asked for beside it, always.
    async fn begin_password_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Your password.", secret)] password: String,
    ) -> Result<PasswordStep> {
        let caller = signed_in(ctx).await?;
        Ok(engine(ctx)?.passwords().begin_change(caller, password).await?.into())
    }

    /// Chooses another password: after beginPasswordChange, after beginPasswordReset, or after a sign-in with one that has
    /// expired. A password that may not be chosen is an error, and uses nothing up.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The flow of the step before.", secret)] flow: String,
        #[graphql(desc = "The new password.", secret)] password: String,
        #[graphql(desc = "What the code is of: one of the methods of the step before, if there is any.")]
        method: Option<FactorMethod>,
        #[graphql(
            desc = "The code; of a passkey what PublicKeyCredential.toJSON() writes, as text.",
            secret
        )]
        code: Option<String>,
        #[graphql(desc = "The ceremony that came with the challenge of a passkey.", secret)] ceremony: Option<
            String,
        >,
    ) -> Result<PasswordStep> {
        let caller = anybody(ctx).await?;
        let answer = method.zip(code).map(|(method, code)| answer_of(method, code, ceremony));
        let step = engine(ctx)?.passwords().choose(&caller, &flow, answer.as_ref(), password).await?;
        Ok(step.into())
    }

    /// Sends a link by mail to whoever has the address and can sign in, by which another password is chosen within an
    /// hour.
    async fn request_password_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace's short name.", default = "main")] workspace: String,
        #[graphql(desc = "The e-mail address.")] email: String,
    ) -> Result<RequestPasswordResetPayload> {
        let caller = stranger(ctx, &workspace).await?;
        engine(ctx)?.passwords().request_reset(&caller, &email).await?;
        Ok(RequestPasswordResetPayload { email })
    }

    /// Shows the token of such a link, to choose another password with changePassword. Who has set up a second factor is
    /// asked for it; the link alone is not enough.
    async fn begin_password_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace's short name.", default = "main")] workspace: String,
        #[graphql(desc = "The e-mail address.")] email: String,
        #[graphql(desc = "The token of the mail. It works once.", secret)] token: String,
    ) -> Result<FactorRequired> {
        let caller = stranger(ctx, &workspace).await?;
        Ok(engine(ctx)?.passwords().begin_reset(&caller, &email, &token).await?.into())
    }

    /// Sends such a link to a user. Needs Manage Users. Nobody chooses somebody else's password.
    async fn start_password_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose password.")] id: ID,
        #[graphql(desc = "Sent again with the same key, no further link is sent.")] idempotency_key: Option<
            String,
        >,
    ) -> Result<UpdateUserPayload> {
        let id = parse(&id)?;
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        Ok(engine(ctx)?.passwords().offer_reset(caller, id).await?.into())
    }
}

impl From<Step> for PasswordStep {
    fn from(step: Step) -> Self {
        match step {
            Step::CodeRequired(challenge) => Self::FactorRequired((*challenge).into()),
            Step::Changed => Self::PasswordChanged(PasswordChanged { changed: true }),
            Step::Refused => {
                let message = "This was refused. Check the password, or the code; or begin again.".to_owned();
                Self::PasswordRefused(PasswordRefused { message })
            }
        }
    }
}
