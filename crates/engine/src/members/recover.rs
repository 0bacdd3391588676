//! Letting a user in again who is locked out, on an operator's word at the machine itself.

use async_trait::async_trait;
use sutra_audit::Event;
use sutra_crypto::Token;
use sutra_identity::{
    AccessLimits, EmailAddress, Method, RecoveryCode, Setting, SettingScope, User, UserState,
};

use crate::{
    Error,
    work::{Attempt, Done, UseCase, Work},
};

/// Who is to be let in again, and what stands in the way.
#[derive(Debug, Clone, Copy, Default)]
pub struct Recovery {
    /// Take away the limits of access that are about the user, the profile and the workspace.
    pub drop_limits: bool,
    /// Take away what the user has set up beside the password, but give other recovery codes.
    pub drop_factors: bool,
}

/// A user who is let in again.
pub struct Recovered {
    /// The user.
    pub user: User,
    /// By which another password is chosen within an hour. It is shown this once.
    pub reset: Token,
    /// Other recovery codes, if what was set up was taken away.
    pub codes: Vec<RecoveryCode>,
}

pub(super) struct Recover<'a> {
    pub(super) email: &'a EmailAddress,
    pub(super) how: Recovery,
}

#[async_trait]
impl UseCase for Recover<'_> {
    type Output = Recovered;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::AccountRecover, target: None }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Recovered>, Error> {
        work.unit.lock().await?;
        let user = work.unit.find_user_by_email(self.email).await?.ok_or(Error::NotFound("user"))?;
        if work.unit.find_password(user.id).await?.is_none() {
            let invited = "this user has not chosen a password yet: invite them once more";
            return Err(Error::BadInput(invited.to_owned()));
        }
        let user = work.let_in(user).await?;
        work.unlock(&user).await?;
        if self.how.drop_limits {
            work.drop_limits(&user).await?;
        }
        let codes = if self.how.drop_factors { work.drop_factors(&user).await? } else { Vec::new() };
        let reset = work.new_reset(&user).await?;
        let (limits, factors) = (self.how.drop_limits.to_string(), self.how.drop_factors.to_string());
        let details = [("limits", limits.as_str()), ("factors", factors.as_str())];
        let entry = work.authentication(Event::AccountRecover, user.id, &details).await?;
        Ok(Done::new(Recovered { user, reset, codes }, entry))
    }
}

impl Work<'_> {
    async fn let_in(&mut self, user: User) -> Result<User, Error> {
        if user.state == UserState::Active {
            return Ok(user);
        }
        let (version, updated_at) = (user.version + 1, self.now);
        let after = User { state: UserState::Active, version, updated_at, ..user.clone() };
        self.unit.put_user(&after, Some(user.version)).await?;
        self.unit.bump_policy_epoch().await?;
        Ok(after)
    }

    async fn drop_limits(&mut self, user: &User) -> Result<(), Error> {
        let scopes =
            [SettingScope::Workspace, SettingScope::Profile(user.profile), SettingScope::User(user.id)];
        for scope in scopes {
            if self.authority.settings.decided(scope, "access").is_some() {
                self.unit.put_setting(scope, &Setting::Access(AccessLimits::NONE)).await?;
            }
        }
        Ok(self.unit.bump_policy_epoch().await?)
    }

    async fn drop_factors(&mut self, user: &User) -> Result<Vec<RecoveryCode>, Error> {
        for factor in self.unit.factors_of(user.id).await? {
            if factor.method != Method::RecoveryCode {
                self.unit.remove_factor(factor.id).await?;
            }
        }
        self.unit.forget_devices_of(user.id).await?;
        self.unit.end_flows_of(user.id).await?;
        self.unit.end_sessions_of(user.id, None, self.now).await?;
        Ok(self.issue_recovery_codes(user).await?.0)
    }
}
