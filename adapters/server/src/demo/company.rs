//! Two years of the demo company, visit by visit.

use std::{collections::BTreeMap, vec};

use sutra_engine::{Caller, Engine};
use sutra_kernel::Timestamp;

use super::{
    calendar,
    chance::Chance,
    clock::WalkingClock,
    desk::Desk,
    marketing::Funnel,
    people::{ADMINISTRATOR, AGENTS, MARKETERS, Person, REPS},
    sales::{Book, Contact},
    scale::{Scale, Turn},
    service::Queue,
};
use crate::{config, failure::Failure};

/// The company while it is being made.
pub(super) struct Company<'a> {
    engine: &'a Engine,
    clock: &'a WalkingClock,
    callers: BTreeMap<&'static str, Caller>,
    scale: Scale,
    chance: Chance,
    offset: u64,
    visits: vec::IntoIter<Timestamp>,
}

impl<'a> Company<'a> {
    /// A company of these people, whose history ends at this instant.
    pub(super) fn new(
        (engine, clock): (&'a Engine, &'a WalkingClock),
        callers: BTreeMap<&'static str, Caller>,
        demo: config::Demo,
        end: Timestamp,
    ) -> Self {
        let (scale, mut chance) = (Scale::of(demo.size), Chance::seeded(demo.seed.into()));
        let crew = MARKETERS.len() + REPS.len() + AGENTS.len();
        let visits = calendar::visits(end, scale.rounds * crew as u64, &mut chance).into_iter();
        let offset = chance.below(u32::MAX.into());
        Self { engine, clock, callers, scale, chance, offset, visits }
    }

    /// Lets everybody come to the desk in turn, again and again.
    pub(super) async fn work(mut self) -> Result<(), Failure> {
        self.desk(&ADMINISTRATOR, Turn { nth: 0, of: 1 })?.fill_catalogue().await?;
        let mut funnels = MARKETERS.each_ref().map(|_| Funnel::default());
        let mut books = REPS.each_ref().map(|_| Book::default());
        let mut queues = AGENTS.each_ref().map(|_| Queue::default());
        for round in 0..self.scale.rounds {
            for ((person, turn), funnel) in turns(&MARKETERS, round, self.scale.rounds).zip(&mut funnels) {
                self.visit(person, turn)?.market(funnel).await?;
            }
            // Reps do half of their work at a time, and so each half in every other round.
            for ((person, turn), book) in turns(&REPS, round / 2, self.scale.rounds / 2).zip(&mut books) {
                let mut desk = self.visit(person, turn)?;
                if round % 2 == 0 { desk.meet_customers(book).await? } else { desk.sell(book).await? }
            }
            let customers: Vec<Contact> = books.iter().flat_map(Book::contacts).collect();
            for ((person, turn), queue) in turns(&AGENTS, round, self.scale.rounds).zip(&mut queues) {
                self.visit(person, turn)?.serve(queue, &customers).await?;
            }
        }
        Ok(())
    }

    /// The next visit to the desk is this person's.
    fn visit(&mut self, person: &Person, turn: Turn) -> Result<Desk<'_>, Failure> {
        self.clock.reach(self.visits.next().unwrap_or_default());
        self.desk(person, turn)
    }

    fn desk(&mut self, person: &Person, turn: Turn) -> Result<Desk<'_>, Failure> {
        let caller = self.callers.get(person.email);
        Ok(Desk {
            engine: self.engine,
            clock: self.clock,
            caller: caller.ok_or_else(|| Failure::new("somebody was not hired"))?,
            chance: &mut self.chance,
            scale: &self.scale,
            offset: self.offset,
            turn,
        })
    }
}

/// Everybody's turn in a round of so many.
fn turns(
    people: &'static [Person],
    round: u64,
    rounds: u64,
) -> impl Iterator<Item = (&'static Person, Turn)> {
    let each_round = people.len() as u64;
    people
        .iter()
        .zip((0..).map(move |place| Turn { nth: round * each_round + place, of: rounds * each_round }))
}
