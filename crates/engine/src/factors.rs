//! What users set up to show who they are, beside a password.

mod answer;
mod code;
mod device;
mod keep;
mod passkey;
mod secret;
mod set_up;

use sutra_acl::SystemPermission;
use sutra_audit::Event;
use sutra_crypto::SecretBytes;
use sutra_identity::{
    EmailAddress, Factor, Method, PhoneNumber, RecoveryCode, RecoveryCodes, SecretText, TotpSecret,
};
use sutra_kernel::{CredentialId, UserId};

pub(crate) use self::passkey::{Ceremony, PasskeyDenied};
pub use self::{
    code::CodeSent,
    passkey::{PasskeyChallenge, PasskeyShown},
};
use crate::{Caller, Engine, Error, Viewing, Written};

/// What users set up to show who they are: see [`Engine::factors`].
#[derive(Clone, Copy)]
pub struct Factors<'e> {
    pub(crate) engine: &'e Engine,
}

/// What somebody typed for a second factor.
pub struct FactorAnswer {
    /// What it is for.
    pub method: Method,
    /// The code; empty if a passkey has answered.
    pub code: String,
    /// What a passkey has answered.
    pub passkey: Option<PasskeyShown>,
}

impl FactorAnswer {
    /// A code of one of the methods that have codes.
    #[must_use]
    pub const fn code(method: Method, code: String) -> Self {
        Self { method, code, passkey: None }
    }

    /// The answer of a passkey.
    #[must_use]
    pub const fn passkey(shown: PasskeyShown) -> Self {
        Self { method: Method::Passkey, code: String::new(), passkey: Some(shown) }
    }
}

/// The secret of an authenticator app that is to be set up: shown once.
pub struct TotpOffer {
    /// As people type it.
    pub secret: SecretText,
    /// The text of the picture that apps read.
    pub uri: SecretText,
}

/// A factor that somebody sets up, with what shows that he has it.
pub enum NewFactor {
    /// An authenticator app: the secret that was offered, and the code that the app makes from it.
    Totp {
        /// What its user calls it.
        name: String,
        /// The secret.
        secret: String,
        /// The code.
        code: String,
    },
    /// Codes by e-mail, to the address that the user signs in with: the code that was sent there.
    EmailCode {
        /// The code.
        code: String,
    },
    /// Codes by SMS: the code that was sent to the telephone.
    SmsCode {
        /// What its user calls it.
        name: String,
        /// The telephone's number.
        phone: String,
        /// The code.
        code: String,
    },
    /// A passkey or a security key: what it has answered to the challenge that made it.
    Passkey {
        /// What its user calls it.
        name: String,
        /// The answer.
        shown: PasskeyShown,
    },
}

/// A factor, as its user sees it.
#[derive(Debug, Clone)]
pub struct FactorShown {
    /// The factor.
    pub factor: Factor,
    /// The end of the telephone's number.
    pub hint: Option<String>,
    /// How many recovery codes are left.
    pub left: Option<usize>,
}

/// How many factors somebody has at most.
pub const MAX_FACTORS: usize = 20;

