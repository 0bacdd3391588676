//! What an administrator sets.

use serde::{Deserialize, Serialize};

use super::{
    address::{AddressRange, ClientAddress},
    country::{CountryLimits, CountryRule},
    hours::{SignInHours, UnknownZone},
};

/// From where and when people may sign in: for everybody, for a profile, or for one user. What all of them allow is
/// allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccessLimits {
    /// From which addresses.
    pub addresses: AddressLists,
    /// From which countries.
    pub countries: CountryLimits,
    /// At which hours; at any, if not set.
    pub hours: Option<SignInHours>,
}

/// Two lists of addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AddressLists {
    /// These alone pass; if there are none, all do.
    pub allow: Vec<AddressRange>,
    /// These do not pass, whatever else says so.
    pub deny: Vec<AddressRange>,
}

/// Why limits cannot be set, in a sentence for whoever set them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessLimitsProblem {
    /// A list is longer than anybody could oversee.
    #[error("a list holds at most {MAX_RANGES} ranges; join neighbours into wider ones")]
    TooManyRanges,
    /// A list of countries names none.
    #[error("name at least one country, or let people sign in from any")]
    NoCountry,
    /// The hours have no window.
    #[error("name at least one window, or let people sign in at any hour")]
    NoWindow,
    /// There are more windows than a week needs.
    #[error("there are at most {MAX_WINDOWS} windows in a week")]
    TooManyWindows,
    /// The clock of the place is not known.
    #[error(transparent)]
    Zone(#[from] UnknownZone),
}

const MAX_RANGES: usize = 1_000;
const MAX_WINDOWS: usize = 100;

impl AccessLimits {
    /// Nothing is asked for.
    pub const NONE: Self = Self {
        addresses: AddressLists { allow: Vec::new(), deny: Vec::new() },
        countries: CountryLimits { rule: CountryRule::Any, allow_private_addresses: false },
        hours: None,
    };

    /// Whether they can be set.
    ///
    /// # Errors
    /// The first problem.
    pub fn check(&self) -> Result<(), AccessLimitsProblem> {
        let AddressLists { allow, deny } = &self.addresses;
        if allow.len().max(deny.len()) > MAX_RANGES {
            return Err(AccessLimitsProblem::TooManyRanges);
        }
        if let CountryRule::Only(named) | CountryRule::Except(named) = &self.countries.rule
            && named.is_empty()
        {
            return Err(AccessLimitsProblem::NoCountry);
        }
        match &self.hours {
            Some(hours) if hours.windows.is_empty() => Err(AccessLimitsProblem::NoWindow),
            Some(hours) if hours.windows.len() > MAX_WINDOWS => Err(AccessLimitsProblem::TooManyWindows),
            Some(hours) => Ok(hours.zone.check()?),
            None => Ok(()),
        }
    }

    /// Whether they ask for nothing.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.addresses.is_off() && self.countries.is_off() && self.hours.is_none()
    }
}

impl AddressLists {
    /// Whether both are empty.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.allow.is_empty() && self.deny.is_empty()
    }

    /// Whether the list of those that pass leaves this one out.
    #[must_use]
    pub fn misses(&self, address: ClientAddress) -> bool {
        !self.allow.is_empty() && !self.allow.iter().any(|range| range.contains(address))
    }

    /// Whether the list of those that do not pass has this one.
    #[must_use]
    pub fn denies(&self, address: ClientAddress) -> bool {
        self.deny.iter().any(|range| range.contains(address))
    }
}
