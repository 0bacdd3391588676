//! Passkeys and security keys.

use async_graphql::{Context, Object, SimpleObject};
use sutra_engine::{NewFactor, PasskeyChallenge as Asked, PasskeyShown};

use super::{
    factor::{FactorPayload, add},
    request::{Result, anybody, engine, signed_in, stranger},
    scalar::DateTime,
    session::Delivery,
    sign_in::SignInStep,
    step_up::StepUpStep,
};

/// What to ask a browser for.
#[derive(SimpleObject)]
struct PasskeyChallenge {
    /// JSON whose `publicKey` is for PublicKeyCredential.parseCreationOptionsFromJSON() or parseRequestOptionsFromJSON().
    options: String,
    /// Send it back with the answer. It counts once.
    ceremony: String,
    /// From when on an answer is good for nothing.
    expires_at: DateTime,
}

#[derive(Default)]
pub(super) struct PasskeyMutation;

#[Object]
impl PasskeyMutation {
    /// Asks for a new passkey of yours. It counts once addPasskey has brought it, within ten minutes.
    async fn offer_passkey(&self, ctx: &Context<'_>) -> Result<PasskeyChallenge> {
        let caller = signed_in(ctx).await?;
        Ok(engine(ctx)?.factors().offer_passkey(caller).await?.into())
    }

    /// Sets up a passkey or a security key.
    async fn add_passkey(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you call it, 1 to 120 characters.")] name: String,
        #[graphql(desc = "The ceremony that came with the challenge.", secret)] ceremony: String,
        #[graphql(desc = "What PublicKeyCredential.toJSON() writes, as text.", secret)] credential: String,
    ) -> Result<FactorPayload> {
        add(ctx, NewFactor::Passkey { name, shown: PasskeyShown { ceremony, credential } }).await
    }

    /// Asks for a passkey for a sign-in, a step-up or a change of password that asks for a second factor.
    async fn challenge_passkey(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The flow of the answer that asks for a second factor.", secret)] flow: String,
    ) -> Result<PasskeyChallenge> {
        let caller = anybody(ctx).await?;
        Ok(engine(ctx)?.factors().challenge_passkey(&caller, &flow).await?.into())
    }

    /// Asks for any passkey of the workspace, which says whose it is. For a button, and for the list of a form's field: the
    /// options say `mediation: "conditional"`, which a button leaves out.
    async fn begin_passkey_sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace's short name.", default = "main")] workspace: String,
    ) -> Result<PasskeyChallenge> {
        let caller = stranger(ctx, &workspace).await?;
        Ok(engine(ctx)?.factors().begin_passkey_sign_in(&caller).await?.into())
    }

    /// Opens a session with a passkey, which is enough by itself.
    async fn sign_in_with_passkey(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace's short name.", default = "main")] workspace: String,
        #[graphql(desc = "The ceremony that came with the challenge.", secret)] ceremony: String,
        #[graphql(desc = "What PublicKeyCredential.toJSON() writes, as text.", secret)] credential: String,
        #[graphql(desc = "How the session's secret is to travel.")] deliver: Delivery,
    ) -> Result<SignInStep> {
        let caller = stranger(ctx, &workspace).await?;
        let shown = PasskeyShown { ceremony, credential };
        let step = engine(ctx)?.sign_in().with_passkey(&caller, &shown, deliver.into()).await?;
        SignInStep::of(ctx, step).await
    }

    /// Asks for one of your passkeys, to show once more who you are.
    async fn begin_passkey_step_up(&self, ctx: &Context<'_>) -> Result<PasskeyChallenge> {
        let caller = signed_in(ctx).await?;
        Ok(engine(ctx)?.factors().begin_passkey_step_up(caller).await?.into())
    }

    /// Shows one of your passkeys in place of your password and a second factor, after which the session has another
    /// secret.
    async fn step_up_with_passkey(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ceremony that came with the challenge.", secret)] ceremony: String,
        #[graphql(desc = "What PublicKeyCredential.toJSON() writes, as text.", secret)] credential: String,
    ) -> Result<StepUpStep> {
        let caller = signed_in(ctx).await?;
        let shown = PasskeyShown { ceremony, credential };
        StepUpStep::of(ctx, engine(ctx)?.step_up().with_passkey(caller, &shown).await?)
    }
}

impl From<Asked> for PasskeyChallenge {
    fn from(asked: Asked) -> Self {
        Self {
            options: asked.options,
            ceremony: asked.ceremony.expose().to_owned(),
            expires_at: asked.expires_at.into(),
        }
    }
}
