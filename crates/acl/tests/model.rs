//! The law that plans never disagree with the rule, told once more, slowly and plainly.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod twin;
mod world;

use proptest::prelude::{ProptestConfig, proptest};
use sutra_acl::{Action, Decision, Level, Stage, UserPlan};
use sutra_kernel::ObjectId;
use twin::{Answer, rule};
use world::{Stored, id, worlds};

/// The known objects and one unknown.
const EVERY_OBJECT: [usize; 4] = [0, 1, 2, 3];

/// Asks the plan, and checks that a permit is for what was asked.
fn decide(plan: &UserPlan, o: ObjectId, action: Action, stored: &Stored<'_>) -> Answer {
    let decision = plan.object(o).decide(action, &stored.facts());
    let answer = Answer::from(&decision);
    if let Decision::Allow(permit) = decision {
        assert_eq!(permit.user(), plan.user());
        permit.spend(action, Stage::Before, &stored.facts()).unwrap();
    }
    answer
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn a_decision_is_what_the_rule_says(world in worlds(6, 8)) {
        for u in &world.users {
            let plan = world.plan(u);
            for r in &world.records {
                let stored = world.store(r);
                for (o, action) in EVERY_OBJECT.into_iter().flat_map(|o| Action::ALL.map(|action| (id(o), action))) {
                    let twin = rule(&world, u, o, action, r);
                    assert_eq!(decide(&plan, o, action, &stored), twin, "{u:?} {o} {action} {r:?}");
                }
            }
        }
    }

    #[test]
    fn a_list_holds_exactly_what_may_be_read(world in worlds(6, 8)) {
        for u in &world.users {
            let plan = world.plan(u);
            for r in world.records.iter().filter(|r| r.workspace == u.workspace) {
                let stored = world.store(r);
                let plan = plan.object(r.object);
                let listed = plan.scope().admits(&stored.facts());
                let readable = plan.decide(Action::Read, &stored.facts()).is_allow();
                assert_eq!(listed, readable, "{:?} {u:?} {r:?}", plan.scope());
            }
        }
    }

    #[test]
    fn an_explanation_is_of_the_decision(world in worlds(6, 8)) {
        for u in &world.users {
            let plan = world.plan(u);
            for r in &world.records {
                let stored = world.store(r);
                for action in Action::ALL {
                    let plan = plan.object(r.object);
                    let said = plan.explain(action, &stored.facts());
                    assert_eq!(said.verdict, plan.decide(action, &stored.facts()).permit().map(drop));
                    let best = said.grounds.iter().map(|(_, level)| *level).max().unwrap_or(Level::None);
                    let met = said.restrictions.iter().all(|(_, met)| *met);
                    assert_eq!(said.level, if met { best } else { Level::None });
                    if said.verdict.is_ok() {
                        assert!(!said.permitted_by.is_empty());
                        assert!(action == Action::Create || said.level >= said.needed);
                    }
                }
            }
        }
    }
}
