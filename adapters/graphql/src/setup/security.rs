//! What administrators decide about how people sign in and stay signed in.

use std::time::Duration;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use sutra_engine::{Error, Written};
use sutra_identity::{
    AtSessionLimit as AtLimit, CharacterKind as Kind, MfaPolicy as StoredMfa,
    PasswordPolicy as StoredPassword, PolicyFinding as Finding, SessionPolicy as StoredSession, Setting,
    SettingScope,
};
use sutra_kernel::{ProfileId, Timestamp};

use super::{
    access_limits::AccessLimits,
    request::{Result, engine, parse_optional, repeating, viewing},
    scalar::DateTime,
};

/// What is decided about how people sign in and stay signed in.
#[derive(SimpleObject)]
struct SecuritySettings {
    /// How long sessions last.
    session_policy: SessionPolicy,
    /// Which passwords may be chosen.
    password_policy: PasswordPolicy,
    /// Which rules of the standards that breaks.
    password_findings: Vec<PolicyFinding>,
    /// Who must show a second factor: what was decided for everybody, and for profiles.
    mfa_policies: Vec<MfaPolicy>,
    /// From where and when people may sign in and work: what was decided for everybody, for profiles and for users.
    access_limits: Vec<AccessLimits>,
}

/// How long sessions last.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "SessionPolicyInput")]
struct SessionPolicy {
    /// How many seconds a session may go unused: 60 to 86,400.
    idle_seconds: i32,
    /// How many seconds it lasts at most: no less than that, and at most 2,592,000.
    absolute_seconds: i32,
    /// How many live sessions a user has at most, 1 to 1,000; null for as many as they like.
    limit: Option<i32>,
    /// What becomes of one more.
    #[graphql(default_with = "AtSessionLimit::EndOldest")]
    at_limit: AtSessionLimit,
}

/// What becomes of a sign-in of somebody who has as many sessions as are allowed.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "AtLimit")]
enum AtSessionLimit {
    /// The session that was opened first is ended.
    EndOldest,
    /// It is refused.
    Refuse,
}

/// Which passwords may be chosen.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "PasswordPolicyInput")]
struct PasswordPolicy {
    /// The fewest characters of a password that stands alone: 6 to 64.
    min_length: i32,
    /// The fewest characters of a password beside a second factor: 6 to 64, and no more than of one that stands alone.
    min_length_with_factor: i32,
    /// What kinds of characters every password must have.
    required: Vec<CharacterKind>,
    /// How many of the passwords before may not be chosen again: at most 24.
    history: i32,
    /// After how many days a password must be changed, 1 to 3,650; null for never.
    max_age_days: Option<i32>,
    /// Words of the organisation that count as little as common words: at most 200.
    words: Vec<String>,
}

/// A kind of characters.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Kind")]
enum CharacterKind {
    /// Lower-case letters, of any script.
    Lower,
    /// Upper-case letters, of any script.
    Upper,
    /// Digits, of any script.
    Digit,
    /// Everything that is neither a letter nor a digit; blanks, too.
    Symbol,
}

/// A setting that breaks a rule of a standard.
#[derive(SimpleObject)]
struct PolicyFinding {
    /// The setting.
    setting: String,
    /// The rule, such as `ASVS 5.0 6.2.5`.
    rule: String,
    /// What the rule says.
    reason: String,
}

/// Who must show a second factor, and for how long a device may stand in for one.
#[derive(SimpleObject)]
struct MfaPolicy {
    /// The profile that it is about; null if it is about everybody.
    profile_id: Option<ID>,
    /// Whether a second factor is required. Who has set one up is asked for it anyhow.
    required: bool,
    /// When that was decided.
    since: DateTime,
    /// For how many days after that, or after a user was added, nobody is made to.
    grace_days: i32,
    /// For how many days a device is remembered; none is if 0.
    remember_days: i32,
}

/// What is to count.
#[derive(InputObject)]
struct MfaPolicyInput {
    /// Whether a second factor is required: of who has set up none, a code to the mailbox.
    required: bool,
    /// For how many days nobody is made to: at most 90.
    #[graphql(default)]
    grace_days: i32,
    /// For how many days a device is remembered: at most 30, and none if 0.
    #[graphql(default = 30)]
    remember_days: i32,
}

/// That something was decided.
#[derive(SimpleObject)]
pub(super) struct SecuritySettingPayload {
    /// The ledger's receipt; null if it was so before.
    receipt: Option<String>,
}

#[derive(Default)]
pub(super) struct SecurityQuery;

#[derive(Default)]
pub(super) struct SecurityMutation;

#[Object]
impl SecurityQuery {
    /// What is decided about how people sign in and stay signed in. Needs Manage Security.
    async fn security_settings(&self, ctx: &Context<'_>) -> Result<SecuritySettings> {
        let viewing = viewing(ctx).await?;
        let settings = viewing.settings()?;
        let mfa_policies = settings.all().filter_map(|(scope, setting)| MfaPolicy::of(scope, setting));
        Ok(SecuritySettings {
            session_policy: viewing.session_policy()?.into(),
            password_policy: settings.password.clone().unwrap_or_default().into(),
            password_findings: viewing.password_findings()?.into_iter().map(PolicyFinding::from).collect(),
            mfa_policies: mfa_policies.collect(),
            access_limits: settings.all().filter_map(|(scope, it)| AccessLimits::of(scope, it)).collect(),
        })
    }
}

