//! Codes by e-mail and SMS: offered, sent, and used once.

use sutra_audit::Event;
use sutra_crypto::{KeySlot, MacKey, Purpose};
use sutra_identity::{
    Channel, CodeUse, Flow, FlowPurpose, Method, Notice, PhoneNumber, SecretText, SentCode, Tries, TryKind,
    User,
};
use sutra_kernel::Timestamp;

use crate::{
    Caller, Engine, Error,
    flows::Pending,
    throttle::AccountKey,
    work::{Attempt, Done, UseCase, Work},
};

/// A code that is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeSent {
    /// From when on it is good for nothing.
    pub expires_at: Timestamp,
}

/// A code to be sent: to whom, and for what alone it is good.
pub(super) struct SendCode<'a> {
    pub(super) user: &'a User,
    pub(super) channel: Channel,
    pub(super) bound_to: String,
    pub(super) used_for: CodeUse,
    pub(super) until: Timestamp,
}

/// For what alone a code is good that was sent for a flow.
pub(super) fn bound_to_flow(flow: &Flow, method: Method) -> String {
    format!("code:{}:{method}", flow.id)
}

impl Engine {
    /// Sends a code for a flow.
    pub(super) async fn send_code_for(
        &self,
        caller: &Caller,
        pending: &Pending,
        method: Method,
    ) -> Result<CodeSent, Error> {
        let is_offered = pending.methods.contains(&method);
        let channel = match method {
            Method::EmailCode if is_offered => Channel::Mail,
            Method::SmsCode if is_offered => Channel::Sms(self.phone_of(pending).await?),
            _ => return Err(Error::BadInput("no code is sent for this method".to_owned())),
        };
        self.count_sent(caller, pending.account).await?;
        let (flow, user) = (&pending.flow, &pending.user);
        let used_for = match flow.purpose {
            FlowPurpose::SignIn => CodeUse::SignIn,
            FlowPurpose::StepUp => CodeUse::Confirmation,
            FlowPurpose::PasswordChange | FlowPurpose::PasswordReset => CodeUse::PasswordChange,
        };
        let (bound_to, until) = (bound_to_flow(flow, method), flow.expires_at);
        let case = SendCode { user, channel, bound_to, used_for, until };
        Ok(self.write(caller, &case).await?.value)
    }

    async fn phone_of(&self, pending: &Pending) -> Result<PhoneNumber, Error> {
        let mut reads = self.snapshot(pending.flow.workspace).await?;
        let factors = reads.factors_of(pending.user.id).await?;
        let factor = factors.iter().find(|factor| factor.method == Method::SmsCode);
        let factor = factor.ok_or_else(|| Error::internal("a telephone is gone"))?;
        let secret = super::secret::open_factor(self.parts(), reads.as_mut(), factor, self.now()).await?;
        reads.finish().await?;
        super::read_phone(&secret)
    }

    /// Counts a code that is to be sent: so many in a row that nobody has typed, and none is sent for a while.
    ///
    /// # Errors
    /// [`Error::RateLimited`] if there were too many.
    pub(super) async fn count_sent(&self, caller: &Caller, account: AccountKey) -> Result<(), Error> {
        let now = self.now();
        let mut book = self.parts().store.bookkeeping(caller.workspace()).await?;
        let known = book.hold_tries(TryKind::SentCode, account.as_bytes(), now).await?;
        let next = known.reserve(now).map_err(|locked| Error::RateLimited {
            retry_after: locked.until.map_or(Tries::LONGEST_LOCK, |until| until.since(now)),
        })?;
        book.put_tries(TryKind::SentCode, account.as_bytes(), &next).await?;
        Ok(book.commit().await?)
    }
}

#[async_trait::async_trait]
impl UseCase for SendCode<'_> {
    type Output = CodeSent;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::CodeSend, target: None }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<CodeSent>, Error> {
        let code = SentCode::generate(work.entropy());
        let expires_at = SentCode::expires_at(work.now, self.until);
        let digest = code.digest(&work.code_key().await?, &self.bound_to);
        // Of several that were sent, the last one counts.
        work.unit.withdraw(&self.bound_to).await?;
        work.unit.offer(&self.bound_to, &digest, expires_at).await?;
        let code = SecretText::new(code.expose().to_owned());
        let notice = Notice::Code { code, used_for: self.used_for, expires_at };
        let by = match self.channel {
            Channel::Mail => Method::EmailCode,
            Channel::Sms(_) => Method::SmsCode,
        };
        work.notify(self.user, self.channel.clone(), notice).await?;
        let entry = work.authentication(Event::CodeSend, self.user.id, &[("method", by.as_str())]).await?;
        Ok(Done::new(CodeSent { expires_at }, entry))
    }
}

impl Work<'_> {
    /// Uses a code up, if it is the one that was sent for this.
    pub(super) async fn use_code(&mut self, typed: &str, bound_to: &str) -> Result<bool, Error> {
        let Some(code) = SentCode::parse(typed) else { return Ok(false) };
        let digest = code.digest(&self.code_key().await?, bound_to);
        let is_right = self.unit.consume(bound_to, &digest, self.now).await?;
        if is_right {
            self.unit.withdraw(bound_to).await?;
        }
        Ok(is_right)
    }

    async fn code_key(&mut self) -> Result<MacKey, Error> {
        let key = self.key(&KeySlot::Purpose(Purpose::Settings)).await?;
        Ok(MacKey::derive(&key, "code"))
    }
}
