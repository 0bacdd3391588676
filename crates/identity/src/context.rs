//! From where and when people may sign in.

mod address;
mod country;
mod forwarded;
mod hours;
mod limits;

use std::fmt;

use sutra_kernel::Timestamp;

pub use self::{
    address::{AddressRange, AddressRangeError, ClientAddress, ClientAddressError},
    country::{Country, CountryError, CountryFinding, CountryLimits, CountryRule},
    forwarded::{ForwardingHeader, ForwardingHeaderError, ForwardingProblem, TrustedProxies},
    hours::{Day, SignInHours, UnknownZone, WallClock, Window, WindowError, Zone},
    limits::{AccessLimits, AccessLimitsProblem, AddressLists},
};

/// Where and when somebody wants in.
#[derive(Debug, Clone, Copy)]
pub struct SignInContext {
    /// The address, if it is known. Behind proxies it is what [`TrustedProxies::client`] found: who brings headers
    /// that cannot be read does not come as far as here.
    pub address: Option<ClientAddress>,
    /// What was found about the country of the address. It needs to be looked up only if some limits
    /// [ask](ContextPolicy::asks_for_country).
    pub country: CountryFinding,
    /// When.
    pub at: Timestamp,
}

/// Everything that limits one user: what all levels allow is allowed.
#[derive(Debug, Clone, Copy)]
pub struct ContextPolicy<'a> {
    /// What limits everybody.
    pub installation: &'a AccessLimits,
    /// What limits those of the user's profile.
    pub profile: &'a AccessLimits,
    /// What limits the user alone.
    pub user: &'a AccessLimits,
}

/// What became of every rule that there is, in the order in which they are asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// One for each rule. Without rules there are none, and everybody is let in.
    pub reasons: Vec<ContextReason>,
}

/// What became of one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContextReason {
    /// Whom it limits.
    pub level: ContextLevel,
    /// What it asks for.
    pub rule: ContextRule,
    /// Why it denies; it lets in if it says nothing.
    pub denial: Option<ContextDenial>,
}

/// Whom a rule limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContextLevel {
    /// Everybody.
    Installation,
    /// Those of one profile.
    Profile,
    /// One user.
    User,
}

/// What a rule asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContextRule {
    /// Which address.
    Address,
    /// Which country.
    Country,
    /// What time.
    Hours,
}

/// Why a rule denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContextDenial {
    /// Nobody knows the address.
    AddressUnknown,
    /// The address is on the list of those that do not pass.
    AddressDenied,
    /// There is a list of those that pass, and the address is not on it.
    AddressNotAllowed,
    /// The address is of a private network, and these do not pass.
    PrivateAddress,
    /// People may not sign in from the country.
    CountryDenied,
    /// Nobody knows the country, and only some pass.
    CountryUnknown,
    /// The country could not be looked up.
    CountryUnavailable,
    /// It is another time there.
    OutOfHours,
    /// Nobody knows what time it is there.
    ZoneUnknown,
}

/// Asks every rule, in this order: addresses, countries, hours; of each, everybody's, the profile's, the user's.
///
/// It knows nothing but its arguments, and whatever is not known denies, as far as some rule asks for it.
///
/// ```
/// use sutra_identity::{AccessLimits, SignInContext, ContextPolicy, CountryFinding, ContextDenial, decide};
///
/// let mut office = AccessLimits::default();
/// office.addresses.allow.push("192.0.2.0/24".parse()?);
/// let free = AccessLimits::default();
/// let policy = ContextPolicy { installation: &free, profile: &office, user: &free };
///
/// let at = "2026-03-01T12:00:00Z".parse()?;
/// let from = |address: &str| {
///     Ok::<_, Box<dyn std::error::Error>>(SignInContext {
///         address: Some(address.parse()?),
///         country: CountryFinding::Unknown,
///         at,
///     })
/// };
/// assert_eq!(decide(&from("192.0.2.7")?, &policy).denial(), None);
/// assert_eq!(decide(&from("198.51.100.1")?, &policy).denial(), Some(ContextDenial::AddressNotAllowed));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn decide(context: &SignInContext, policy: &ContextPolicy<'_>) -> Decision {
    let levels = policy.levels();
    let addresses =
        levels.map(|(level, limits)| (level, ContextRule::Address, address(context, &limits.addresses)));
    let countries =
        levels.map(|(level, limits)| (level, ContextRule::Country, country(context, &limits.countries)));
    let hours =
        levels.map(|(level, limits)| (level, ContextRule::Hours, hours(context, limits.hours.as_ref())));
    let asked = addresses.into_iter().chain(countries).chain(hours);
    let reasons = asked.filter_map(|(level, rule, verdict)| {
        verdict.map(|verdict| ContextReason { level, rule, denial: verdict.err() })
    });
    Decision { reasons: reasons.collect() }
}

