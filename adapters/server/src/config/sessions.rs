//! How long people stay signed in.

use serde::Deserialize;
use sutra_identity::SessionPolicy;

use super::{ConfigError, value::Bounded};

/// `sessions.*`
#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Sessions {
    /// `sessions.idle_minutes`: a session ends after so long without a request. Default: 30.
    pub(crate) idle_minutes: Bounded<1, 1_440>,
    /// `sessions.absolute_minutes`: a session ends after so long in all. Default: 720, which is 12 hours.
    pub(crate) absolute_minutes: Bounded<1, 43_200>,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { idle_minutes: Bounded::new(30), absolute_minutes: Bounded::new(720) }
    }
}

impl Sessions {
    pub(super) fn check(self) -> Result<(), ConfigError> {
        if self.idle_minutes.get() <= self.absolute_minutes.get() {
            return Ok(());
        }
        Err(ConfigError::key("sessions.idle_minutes", "must not be more than `sessions.absolute_minutes`"))
    }

    pub(crate) fn policy(self) -> SessionPolicy {
        SessionPolicy {
            idle: self.idle_minutes.minutes(),
            absolute: self.absolute_minutes.minutes(),
            ..SessionPolicy::default()
        }
    }
}