impl Factors<'_> {
    /// Sends a code for a ceremony that asks for one, such as a sign-in. The code before it stops working.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if the flow is over; [`Error::BadInput`] for a method by which nothing is sent;
    /// [`Error::RateLimited`] after too many codes that nobody typed.
    pub async fn send_code(&self, caller: &Caller, flow: &str, method: Method) -> Result<CodeSent, Error> {
        let over = || Error::Forbidden("this took too long, or was ended: begin again".to_owned());
        let Some((caller, token)) = self.engine.follow(caller, flow).await? else {
            return Err(self.engine.refuse_stranger(caller, Event::CodeSend, over()).await);
        };
        match self.engine.pending(&caller, &token).await? {
            Some(pending) => self.engine.send_code_for(&caller, &pending, method).await,
            None => Err(self.engine.refuse_stranger(&caller, Event::CodeSend, over()).await),
        }
    }

    /// Offers a secret for an authenticator app. It counts once a code of it comes back with [`add`](Self::add).
    ///
    /// # Errors
    /// [`Error::StepUpRequired`] without a fresh proof.
    pub async fn offer_totp(&self, caller: &Caller) -> Result<TotpOffer, Error> {
        set_up::offer_totp(self.engine, caller).await
    }

    /// Sends a code to the caller's own address, to set up codes by e-mail.
    ///
    /// # Errors
    /// [`Error::StepUpRequired`] without a fresh proof; [`Error::RateLimited`] after too many.
    pub async fn send_to_mailbox(&self, caller: &Caller) -> Result<CodeSent, Error> {
        set_up::send(self.engine, caller, None).await
    }

    /// Sends a code to a telephone, to set up codes by SMS.
    ///
    /// # Errors
    /// As [`send_to_mailbox`](Self::send_to_mailbox); [`Error::BadInput`] for what is no number.
    pub async fn send_to_phone(&self, caller: &Caller, phone: &str) -> Result<CodeSent, Error> {
        let phone = PhoneNumber::parse(phone).map_err(Error::bad_input)?;
        set_up::send(self.engine, caller, Some(phone)).await
    }

    /// Asks the caller's browser for a new passkey. It counts once its answer comes back with [`add`](Self::add).
    ///
    /// # Errors
    /// [`Error::StepUpRequired`] without a fresh proof; [`Error::BadInput`] where passkeys cannot be made.
    pub async fn offer_passkey(&self, caller: &Caller) -> Result<PasskeyChallenge, Error> {
        passkey::offer(self.engine, caller).await
    }

    /// Asks for any passkey of the workspace, which says whose it is: for
    /// [`SignIn::with_passkey`](crate::SignIn::with_passkey).
    ///
    /// # Errors
    /// [`Error::BadInput`] where passkeys cannot be used.
    pub async fn begin_passkey_sign_in(&self, caller: &Caller) -> Result<PasskeyChallenge, Error> {
        passkey::begin_sign_in(self.engine, caller).await
    }

    /// Asks for one of the caller's own passkeys: for [`StepUp::with_passkey`](crate::StepUp::with_passkey).
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] without a session; [`Error::BadInput`] if the caller has none.
    pub async fn begin_passkey_step_up(&self, caller: &Caller) -> Result<PasskeyChallenge, Error> {
        passkey::begin_step_up(self.engine, caller).await
    }

    /// Asks for a passkey for a ceremony that takes one, such as a sign-in that asks for a second factor.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if the flow is over; [`Error::BadInput`] if it takes none.
    pub async fn challenge_passkey(&self, caller: &Caller, flow: &str) -> Result<PasskeyChallenge, Error> {
        let over = || Error::Forbidden("this took too long, or was ended: begin again".to_owned());
        let Some((caller, token)) = self.engine.follow(caller, flow).await? else {
            return Err(self.engine.refuse_stranger(caller, Event::FactorChallenge, over()).await);
        };
        match self.engine.pending(&caller, &token).await? {
            Some(pending) => passkey::challenge(self.engine, &caller, &pending).await,
            None => Err(self.engine.refuse_stranger(&caller, Event::FactorChallenge, over()).await),
        }
    }

    /// Sets up a factor of the caller. Devices on which no second factor was asked for are forgotten, and the user is
    /// told.
    ///
    /// # Errors
    /// [`Error::StepUpRequired`] without a fresh proof; [`Error::BadInput`] for a wrong code or one too late.
    pub async fn add(&self, caller: &Caller, new: &NewFactor) -> Result<Written<Factor>, Error> {
        set_up::add(self.engine, caller, new).await
    }

    /// Calls a factor of the caller by another name.
    ///
    /// # Errors
    /// [`Error::StepUpRequired`] without a fresh proof; [`Error::NotFound`] if the caller has none such.
    pub async fn rename(
        &self,
        caller: &Caller,
        factor: CredentialId,
        name: &str,
    ) -> Result<Written<Factor>, Error> {
        self.engine.write(caller, &keep::Rename { factor, name }).await
    }

    /// Removes a factor: the caller's own, or with *Manage Users* somebody else's, who is told.
    ///
    /// # Errors
    /// [`Error::StepUpRequired`] without a fresh proof; [`Error::NotFound`] if the user has none such;
    /// [`Error::Forbidden`] for somebody else's.
    pub async fn remove(
        &self,
        caller: &Caller,
        user: UserId,
        factor: CredentialId,
    ) -> Result<Written<()>, Error> {
        self.engine.write(caller, &keep::Remove { user, factor }).await
    }

    /// Gives the caller other recovery codes. Those before stop working.
    ///
    /// # Errors
    /// [`Error::StepUpRequired`] without a fresh proof.
    pub async fn issue_recovery_codes(&self, caller: &Caller) -> Result<Written<Vec<RecoveryCode>>, Error> {
        self.engine.write(caller, &keep::IssueRecoveryCodes).await
    }
}

impl Viewing {
    /// What a user has set up: oneself, or with *Manage Users* somebody else.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for somebody else's.
    pub async fn factors_of(&self, user: UserId) -> Result<Vec<FactorShown>, Error> {
        if self.caller().user_id() != Some(user) {
            self.require_permission(SystemPermission::ManageUsers)?;
        }
        let mut reads = self.reads().await;
        let factors = reads.factors_of(user).await?;
        let mut shown = Vec::with_capacity(factors.len());
        for factor in factors {
            let secret = secret::open_factor(self.engine.parts(), reads.as_mut(), &factor, self.now).await?;
            shown.push(FactorShown::of(factor, &secret)?);
        }
        Ok(shown)
    }
}

impl FactorShown {
    fn of(factor: Factor, secret: &SecretBytes) -> Result<Self, Error> {
        let hint = match factor.method {
            Method::SmsCode => Some(read_phone(secret)?.hint()),
            _ => None,
        };
        let left = match factor.method {
            Method::RecoveryCode => {
                Some(RecoveryCodes::from_bytes(secret.expose()).map_err(Error::internal)?.left())
            }
            _ => None,
        };
        Ok(Self { factor, hint, left })
    }
}

fn read_phone(secret: &SecretBytes) -> Result<PhoneNumber, Error> {
    let text = str::from_utf8(secret.expose()).map_err(Error::internal)?;
    PhoneNumber::parse(text).map_err(Error::internal)
}

/// What an authenticator app calls an account.
fn totp_uri(secret: &TotpSecret, issuer: &str, account: &EmailAddress) -> Result<SecretText, Error> {
    let uri = secret.to_uri(issuer, account).ok_or_else(|| Error::internal("a secret makes no picture"))?;
    Ok(SecretText::new(uri.to_string()))
}
