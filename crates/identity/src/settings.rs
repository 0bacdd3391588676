//! What administrators decide about how people sign in and stay signed in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sutra_kernel::{ProfileId, UserId};

use crate::SessionPolicy;

/// Everything that administrators have decided in one workspace.
///
/// What nobody has decided is `None`, and what the program was started with counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// How long sessions last.
    pub session: Option<SessionPolicy>,
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
            (SettingScope::Profile(_) | SettingScope::User(_), Setting::Session(_)) => {
                let problem = "how long sessions last is decided for the whole workspace";
                return Err(SettingProblem(problem.to_owned()));
            }
        }
        self.decided.insert((scope, setting.name()), setting);
        Ok(self)
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
    /// let setting = Setting::parse("session", value.clone())?;
    /// assert_eq!((setting.name(), setting.value()), ("session".to_owned(), value));
    /// # Ok::<(), sutra_identity::SettingError>(())
    /// ```
    pub fn parse(name: &str, value: Value) -> Result<Self, SettingError> {
        let whole = Map::from_iter([("name".to_owned(), name.into()), ("value".to_owned(), value)]);
        let read = serde_json::from_value(Value::Object(whole));
        read.map_err(|error| SettingError { name: name.to_owned(), source: Some(error) })
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
        }
    }

    fn part(&self, name: &str) -> Value {
        let whole = serde_json::to_value(self).ok();
        whole.and_then(|mut whole| whole.get_mut(name).map(Value::take)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;
    use sutra_kernel::Uuid;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn session(idle: Duration, absolute: Duration) -> Setting {
        Setting::Session(SessionPolicy { idle, absolute })
    }

    #[test]
    fn a_setting_is_read_as_it_is_stored() {
        let setting = session(MINUTE, 10 * MINUTE);
        assert_eq!(setting.name(), "session");
        assert_eq!(setting.value(), json!({ "idle_seconds": 60, "absolute_seconds": 600 }));
        assert_eq!(Setting::parse("session", setting.value()).unwrap(), setting);
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
        let expected = SessionPolicy { idle: MINUTE, absolute: 10 * MINUTE };
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
}
