//! Passkeys: asked for, made, and used.
//!
//! What is remembered between a challenge and its answer is sealed and handed to whoever was asked: nothing is stored for
//! those who never answer. It counts once, for ten minutes, and for one purpose.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use sutra_crypto::{
    Context, KeyReader, KeySlot, Purpose, Sealed, SecretBytes, TokenDigest, open, seal, sha256,
};
use sutra_identity::{
    DenialReason, Factor, Flow, Method, Passkey, PasskeyAnswer, PasskeyAuthentication, PasskeyError,
    PasskeyRegistration, PasskeyUsed, RelyingParty, SecretText, User,
};
use sutra_kernel::{FlowId, SessionId, Timestamp, UserId, WorkspaceId};

use super::{secret::open_factor, set_up::own};
use crate::{Caller, Engine, Error, Reads, engine::Parts, flows::Pending, work::Work};

/// Under what the ceremonies are kept that were answered.
const ANSWERED: &str = "passkey";

/// What a browser is asked for.
pub struct PasskeyChallenge {
    /// The options for the browser, as JSON.
    pub options: String,
    /// What is to come back with the answer. It tells nobody anything.
    pub ceremony: SecretText,
    /// From when on an answer is good for nothing.
    pub expires_at: Timestamp,
}

/// What a browser has answered.
#[derive(Clone)]
pub struct PasskeyShown {
    /// What came with the challenge.
    pub ceremony: String,
    /// The answer, as JSON.
    pub credential: String,
}

/// What an answer is for: it counts for nothing else.
#[derive(Clone, Copy)]
pub(crate) enum Ceremony {
    /// Setting a passkey up.
    Enrolment(UserId),
    /// A sign-in of whoever the passkey names.
    SignIn,
    /// A flow that asks for a second factor.
    Flow(FlowId),
    /// Showing once more who one is.
    StepUp(SessionId),
}

/// Why a passkey does not let anybody in, and whose it is.
pub(crate) struct PasskeyDenied {
    pub(crate) user: Option<User>,
    pub(crate) reason: DenialReason,
}

/// A ceremony that has come back.
struct Returned {
    state: SecretBytes,
    digest: TokenDigest,
    expires_at: Timestamp,
}

pub(super) async fn offer(engine: &Engine, caller: &Caller) -> Result<PasskeyChallenge, Error> {
    let (user, _) = own(engine, caller).await?;
    let mut reads = engine.snapshot(caller.workspace()).await?;
    let existing = passkeys_of(engine, reads.as_mut(), user.id).await?;
    let (options, state) = engine.site()?.begin_registration(&user, &existing).map_err(Error::internal)?;
    let state = state.to_bytes().map_err(Error::internal)?;
    hand_out(engine, caller, reads, Ceremony::Enrolment(user.id), (options, state)).await
}

pub(super) async fn begin_sign_in(engine: &Engine, caller: &Caller) -> Result<PasskeyChallenge, Error> {
    let (options, state) = engine.site()?.begin_discoverable().map_err(Error::internal)?;
    let reads = engine.snapshot(caller.workspace()).await?;
    let state = state.to_bytes().map_err(Error::internal)?;
    hand_out(engine, caller, reads, Ceremony::SignIn, (options, state)).await
}

pub(super) async fn begin_step_up(engine: &Engine, caller: &Caller) -> Result<PasskeyChallenge, Error> {
    let session = caller.session_id().ok_or(Error::Unauthenticated)?;
    let user = caller.user_id().ok_or(Error::Unauthenticated)?;
    ask(engine, caller, user, Ceremony::StepUp(session)).await
}

pub(super) async fn challenge(
    engine: &Engine,
    caller: &Caller,
    pending: &Pending,
) -> Result<PasskeyChallenge, Error> {
    if !pending.methods.contains(&Method::Passkey) {
        return Err(none_set_up());
    }
    ask(engine, caller, pending.user.id, Ceremony::Flow(pending.flow.id)).await
}

