//! How often somebody may be wrong.

use std::{
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

use sutra_kernel::Timestamp;

use crate::Method;

/// What is tried. Each is counted apart from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TryKind {
    /// The password of an account.
    Password,
    /// The codes of its authenticator apps.
    Totp,
    /// The codes that are sent to it by e-mail.
    EmailCode,
    /// The codes that are sent to it by SMS.
    SmsCode,
    /// Its recovery codes.
    RecoveryCode,
    /// Codes that were sent to it, and not typed yet.
    SentCode,
    /// Any account, from one network.
    Network,
    /// One account, from one network.
    Identifier,
}

/// How often something was tried in vain, as it is stored.
///
/// A try is counted before it is known whether it is right, and given back if it is: so of many at the same time, no
/// more are looked at than of as many one after the other.
///
/// ```
/// use std::time::Duration;
/// use sutra_identity::{Locked, Tries};
/// # use sutra_kernel::Timestamp;
/// # let now = Timestamp::from_micros(0);
///
/// let mut tries = Tries::none(now);
/// for _ in 0..5 {
///     tries = tries.reserve(now)?;
/// }
/// let until = now.plus(Duration::from_secs(15 * 60));
/// assert_eq!(tries.reserve(now), Err(Locked { until: Some(until) }));
/// assert!(tries.reserve(until).is_ok());
/// # Ok::<(), Locked>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    /// How many there were in a row.
    pub failures: u32,
    /// How often that has locked the account.
    pub locks: u32,
    /// How many accounts were tried, if these are the tries of a network.
    pub identifiers: u32,
    /// Until when nothing is tried any more.
    pub locked_until: Option<Timestamp>,
    /// From when on all of it is forgotten.
    pub expires_at: Timestamp,
}

/// Nothing is looked at for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there were too many tries")]
pub struct Locked {
    /// Until when; nothing if time alone does not end it.
    pub until: Option<Timestamp>,
}

impl Tries {
    /// So many failures in a row lock an account.
    pub const LIMIT: u32 = 5;
    /// After so many in a row, time alone ends no lock.
    pub const MOST: u32 = 100;
    /// How long the first lock lasts. Each one after that lasts twice as long as the one before, up to the longest.
    pub const FIRST_LOCK: Duration = Duration::from_secs(15 * 60);
    /// How long a lock lasts at most.
    pub const LONGEST_LOCK: Duration = Duration::from_secs(24 * 60 * 60);
    /// How long failures count as being in a row if nothing else is tried.
    pub const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
    /// How long the tries of a network are counted together.
    pub const WINDOW: Duration = Duration::from_secs(15 * 60);
    /// How many failures a network has in that time.
    pub const OF_NETWORK: u32 = 50;
    /// How many accounts a network tries in vain in that time.
    pub const IDENTIFIERS: u32 = 20;

    /// Nothing was tried.
    #[must_use]
    pub const fn none(now: Timestamp) -> Self {
        Self { failures: 0, locks: 0, identifiers: 0, locked_until: None, expires_at: now }
    }

    /// The tries of an account with one more. The last one before a lock sets the lock already.
    ///
    /// # Errors
    /// If the account is locked.
    pub fn reserve(&self, now: Timestamp) -> Result<Self, Locked> {
        let known = self.at(now);
        if known.failures >= Self::MOST {
            return Err(Locked { until: None });
        }
        if let Some(until) = known.locked_until.filter(|until| now < *until) {
            return Err(Locked { until: Some(until) });
        }
        let next = Self {
            failures: known.failures + 1,
            locked_until: None,
            expires_at: now.plus(Self::KEPT),
            ..known
        };
        if !next.failures.is_multiple_of(Self::LIMIT) {
            return Ok(next);
        }
        Ok(Self { locks: next.locks + 1, locked_until: Some(now.plus(lock_after(next.locks))), ..next })
    }

    /// The tries of a network with one more, of an account that it has not tried before, or of one that it has.
    ///
    /// # Errors
    /// If the network has tried too much.
    pub fn reserve_of_network(&self, is_new: bool, now: Timestamp) -> Result<Self, Locked> {
        let mut next = self.at(now);
        if next.failures == 0 {
            next.expires_at = now.plus(Self::WINDOW);
        }
        let identifiers = next.identifiers + u32::from(is_new);
        if next.failures >= Self::OF_NETWORK || identifiers > Self::IDENTIFIERS {
            return Err(Locked { until: Some(next.expires_at) });
        }
        Ok(Self { failures: next.failures + 1, identifiers, ..next })
    }

    /// The tries of a network without one that was right.
    #[must_use]
    pub fn give_back(&self, was_new: bool) -> Self {
        let identifiers = self.identifiers.saturating_sub(u32::from(was_new));
        Self { failures: self.failures.saturating_sub(1), identifiers, ..*self }
    }

    /// Whether nothing of it counts any more.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }

    /// What still counts of it.
    fn at(&self, now: Timestamp) -> Self {
        if self.is_over(now) { Self::none(now) } else { *self }
    }
}

