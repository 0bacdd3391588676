//! How many refusals become entries.
//!
//! A refusal is counted per workspace, actor or network, action and reason, in minutes of the clock. The
//! counter is the store's; what its counts mean is here.

/// So many refusals of one kind a minute have an entry each.
const SINGLY: u64 = 10;

/// So many a minute are answered at all.
const ANSWERED: u64 = 60;

/// What becomes of one refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalVerdict {
    /// Write an entry that stands for so many refusals.
    Write {
        /// How many, with this one.
        count: u64,
    },
    /// Write nothing: a later entry counts it.
    Coalesce,
    /// Write nothing and answer that there were too many.
    RateLimited,
}

/// What becomes of the refusal that is the `count`th of its kind in this minute, counting from 1.
///
/// The first ten have an entry each. The sixtieth has one that stands for all since. What comes after is
/// rate limited before anything is written.
///
/// ```
/// use sutra_audit::{RefusalVerdict, refusal_verdict};
/// assert_eq!(refusal_verdict(10), RefusalVerdict::Write { count: 1 });
/// assert_eq!(refusal_verdict(11), RefusalVerdict::Coalesce);
/// assert_eq!(refusal_verdict(60), RefusalVerdict::Write { count: 50 });
/// assert_eq!(refusal_verdict(61), RefusalVerdict::RateLimited);
/// ```
#[must_use]
pub const fn refusal_verdict(count: u64) -> RefusalVerdict {
    match count {
        0..=SINGLY => RefusalVerdict::Write { count: 1 },
        ANSWERED => RefusalVerdict::Write { count: ANSWERED - SINGLY },
        _ if count < ANSWERED => RefusalVerdict::Coalesce,
        _ => RefusalVerdict::RateLimited,
    }
}

/// How many refusals of a minute that is over still lack an entry, given its last count.
///
/// Whoever finds the minute over, the next refusal of the kind or a sweep, writes one entry for them.
#[must_use]
pub const fn refusal_surplus(last_count: u64) -> Option<u64> {
    match last_count.checked_sub(SINGLY) {
        Some(surplus @ 1..) if last_count < ANSWERED => Some(surplus),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of refusals that entries stand for, if a minute ends with this count.
    fn accounted(last_count: u64) -> (u64, u64) {
        let (mut entries, mut stood_for) = (0, 0);
        for count in 1..=last_count {
            if let RefusalVerdict::Write { count } = refusal_verdict(count) {
                entries += 1;
                stood_for += count;
            }
        }
        match refusal_surplus(last_count) {
            Some(surplus) => (entries + 1, stood_for + surplus),
            None => (entries, stood_for),
        }
    }

    #[test]
    fn every_answered_refusal_is_in_exactly_one_entry_and_no_minute_has_more_than_eleven() {
        for last_count in 0..200 {
            let (entries, stood_for) = accounted(last_count);
            assert_eq!(stood_for, last_count.min(60), "{last_count}");
            assert!(entries <= 11, "{last_count}");
        }
    }

    #[test]
    fn beyond_sixty_a_minute_nothing_is_written() {
        assert!((61..1_000).all(|count| refusal_verdict(count) == RefusalVerdict::RateLimited));
        assert_eq!(refusal_verdict(u64::MAX), RefusalVerdict::RateLimited);
    }
}
