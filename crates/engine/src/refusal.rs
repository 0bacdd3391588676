//! Refusals are entered into the ledger, and counted first, so that a flood of them slows nobody.

use std::time::Duration;

use async_trait::async_trait;
use sutra_audit::{EntryDraft, Event, RefusalVerdict, refusal_surplus, refusal_verdict};
use sutra_crypto::sha256;
use sutra_identity::networks_of;
use sutra_kernel::{PortError, Timestamp};

use crate::{
    Caller, Engine, Error,
    work::{Attempt, Work},
};

/// Counts refusals of one kind by one caller, minute by minute. One row a key is enough.
#[async_trait]
pub trait RefusalCounter: Send {
    /// Adds one to the count of this minute, counted from the epoch. The first of a minute starts a new
    /// count and reports where the one before it ended.
    async fn count_refusal(&mut self, key: &[u8; 32], minute: i64) -> Result<RefusalCount, PortError>;
}

/// Reads the counts, where something is refused before it is looked at.
#[async_trait]
pub trait RefusalReader: Send {
    /// How many refusals there were in this minute.
    async fn refusals(&mut self, key: &[u8; 32], minute: i64) -> Result<u64, PortError>;
}

/// How many refusals of one kind there were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusalCount {
    /// In this minute, with this one.
    pub count: u64,
    /// In the last minute that had any; zero unless this is the first of a new minute.
    pub before: u64,
}

const MICROS_A_MINUTE: i64 = 60_000_000;

/// What collisions of unique values are counted as, whichever change they are met in.
const COLLISION: &str = "unique.collide";

impl Engine {
    /// Enters a refused attempt, in a unit of its own, and returns what the caller is told. If the entry
    /// cannot be written the refusal stands, and the reason is that the system is unavailable.
    pub(crate) async fn enter_refusal(&self, caller: &Caller, attempt: Attempt, error: Error) -> Error {
        let mut entry = EntryDraft::new(Event::AccessRefuse)
            .detail("attempted", attempt.event.code())
            .detail("answer", error.code());
        if let Some(target) = attempt.target {
            entry = entry.target(target);
        }
        let counted_as = if error.is_collision() { COLLISION } else { attempt.event.code() };
        match self.enter_counted(caller, caller, counted_as, entry).await {
            Ok(()) => error,
            Err(failed) => failed,
        }
    }

    /// Enters what a stranger was refused into the instance's ledger, counted by where it came from.
    pub(crate) async fn refuse_stranger(&self, caller: &Caller, event: Event, error: Error) -> Error {
        self.enter_refusal(&caller.at_the_instance(), Attempt { event, target: None }, error).await
    }

    /// Counts, and writes the entry unless there were too many of its kind in this minute; then a later one
    /// stands for it. Who is counted need not be who the entry is about: a stranger must not learn from a limit
    /// whose account he tried.
    pub(crate) async fn enter_counted(
        &self,
        counted_by: &Caller,
        caller: &Caller,
        action: &str,
        entry: EntryDraft,
    ) -> Result<(), Error> {
        let counted = self.count_refusal(counted_by, action).await?;
        if let Some(surplus) = refusal_surplus(counted.before) {
            // They were not about what this one is about: only how many there were is known.
            let entry = EntryDraft::new(entry.event).detail("attempted", action).rows(surplus);
            self.enter(counted_by, entry).await?;
        }
        match refusal_verdict(counted.count) {
            RefusalVerdict::Write { count } => self.enter(caller, entry.rows(count)).await,
            RefusalVerdict::Coalesce => Ok(()),
            RefusalVerdict::RateLimited => Err(rate_limited(self.now())),
        }
    }

    async fn count_refusal(&self, caller: &Caller, action: &str) -> Result<RefusalCount, Error> {
        let mut book = self.parts().store.bookkeeping(caller.workspace()).await?;
        let count = book.count_refusal(&key(caller, action), minute_of(self.now())).await?;
        book.commit().await?;
        Ok(count)
    }

    /// Writes one entry in a unit of its own.
    async fn enter(&self, caller: &Caller, entry: EntryDraft) -> Result<(), Error> {
        loop {
            let mut work = self.begin(caller).await?;
            let sealed = work.seal_detail(entry.clone()).await;
            match work.conclude(sealed.map(|entry| vec![entry])).await {
                Err(error) if error.is_conflict() => {}
                result => return result,
            }
        }
    }
}

impl Work<'_> {
    /// Refuses a caller who met so many used values in this minute that one more would not be told: whatever the
    /// value, so that nobody learns more by asking faster.
    pub(crate) async fn require_few_collisions(&mut self) -> Result<(), Error> {
        if !self.few_collisions {
            let known = self.unit.refusals(&key(&self.caller, COLLISION), minute_of(self.now)).await?;
            self.few_collisions = match refusal_verdict(known.saturating_add(1)) {
                RefusalVerdict::RateLimited => return Err(rate_limited(self.now)),
                RefusalVerdict::Write { .. } | RefusalVerdict::Coalesce => true,
            };
        }
        Ok(())
    }
}

fn minute_of(now: Timestamp) -> i64 {
    now.as_micros().div_euclid(MICROS_A_MINUTE)
}

/// Counts begin anew with the next minute.
fn rate_limited(now: Timestamp) -> Error {
    let left = MICROS_A_MINUTE - now.as_micros().rem_euclid(MICROS_A_MINUTE);
    Error::RateLimited { retry_after: Duration::from_micros(left.unsigned_abs()) }
}

fn key(caller: &Caller, action: &str) -> [u8; 32] {
    let who = match (caller.user_id(), &caller.origin().address) {
        (Some(user), _) => user.to_string(),
        (None, Some(address)) => network(address),
        (None, None) => String::new(),
    };
    sha256(format!("{}\n{who}\n{action}", caller.workspace()).as_bytes())
}

/// The narrowest network of an address: whoever has one address of IPv6 has its whole /64.
fn network(address: &str) -> String {
    networks_of(address).pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_ipv6_counts_as_one() {
        assert_eq!(network("2001:db8:1:2::7"), network("2001:db8:1:2:ffff::1"));
        assert_ne!(network("2001:db8:1:2::7"), network("2001:db8:1:3::7"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        assert_ne!(network("::ffff:192.0.2.1"), network("::ffff:192.0.2.2"));
    }
}
