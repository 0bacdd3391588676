//! The hours at which people may sign in.

mod zone;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sutra_kernel::Timestamp;

pub use self::zone::{UnknownZone, Zone};

/// When somebody may sign in: windows on the clock of a place.
///
/// What counts is what that clock shows. A window over the hour that is left out in spring is an hour shorter on that
/// day, and one over the hour that comes twice in autumn is open both times.
///
/// ```
/// use sutra_identity::{SignInHours, Window, Zone};
/// use sutra_kernel::Timestamp;
///
/// let monday: Window = "monday 08:00-18:00".parse()?;
/// let hours = SignInHours { zone: Zone::named("Europe/Stockholm"), windows: vec![monday] };
///
/// assert!(hours.are_open("2026-01-05T07:00:00Z".parse::<Timestamp>()?)?, "in winter it is eight o'clock there");
/// assert!(!hours.are_open("2026-07-06T17:00:00Z".parse::<Timestamp>()?)?, "in summer it is already seven");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInHours {
    /// Where the clock stands.
    pub zone: Zone,
    /// When it is open. Windows may overlap.
    pub windows: Vec<Window>,
}

/// A stretch of one day of the week, from a minute on until before another: `monday 08:00-18:00`. One that ends
/// with the day ends at `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Window {
    day: Day,
    from: u16,
    until: u16,
}

/// A text that is no window.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// It is not written as one.
    #[error("expected a day and two times, such as `monday 08:00-18:00`, until `24:00` at the latest")]
    Form,
    /// It ends before it begins.
    #[error(
        "a window ends after it begins; write one that goes over midnight as two, the first until `24:00`"
    )]
    Backward,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "a day is a day")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// What the clock of a place shows: the day, and the minute of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WallClock {
    /// The day of the week.
    pub day: Day,
    /// How many minutes of the day have passed by that clock, 0 to 1439.
    pub minute: u16,
}

const MINUTES_A_DAY: u16 = 24 * 60;

impl SignInHours {
    /// Whether one of the windows is open.
    ///
    /// # Errors
    /// If nobody knows the clock of that place.
    pub fn are_open(&self, now: Timestamp) -> Result<bool, UnknownZone> {
        let clock = self.zone.clock(now)?;
        Ok(self.windows.iter().any(|window| window.is_open(clock)))
    }
}

impl Window {
    /// From a minute of the day on until before another.
    ///
    /// # Errors
    /// If there is nothing between them, or the day is over before.
    pub const fn new(day: Day, from: u16, until: u16) -> Result<Self, WindowError> {
        if until > MINUTES_A_DAY {
            Err(WindowError::Form)
        } else if from >= until {
            Err(WindowError::Backward)
        } else {
            Ok(Self { day, from, until })
        }
    }

    /// Whether it is open when the clock shows this.
    #[must_use]
    pub fn is_open(&self, clock: WallClock) -> bool {
        self.day == clock.day && (self.from..self.until).contains(&clock.minute)
    }
}

impl Day {
    /// All, from Monday.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Tuesday => "tuesday",
            Self::Wednesday => "wednesday",
            Self::Thursday => "thursday",
            Self::Friday => "friday",
            Self::Saturday => "saturday",
            Self::Sunday => "sunday",
        }
    }
}

impl FromStr for Window {
    type Err = WindowError;

    fn from_str(text: &str) -> Result<Self, WindowError> {
        let (day, times) = text.split_once(' ').ok_or(WindowError::Form)?;
        let (from, until) = times.split_once('-').ok_or(WindowError::Form)?;
        let day = Day::ALL.into_iter().find(|it| it.as_str() == day).ok_or(WindowError::Form)?;
        let (from, until) = minute(from).zip(minute(until)).ok_or(WindowError::Form)?;
        Self::new(day, from, until)
    }
}

/// The minute of the day that a time of exactly five characters names.
fn minute(time: &str) -> Option<u16> {
    let (hours, minutes) = time.split_once(':')?;
    let number = |text: &str| {
        let is_plain = text.len() == 2 && text.bytes().all(|digit| digit.is_ascii_digit());
        is_plain.then(|| text.parse::<u16>().ok()).flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes).filter(|minutes| *minutes < 60)?);
    Some(hours * 60 + minutes).filter(|minute| *minute <= MINUTES_A_DAY)
}

impl TryFrom<String> for Window {
    type Error = WindowError;

    fn try_from(text: String) -> Result<Self, WindowError> {
        text.parse()
    }
}

impl From<Window> for String {
    fn from(window: Window) -> Self {
        window.to_string()
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { day, from, until } = self;
        let (day, [from, until]) = (day.as_str(), [from, until].map(|minute| (minute / 60, minute % 60)));
        write!(f, "{day} {:02}:{:02}-{:02}:{:02}", from.0, from.1, until.0, until.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_written_as_it_is_read() {
        for text in ["monday 08:00-18:00", "sunday 00:00-24:00", "friday 23:59-24:00"] {
            assert_eq!(text.parse::<Window>().unwrap().to_string(), text);
        }
        let form = Err(WindowError::Form);
        let cases = [
            ("", form.clone()),
            ("monday", form.clone()),
            ("Monday 08:00-18:00", form.clone()),
            ("monday 8:00-18:00", form.clone()),
            ("monday 08:00-18:60", form.clone()),
            ("monday 08:00-24:01", form.clone()),
            ("monday 08:00-99:00", form.clone()),
            ("monday 08:00 - 18:00", form.clone()),
            ("monday 08:00-+8:00", form),
            ("monday 18:00-08:00", Err(WindowError::Backward)),
            ("monday 08:00-08:00", Err(WindowError::Backward)),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<Window>(), expected, "{text}");
        }
    }
}
