//! Setting a factor up in two steps: something is offered or sent, and a code of it comes back.

use async_trait::async_trait;
use sutra_audit::Event;
use sutra_crypto::{KeySlot, MacKey, Purpose, TokenDigest};
use sutra_identity::{
    Channel, CodeUse, Factor, Method, Notice, PhoneNumber, SecretText, SentCode, TotpSecret, TryKind, User,
};
use sutra_kernel::{CredentialId, UserId};

use super::{CodeSent, MAX_FACTORS, NewFactor, TotpOffer, code::SendCode, totp_uri};
use crate::{
    Caller, Engine, Error, Written,
    members::parse_name,
    sign_in::Candidate,
    work::{Attempt, Done, UseCase, Work},
};

pub(super) async fn offer_totp(engine: &Engine, caller: &Caller) -> Result<TotpOffer, Error> {
    let (user, _) = own(engine, caller).await?;
    let (parts, now) = (engine.parts(), engine.now());
    let workspace = parts.store.registry().workspace(caller.workspace()).await?;
    let issuer = workspace.map(|workspace| workspace.name).unwrap_or_default();
    let secret = TotpSecret::generate(parts.entropy.as_ref());
    let mut reads = engine.snapshot(caller.workspace()).await?;
    let slot = KeySlot::Purpose(Purpose::Settings);
    let key = parts.keys.load(reads.as_mut(), caller.workspace(), &slot, now).await?;
    reads.finish().await?;
    let mut book = parts.store.bookkeeping(caller.workspace()).await?;
    let (kind, digest) = (offered(user.id), digest_of(&MacKey::derive(&key, "totp"), &secret));
    book.withdraw(&kind).await?;
    book.offer(&kind, &digest, now.plus(SentCode::LIFETIME)).await?;
    book.commit().await?;
    let uri = totp_uri(&secret, &issuer, &user.email)?;
    Ok(TotpOffer { secret: SecretText::new(secret.to_text().to_string()), uri })
}

/// Sends a code to the caller's mailbox, or to a telephone.
pub(super) async fn send(
    engine: &Engine,
    caller: &Caller,
    phone: Option<PhoneNumber>,
) -> Result<CodeSent, Error> {
    let (user, known) = own(engine, caller).await?;
    engine.count_sent(caller, known.account).await?;
    let (user, bound_to) = (&user, enrolment(&user, phone.as_ref()));
    let channel = phone.map_or(Channel::Mail, Channel::Sms);
    let until = engine.now().plus(SentCode::LIFETIME);
    let case = SendCode { user, channel, bound_to, used_for: CodeUse::Enrolment, until };
    Ok(engine.write(caller, &case).await?.value)
}

/// The caller, who has a fresh proof.
pub(super) async fn own(engine: &Engine, caller: &Caller) -> Result<(User, Candidate), Error> {
    engine.admit(caller, Event::FactorAdd)?;
    engine.own_candidate(caller).await
}

pub(super) async fn add(engine: &Engine, caller: &Caller, new: &NewFactor) -> Result<Written<Factor>, Error> {
    let (user, known) = own(engine, caller).await?;
    new.check()?;
    let method = new.method();
    let Some(kind) = TryKind::of_method(method) else {
        // Nobody guesses the answer of a passkey.
        return engine.write(caller, &Add { new }).await;
    };
    let Some(reservation) = engine.reserve(caller, kind, known.account).await? else {
        return Err(wrong_code());
    };
    let added = engine.write(caller, &Add { new }).await;
    match &added {
        Ok(_) => engine.forgive(caller, &reservation).await?,
        Err(_) => engine.enter_lock(caller, Some(&user), &reservation).await?,
    }
    added
}

struct Add<'a> {
    new: &'a NewFactor,
}

#[async_trait]
impl UseCase for Add<'_> {
    type Output = Factor;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::FactorAdd, target: None }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Factor>, Error> {
        let user = work.user()?;
        let user = work.unit.find_user(user).await?.ok_or(Error::Unauthenticated)?;
        let present = work.unit.factors_of(user.id).await?;
        let method = self.new.method();
        let is_one_of_a_kind = matches!(method, Method::EmailCode | Method::SmsCode);
        if is_one_of_a_kind && present.iter().any(|factor| factor.method == method) {
            return Err(Error::BadInput("remove the one that there is before you set up another".to_owned()));
        }
        if present.len() >= MAX_FACTORS {
            return Err(Error::BadInput(format!("nobody has more than {MAX_FACTORS} factors")));
        }
        let factor = work.new_factor(&user, self.new).await?;
        work.unit.put_factor(&factor, None).await?;
        let method = method.as_str().to_owned();
        let notice = Notice::FactorAdded { method: method.clone(), occasion: work.occasion() };
        work.credentials_changed(&user, notice).await?;
        let details = [("method", method.as_str())];
        let entry = work.authentication(Event::FactorAdd, user.id, &details).await?;
        Ok(Done::new(factor, entry))
    }
}

