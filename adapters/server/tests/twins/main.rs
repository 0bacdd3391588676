//! Twin worlds: two workspaces that are equal in all that one viewer may see, and differ at will elsewhere.
//!
//! Whatever he asks, over HTTP, both answer alike, byte for byte, once ids, times, cursors and receipts are numbered in the
//! order in which they come. So nothing that he may not see shows in any answer: not its values, not how many there are,
//! not whether it is there.
//!
//! Each run takes seconds from `SUTRA_TWIN_SECONDS` (12 for each store, if it is not set) and begins at the seed
//! `SUTRA_TWIN_SEED`, if that is set. A failure is shrunk and names its seed.
#![cfg(test)]

mod answer;
mod ask;
mod case;
mod company;
mod people;
mod place;
mod request;
mod wording;

use std::{
    cell::Cell,
    env,
    io::Write as _,
    time::{Duration, Instant},
};

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use sutra_kernel::Entropy as _;
use sutra_testkit::TestEntropy;

use case::Case;
use company::Company;
use place::Place;

#[test]
fn b11_twin_worlds_answer_alike_in_memory() {
    run(|| async { Some(Place::memory()) });
}

#[test]
fn b11_twin_worlds_answer_alike_on_sqlite() {
    run(|| async { Some(Place::sqlite().await) });
}

#[test]
fn b11_twin_worlds_answer_alike_on_postgresql() {
    run(Place::postgres);
}

/// Tries one case after the other until the time is up.
fn run<F: Future<Output = Option<Place>>>(place: impl Fn() -> F) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let Some(place) = runtime.block_on(place()) else { return };
    let end = Instant::now() + Duration::from_secs(number("SUTRA_TWIN_SECONDS").unwrap_or(12));
    let first = number("SUTRA_TWIN_SEED").unwrap_or_else(random);
    let (cases, requests) = (Cell::new(0_u32), Cell::new(0_usize));
    let mut seed = first;
    while Instant::now() < end {
        let config = Config { cases: 1, failure_persistence: None, ..Config::default() };
        let mut bytes = [0; 32];
        TestEntropy::seeded(seed).fill(&mut bytes);
        let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
        let result = runner.run(&case::cases(), |case| {
            cases.set(cases.get() + 1);
            requests.set(requests.get() + case.requests.len());
            runtime.block_on(twins(&place, &case, cases.get()))
        });
        assert!(result.is_ok(), "SUTRA_TWIN_SEED={seed}: {}", result.unwrap_err());
        seed = seed.wrapping_add(1);
    }
    let line = format!(
        "{}: {} twins, {} requests each way, from seed {first}\n",
        place.name,
        cases.get(),
        requests.get()
    );
    // Not by `eprintln!`, whose output is captured and lost with a test that passes.
    let _written = std::io::stderr().write_all(line.as_bytes());
    assert!(cases.get() > 0, "there was no time for a single case");
}

/// Makes both worlds, asks both the same, and compares.
async fn twins(place: &Place, case: &Case, number: u32) -> Result<(), TestCaseError> {
    let mut a = Company::found(place, case, case::World::A, number).await;
    let mut b = Company::found(place, case, case::World::B, number).await;
    for (step, request) in case.requests.iter().enumerate() {
        let (said_a, said_b) = (request::send(&mut a, request).await, request::send(&mut b, request).await);
        if said_a != said_b {
            let message =
                format!("request {step}, {request:?}\n--- one world\n{said_a}\n--- its twin\n{said_b}");
            return Err(TestCaseError::fail(message));
        }
    }
    Ok(())
}

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok().map(|text| text.parse().expect("a number"))
}

fn random() -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("random bytes");
    u64::from_be_bytes(bytes)
}
