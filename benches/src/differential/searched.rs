//! Worlds by number, and the smallest one in which somebody disagrees.

use std::fmt;

use proptest::{
    strategy::{Strategy as _, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use super::{
    compared::{Mismatch, Ruling, Tally},
    houses::House,
    world::{World, worlds},
};
use crate::Dice;

/// A world in which somebody is not of the rule's opinion, made as small as it goes.
pub struct Disagreement {
    seed: u64,
    mismatch: Mismatch,
    world: World,
}

/// The largest worlds.
const MOST_USERS: usize = 16;
const MOST_RECORDS: usize = 50;

/// How often a smaller world is looked for.
const ATTEMPTS: usize = 300;

/// Compares everybody with the rule in the world of this seed: the plans of the world, and every house, with its plans and
/// its lists.
///
/// # Errors
/// A [`Disagreement`].
///
/// # Panics
/// A store that fails ends it.
pub async fn agree(seed: u64, houses: &[House]) -> Result<Tally, Box<Disagreement>> {
    let mut tree = tree(seed);
    let world = tree.current();
    match compare(seed, &world, houses).await {
        Ok(tally) => Ok(tally),
        Err(mismatch) => {
            let first = Disagreement { seed, mismatch, world };
            Err(Box::new(first.smallest(&mut tree, houses).await))
        }
    }
}

fn tree(seed: u64) -> impl ValueTree<Value = World> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    worlds(MOST_USERS, MOST_RECORDS).new_tree(&mut runner).expect("a world")
}

async fn compare(seed: u64, world: &World, houses: &[House]) -> Result<Tally, Mismatch> {
    let ruling = Ruling::of(world);
    ruling.expect_of_plans()?;
    let mut tally = Tally { worlds: 1, decisions: ruling.decisions(), ..Tally::default() };
    if houses.is_empty() {
        return Ok(tally);
    }
    let closed = world.closed();
    let ruling = Ruling::of(&closed);
    tally.decisions += ruling.decisions();
    tally.reasons = ruling.reasons();
    for house in houses {
        let settled = house.settle(&closed).await;
        tally.pages += ruling.expect_of_store(house, &settled, &mut Dice::new(seed)).await?;
    }
    Ok(tally)
}

impl Disagreement {
    /// The smallest world found by leaving something out as long as there is a mismatch.
    async fn smallest(mut self, tree: &mut impl ValueTree<Value = World>, houses: &[House]) -> Self {
        let mut changed = tree.simplify();
        for _ in 0..ATTEMPTS {
            if !changed {
                break;
            }
            let world = tree.current();
            changed = match compare(self.seed, &world, houses).await {
                Err(mismatch) => {
                    self = Self { mismatch, world, ..self };
                    tree.simplify()
                }
                Ok(_) => tree.complicate(),
            };
        }
        self
    }
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, mismatch, world } = self;
        write!(f, "seed {seed}: {}\n\nin this world:\n{world:#?}", mismatch.0)
    }
}

impl fmt::Debug for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