impl TryKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Password,
        Self::Totp,
        Self::EmailCode,
        Self::SmsCode,
        Self::RecoveryCode,
        Self::SentCode,
        Self::Network,
        Self::Identifier,
    ];

    /// What is counted of an account, beside what is counted of networks.
    pub const OF_ACCOUNT: [Self; 6] =
        [Self::Password, Self::Totp, Self::EmailCode, Self::SmsCode, Self::RecoveryCode, Self::SentCode];

    /// How wrong answers of a method are counted; nothing for a passkey, which nobody guesses.
    #[must_use]
    pub const fn of_method(method: Method) -> Option<Self> {
        match method {
            Method::Totp => Some(Self::Totp),
            Method::EmailCode => Some(Self::EmailCode),
            Method::SmsCode => Some(Self::SmsCode),
            Method::RecoveryCode => Some(Self::RecoveryCode),
            Method::Passkey => None,
        }
    }

    /// Its stored form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Totp => "totp",
            Self::EmailCode => "email_code",
            Self::SmsCode => "sms_code",
            Self::RecoveryCode => "recovery_code",
            Self::SentCode => "sent_code",
            Self::Network => "network",
            Self::Identifier => "identifier",
        }
    }
}

/// The networks that an address is counted in, the widest first: an address of IPv4 is one by itself, and whoever has
/// an address of IPv6 has at least its /64.
#[must_use]
pub fn networks_of(address: &str) -> Vec<String> {
    match address.parse().map(|address: IpAddr| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => {
            let network = |bits: u32| {
                let network = Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - bits)));
                format!("{network}/{bits}")
            };
            vec![network(48), network(64)]
        }
        Ok(IpAddr::V4(address)) => vec![format!("{address}/32")],
        Err(_) => vec![address.to_owned()],
    }
}

fn lock_after(locks: u32) -> Duration {
    let factor = 2_u32.saturating_pow(locks);
    Tries::FIRST_LOCK.saturating_mul(factor).min(Tries::LONGEST_LOCK)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn minutes(count: u64) -> Duration {
        Duration::from_secs(60 * count)
    }

    fn at(minute: u64) -> Timestamp {
        Timestamp::from_micros(0).plus(minutes(minute))
    }

    #[test]
    fn each_lock_lasts_twice_as_long_up_to_a_day() {
        let (mut tries, mut now, mut locks) = (Tries::none(at(0)), at(0), Vec::new());
        while tries.failures < Tries::MOST {
            tries = tries.reserve(now).unwrap();
            if let Some(until) = tries.locked_until {
                locks.push((until.as_micros() - now.as_micros()) / 60_000_000);
                now = until;
            }
        }
        assert_eq!(locks[..9], [15, 30, 60, 120, 240, 480, 960, 1_440, 1_440]);
        assert_eq!(locks.len(), 20);
        assert_eq!(tries.reserve(now), Err(Locked { until: None }), "time alone does not end it");
    }

    #[test]
    fn failures_are_forgotten_after_a_month_without_any() {
        let tries = (0..4).fold(Tries::none(at(0)), |tries, _| tries.reserve(at(0)).unwrap());
        let month = at(0).plus(Tries::KEPT);
        assert_eq!(tries.reserve(month).unwrap().failures, 1);
        assert_eq!(tries.reserve(Timestamp::from_micros(month.as_micros() - 1)).unwrap().failures, 5);
    }

    #[test]
    fn networks_are_as_wide_as_whoever_has_them() {
        assert_eq!(networks_of("192.0.2.7"), ["192.0.2.7/32"]);
        assert_eq!(networks_of("::ffff:192.0.2.7"), networks_of("192.0.2.7"));
        assert_eq!(networks_of("2001:db8:1:2:3::4"), ["2001:db8:1::/48", "2001:db8:1:2::/64"]);
        assert_eq!(networks_of("2001:db8:1:2:ffff::"), networks_of("2001:db8:1:2:3::4"));
    }

    /// Every failure is remembered with its time; what is locked is found by looking at all of them again.
    fn is_locked_slowly(failures: &[u64], now: u64) -> bool {
        let locks = failures.chunks_exact(5).zip(0_u32..);
        failures.len() >= 100
            || locks.last().is_some_and(|(five, locks)| {
                let lasts = (15 * 2_u64.saturating_pow(locks)).min(24 * 60);
                failures.len().is_multiple_of(5) && now < five[4] + lasts
            })
    }

    proptest! {
        #[test]
        fn a_lock_is_what_all_failures_say(pauses in prop::collection::vec(0_u64..200, 1..150)) {
            let (mut tries, mut failures, mut now) = (Tries::none(at(0)), Vec::new(), 0);
            for pause in pauses {
                now += pause;
                match tries.reserve(at(now)) {
                    Ok(next) => {
                        prop_assert!(!is_locked_slowly(&failures, now));
                        failures.push(now);
                        tries = next;
                    }
                    Err(_) => prop_assert!(is_locked_slowly(&failures, now)),
                }
            }
        }

        #[test]
        fn a_network_tries_no_more_than_its_share(accounts in prop::collection::vec(0_u8..40, 1..120)) {
            let (mut tries, mut seen) = (Tries::none(at(0)), Vec::new());
            for account in accounts {
                let is_new = !seen.contains(&account);
                let distinct = seen.iter().collect::<std::collections::BTreeSet<_>>().len();
                let allowed = seen.len() < 50 && distinct + usize::from(is_new) <= 20;
                match tries.reserve_of_network(is_new, at(1)) {
                    Ok(next) => {
                        prop_assert!(allowed);
                        tries = next;
                        seen.push(account);
                    }
                    Err(locked) => {
                        prop_assert!(!allowed);
                        prop_assert!(tries.reserve_of_network(is_new, locked.until.unwrap()).is_ok());
                    }
                }
            }
        }
    }
}
