//! `differential`: whether the rule, the decisions and the lists of every store agree, in one world after the other.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "what it prints is all it is for")]

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::Parser;
use sutra_benches::differential::{Tally, agree, houses};

/// Compares the rule with decisions and lists in random worlds until the time is over, and stops at the first in which
/// somebody disagrees. It exits with 0 if there was none.
#[derive(Parser)]
struct Arguments {
    /// For how long
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Which world is the first; the next has the next number
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// How often it says how far it is.
const TOLD_EVERY: Duration = Duration::from_secs(30);

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { seconds, seed } = Arguments::parse();
    let houses = houses().await;
    let names: Vec<_> = houses.iter().map(|house| house.name).collect();
    println!("From seed {seed} on: the rule, decisions, and lists in {}.", names.join(", "));
    let (start, mut tally, mut told) = (Instant::now(), Tally::default(), Duration::ZERO);
    while start.elapsed() < Duration::from_secs(seconds) {
        match agree(seed.wrapping_add(tally.worlds), &houses).await {
            Ok(of_world) => tally += of_world,
            Err(disagreement) => {
                eprintln!("{disagreement}");
                return ExitCode::FAILURE;
            }
        }
        if start.elapsed() >= told + TOLD_EVERY {
            told = start.elapsed();
            tell(&tally, told);
        }
    }
    tell(&tally, start.elapsed());
    for house in houses {
        house.close().await;
    }
    ExitCode::SUCCESS
}

fn tell(Tally { worlds, decisions, pages, reasons }: &Tally, elapsed: Duration) {
    let (seconds, reasons) = (elapsed.as_secs(), reasons.len());
    println!(
        "{seconds} s: {worlds} worlds, {decisions} decisions for {reasons} reasons, {pages} pages, no mismatch."
    );
}
