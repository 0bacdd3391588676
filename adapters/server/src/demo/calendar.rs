//! When everybody is at the desk.

use std::time::Duration;

use sutra_kernel::Timestamp;

use super::chance::Chance;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long the company has been at it.
const HISTORY: Duration = Duration::from_secs(730 * 24 * 60 * 60);
/// Work is done from eight o'clock on, for so many minutes.
const MORNING: Duration = Duration::from_secs(8 * 60 * 60);
const WORKDAY_MINUTES: u64 = 9 * 60;

/// The first morning of the company, two years before this instant.
pub(super) fn first_morning(end: Timestamp) -> Timestamp {
    morning(before(end, HISTORY))
}

/// The instants of so many visits to the desk, spread over the two years, each at some time of its working day; the
/// last is on the day before.
pub(super) fn visits(end: Timestamp, count: u64, chance: &mut Chance) -> Vec<Timestamp> {
    let start = first_morning(end).plus(DAY);
    let days = HISTORY.as_secs() / DAY.as_secs() - 2;
    (1..=count)
        .map(|visit| {
            let day = Duration::from_secs(DAY.as_secs() * (days * visit / count));
            let minute = Duration::from_secs(60 * chance.below(WORKDAY_MINUTES));
            start.plus(day).plus(minute)
        })
        .collect()
}

/// The instant this many days after.
pub(super) fn days_after(instant: Timestamp, days: u64) -> Timestamp {
    instant.plus(Duration::from_secs(DAY.as_secs() * days))
}

/// The instant this many seconds after.
pub(super) fn seconds_after(instant: Timestamp, seconds: u64) -> Timestamp {
    instant.plus(Duration::from_secs(seconds))
}

fn before(instant: Timestamp, duration: Duration) -> Timestamp {
    let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_micros(instant.as_micros().saturating_sub(micros))
}

fn morning(instant: Timestamp) -> Timestamp {
    instant.date().start().plus(MORNING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_years_of_visits_end_before_today() {
        let today: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
        for count in [1, 2, 34, 400, 5_000] {
            let visits = visits(today, count, &mut Chance::seeded(7));
            assert_eq!(visits.len() as u64, count);
            let (first, last) = (visits.iter().min().unwrap(), visits.iter().max().unwrap());
            assert!(*first > first_morning(today) && *last < today, "{count}: {first} to {last}");
            let days: Vec<_> = visits.iter().map(|visit| visit.date()).collect();
            assert!(days.is_sorted(), "{count}");
        }
    }
}
