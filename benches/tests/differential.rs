//! The rule, decisions and the lists of every store agree: a little of what the command does for as long as one likes.

use sutra_benches::differential::{REASONS, Tally, agree, houses};

/// Worlds that are moved into every store.
const STORED: u64 = 64;

#[tokio::test]
async fn everybody_agrees_with_the_rule() {
    let houses = houses().await;
    let mut tally = Tally::default();
    while tally.worlds < STORED {
        tally += agree(tally.worlds, &houses).await.unwrap();
    }
    // Ten thousand on the two databases, and half as many in memory.
    let pages = 5_000 * u64::try_from(houses.len()).unwrap();
    assert!(tally.pages >= pages, "{tally:?}");
    let silent: Vec<_> = REASONS.iter().filter(|reason| !tally.reasons.contains(*reason)).collect();
    assert!(silent.is_empty(), "no record is open or hidden for these alone: {silent:?}");
    while tally.decisions < 1_000_000 {
        tally += agree(tally.worlds, &[]).await.unwrap();
    }
}