/// Asks for one of a user's passkeys.
async fn ask(
    engine: &Engine,
    caller: &Caller,
    user: UserId,
    ceremony: Ceremony,
) -> Result<PasskeyChallenge, Error> {
    let mut reads = engine.snapshot(caller.workspace()).await?;
    let passkeys = passkeys_of(engine, reads.as_mut(), user).await?;
    if passkeys.is_empty() {
        return Err(none_set_up());
    }
    let (options, state) = engine.site()?.begin_authentication(&passkeys).map_err(Error::internal)?;
    let state = state.to_bytes().map_err(Error::internal)?;
    hand_out(engine, caller, reads, ceremony, (options, state)).await
}

async fn passkeys_of(engine: &Engine, reads: &mut dyn Reads, user: UserId) -> Result<Vec<Passkey>, Error> {
    let mut passkeys = Vec::new();
    for factor in reads.factors_of(user).await? {
        if factor.method == Method::Passkey {
            let secret = open_factor(engine.parts(), reads, &factor, engine.now()).await?;
            passkeys.push(Passkey::from_bytes(secret.expose()).map_err(Error::internal)?);
        }
    }
    Ok(passkeys)
}

/// Seals what is to be remembered: when it expires, and the ceremony.
async fn hand_out(
    engine: &Engine,
    caller: &Caller,
    mut reads: Box<dyn Reads>,
    ceremony: Ceremony,
    (options, state): (String, SecretBytes),
) -> Result<PasskeyChallenge, Error> {
    let (parts, workspace, now) = (engine.parts(), caller.workspace(), engine.now());
    let expires_at = now.plus(Flow::LIFETIME);
    let slot = KeySlot::Purpose(Purpose::Settings);
    let key = parts.keys.load(reads.as_mut(), workspace, &slot, now).await?;
    reads.finish().await?;
    let kept = SecretBytes::new([&expires_at.as_micros().to_be_bytes()[..], state.expose()].concat());
    let sealed = seal(&key, &ceremony.context(workspace), kept.expose(), parts.entropy.as_ref())?;
    let ceremony = SecretText::new(BASE64.encode(sealed.as_bytes()));
    Ok(PasskeyChallenge { options, ceremony, expires_at })
}

impl Engine {
    fn site(&self) -> Result<&RelyingParty, Error> {
        self.parts().site()
    }
}

impl Parts {
    fn site(&self) -> Result<&RelyingParty, Error> {
        self.site.as_ref().ok_or_else(|| {
            Error::BadInput(
                "passkeys cannot be used here: the server needs a public address with a name, and https"
                    .to_owned(),
            )
        })
    }
}

impl Ceremony {
    fn context(self, workspace: WorkspaceId) -> Context<'static> {
        let (record, field) = match self {
            Self::Enrolment(user) => (Some(user.uuid()), "enrolment"),
            Self::SignIn => (None, "sign_in"),
            Self::Flow(flow) => (Some(flow.uuid()), "flow"),
            Self::StepUp(session) => (Some(session.uuid()), "step_up"),
        };
        Context {
            workspace,
            org: None,
            purpose: Purpose::Settings,
            entity: "passkey_ceremony",
            record,
            field: Some(field),
        }
    }
}

