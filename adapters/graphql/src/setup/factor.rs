//! What users set up to show who they are, beside a password.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use sutra_engine::{CodeSent as Sent, Error, FactorAnswer, FactorShown, NewFactor, PasskeyShown, Written};
use sutra_identity::{Factor as StoredFactor, Method};
use sutra_kernel::{CredentialId, UserId};

use super::{
    request::{Result, anybody, engine, parse, parse_optional, signed_in, viewing},
    scalar::DateTime,
};

/// A way to show who one is, beside a password.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Method")]
pub(super) enum FactorMethod {
    /// The code of an authenticator app.
    Totp,
    /// A code that is sent by e-mail.
    EmailCode,
    /// A code that is sent by SMS.
    SmsCode,
    /// A passkey or a security key.
    Passkey,
    /// One of the codes that were written down for the day when nothing else is at hand.
    RecoveryCode,
}

/// Something that a user has set up.
#[derive(SimpleObject)]
struct Factor {
    /// Identifies it. It opens nothing.
    id: ID,
    /// What it is.
    method: FactorMethod,
    /// What its user calls it.
    name: String,
    /// The end of the telephone's number, of codes by SMS.
    hint: Option<String>,
    /// How many were not used, of recovery codes.
    codes_left: Option<i32>,
    /// When it was set up.
    created_at: DateTime,
    /// When it was last used, or null if it was not.
    last_used_at: Option<DateTime>,
}

/// A code that is on its way.
#[derive(SimpleObject)]
struct CodeSent {
    /// From when on it is good for nothing.
    expires_at: DateTime,
}

/// A secret for an authenticator app. It is shown this once.
#[derive(SimpleObject)]
struct TotpOffer {
    /// As people type it.
    secret: String,
    /// The text of the picture that apps read.
    uri: String,
}

/// A factor that was set up or renamed.
#[derive(SimpleObject)]
pub(super) struct FactorPayload {
    /// Which one it is.
    factor_id: ID,
    /// The ledger's receipt.
    receipt: Option<String>,
}

/// New recovery codes. They are shown this once.
#[derive(SimpleObject)]
struct RecoveryCodesPayload {
    /// Each works once.
    codes: Vec<String>,
    /// The ledger's receipt.
    receipt: Option<String>,
}

/// A factor that was removed.
#[derive(SimpleObject)]
struct RemoveFactorPayload {
    /// Which one it was.
    factor_id: ID,
    /// The ledger's receipt.
    receipt: Option<String>,
}

#[derive(Default)]
pub(super) struct FactorQuery;

#[derive(Default)]
pub(super) struct FactorMutation;

#[Object]
impl FactorQuery {
    /// What a user has set up to show who they are, beside the password. That of others needs Manage Users.
    async fn factors(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose; your own if left out.")] user_id: Option<ID>,
    ) -> Result<Vec<Factor>> {
        let viewing = viewing(ctx).await?;
        let own = viewing.caller().user_id();
        let user = parse_optional(user_id.as_ref())?.or(own).ok_or(Error::Unauthenticated)?;
        Ok(viewing.factors_of(user).await?.into_iter().map(Factor::from).collect())
    }
}

#[Object]
impl FactorMutation {
    /// Sends a code for a sign-in or a step-up that asks for a second factor. The code before it stops working.
    async fn send_code(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The flow of the answer that asks for a second factor.", secret)] flow: String,
        #[graphql(desc = "EMAIL_CODE or SMS_CODE.")] method: FactorMethod,
    ) -> Result<CodeSent> {
        let caller = anybody(ctx).await?;
        Ok(engine(ctx)?.factors().send_code(&caller, &flow, method.into()).await?.into())
    }

    /// Offers a secret for an authenticator app. It counts once addTotp has brought its first code, within ten minutes.
    async fn offer_totp(&self, ctx: &Context<'_>) -> Result<TotpOffer> {
        let caller = signed_in(ctx).await?;
        let offer = engine(ctx)?.factors().offer_totp(caller).await?;
        let (secret, uri) = (offer.secret.expose().to_owned(), offer.uri.expose().to_owned());
        Ok(TotpOffer { secret, uri })
    }

