//! What a session was proved by, and for how long that counts as fresh.

use std::{fmt, str::FromStr, time::Duration};

use sutra_kernel::Timestamp;

use crate::{Method, PasswordVerdict};

/// That a session's user has shown who they are: when, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// When the last step passed.
    pub at: Timestamp,
    /// The strongest of what was shown.
    pub by: ProvedBy,
}

/// What was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProvedBy {
    /// A password, of a user from whom no more is asked.
    Password,
    /// A password, on a device on which no second factor is asked for.
    Device,
    /// A second factor, or a passkey.
    Method(Method),
}

/// A text that is nothing a session is proved by.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected `password`, `device` or a method")]
pub struct ProvedByError;

impl Proof {
    /// How long a proof is fresh: what could hurt is done within that time, or after another one.
    pub const FRESH_FOR: Duration = Duration::from_secs(10 * 60);

    /// What checking a password proves, if anything.
    #[must_use]
    pub fn of_password(verdict: &PasswordVerdict, now: Timestamp) -> Option<Self> {
        match verdict {
            PasswordVerdict::Yes | PasswordVerdict::YesButRehash(_) => {
                Some(Self { at: now, by: ProvedBy::Password })
            }
            PasswordVerdict::No => None,
        }
    }

    /// Whether it is good for what needs a fresh proof; no longer when its time is over to the microsecond.
    ///
    /// # Security
    /// A device is none, however lately it was seen: whoever has taken it has it.
    #[must_use]
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        match self.by {
            ProvedBy::Device => false,
            ProvedBy::Password | ProvedBy::Method(_) => now < self.at.plus(Self::FRESH_FOR),
        }
    }
}

impl ProvedBy {
    /// Its stored form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Device => "device",
            Self::Method(method) => method.as_str(),
        }
    }
}

impl fmt::Display for ProvedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ProvedBy {
    type Err = ProvedByError;

    fn from_str(text: &str) -> Result<Self, ProvedByError> {
        [Self::Password, Self::Device]
            .into_iter()
            .chain(Method::ALL.into_iter().map(Self::Method))
            .find(|by| by.as_str() == text)
            .ok_or(ProvedByError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_micros(1_767_268_800_000_000);

    #[test]
    fn a_proof_is_fresh_for_ten_minutes_and_a_device_never_is() {
        let just_before = Proof::FRESH_FOR - Duration::from_micros(1);
        let cases = [
            (ProvedBy::Password, Duration::ZERO, true),
            (ProvedBy::Password, just_before, true),
            (ProvedBy::Password, Proof::FRESH_FOR, false),
            (ProvedBy::Method(Method::Totp), just_before, true),
            (ProvedBy::Method(Method::Totp), Proof::FRESH_FOR, false),
            (ProvedBy::Device, Duration::ZERO, false),
        ];
        for (by, age, expected) in cases {
            assert_eq!(Proof { at: NOON, by }.is_fresh(NOON.plus(age)), expected, "{by} {age:?}");
        }
    }

    #[test]
    fn only_the_right_password_proves_anything() {
        let proof = Proof { at: NOON, by: ProvedBy::Password };
        assert_eq!(Proof::of_password(&PasswordVerdict::Yes, NOON), Some(proof));
        assert_eq!(Proof::of_password(&PasswordVerdict::No, NOON), None);
    }

    #[test]
    fn what_is_stored_is_read_as_it_was() {
        let methods = Method::ALL.into_iter().map(ProvedBy::Method);
        for by in [ProvedBy::Password, ProvedBy::Device].into_iter().chain(methods) {
            assert_eq!(by.as_str().parse(), Ok(by));
        }
        assert_eq!("cookie".parse::<ProvedBy>(), Err(ProvedByError));
    }
}
