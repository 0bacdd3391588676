//! Two years in some seconds: the clock that a demo is made by.
//!
//! The engine believes its clock, so what is made by this one carries the instants, the identifiers and the ledger
//! entries of those two years. It never goes back and ends before the machine's own clock begins, which is all that
//! the server needs to go on from there: a chain of entries only refuses to run backward, keys do not age, and the
//! demo opens no session that could have run out. Nothing but this is told another time than it is.

use std::sync::atomic::{AtomicI64, Ordering};

use sutra_kernel::{Clock, Timestamp};

/// A clock that is put forward by hand, and by a microsecond each time it is read: what is made later sorts later.
pub(super) struct WalkingClock(AtomicI64);

impl WalkingClock {
    pub(super) fn at(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.as_micros()))
    }

    /// Puts the clock forward to this instant, unless it is there or past it.
    pub(super) fn reach(&self, instant: Timestamp) {
        self.0.fetch_max(instant.as_micros(), Ordering::Relaxed);
    }
}

impl Clock for WalkingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_never_goes_back() {
        let [early, late] = [1_000, 2_000].map(Timestamp::from_micros);
        let clock = WalkingClock::at(early);
        clock.reach(late);
        clock.reach(early);
        assert_eq!(clock.now(), late);
    }

    #[test]
    fn no_two_readings_are_equal() {
        let clock = WalkingClock::at(Timestamp::from_micros(1_000));
        assert!(clock.now() < clock.now());
    }
}
