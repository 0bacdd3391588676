//! What administrators decide about how people sign in and stay signed in.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sutra_kernel::{ProfileId, Timestamp, UserId};

use crate::{AccessLimits, ContextPolicy, MfaPolicy, PasswordPolicy, SessionPolicy, User};

/// Everything that administrators have decided in one workspace.
///
/// What nobody has decided is `None`, and what the program was started with counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// How long sessions last.
    pub session: Option<SessionPolicy>,
    /// Which passwords may be chosen.
    pub password: Option<PasswordPolicy>,
    decided: BTreeMap<(SettingScope, String), Setting>,
}

/// Whom a setting is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SettingScope {
    /// Everybody in the workspace.
    Workspace,
    /// Everybody with one profile.
    Profile(ProfileId),
    /// One user.
    User(UserId),
}

/// One thing that can be decided, with what was decided.
///
/// It is stored under its [name](Self::name), as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", content = "value", rename_all = "snake_case")]
pub enum Setting {
    /// How long sessions last: for the workspace.
    Session(SessionPolicy),
    /// Which passwords may be chosen: for the workspace.
    Password(PasswordPolicy),
    /// Who must show a second factor: for the workspace, or for a profile.
    Mfa(MfaPolicy),
    /// From where and when people may sign in: for the workspace, for a profile, or for a user.
    Access(AccessLimits),
}

/// Why something cannot be decided so, in a sentence for whoever tried.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SettingProblem(pub String);

/// A stored setting that this version cannot read. It is never left out: what it demands could be what keeps
/// somebody away.
#[derive(Debug, thiserror::Error)]
#[error("the setting `{name}` cannot be read")]
pub struct SettingError {
    name: String,
    #[source]
    source: Option<serde_json::Error>,
}

impl Settings {
    /// Puts together what is stored.
    ///
    /// # Errors
    /// If a setting is about somebody that it cannot be about.
    pub fn collect(stored: impl IntoIterator<Item = (SettingScope, Setting)>) -> Result<Self, SettingError> {
        stored.into_iter().try_fold(Self::default(), |settings, (scope, setting)| {
            let name = setting.name();
            settings.with(scope, setting).map_err(|_| SettingError { name, source: None })
        })
    }

    /// The same, with one more decided.
    ///
    /// # Errors
    /// If the setting is about somebody that it cannot be about.
    pub fn with(mut self, scope: SettingScope, setting: Setting) -> Result<Self, SettingProblem> {
        match (scope, &setting) {
            (SettingScope::Workspace, Setting::Session(policy)) => self.session = Some(*policy),
            (SettingScope::Workspace, Setting::Password(policy)) => self.password = Some(policy.clone()),
            (SettingScope::Workspace | SettingScope::Profile(_), Setting::Mfa(_))
            | (_, Setting::Access(_)) => {}
            (_, Setting::Session(_)) => {
                return Err(problem("how long sessions last is decided for the whole workspace"));
            }
            (_, Setting::Password(_)) => {
                return Err(problem("which passwords may be chosen is decided for the whole workspace"));
            }
            (SettingScope::User(_), Setting::Mfa(_)) => {
                return Err(problem("who must show a second factor is decided for all, or for a profile"));
            }
        }
        self.decided.insert((scope, setting.name()), setting);
        Ok(self)
    }

    /// What is decided about second factors: for everybody, and for one profile.
    pub fn mfa(&self, profile: ProfileId) -> impl Iterator<Item = &MfaPolicy> {
        let scopes = [SettingScope::Workspace, SettingScope::Profile(profile)];
        scopes.into_iter().filter_map(|scope| match self.decided(scope, "mfa")? {
            Setting::Mfa(policy) => Some(policy),
            Setting::Session(_) | Setting::Password(_) | Setting::Access(_) => None,
        })
    }

