//! What administrators decide about how people sign in and stay signed in.

use async_trait::async_trait;
use sutra_acl::SystemPermission;
use sutra_audit::{EntryDraft, Event, FieldChange, Opened, Target, Visibility};
use sutra_identity::{PolicyFinding, SessionPolicy, Setting, SettingScope, Settings};
use sutra_kernel::Value;

use crate::{
    Caller, Engine, Error, Outcome, Viewing,
    work::{Attempt, Done, UseCase, Work, Written},
};

/// What administrators decide about how people sign in: see [`Engine::settings`].
#[derive(Clone, Copy)]
pub struct SecuritySettings<'e> {
    pub(crate) engine: &'e Engine,
}

impl SecuritySettings<'_> {
    /// Decides something, in place of what was decided before. It counts from the next request on.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Security*; [`Error::BadInput`] if nobody should decide it so, or not
    /// about this profile or user.
    pub async fn put(
        &self,
        caller: &Caller,
        scope: SettingScope,
        setting: Setting,
    ) -> Result<Written<()>, Error> {
        self.engine.write(caller, &PutSetting { scope, setting: &setting }).await
    }
}

impl Viewing {
    /// What administrators have decided about how people sign in.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Security*.
    pub fn settings(&self) -> Result<&Settings, Error> {
        self.require_permission(SystemPermission::ManageSecurity)?;
        Ok(&self.authority.settings)
    }

    /// How long sessions last: as administrators have decided, or as the program was started.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Security*.
    pub fn session_policy(&self) -> Result<SessionPolicy, Error> {
        Ok(self.settings()?.session.unwrap_or(self.engine.parts().sessions))
    }

    /// Which rules of the standards the policy of passwords breaks.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Security*.
    pub fn password_findings(&self) -> Result<Vec<PolicyFinding>, Error> {
        let policy = self.settings()?.password.clone().unwrap_or_default();
        Ok(policy.findings(&self.engine.parts().blocked))
    }
}

struct PutSetting<'a> {
    scope: SettingScope,
    setting: &'a Setting,
}

#[async_trait]
impl UseCase for PutSetting<'_> {
    type Output = ();

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::SettingUpdate, target: Some(target_of(self.scope)) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<()>, Error> {
        work.require_permission(SystemPermission::ManageSecurity)?;
        self.setting.check().map_err(Error::bad_input)?;
        work.require_there(self.scope).await?;
        let settings = Settings::clone(&work.authority.settings);
        let before = settings.decided(self.scope, &self.setting.name()).cloned();
        let setting = &self.setting.clone().decided_at(work.now, before.as_ref());
        if before.as_ref() == Some(setting) {
            return Ok(Done::unchanged(()));
        }
        let settings = settings.with(self.scope, setting.clone()).map_err(Error::bad_input)?;
        work.require_way_in(&settings)?;
        work.unit.lock().await?;
        work.unit.put_setting(self.scope, setting).await?;
        work.unit.bump_policy_epoch().await?;
        let visibility = match self.scope {
            SettingScope::User(_) => work.audit_seal().await?,
            SettingScope::Workspace | SettingScope::Profile(_) => Visibility::Plain,
        };
        let word = |setting: &Setting| Opened::value(Value::text(setting.value().to_string()));
        let entry = EntryDraft::new(Event::SettingUpdate).target(target_of(self.scope));
        let (old, new) = (before.as_ref().map(word), Some(word(setting)));
        let change = FieldChange { field: setting.name(), old, new, visibility };
        Ok(Done::new((), entry.change(change)))
    }

    fn outcome((): &()) -> Option<Outcome> {
        Some(Outcome::Done)
    }

    async fn answer_again(&self, work: &mut Work<'_>, _: Outcome) -> Result<(), Error> {
        work.require_permission(SystemPermission::ManageSecurity)
    }
}

impl Work<'_> {
    async fn require_there(&mut self, scope: SettingScope) -> Result<(), Error> {
        match scope {
            SettingScope::Workspace => Ok(()),
            SettingScope::Profile(profile) if self.authority.policy.profiles.contains_key(&profile) => Ok(()),
            SettingScope::Profile(_) => Err(Error::NotFound("profile")),
            SettingScope::User(user) => {
                let user = self.unit.find_user(user).await?.ok_or(Error::NotFound("user"))?;
                self.require_administrable(&user).await
            }
        }
    }
}

fn target_of(scope: SettingScope) -> Target {
    match scope {
        SettingScope::Workspace => Target::kind("workspace"),
        SettingScope::Profile(profile) => Target::thing("profile", profile.uuid()),
        SettingScope::User(user) => Target::thing("user", user.uuid()),
    }
}
