//! Somebody else's opinion: the same worlds in Cedar, an authorization language that is not ours.
//!
//! Cedar can express the whole of the rule, but for what may be said about a refusal: it answers yes or no.

#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

mod translation;

mod world;

use proptest::prelude::{ProptestConfig, proptest};
use sutra_acl::Action;
use translation::Translation;
use world::worlds;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn cedar_is_of_the_same_opinion(world in worlds(6, 8)) {
        let cedar = Translation::of(&world);
        for u in &world.users {
            let plan = world.plan(u);
            for r in &world.records {
                let stored = world.store(r);
                for action in Action::ALL {
                    let ours = plan.object(r.object).decide(action, &stored.facts()).is_allow();
                    assert_eq!(ours, cedar.allows(u, action, r), "{u:?} {action} {r:?}");
                }
            }
        }
    }
}