    /// From where and when a user with this profile may sign in.
    #[must_use]
    pub fn access(&self, profile: ProfileId, user: UserId) -> ContextPolicy<'_> {
        let limits = |scope| match self.decided(scope, "access") {
            Some(Setting::Access(limits)) => limits,
            _ => &FREE,
        };
        ContextPolicy {
            installation: limits(SettingScope::Workspace),
            profile: limits(SettingScope::Profile(profile)),
            user: limits(SettingScope::User(user)),
        }
    }

    /// Since when a user must show a second factor, or from when on; nothing if nobody has decided so.
    #[must_use]
    pub fn mfa_due_at(&self, user: &User) -> Option<Timestamp> {
        self.mfa(user.profile).filter_map(|policy| policy.due_at(user)).min()
    }

    /// Whether a user must show a second factor by now.
    #[must_use]
    pub fn must_show_second(&self, user: &User, now: Timestamp) -> bool {
        self.mfa_due_at(user).is_some_and(|due| due <= now)
    }

    /// How long a device of a user is remembered; nothing if none is.
    #[must_use]
    pub fn remembers_devices(&self, user: &User, now: Timestamp) -> Option<Duration> {
        let undecided = MfaPolicy::undecided(now);
        let decided = self.mfa(user.profile).map(MfaPolicy::remembers);
        decided.fold(undecided.remembers(), |least, days| least.min(days))
    }

    /// All that was decided, and about whom.
    pub fn all(&self) -> impl Iterator<Item = (SettingScope, &Setting)> {
        self.decided.iter().map(|((scope, _), setting)| (*scope, setting))
    }

    /// What was decided under a name, if anything was.
    #[must_use]
    pub fn decided(&self, scope: SettingScope, name: &str) -> Option<&Setting> {
        self.decided.get(&(scope, name.to_owned()))
    }
}

impl Setting {
    /// Reads one as it is stored.
    ///
    /// # Errors
    /// If there is no setting of this name, or the value is none of its values.
    ///
    /// ```
    /// # use sutra_identity::Setting;
    /// let value = serde_json::json!({ "idle_seconds": 900, "absolute_seconds": 28_800 });
    /// let setting = Setting::parse("session", value)?;
    /// assert_eq!((setting.name().as_str(), &setting.value()["idle_seconds"]), ("session", &900.into()));
    /// # Ok::<(), sutra_identity::SettingError>(())
    /// ```
    pub fn parse(name: &str, value: Value) -> Result<Self, SettingError> {
        let whole = Map::from_iter([("name".to_owned(), name.into()), ("value".to_owned(), value)]);
        let read = serde_json::from_value(Value::Object(whole));
        read.map_err(|error| SettingError { name: name.to_owned(), source: Some(error) })
    }

    /// The same, decided now in place of what was decided before: a time of grace begins when something is required that
    /// was not, and goes on if it was.
    #[must_use]
    pub fn decided_at(self, now: Timestamp, before: Option<&Self>) -> Self {
        match (self, before) {
            (Self::Mfa(policy), Some(Self::Mfa(before))) if before.required == policy.required => {
                Self::Mfa(MfaPolicy { since: before.since, ..policy })
            }
            (Self::Mfa(policy), _) => Self::Mfa(MfaPolicy { since: now, ..policy }),
            (other, _) => other,
        }
    }

    /// What it is stored under.
    #[must_use]
    pub fn name(&self) -> String {
        self.part("name").as_str().unwrap_or_default().to_owned()
    }

    /// What is stored of it.
    #[must_use]
    pub fn value(&self) -> Value {
        self.part("value")
    }

    /// Refuses what nobody should decide.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), SettingProblem> {
        match self {
            Self::Session(policy) => policy.check(),
            Self::Password(policy) => policy.check().map_err(|problem| SettingProblem(problem.to_string())),
            Self::Mfa(policy) => policy.check(),
            Self::Access(limits) => limits.check().map_err(|problem| SettingProblem(problem.to_string())),
        }
    }

    fn part(&self, name: &str) -> Value {
        let whole = serde_json::to_value(self).ok();
        whole.and_then(|mut whole| whole.get_mut(name).map(Value::take)).unwrap_or_default()
    }
}

/// What counts where nobody has decided.
static FREE: AccessLimits = AccessLimits::NONE;

fn problem(sentence: &str) -> SettingProblem {
    SettingProblem(sentence.to_owned())
}

#[cfg(test)]
mod tests {

    use serde_json::json;
    use sutra_kernel::Uuid;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn session(idle: Duration, absolute: Duration) -> Setting {
        Setting::Session(SessionPolicy { idle, absolute, ..SessionPolicy::default() })
    }

