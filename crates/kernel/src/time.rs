//! Instants and days.

use std::{fmt, str::FromStr, time::Duration};

use serde::{Deserialize, Serialize};
use time::{
    OffsetDateTime, UtcOffset,
    format_description::{BorrowedFormatItem, well_known::Rfc3339},
    macros::{format_description, offset},
};

/// Tells what time it is. Only the server owns a real one.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// A text that is no instant or no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Not an RFC 3339 date and time.
    #[error("expected a date and time with a zone, such as `2026-03-01T09:30:00Z`")]
    Timestamp,
    /// Not an ISO 8601 calendar date.
    #[error("expected a date such as `2026-03-01`")]
    Date,
}

/// An instant, in whole microseconds since 1970-01-01T00:00:00Z: exactly what is stored and hashed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

/// The years that are accepted are 0001 to 9999.
const MIN_MICROS: i64 = -62_135_596_800_000_000;
const MAX_MICROS: i64 = 253_402_300_799_999_999;

impl Timestamp {
    /// An instant from microseconds since the epoch, held to the years 0001 to 9999.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        if micros < MIN_MICROS {
            Self(MIN_MICROS)
        } else if micros > MAX_MICROS {
            Self(MAX_MICROS)
        } else {
            Self(micros)
        }
    }

    /// Microseconds since the epoch.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// The instant this long after.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Self::from_micros(self.0.saturating_add(micros))
    }

    /// How long ago `earlier` was; zero if it is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The day it is in UTC.
    #[must_use]
    pub fn date(self) -> Date {
        Date(self.to_time().date())
    }

    fn to_time(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

const TIMESTAMP_FORMAT: &[BorrowedFormatItem<'static>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");
const DATE_FORMAT: &[BorrowedFormatItem<'static>] = format_description!("[year]-[month]-[day]");

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.to_time().format(TIMESTAMP_FORMAT).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Timestamp {
    type Err = TimeError;

    /// Reads RFC 3339; what is finer than a microsecond is cut.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let parsed = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| TimeError::Timestamp)?;
        let micros = parsed.to_offset(offset!(UTC)).unix_timestamp_nanos().div_euclid(1_000);
        match i64::try_from(micros) {
            Ok(micros) if (MIN_MICROS..=MAX_MICROS).contains(&micros) => Ok(Self(micros)),
            _ => Err(TimeError::Timestamp),
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A calendar day, without a time or a zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(time::Date);

impl Date {
    /// Midnight UTC at its start, which orders days as the calendar does.
    #[must_use]
    pub fn start(self) -> Timestamp {
        let midnight = self.0.midnight().assume_offset(UtcOffset::UTC);
        Timestamp::from_micros(midnight.unix_timestamp().saturating_mul(1_000_000))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.format(DATE_FORMAT).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Date {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let date = time::Date::parse(text, DATE_FORMAT).map_err(|_| TimeError::Date)?;
        if (1..=9999).contains(&date.year()) { Ok(Self(date)) } else { Err(TimeError::Date) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read_with_their_zone_and_written_in_utc() {
        let cases = [
            ("zulu", "2020-12-22T21:16:01Z", "2020-12-22T21:16:01.000000Z"),
            ("offset", "2021-01-19T00:30:44+02:00", "2021-01-18T22:30:44.000000Z"),
            ("nanoseconds are cut", "2021-01-19T00:30:44.123456789Z", "2021-01-19T00:30:44.123456Z"),
            ("before the epoch", "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
        ];
        for (name, text, expected) in cases {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), expected, "{name}");
        }
        assert_eq!("yesterday".parse::<Timestamp>(), Err(TimeError::Timestamp));
        assert_eq!("2021-02-29".parse::<Date>(), Err(TimeError::Date));
        assert_eq!("2024-02-29".parse::<Date>().unwrap().to_string(), "2024-02-29");
    }
}
