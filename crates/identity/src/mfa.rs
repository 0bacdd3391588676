//! Who must show a second factor.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sutra_kernel::Timestamp;

use crate::{RememberedDevice, SettingProblem, User};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const MAX_GRACE_DAYS: u16 = 90;
const MAX_REMEMBERED_DAYS: u16 = 30;

/// Whether a second factor must be shown, and how long a device may stand in for one.
///
/// Whoever has set one up is always asked for it. Of whom one is required and who has set up none, a code that is sent to
/// the mailbox is asked for: nobody is let in without, and nobody is locked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MfaPolicy {
    /// Whether it is required. Default: no.
    pub required: bool,
    /// When that was decided.
    pub since: Timestamp,
    /// For how many days after that, or after the user was added, nobody is made to: at most 90.
    pub grace_days: u16,
    /// For how many days a device is remembered that its user wants remembered: at most 30, and none if 0. Default: 30.
    pub remember_days: u16,
}

impl MfaPolicy {
    /// What counts where nobody has decided.
    #[must_use]
    pub const fn undecided(now: Timestamp) -> Self {
        Self { required: false, since: now, grace_days: 0, remember_days: MAX_REMEMBERED_DAYS }
    }

    /// From when on a user must show a second factor; nothing if it is not required.
    #[must_use]
    pub fn due_at(&self, user: &User) -> Option<Timestamp> {
        let grace = DAY * u32::from(self.grace_days);
        self.required.then(|| self.since.max(user.created_at).plus(grace))
    }

    /// How long a device is remembered; nothing if none is.
    #[must_use]
    pub fn remembers(&self) -> Option<Duration> {
        let lifetime = (DAY * u32::from(self.remember_days)).min(RememberedDevice::LIFETIME);
        (!lifetime.is_zero()).then_some(lifetime)
    }

    /// Refuses what nobody should decide.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), SettingProblem> {
        let problem = if self.grace_days > MAX_GRACE_DAYS {
            format!("a grace period has at most {MAX_GRACE_DAYS} days")
        } else if self.remember_days > MAX_REMEMBERED_DAYS {
            format!("a device is remembered for at most {MAX_REMEMBERED_DAYS} days")
        } else {
            return Ok(());
        };
        Err(SettingProblem(problem))
    }
}
