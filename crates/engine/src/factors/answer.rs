//! Whether an answer is right, and what it uses up.

use sutra_identity::{
    Channel, DenialReason, Factor, Method, Notice, RecoveryCode, RecoveryCodes, TotpSecret, User,
};

use super::{Ceremony, FactorAnswer, code::bound_to_flow};
use crate::{Error, flows::Pending, work::Work};

impl Work<'_> {
    /// Whether this is right for one of the user's factors, or why it is not. What is used up by that is used up with this
    /// unit, and by no other: who comes second finds another version.
    pub(crate) async fn check_answer(
        &mut self,
        pending: &Pending,
        answer: &FactorAnswer,
    ) -> Result<Result<(), DenialReason>, Error> {
        if !pending.methods.contains(&answer.method) {
            return Ok(Err(DenialReason::WrongFactor));
        }
        if answer.method != Method::Passkey {
            let is_right = self.check_code(pending, answer).await?;
            return Ok(is_right.then_some(()).ok_or(DenialReason::WrongFactor));
        }
        let Some(shown) = &answer.passkey else { return Ok(Err(DenialReason::WrongFactor)) };
        let answered = self.use_passkey(Ceremony::Flow(pending.flow.id), shown).await?;
        Ok(match answered {
            Ok((user, _)) if user.id == pending.user.id => Ok(()),
            Ok(_) => Err(DenialReason::WrongFactor),
            Err(denied) => Err(denied.reason),
        })
    }

    async fn check_code(&mut self, pending: &Pending, answer: &FactorAnswer) -> Result<bool, Error> {
        let Pending { flow, user, .. } = pending;
        let factors = self.unit.factors_of(user.id).await?;
        let factors = || factors.iter().filter(|factor| factor.method == answer.method);
        match answer.method {
            Method::EmailCode | Method::SmsCode => {
                if !self.use_code(&answer.code, &bound_to_flow(flow, answer.method)).await? {
                    return Ok(false);
                }
                // A mailbox is asked also where it was not set up.
                if let Some(factor) = factors().next() {
                    self.put_used(factor.used(self.now)).await?;
                }
                Ok(true)
            }
            Method::Totp => {
                for factor in factors() {
                    if self.use_totp(factor, &answer.code).await? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Method::RecoveryCode => self.use_recovery_code(user, &answer.code).await,
            Method::Passkey => Ok(false),
        }
    }

    /// Uses one of a user's recovery codes, outside every flow.
    pub(crate) async fn use_recovery_code(&mut self, user: &User, typed: &str) -> Result<bool, Error> {
        let factors = self.unit.factors_of(user.id).await?;
        match factors.iter().find(|factor| factor.method == Method::RecoveryCode) {
            Some(factor) => self.use_recovery(factor, user, typed).await,
            None => Ok(false),
        }
    }

    async fn use_totp(&mut self, factor: &Factor, typed: &str) -> Result<bool, Error> {
        let secret = self.open_factor(factor).await?;
        let secret = TotpSecret::from_bytes(secret.expose()).map_err(Error::internal)?;
        let Some(step) = secret.check(typed, self.now, factor.step) else { return Ok(false) };
        self.put_used(Factor { step: Some(step), ..factor.used(self.now) }).await
    }

    /// Uses a recovery code, and tells its user. Whoever has one has lost something, or guesses no more: no lock holds
    /// against it.
    async fn use_recovery(&mut self, factor: &Factor, user: &User, typed: &str) -> Result<bool, Error> {
        let Some(code) = RecoveryCode::parse(typed) else { return Ok(false) };
        let kept = self.open_factor(factor).await?;
        let kept = RecoveryCodes::from_bytes(kept.expose()).map_err(Error::internal)?;
        let Some(left) = kept.without(&code) else { return Ok(false) };
        let sealed = self.seal_factor(factor.id, factor.method, left.to_bytes().expose()).await?;
        let notice = Notice::RecoveryCodeUsed {
            left: u32::try_from(left.left()).unwrap_or(u32::MAX),
            occasion: self.occasion(),
        };
        self.notify(user, Channel::Mail, notice).await?;
        self.unlock(user).await?;
        self.put_used(Factor { sealed, ..factor.used(self.now) }).await
    }

    async fn put_used(&mut self, used: Factor) -> Result<bool, Error> {
        self.unit.put_factor(&used, Some(used.version - 1)).await?;
        Ok(true)
    }
}