    #[test]
    fn a_setting_is_read_as_it_is_stored() {
        let setting = session(MINUTE, 10 * MINUTE);
        assert_eq!(setting.name(), "session");
        let before_limits = json!({ "idle_seconds": 60, "absolute_seconds": 600 });
        for value in [setting.value(), before_limits] {
            assert_eq!(Setting::parse("session", value).unwrap(), setting);
        }
    }

    #[test]
    fn what_this_version_does_not_know_is_no_setting() {
        let cases = [
            ("another name", "sesion", json!({})),
            ("a missing part", "session", json!({ "idle_seconds": 60 })),
            ("an unknown part", "session", json!({ "idle_seconds": 60, "absolute_seconds": 600, "idle": 1 })),
            ("another kind of value", "session", json!("always")),
            ("nothing", "session", Value::Null),
        ];
        for (case, name, value) in cases {
            let error = Setting::parse(name, value).unwrap_err();
            assert_eq!(error.to_string(), format!("the setting `{name}` cannot be read"), "{case}");
        }
    }

    #[test]
    fn what_is_decided_is_collected() {
        assert_eq!(Settings::collect([]).unwrap(), Settings::default());
        let stored = [(SettingScope::Workspace, session(MINUTE, 10 * MINUTE))];
        let expected = SessionPolicy { idle: MINUTE, absolute: 10 * MINUTE, ..SessionPolicy::default() };
        assert_eq!(Settings::collect(stored).unwrap().session, Some(expected));
    }

    #[test]
    fn sessions_last_alike_for_everybody() {
        let one = SettingScope::User(UserId::from_uuid(Uuid::nil()));
        let some = SettingScope::Profile(ProfileId::from_uuid(Uuid::nil()));
        for scope in [one, some] {
            let stored = [(scope, session(MINUTE, 10 * MINUTE))];
            assert!(Settings::collect(stored).is_err(), "{scope:?}");
        }
    }

    #[test]
    fn sessions_last_some_time_and_not_for_ever() {
        let day = 24 * 60 * MINUTE;
        let cases = [
            (MINUTE, MINUTE, true),
            (day, 30 * day, true),
            (2 * MINUTE, MINUTE, false),
            (MINUTE - Duration::from_secs(1), MINUTE, false),
            (2 * day, 3 * day, false),
            (day, 31 * day, false),
        ];
        for (idle, absolute, is_good) in cases {
            assert_eq!(session(idle, absolute).check().is_ok(), is_good, "{idle:?} {absolute:?}");
        }
    }

    #[test]
    fn a_second_factor_is_required_of_all_or_of_a_profile_and_after_a_grace_period() {
        let day = 24 * 60 * MINUTE;
        let at = |days: u32| Timestamp::from_micros(0).plus(day * days);
        let mfa = |required, since, grace_days, remember_days| {
            Setting::Mfa(MfaPolicy { required, since: at(since), grace_days, remember_days })
        };
        let user = crate::tests::user(at(3));
        let (all, profile) = (SettingScope::Workspace, SettingScope::Profile(user.profile));
        let other = SettingScope::Profile(ProfileId::from_uuid(Uuid::from_u128(77)));
        let cases = [
            ("nobody has decided", vec![], None, 30),
            ("not required", vec![(all, mfa(false, 1, 0, 7))], None, 7),
            ("of all, whoever was there", vec![(all, mfa(true, 5, 2, 30))], Some(7), 30),
            ("whoever came later has as long", vec![(all, mfa(true, 1, 2, 30))], Some(5), 30),
            ("of another profile", vec![(other, mfa(true, 1, 0, 0))], None, 30),
            ("of the profile", vec![(all, mfa(false, 1, 0, 9)), (profile, mfa(true, 4, 0, 14))], Some(4), 9),
            (
                "whichever is first",
                vec![(all, mfa(true, 9, 0, 30)), (profile, mfa(true, 4, 4, 0))],
                Some(8),
                0,
            ),
        ];
        for (name, decided, due, remembered) in cases {
            let settings = Settings::collect(decided).unwrap();
            assert_eq!(settings.mfa_due_at(&user), due.map(at), "{name}");
            let expected = Some(day * remembered).filter(|lifetime| !lifetime.is_zero());
            assert_eq!(settings.remembers_devices(&user, at(0)), expected, "{name}");
        }
        assert!(Settings::collect([(SettingScope::User(user.id), mfa(true, 1, 0, 0))]).is_err());
    }
}
