//! `records`: the product beside the bare database, in one run on one machine.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what goes wrong in a benchmark must end it"
)]

mod bare;
mod company;
mod effort;
mod pages;
mod schema;
mod writes;

use clap::Parser;
use mimalloc::MiMalloc;
use sutra_benches::{Place, Table};

use self::{company::Company, effort::Effort};

/// As the product has it, for both sides.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Measures the product beside the bare database, and prints the ratios.
#[derive(Parser)]
struct Arguments {
    /// Measure little and quickly, to see that everything still runs
    #[arg(long)]
    quick: bool,
    /// On SQLite alone
    #[arg(long)]
    sqlite: bool,
}

#[tokio::main]
async fn main() {
    let arguments = Arguments::parse();
    let effort = if arguments.quick { Effort::QUICK } else { Effort::FULL };
    for count in effort.sizes {
        run(Place::sqlite().await, *count, effort).await;
    }
    let postgres = if arguments.sqlite { None } else { Place::postgres().await };
    if let Some(place) = postgres {
        for count in effort.sizes {
            run(place.another().await, *count, effort).await;
        }
    }
    schema::measure(effort).await;
}

async fn run(place: Place, count: usize, effort: Effort) {
    let company = Company::found(&place, count).await;
    let title = format!("{}, {count} accounts", place.name());
    let mut table = Table::titled(&title);
    pages::measure(&place, &company, effort, &mut table).await;
    writes::measure(&place, &company, effort, &mut table).await;
    table.print();
    place.close().await;
}
