//! Signing in and out.

use async_graphql::{Context, ID, Object, SimpleObject, Union};
use sutra_engine::{Challenge, Credentials, SignInStep as Step, SignedIn as Opened};
use sutra_identity::Delivery as Transport;

use super::{
    cookie,
    factor::{FactorMethod, answer_of},
    request::{Result, anybody, engine, signed_in, stranger},
    scalar::DateTime,
    session::{Delivery, Session},
    user::User,
};

/// What comes after a step of a sign-in. Ask for `__typename`: more kinds of steps will follow.
#[derive(Union)]
pub(super) enum SignInStep {
    SignedIn(Box<SignedIn>),
    FactorRequired(FactorRequired),
    PasswordExpired(PasswordExpired),
    SignInRefused(SignInRefused),
}

/// Every step has passed.
#[derive(SimpleObject)]
pub(super) struct SignedIn {
    /// The session that was opened.
    session: Session,
    /// Who is signed in.
    user: User,
    /// The session's secret, for the header `Authorization: Bearer …`. It is shown this once, and is null if the
    /// answer sets the cookie.
    token: Option<String>,
    /// The device's secret, for the argument deviceToken of the next sign-in, if the device is remembered from now on. It
    /// is shown this once, and is null if the answer sets a cookie.
    device_token: Option<String>,
}

/// The password was right, and a second factor is asked for: answer it with answerFactor, or with answerStepUp if it was
/// a step-up that asked. A code is sent with sendCode.
#[derive(SimpleObject)]
pub(super) struct FactorRequired {
    /// The secret of this flow. It takes five answers.
    flow: String,
    /// What you may show: any one of these.
    methods: Vec<FactorMethod>,
    /// From when on the flow is good for nothing.
    expires_at: DateTime,
}

/// All was right, and the password has expired: choose another with changePassword, and sign in with it.
#[derive(SimpleObject)]
pub(super) struct PasswordExpired {
    /// The secret of this flow. It takes five answers.
    flow: String,
    /// What is asked for beside the new password: any one of these, and nothing if there is none.
    methods: Vec<FactorMethod>,
    /// From when on the flow is good for nothing.
    expires_at: DateTime,
}

/// The sign-in is over. Whether the workspace, the address, the password or the user's state was the reason is
/// not said.
#[derive(SimpleObject)]
pub(super) struct SignInRefused {
    /// A sentence for the person who tried.
    message: String,
}

/// The session that was ended.
#[derive(SimpleObject)]
struct SignOutPayload {
    /// Which one it was.
    session_id: Option<ID>,
}

#[derive(Default)]
pub(super) struct SignInMutation;

#[Object]
impl SignInMutation {
    /// Opens a session with an e-mail address and a password.
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace's short name.", default = "main")] workspace: String,
        #[graphql(desc = "The e-mail address.")] email: String,
        #[graphql(desc = "The password.", secret)] password: String,
        #[graphql(desc = "How the session's secret is to travel.")] deliver: Delivery,
        #[graphql(
            desc = "The secret of a device that is remembered, if it did not come by a cookie.",
            secret
        )]
        device_token: Option<String>,
    ) -> Result<SignInStep> {
        let caller = stranger(ctx, &workspace).await?;
        let device = device_token.or_else(|| cookie::device(ctx));
        let credentials = Credentials { email, password, delivery: deliver.into(), device };
        SignInStep::of(ctx, engine(ctx)?.sign_in().with_password(&caller, credentials).await?).await
    }

    /// Goes on with a sign-in that asks for a second factor.
    async fn answer_factor(
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
        #[graphql(
            desc = "Whether no second factor is to be asked for on this device for a while. It has to be yours alone.",
            default = false
        )]
        remember_device: bool,
    ) -> Result<SignInStep> {
        let caller = anybody(ctx).await?;
        let answer = answer_of(method, code, ceremony);
        let step = engine(ctx)?.sign_in().with_factor(&caller, &flow, &answer, remember_device).await?;
        SignInStep::of(ctx, step).await
    }

    /// Ends the session of this request.
    async fn sign_out(&self, ctx: &Context<'_>) -> Result<SignOutPayload> {
        let caller = signed_in(ctx).await?;
        engine(ctx)?.sign_in().sign_out(caller).await?;
        cookie::take_back(ctx);
        Ok(SignOutPayload { session_id: caller.session_id().map(ID::from) })
    }
}

/// Hands over the token of a session by the session's own way: it is in the answer, or in the cookie.
pub(super) fn hand_over(ctx: &Context<'_>, opened: &Opened) -> Option<String> {
    match opened.session.delivery {
        Transport::Cookie => {
            cookie::set(ctx, &opened.token);
            None
        }
        Transport::Bearer => Some(opened.token.expose().to_owned()),
    }
}

impl SignInStep {
    pub(super) async fn of(ctx: &Context<'_>, step: Step) -> Result<Self> {
        Ok(match step {
            Step::SignedIn(opened) => Self::SignedIn(Box::new(SignedIn::hand_out(ctx, *opened).await?)),
            Step::FactorRequired(challenge) => Self::FactorRequired((*challenge).into()),
            Step::PasswordExpired(challenge) => {
                let FactorRequired { flow, methods, expires_at } = (*challenge).into();
                Self::PasswordExpired(PasswordExpired { flow, methods, expires_at })
            }
            Step::Refused => Self::SignInRefused(SignInRefused::new()),
        })
    }
}

impl From<Challenge> for FactorRequired {
    fn from(challenge: Challenge) -> Self {
        Self {
            flow: challenge.flow.expose().to_owned(),
            methods: challenge.methods.into_iter().map(FactorMethod::from).collect(),
            expires_at: challenge.expires_at.into(),
        }
    }
}

/// Hands over the token of a device that is remembered, by the session's own way.
fn hand_over_device(ctx: &Context<'_>, opened: &Opened) -> Option<String> {
    let device = opened.device.as_ref()?;
    match opened.session.delivery {
        Transport::Cookie => {
            cookie::set_device(ctx, device);
            None
        }
        Transport::Bearer => Some(device.expose().to_owned()),
    }
}

impl SignedIn {
    /// The answer that carries the token, by the one way that was asked for.
    async fn hand_out(ctx: &Context<'_>, opened: Opened) -> Result<Self> {
        let (token, device_token) = (hand_over(ctx, &opened), hand_over_device(ctx, &opened));
        let Opened { session, caller, .. } = opened;
        let engine = engine(ctx)?;
        let viewing = engine.view(&caller).await?;
        let user = viewing.me().await?;
        viewing.close().await?;
        let session = Session::seen(session, engine.now(), caller.session_id());
        Ok(Self { session, user: user.into(), token, device_token })
    }
}

impl SignInRefused {
    fn new() -> Self {
        Self {
            message: "This sign-in was refused. Check the workspace, the address and the password."
                .to_owned(),
        }
    }
}
