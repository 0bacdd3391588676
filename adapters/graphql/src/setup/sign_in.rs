//! Signing in and out.

use async_graphql::{Context, ID, Object, SimpleObject, Union};
use sutra_engine::{Credentials, SignInStep as Step, SignedIn as Opened};
use sutra_identity::Delivery as Transport;

use super::{
    cookie,
    request::{Result, engine, signed_in, stranger},
    session::{Delivery, Session},
    user::User,
};

/// What comes after a step of a sign-in. Ask for `__typename`: more kinds of steps will follow.
#[derive(Union)]
enum SignInStep {
    SignedIn(Box<SignedIn>),
    SignInRefused(SignInRefused),
}

/// Every step has passed.
#[derive(SimpleObject)]
struct SignedIn {
    /// The session that was opened.
    session: Session,
    /// Who is signed in.
    user: User,
    /// The session's secret, for the header `Authorization: Bearer …`. It is shown this once, and is null if the
    /// answer sets the cookie.
    token: Option<String>,
}

/// The sign-in is over. Whether the workspace, the address, the password or the user's state was the reason is
/// not said.
#[derive(SimpleObject)]
struct SignInRefused {
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
    ) -> Result<SignInStep> {
        let caller = stranger(ctx, &workspace).await?;
        let credentials = Credentials { email, password, delivery: deliver.into() };
        match engine(ctx)?.sign_in().with_password(&caller, credentials).await? {
            Step::SignedIn(opened) => {
                Ok(SignInStep::SignedIn(Box::new(SignedIn::hand_out(ctx, *opened).await?)))
            }
            Step::Refused => Ok(SignInStep::SignInRefused(SignInRefused::new())),
        }
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

impl SignedIn {
    /// The answer that carries the token, by the one way that was asked for.
    async fn hand_out(ctx: &Context<'_>, opened: Opened) -> Result<Self> {
        let token = hand_over(ctx, &opened);
        let Opened { session, caller, .. } = opened;
        let engine = engine(ctx)?;
        let viewing = engine.view(&caller).await?;
        let user = viewing.me().await?;
        viewing.close().await?;
        let session = Session::seen(session, engine.now(), caller.session_id());
        Ok(Self { session, user: user.into(), token })
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