/// What a rule says; nothing if there is no such rule.
type Verdict = Option<Result<(), ContextDenial>>;

fn address(context: &SignInContext, lists: &AddressLists) -> Verdict {
    if lists.is_off() {
        return None;
    }
    Some(match context.address {
        None => Err(ContextDenial::AddressUnknown),
        Some(address) if lists.denies(address) => Err(ContextDenial::AddressDenied),
        Some(address) if lists.misses(address) => Err(ContextDenial::AddressNotAllowed),
        Some(_) => Ok(()),
    })
}

fn country(context: &SignInContext, limits: &CountryLimits) -> Verdict {
    if limits.is_off() {
        return None;
    }
    Some(match (context.address, context.country) {
        (None, _) => Err(ContextDenial::AddressUnknown),
        (Some(address), _) if address.is_private() => {
            if limits.allow_private_addresses {
                Ok(())
            } else {
                Err(ContextDenial::PrivateAddress)
            }
        }
        (Some(_), CountryFinding::Unavailable) => Err(ContextDenial::CountryUnavailable),
        (Some(_), CountryFinding::Known(country)) if limits.rule.passes(country) => Ok(()),
        (Some(_), CountryFinding::Known(_)) => Err(ContextDenial::CountryDenied),
        (Some(_), CountryFinding::Unknown) if matches!(limits.rule, CountryRule::Only(_)) => {
            Err(ContextDenial::CountryUnknown)
        }
        (Some(_), CountryFinding::Unknown) => Ok(()),
    })
}

fn hours(context: &SignInContext, hours: Option<&SignInHours>) -> Verdict {
    Some(match hours?.are_open(context.at) {
        Ok(true) => Ok(()),
        Ok(false) => Err(ContextDenial::OutOfHours),
        Err(UnknownZone { .. }) => Err(ContextDenial::ZoneUnknown),
    })
}

impl ContextPolicy<'_> {
    /// Whether the country of an address has to be looked up.
    #[must_use]
    pub fn asks_for_country(&self) -> bool {
        self.levels().iter().any(|(_, limits)| !limits.countries.is_off())
    }

    /// Whether there is no rule at all.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.levels().iter().all(|(_, limits)| limits.is_off())
    }

    const fn levels(&self) -> [(ContextLevel, &AccessLimits); 3] {
        let Self { installation, profile, user } = self;
        [
            (ContextLevel::Installation, installation),
            (ContextLevel::Profile, profile),
            (ContextLevel::User, user),
        ]
    }
}

impl Decision {
    /// Whether every rule lets in.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.denial().is_none()
    }

    /// The first reason that denies.
    #[must_use]
    pub fn denial(&self) -> Option<ContextDenial> {
        self.reasons.iter().find_map(|reason| reason.denial)
    }
}

impl ContextDenial {
    /// All.
    pub const ALL: [Self; 9] = [
        Self::AddressUnknown,
        Self::AddressDenied,
        Self::AddressNotAllowed,
        Self::PrivateAddress,
        Self::CountryDenied,
        Self::CountryUnknown,
        Self::CountryUnavailable,
        Self::OutOfHours,
        Self::ZoneUnknown,
    ];

    /// Its word in the ledger.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AddressUnknown => "address_unknown",
            Self::AddressDenied => "address_denied",
            Self::AddressNotAllowed => "address_not_allowed",
            Self::PrivateAddress => "private_address",
            Self::CountryDenied => "country_denied",
            Self::CountryUnknown => "country_unknown",
            Self::CountryUnavailable => "country_unavailable",
            Self::OutOfHours => "out_of_hours",
            Self::ZoneUnknown => "zone_unknown",
        }
    }
}

/// The word in the ledger; people are not told.
impl fmt::Display for ContextDenial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
