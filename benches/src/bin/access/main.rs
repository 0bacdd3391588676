//! `access`: what a point decision takes, beside Cedar and Casbin, on the same world in one process.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "what goes wrong in a benchmark must end it, and what it prints is all it is for"
)]

mod casbin;
mod cedar;
mod watch;
mod world;

use clap::Parser;
use sutra_benches::Dice;

use self::{
    casbin::Casbin,
    cedar::Cedar,
    watch::{Measured, Watch},
    world::{PERSONAS, Question, Size, World},
};

/// Measures point decisions beside Cedar and Casbin, and prints what they take.
#[derive(Parser)]
struct Arguments {
    /// Measure little and quickly, to see that everything still runs
    #[arg(long)]
    quick: bool,
}

/// How much is measured.
struct Effort {
    /// The world of all three, and how many questions each asker has: for Cedar, and for Casbin, which tries every
    /// share in turn.
    shared: (Size, usize, usize),
    /// The worlds that we are alone with, and how many questions each asker has.
    alone: ([Size; 2], usize),
}

const SMALL: Size = Size { roles: 200, users: 1_000, groups: 50, records: 2_000 };
const LARGE: Size = Size { roles: 2_000, users: 15_000, groups: 500, records: 20_000 };
const TINY: Size = Size { roles: 50, users: 60, groups: 5, records: 60 };

const FULL: Effort = Effort { shared: (SMALL, 20_000, 100), alone: ([SMALL, LARGE], 200_000) };
const QUICK: Effort = Effort { shared: (TINY, 20, 5), alone: ([TINY, TINY], 100) };

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments = Arguments::parse();
    let effort = if arguments.quick { QUICK } else { FULL };
    let watch = Watch::new();
    println!("To read the clock takes {} ns, which is taken off.", watch.cost().as_nanos());
    beside_others(&effort, &watch).await;
    let (sizes, count) = effort.alone;
    for size in sizes {
        alone(size, count, &watch);
    }
}

async fn beside_others(effort: &Effort, watch: &Watch) {
    let mut dice = Dice::new(1);
    let (size, count, few) = effort.shared;
    let world = World::new(size, &mut dice);
    let (cedar, casbin) = (Cedar::new(&world), Casbin::new(&world).await);
    println!("\n### A decision beside Cedar and Casbin, {size}, in nanoseconds\n");
    println!("| who asks | ours p50 | p99 | Cedar p50 | p99 | ratio | Casbin p50 | p99 | ratio |");
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
    for (persona, depth) in PERSONAS {
        let user = world.somebody(depth, &mut dice);
        let questions = world.questions(user, count, &mut dice);
        let ours = ask_us(&world, user, &questions, watch);
        let requests = questions.iter().map(Cedar::request).collect();
        let theirs = watch.each(requests, |request| cedar.allows(&request));
        let requests = questions.iter().take(few).map(|question| Casbin::request(&world, question)).collect();
        let others = watch.each(requests, |request| casbin.allows(request));
        assert_eq!(ours.answers, theirs.answers, "Cedar is of the same opinion");
        assert!(ours.answers.starts_with(&others.answers), "Casbin is of the same opinion");
        println!("| {persona} | {ours} | {} | {} |", theirs.beside(&ours), others.beside(&ours));
    }
}

fn alone(size: Size, count: usize, watch: &Watch) {
    let mut dice = Dice::new(1);
    let world = World::new(size, &mut dice);
    println!("\n### A decision, {size}, in nanoseconds\n");
    println!("| who asks | p50 | p99 |");
    println!("|---|--:|--:|");
    for (persona, depth) in PERSONAS {
        let user = world.somebody(depth, &mut dice);
        let questions = world.questions(user, count, &mut dice);
        println!("| {persona} | {} |", ask_us(&world, user, &questions, watch));
    }
}

fn ask_us(world: &World, user: usize, questions: &[Question], watch: &Watch) -> Measured {
    let plan = world.plan(user);
    let asked = questions.iter().map(|question| (question.action, world.facts(question.record))).collect();
    watch.each(asked, |(action, facts)| world::ours(&plan, action, &facts))
}
