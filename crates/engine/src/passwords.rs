//! Choosing another password: knowing the one before, by a link, or because it has expired.

mod choose;
mod reset;

use sutra_identity::{
    Beginning, FlowPurpose, Method, Password, PasswordHash, PasswordOwner, PasswordProblem, PasswordVerdict,
    Settings, StoredPassword, User,
};
use sutra_kernel::UserId;

use crate::{Caller, Challenge, Engine, Error, FactorAnswer, Written, step_up::OwnPassword};

/// Choosing another password: see [`Engine::passwords`].
///
/// It takes two steps. The first shows a right to it, and ends in a flow that says what is asked for beside; the second
/// brings that, and the new password.
#[derive(Clone, Copy)]
pub struct Passwords<'e> {
    pub(crate) engine: &'e Engine,
}

/// What comes after a step of choosing another password.
pub enum PasswordStep {
    /// Go on with [`Passwords::choose`], and one of the methods, if there is any.
    CodeRequired(Box<Challenge>),
    /// It is another one.
    Changed,
    /// It was refused. The password stays as it is.
    Refused,
}

impl Passwords<'_> {
    /// Shows the caller's password, to choose another. A code is asked for beside it, always: of a second factor, or one
    /// that is sent to the mailbox.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] without a session; [`Error::RateLimited`] after too many refusals.
    pub async fn begin_change(&self, caller: &Caller, password: String) -> Result<PasswordStep, Error> {
        let session = caller.session_id().ok_or(Error::Unauthenticated)?;
        let engine = self.engine;
        let Some(shown) = engine.show_password(caller, password).await? else {
            engine.refuse_own(caller).await?;
            return Ok(PasswordStep::Refused);
        };
        let OwnPassword { user, set_up, reservation, .. } = shown;
        let (purpose, began) = (FlowPurpose::PasswordChange, Beginning::Password);
        let challenge = engine.begin_flow_in(caller, session, (&user, purpose, began), &set_up).await?;
        engine.forgive(caller, &reservation).await?;
        Ok(PasswordStep::CodeRequired(Box::new(challenge)))
    }

    /// Sends a link to whoever has the address and may sign in, by which another password can be chosen within an hour.
    /// It says nothing of whether somebody has.
    ///
    /// # Errors
    /// [`Error::RateLimited`] after too many requests from where the caller is.
    pub async fn request_reset(&self, caller: &Caller, email: &str) -> Result<(), Error> {
        reset::request(self.engine, caller, email).await
    }

    /// Sends such a link to a user, on an administrator's word, who does not see it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Users* or for somebody with more permissions than the caller;
    /// [`Error::BadInput`] for a user who has no password.
    pub async fn offer_reset(&self, caller: &Caller, user: UserId) -> Result<Written<User>, Error> {
        self.engine.write(caller, &reset::OfferReset { user }).await
    }

    /// Shows the token of such a link. A second factor is asked for of whoever has set one up: having the mailbox is not
    /// enough.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if the token is not good for this address, or no more.
    pub async fn begin_reset(&self, caller: &Caller, email: &str, token: &str) -> Result<Challenge, Error> {
        reset::begin(self.engine, caller, email, token).await
    }

    /// Chooses another password, in a flow. It ends the user's other sessions, forgets the devices, and is told by mail.
    ///
    /// # Errors
    /// [`Error::BadInput`] for a password that may not be chosen; [`Error::RateLimited`] after too many refusals.
    pub async fn choose(
        &self,
        caller: &Caller,
        flow: &str,
        answer: Option<&FactorAnswer>,
        password: String,
    ) -> Result<PasswordStep, Error> {
        choose::choose(self.engine, caller, flow, answer, password).await
    }
}

impl Engine {
    /// Checks a first password against the policy and hashes it, before a unit begins.
    pub(crate) async fn hash_first_password(
        &self,
        caller: &Caller,
        password: String,
        user: &User,
    ) -> Result<PasswordHash, Error> {
        let mut reads = self.snapshot(caller.workspace()).await?;
        let settings = self.settings_in(caller, reads.as_mut()).await?;
        reads.finish().await?;
        let password = self.judge_password(password, user, &settings, false)?;
        Ok(self.parts().passwords.hash(password).await?)
    }

    /// Refuses a password that may not be chosen, whatever was chosen before.
    pub(crate) fn judge_password(
        &self,
        password: String,
        user: &User,
        settings: &Settings,
        has_factor: bool,
    ) -> Result<Password, Error> {
        let password = Password::parse(password).map_err(Error::bad_input)?;
        let owner = PasswordOwner { email: &user.email, name: &user.name, has_factor };
        let policy = settings.password.clone().unwrap_or_default();
        policy.judge(&password, &owner, &self.parts().blocked).map_err(Error::bad_input)?;
        Ok(password)
    }

    /// Refuses a password that counts, or is remembered.
    pub(crate) async fn require_unused(
        &self,
        password: &Password,
        kept: StoredPassword,
    ) -> Result<(), Error> {
        for hash in kept.into_hashes() {
            let again = Password::parse(password.expose().to_owned()).map_err(Error::bad_input)?;
            let verdict = self.parts().passwords.verify(again, Some(hash)).await?;
            if !matches!(verdict, PasswordVerdict::No) {
                return Err(Error::bad_input(PasswordProblem::Used));
            }
        }
        Ok(())
    }
}

/// Whether an account is never entered without a second factor.
fn has_second(set_up: &[Method], is_required: bool) -> bool {
    !sutra_identity::second_factors(set_up.iter().copied(), is_required).is_empty()
}