impl Work<'_> {
    /// Uses the answer of a passkey up, with whose it is. What comes of the use is stored with this unit, in place of what
    /// was read: of two answers at the same time one counts, and a copy is noticed.
    pub(crate) async fn use_passkey(
        &mut self,
        ceremony: Ceremony,
        shown: &PasskeyShown,
    ) -> Result<Result<(User, PasskeyUsed), PasskeyDenied>, Error> {
        let denied = |user, reason| Ok(Err(PasskeyDenied { user, reason }));
        let Some(returned) = self.returned(ceremony, &shown.ceremony).await? else {
            return denied(None, DenialReason::FlowEnded);
        };
        let answer = match PasskeyAnswer::parse(&shown.credential) {
            Ok(answer) => answer,
            Err(error) => return denied(None, DenialReason::Passkey(error)),
        };
        let Some(factor) = self.unit.find_factor_by_lookup(&answer.lookup()).await? else {
            return denied(None, DenialReason::Passkey(PasskeyError::AnotherPasskey));
        };
        let Some(user) = self.unit.find_user(factor.user).await? else {
            return denied(None, DenialReason::Unknown);
        };
        let passkey = self.open_factor(&factor).await?;
        let passkey = Passkey::from_bytes(passkey.expose()).map_err(Error::internal)?;
        let state = PasskeyAuthentication::from_bytes(returned.state.expose()).map_err(Error::internal)?;
        let used = match self.parts.site()?.finish_authentication(state, &answer, &passkey) {
            Ok(used) => used,
            Err(error) => return denied(Some(user), DenialReason::Passkey(error)),
        };
        if !self.spend_ceremony(&returned).await? {
            return denied(Some(user), DenialReason::FlowEnded);
        }
        let after = used.passkey().to_bytes().map_err(Error::internal)?;
        let sealed = self.seal_factor(factor.id, factor.method, after.expose()).await?;
        self.unit.put_factor(&Factor { sealed, ..factor.used(self.now) }, Some(factor.version)).await?;
        Ok(Ok((user, used)))
    }

    /// A new passkey of a user, if the browser has answered the challenge that asked for one.
    pub(super) async fn new_passkey(
        &mut self,
        user: &User,
        name: &str,
        shown: &PasskeyShown,
    ) -> Result<Factor, Error> {
        let late = || Error::BadInput("this was not asked of you, or too long ago: begin again".to_owned());
        let returned =
            self.returned(Ceremony::Enrolment(user.id), &shown.ceremony).await?.ok_or_else(late)?;
        let state = PasskeyRegistration::from_bytes(returned.state.expose()).map_err(Error::internal)?;
        let made = self.parts.site()?.finish_registration(state, &shown.credential);
        let passkey = made.map_err(|error| Error::BadInput(format!("no passkey was made: {error}")))?;
        if !self.spend_ceremony(&returned).await? {
            return Err(late());
        }
        let lookup = passkey.lookup();
        if self.unit.find_factor_by_lookup(&lookup).await?.is_some() {
            return Err(Error::BadInput("this passkey is set up already".to_owned()));
        }
        let secret = passkey.to_bytes().map_err(Error::internal)?;
        let factor = self.bare_factor(user, Method::Passkey, name, secret.expose()).await?;
        Ok(Factor { lookup: Some(lookup), ..factor })
    }

    /// What was handed out with the challenge of this ceremony; nothing if this is not it, or it has expired.
    async fn returned(&mut self, ceremony: Ceremony, text: &str) -> Result<Option<Returned>, Error> {
        let sealed = BASE64.decode(text).ok().and_then(|bytes| Sealed::parse(bytes).ok());
        let Some(sealed) = sealed else { return Ok(None) };
        let (workspace, now) = (self.caller.workspace(), self.now);
        let rows: &mut dyn KeyReader = self.unit.as_mut();
        let Some(key) = self.parts.keys.named(rows, workspace, sealed.key_ref(), now).await? else {
            return Ok(None);
        };
        let Ok(kept) = open(&key, &ceremony.context(workspace), &sealed) else { return Ok(None) };
        let Some((expires_at, state)) = kept.expose().split_first_chunk() else { return Ok(None) };
        let expires_at = Timestamp::from_micros(i64::from_be_bytes(*expires_at));
        let state = SecretBytes::new(state.to_vec());
        let digest = TokenDigest::from_bytes(sha256(sealed.as_bytes()));
        Ok((now < expires_at).then_some(Returned { state, digest, expires_at }))
    }

    async fn spend_ceremony(&mut self, returned: &Returned) -> Result<bool, Error> {
        Ok(self.unit.spend(ANSWERED, &returned.digest, returned.expires_at).await?)
    }
}

fn none_set_up() -> Error {
    Error::BadInput("no passkey can be shown here: none is set up".to_owned())
}
