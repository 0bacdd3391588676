//! `lists`: what a page of a large workspace takes, for whoever looks at it, beside the one query that comes to mind.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "what goes wrong in a benchmark must end it, and what it prints is all it is for"
)]

mod clients;
mod company;
mod hierarchy;
mod naive;
mod pages;
mod sharing;

use clap::Parser;
use mimalloc::MiMalloc;
use sutra_benches::{Place, Samples, timed};

use self::{
    company::{Company, Size},
    pages::Effort,
};

/// As the product has it, for both sides.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Makes a large company, and measures what its people wait for.
///
/// Nothing in it is by chance: it is the same company each time.
#[derive(Parser)]
struct Arguments {
    /// How many accounts there are; more than once for several companies
    #[arg(long, default_values_t = [100_000, 1_000_000])]
    accounts: Vec<usize>,
    /// A small company, and few measurements, to see that everything still runs
    #[arg(long)]
    quick: bool,
    /// On SQLite alone
    #[arg(long)]
    sqlite: bool,
}

#[tokio::main]
async fn main() {
    let Arguments { accounts, quick, sqlite } = Arguments::parse();
    let sizes: Vec<Size> =
        if quick { vec![Size::QUICK] } else { accounts.into_iter().map(Size::of).collect() };
    let effort = if quick { Effort::QUICK } else { Effort::FULL };
    for size in &sizes {
        run(Place::sqlite().await, *size, effort).await;
    }
    let postgres = if sqlite { None } else { Place::postgres().await };
    if let Some(place) = postgres {
        for size in &sizes {
            run(place.another().await, *size, effort).await;
        }
    }
}

async fn run(place: Place, size: Size, effort: Effort) {
    let company = Company::found(&place, size).await;
    println!("\n### {}, {size}\n", place.name());
    pages::measure(&place, &company, effort).await;
    pages::measure_graphql(&place, &company, effort).await;
    move_a_role(&place, &company, effort).await;
    place.close().await;
}

/// Moves a third of the company to another place and back, again and again, while no record can be written.
async fn move_a_role(place: &Place, company: &Company, effort: Effort) {
    let [top, moved, other] = company.upper_roles();
    let below = company.users_below(1);
    for table in ["record", "record_share"] {
        place.freeze(company.admin.workspace(), table).await;
    }
    let (mut samples, mut parents) = (Vec::new(), [other, top].into_iter().cycle());
    for _ in 0..effort.moves {
        let parent = parents.next();
        let permissions = place.engine.permissions();
        let mut work =
            async || permissions.update_role(&company.admin, moved, "moved", parent).await.unwrap().value;
        samples.push(timed(&mut work).await);
    }
    let samples = Samples::sorted(samples);
    let [half, most] = [50, 99].map(|percent| samples.percentile(percent).as_micros());
    println!(
        "\nTo move a role with {below} users below it, no record written: p50 {half} µs, p99 {most} µs."
    );
}
