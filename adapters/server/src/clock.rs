//! The machine's clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sutra_kernel::{Clock, Timestamp};

/// What the operating system says the time is. The only real clock of the product.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}