impl NewFactor {
    fn method(&self) -> Method {
        match self {
            Self::Totp { .. } => Method::Totp,
            Self::EmailCode { .. } => Method::EmailCode,
            Self::SmsCode { .. } => Method::SmsCode,
            Self::Passkey { .. } => Method::Passkey,
        }
    }

    /// Refuses what is no name or no number, which is no try.
    fn check(&self) -> Result<(), Error> {
        match self {
            Self::Totp { name, .. } | Self::Passkey { name, .. } => parse_name(name).map(drop),
            Self::SmsCode { name, phone, .. } => {
                PhoneNumber::parse(phone).map_err(Error::bad_input)?;
                parse_name(name).map(drop)
            }
            Self::EmailCode { .. } => Ok(()),
        }
    }
}

impl Work<'_> {
    /// The factor, if what was shown shows that its user has it.
    async fn new_factor(&mut self, user: &User, new: &NewFactor) -> Result<Factor, Error> {
        match new {
            NewFactor::Totp { name, secret, code } => {
                let secret = TotpSecret::from_text(secret).map_err(Error::bad_input)?;
                let key = self.key(&KeySlot::Purpose(Purpose::Settings)).await?;
                let digest = digest_of(&MacKey::derive(&key, "totp"), &secret);
                if !self.unit.consume(&offered(user.id), &digest, self.now).await? {
                    let late = "this secret was not offered to you, or too long ago: ask for another";
                    return Err(Error::BadInput(late.to_owned()));
                }
                let step = secret.check(code, self.now, None).ok_or_else(wrong_code)?;
                let factor = self.bare_factor(user, Method::Totp, name, secret.to_bytes().expose()).await?;
                Ok(Factor { step: Some(step), ..factor })
            }
            NewFactor::EmailCode { code } => {
                self.use_enrolment(user, None, code).await?;
                let email = user.email.as_str();
                self.bare_factor(user, Method::EmailCode, "E-mail", email.as_bytes()).await
            }
            NewFactor::SmsCode { name, phone, code } => {
                let phone = PhoneNumber::parse(phone).map_err(Error::bad_input)?;
                self.use_enrolment(user, Some(&phone), code).await?;
                self.bare_factor(user, Method::SmsCode, name, phone.as_str().as_bytes()).await
            }
            NewFactor::Passkey { name, shown } => self.new_passkey(user, name, shown).await,
        }
    }

    async fn use_enrolment(
        &mut self,
        user: &User,
        phone: Option<&PhoneNumber>,
        code: &str,
    ) -> Result<(), Error> {
        if self.use_code(code, &enrolment(user, phone)).await? { Ok(()) } else { Err(wrong_code()) }
    }

    /// A new factor of a user, with what it is checked against.
    pub(super) async fn bare_factor(
        &mut self,
        user: &User,
        method: Method,
        name: &str,
        secret: &[u8],
    ) -> Result<Factor, Error> {
        let id = CredentialId::generate(self.now, self.entropy());
        Ok(Factor {
            workspace: user.workspace,
            id,
            user: user.id,
            method,
            name: parse_name(name)?,
            sealed: self.seal_factor(id, method, secret).await?,
            lookup: None,
            step: None,
            version: 1,
            created_at: self.now,
            last_used_at: None,
        })
    }

    /// What follows whenever somebody has another password, or other factors, than before.
    pub(crate) async fn credentials_changed(&mut self, user: &User, notice: Notice) -> Result<(), Error> {
        self.unit.forget_devices_of(user.id).await?;
        self.unit.end_flows_of(user.id).await?;
        self.notify(user, Channel::Mail, notice).await
    }
}

/// Under what a secret is kept that was offered to a user.
fn offered(user: UserId) -> String {
    format!("totp:{user}")
}

/// For what alone a code is good by which a user shows that a mailbox or a telephone is his.
fn enrolment(user: &User, phone: Option<&PhoneNumber>) -> String {
    format!(
        "enrolment:{}:{}",
        user.id,
        phone.map_or_else(|| user.email.key(), |phone| phone.as_str().to_owned())
    )
}

fn digest_of(key: &MacKey, secret: &TotpSecret) -> TokenDigest {
    TokenDigest::from_bytes(key.tag(&[secret.to_bytes().expose()]))
}

fn wrong_code() -> Error {
    Error::BadInput("this code is not right, or not any more".to_owned())
}
