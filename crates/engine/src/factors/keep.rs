//! Naming and removing factors, and other recovery codes.

use async_trait::async_trait;
use sutra_audit::{EntryDraft, Event, Target};
use sutra_identity::{Factor, Method, Notice, RecoveryCode, RecoveryCodes, User};
use sutra_kernel::{CredentialId, UserId};

use crate::{
    Error,
    members::parse_name,
    work::{Attempt, Done, UseCase, Work},
};

pub(super) struct Rename<'a> {
    pub(super) factor: CredentialId,
    pub(super) name: &'a str,
}

pub(super) struct Remove {
    pub(super) user: UserId,
    pub(super) factor: CredentialId,
}

pub(super) struct IssueRecoveryCodes;

#[async_trait]
impl UseCase for Rename<'_> {
    type Output = Factor;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::FactorUpdate, target: None }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Factor>, Error> {
        let user = work.user()?;
        let before = work.factor_of(user, self.factor).await?;
        let name = parse_name(self.name)?;
        let after = Factor { name, version: before.version + 1, ..before.clone() };
        work.unit.put_factor(&after, Some(before.version)).await?;
        let entry = work.authentication(Event::FactorUpdate, user, &details(&after)).await?;
        Ok(Done::new(after, entry))
    }
}

#[async_trait]
impl UseCase for Remove {
    type Output = ();

    fn attempt(&self) -> Attempt {
        let target = Some(Target::thing("user", self.user.uuid()));
        Attempt { event: Event::FactorRemove, target }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<()>, Error> {
        work.require_self_or_manager(self.user).await?;
        let user = work.unit.find_user(self.user).await?.ok_or(Error::NotFound("user"))?;
        let factor = work.factor_of(user.id, self.factor).await?;
        if !work.unit.remove_factor(factor.id).await? {
            return Err(Error::NotFound("factor"));
        }
        let method = factor.method.as_str().to_owned();
        let notice = Notice::FactorRemoved { method, occasion: work.occasion() };
        work.credentials_changed(&user, notice).await?;
        Ok(Done::new((), work.authentication(Event::FactorRemove, user.id, &details(&factor)).await?))
    }
}

#[async_trait]
impl UseCase for IssueRecoveryCodes {
    type Output = Vec<RecoveryCode>;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::RecoveryCodesIssue, target: None }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Vec<RecoveryCode>>, Error> {
        let user = work.user()?;
        let user = work.unit.find_user(user).await?.ok_or(Error::Unauthenticated)?;
        let (codes, entry) = work.issue_recovery_codes(&user).await?;
        Ok(Done::new(codes, entry))
    }
}

impl Work<'_> {
    /// Gives a user recovery codes, in place of those before.
    pub(crate) async fn issue_recovery_codes(
        &mut self,
        user: &User,
    ) -> Result<(Vec<RecoveryCode>, EntryDraft), Error> {
        let (kept, codes) = RecoveryCodes::issue(self.entropy());
        let secret = kept.to_bytes();
        let present = self.unit.factors_of(user.id).await?;
        match present.into_iter().find(|factor| factor.method == Method::RecoveryCode) {
            Some(before) => {
                let sealed = self.seal_factor(before.id, before.method, secret.expose()).await?;
                let (version, created_at) = (before.version + 1, self.now);
                let after = Factor { sealed, version, created_at, last_used_at: None, ..before.clone() };
                self.unit.put_factor(&after, Some(before.version)).await?;
            }
            None => {
                let name = "Recovery codes";
                let new = self.bare_factor(user, Method::RecoveryCode, name, secret.expose()).await?;
                self.unit.put_factor(&new, None).await?;
            }
        }
        Ok((codes, self.authentication(Event::RecoveryCodesIssue, user.id, &[]).await?))
    }

    async fn factor_of(&mut self, user: UserId, factor: CredentialId) -> Result<Factor, Error> {
        let factors = self.unit.factors_of(user).await?;
        factors.into_iter().find(|it| it.id == factor).ok_or(Error::NotFound("factor"))
    }
}

fn details(factor: &Factor) -> [(&'static str, &'static str); 1] {
    [("method", factor.method.as_str())]
}