#[Object]
impl SecurityMutation {
    /// Decides how long sessions last: those that are opened from now on. Needs Manage Security.
    async fn set_session_policy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to count.")] input: SessionPolicy,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<SecuritySettingPayload> {
        let setting = Setting::Session(input.resolve()?);
        put(ctx, idempotency_key.as_deref(), SettingScope::Workspace, setting).await
    }

    /// Decides which passwords may be chosen from now on. Needs Manage Security.
    async fn set_password_policy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to count.")] input: PasswordPolicy,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<SecuritySettingPayload> {
        let setting = Setting::Password(input.resolve()?);
        put(ctx, idempotency_key.as_deref(), SettingScope::Workspace, setting).await
    }

    /// Decides who must show a second factor: everybody, or those with one profile. Needs Manage Security.
    async fn set_mfa_policy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The profile; everybody if left out.")] profile_id: Option<ID>,
        #[graphql(desc = "What is to count.")] input: MfaPolicyInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<SecuritySettingPayload> {
        let profile: Option<ProfileId> = parse_optional(profile_id.as_ref())?;
        let scope = profile.map_or(SettingScope::Workspace, SettingScope::Profile);
        let setting = Setting::Mfa(input.resolve(engine(ctx)?.now())?);
        put(ctx, idempotency_key.as_deref(), scope, setting).await
    }
}

/// Decides something.
pub(super) async fn put(
    ctx: &Context<'_>,
    key: Option<&str>,
    scope: SettingScope,
    setting: Setting,
) -> Result<SecuritySettingPayload> {
    let caller = &repeating(ctx, key).await?;
    let Written { receipt, .. } = engine(ctx)?.settings().put(caller, scope, setting).await?;
    Ok(SecuritySettingPayload { receipt })
}

/// A number that cannot be negative, and is judged by what it is of.
fn number(number: i32) -> Result<u16> {
    u16::try_from(number).map_err(|_| Error::BadInput(format!("{number} is not between 0 and 65535")))
}

impl SessionPolicy {
    fn resolve(&self) -> Result<StoredSession> {
        let seconds = |seconds: i32| {
            let seconds = u64::try_from(seconds);
            seconds.map(Duration::from_secs).map_err(|_| Error::BadInput("a time is not negative".to_owned()))
        };
        Ok(StoredSession {
            idle: seconds(self.idle_seconds)?,
            absolute: seconds(self.absolute_seconds)?,
            limit: self.limit.map(number).transpose()?,
            at_limit: self.at_limit.into(),
        })
    }
}

impl PasswordPolicy {
    fn resolve(self) -> Result<StoredPassword> {
        Ok(StoredPassword {
            min_length: number(self.min_length)?,
            min_length_with_factor: number(self.min_length_with_factor)?,
            required: self.required.into_iter().map(Kind::from).collect(),
            history: number(self.history)?,
            max_age_days: self.max_age_days.map(number).transpose()?,
            words: self.words.into_iter().collect(),
        })
    }
}

impl MfaPolicyInput {
    fn resolve(&self, since: Timestamp) -> Result<StoredMfa> {
        let (grace_days, remember_days) = (number(self.grace_days)?, number(self.remember_days)?);
        Ok(StoredMfa { required: self.required, since, grace_days, remember_days })
    }
}

impl MfaPolicy {
    fn of(scope: SettingScope, setting: &Setting) -> Option<Self> {
        let Setting::Mfa(policy) = setting else { return None };
        let profile_id = match scope {
            SettingScope::Profile(profile) => Some(profile.into()),
            SettingScope::Workspace | SettingScope::User(_) => None,
        };
        Some(Self {
            profile_id,
            required: policy.required,
            since: policy.since.into(),
            grace_days: policy.grace_days.into(),
            remember_days: policy.remember_days.into(),
        })
    }
}

impl From<StoredSession> for SessionPolicy {
    fn from(policy: StoredSession) -> Self {
        let seconds = |time: Duration| i32::try_from(time.as_secs()).unwrap_or(i32::MAX);
        Self {
            idle_seconds: seconds(policy.idle),
            absolute_seconds: seconds(policy.absolute),
            limit: policy.limit.map(i32::from),
            at_limit: policy.at_limit.into(),
        }
    }
}

impl From<StoredPassword> for PasswordPolicy {
    fn from(policy: StoredPassword) -> Self {
        Self {
            min_length: policy.min_length.into(),
            min_length_with_factor: policy.min_length_with_factor.into(),
            required: policy.required.into_iter().map(CharacterKind::from).collect(),
            history: policy.history.into(),
            max_age_days: policy.max_age_days.map(i32::from),
            words: policy.words.into_iter().collect(),
        }
    }
}

impl From<Finding> for PolicyFinding {
    fn from(finding: Finding) -> Self {
        Self {
            setting: finding.setting.to_owned(),
            rule: finding.rule.to_owned(),
            reason: finding.reason.to_owned(),
        }
    }
}
