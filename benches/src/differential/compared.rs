//! What the rule says of a world, and what a store makes of it.

use std::ops::AddAssign;

use sutra_acl::{Action, Facts, Subject, UserPlan};
use sutra_records::{Record, Standing};

use super::{
    houses::House,
    listed::{any_list, pages_of},
    reasons::{Reasons, reasons_of},
    settled::Settled,
    twin::{Answer, rule},
    world::World,
};
use crate::Dice;

/// How much was compared without a mismatch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Worlds.
    pub worlds: u64,
    /// What a user may do to a record, on which everybody agrees.
    pub decisions: u64,
    /// Pages of lists, of all stores together.
    pub pages: u64,
    /// Why records were open or not in the stores.
    pub reasons: Reasons,
}

/// Where somebody and the rule are of two minds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch(pub(super) String);

/// What the rule says of every user, record and action of a world.
pub(super) struct Ruling<'w> {
    world: &'w World,
    /// By users, then by records.
    answers: Vec<Vec<[Answer; Action::ALL.len()]>>,
}

/// A user and a record of a world, by their numbers.
type Pair = (usize, usize);

/// How many lists of each object a user reads.
const LISTS: usize = 2;

impl<'w> Ruling<'w> {
    pub(super) fn of(world: &'w World) -> Self {
        let answers = |user: &Subject| {
            let things = world.records.iter();
            things.map(|it| Action::ALL.map(|action| rule(world, user, it.object, action, it))).collect()
        };
        Self { world, answers: world.users.iter().map(answers).collect() }
    }

    /// How many answers there are.
    pub(super) fn decisions(&self) -> u64 {
        let answers: usize = self.answers.iter().flatten().map(|of_record| of_record.len()).sum();
        answers.try_into().unwrap_or(u64::MAX)
    }

    /// Why its records are open or not.
    pub(super) fn reasons(&self) -> Reasons {
        reasons_of(self.world)
    }

    /// Asks the plans of the world itself, of which no store knows.
    pub(super) fn expect_of_plans(&self) -> Result<(), Mismatch> {
        let stored: Vec<_> = self.world.records.iter().map(|thing| self.world.store(thing)).collect();
        for (user, subject) in self.world.users.iter().enumerate() {
            let plan = self.world.plan(subject);
            for (number, stored) in stored.iter().enumerate() {
                self.expect("a plan", &plan, (user, number), &stored.facts())?;
            }
        }
        Ok(())
    }

    /// Asks the plans of what a store has, and reads its lists; says how many pages these had.
    pub(super) async fn expect_of_store(
        &self,
        house: &House,
        settled: &Settled,
        dice: &mut Dice,
    ) -> Result<u64, Mismatch> {
        let mut reads = house.store.reads(settled.workspace).await.expect("a snapshot");
        let things = settled.things(reads.as_mut()).await;
        let policy = reads.policy().await.expect("a policy");
        let mut pages = 0;
        for (user, subject) in self.world.users.iter().enumerate() {
            let subject = reads.subject(subject.user).await.expect("a subject").expect("a user");
            let plan = UserPlan::compile(&policy, &subject);
            for (number, (record, standing)) in things.iter().enumerate() {
                self.expect(house.name, &plan, (user, number), &record.facts(standing))?;
            }
            let open = self.readable(user, &things);
            for object in settled.objects.iter().flat_map(|object| [object; LISTS]) {
                let list = any_list(object, plan.object(object.id).scope(), dice);
                let read = pages_of(reads.as_mut(), &list, &open).await;
                pages += read.map_err(|told| Mismatch(format!("{}, {subject:?}: {told}", house.name)))?;
            }
        }
        reads.finish().await.expect("the end of a snapshot");
        Ok(pages)
    }

    /// What a user may read.
    fn readable<'r>(&self, user: usize, things: &'r [(Record, Standing)]) -> Vec<&'r Record> {
        let read = Action::ALL.into_iter().position(|action| action == Action::Read).expect("an action");
        let open = self.answers[user].iter().map(|answers| answers[read] == Answer::Yes);
        things.iter().zip(open).filter(|(_, open)| *open).map(|((record, _), _)| record).collect()
    }

    fn expect(&self, who: &str, plan: &UserPlan, of: Pair, facts: &Facts<'_>) -> Result<(), Mismatch> {
        let (plan, (user, thing)) = (plan.object(facts.object), of);
        for (action, ruled) in Action::ALL.into_iter().zip(self.answers[user][thing]) {
            let decided = Answer::from(&plan.decide(action, facts));
            if decided != ruled {
                let (user, thing) = (&self.world.users[user], &self.world.records[thing]);
                let told =
                    format!("{who}: {action} is {decided:?}, by the rule {ruled:?}: {user:?} {thing:?}");
                return Err(Mismatch(told));
            }
        }
        Ok(())
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.worlds += other.worlds;
        self.decisions += other.decisions;
        self.pages += other.pages;
        self.reasons.extend(other.reasons);
    }
}