    /// Sends a code by which you show that a mailbox or a telephone is yours, to set up codes that are sent there.
    async fn send_enrolment_code(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The telephone's number, such as `+46701740605`; your e-mail address if left out.",
            secret
        )]
        phone: Option<String>,
    ) -> Result<CodeSent> {
        let (caller, factors) = (signed_in(ctx).await?, engine(ctx)?.factors());
        let sent = match phone {
            Some(phone) => factors.send_to_phone(caller, &phone).await?,
            None => factors.send_to_mailbox(caller).await?,
        };
        Ok(sent.into())
    }

    /// Sets up an authenticator app.
    async fn add_totp(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you call it, 1 to 120 characters.")] name: String,
        #[graphql(desc = "The secret that was offered.", secret)] secret: String,
        #[graphql(desc = "The code that the app shows.", secret)] code: String,
    ) -> Result<FactorPayload> {
        add(ctx, NewFactor::Totp { name, secret, code }).await
    }

    /// Sets up codes by e-mail, to the address that you sign in with.
    async fn add_email_code(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The code that was sent there.", secret)] code: String,
    ) -> Result<FactorPayload> {
        add(ctx, NewFactor::EmailCode { code }).await
    }

    /// Sets up codes by SMS.
    async fn add_sms_code(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you call the telephone, 1 to 120 characters.")] name: String,
        #[graphql(desc = "The telephone's number, such as `+46701740605`.", secret)] phone: String,
        #[graphql(desc = "The code that was sent there.", secret)] code: String,
    ) -> Result<FactorPayload> {
        add(ctx, NewFactor::SmsCode { name, phone, code }).await
    }

    /// Calls one of your factors by another name.
    async fn rename_factor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] id: ID,
        #[graphql(desc = "The name, 1 to 120 characters.")] name: String,
    ) -> Result<FactorPayload> {
        let factor: CredentialId = parse(&id)?;
        let caller = signed_in(ctx).await?;
        Ok(engine(ctx)?.factors().rename(caller, factor, &name).await?.into())
    }

    /// Removes a factor, of which its user is told by mail. Those of others need Manage Users.
    async fn remove_factor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose it is.")] user_id: ID,
        #[graphql(desc = "Which one.")] id: ID,
    ) -> Result<RemoveFactorPayload> {
        let (user, factor): (UserId, CredentialId) = (parse(&user_id)?, parse(&id)?);
        let caller = signed_in(ctx).await?;
        let removed = engine(ctx)?.factors().remove(caller, user, factor).await?;
        Ok(RemoveFactorPayload { factor_id: id, receipt: removed.receipt })
    }

    /// Gives you ten recovery codes. Those before stop working.
    async fn issue_recovery_codes(&self, ctx: &Context<'_>) -> Result<RecoveryCodesPayload> {
        let caller = signed_in(ctx).await?;
        let issued = engine(ctx)?.factors().issue_recovery_codes(caller).await?;
        let codes = issued.value.iter().map(|code| code.expose().to_owned()).collect();
        Ok(RecoveryCodesPayload { codes, receipt: issued.receipt })
    }
}

/// What somebody shows for a second factor: a code, or what a passkey has answered.
pub(super) fn answer_of(method: FactorMethod, code: String, ceremony: Option<String>) -> FactorAnswer {
    match method {
        FactorMethod::Passkey => {
            FactorAnswer::passkey(PasskeyShown { ceremony: ceremony.unwrap_or_default(), credential: code })
        }
        _ => FactorAnswer::code(method.into(), code),
    }
}

pub(super) async fn add(ctx: &Context<'_>, new: NewFactor) -> Result<FactorPayload> {
    let caller = signed_in(ctx).await?;
    Ok(engine(ctx)?.factors().add(caller, &new).await?.into())
}

impl From<FactorShown> for Factor {
    fn from(shown: FactorShown) -> Self {
        let FactorShown { factor, hint, left } = shown;
        Self {
            id: factor.id.into(),
            method: factor.method.into(),
            name: factor.name,
            hint,
            codes_left: left.and_then(|left| i32::try_from(left).ok()),
            created_at: factor.created_at.into(),
            last_used_at: factor.last_used_at.map(DateTime::from),
        }
    }
}

impl From<Written<StoredFactor>> for FactorPayload {
    fn from(written: Written<StoredFactor>) -> Self {
        Self { factor_id: written.value.id.into(), receipt: written.receipt }
    }
}

impl From<Sent> for CodeSent {
    fn from(sent: Sent) -> Self {
        Self { expires_at: sent.expires_at.into() }
    }
}
