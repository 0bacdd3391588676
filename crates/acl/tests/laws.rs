//! What holds in every world, whatever the rule is: sharing only widens, and restrictions only narrow.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

#[expect(dead_code, reason = "other tests ask more of a world")]
mod world;

use std::collections::BTreeSet;

use proptest::prelude::{ProptestConfig, any, proptest};
use sutra_acl::{
    Action, Bound, Cause, Decision, Denial, Difference, Level, OrgWideDefault, Principal, Reason, Role,
    Scope, Stage, SystemPermission,
};
use sutra_kernel::{UserId, WorkspaceId};
use world::{World, id, worlds};

/// What is allowed in a world, all of it.
fn everything(world: &World) -> BTreeSet<(UserId, WorkspaceId, Action, usize)> {
    let mut allowed = BTreeSet::new();
    for u in &world.users {
        let plan = world.plan(u);
        for (number, r) in world.records.iter().enumerate() {
            let stored = world.store(r);
            for action in Action::ALL {
                if plan.object(r.object).decide(action, &stored.facts()).is_allow() {
                    allowed.insert((u.user, u.workspace, action, number));
                }
            }
        }
    }
    allowed
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_decision_allocates_nothing(world in worlds(6, 8)) {
        for u in &world.users {
            let plan = world.plan(u);
            for r in &world.records {
                let stored = world.store(r);
                for action in Action::ALL {
                    let (plan, facts) = (plan.object(r.object), stored.facts());
                    let cost = allocation_counter::measure(|| drop(plan.decide(action, &facts)));
                    assert_eq!(cost.count_total, 0, "{u:?} {action} {r:?}");
                }
            }
        }
    }

    #[test]
    fn a_grant_takes_nothing_away(world in worlds(6, 8), profile in any::<usize>(), word in any::<usize>()) {
        let before = everything(&world);
        let mut wider = world.clone();
        let number = profile % wider.profiles.len();
        wider.profiles[number].objects.insert((id(word % 2), world::WORDS[word % world::WORDS.len()]));
        assert!(everything(&wider).is_superset(&before));
        let system = SystemPermission::ALL[word % SystemPermission::ALL.len()];
        wider.profiles[number].system.insert(system);
        assert!(everything(&wider).is_superset(&before));
        for user in &mut wider.users {
            user.permission_sets.insert(id(word % 3));
            user.permission_set_groups.insert(id(word % 3));
        }
        assert!(everything(&wider).is_superset(&before), "nor does a set");
    }

    #[test]
    fn what_is_muted_gives_nothing(world in worlds(6, 8), word in any::<usize>()) {
        let mut narrower = world.clone();
        for group in &mut narrower.set_groups {
            group.objects.insert((id(word % 2), world::WORDS[word % world::WORDS.len()]));
            group.system.insert(SystemPermission::ALL[word % SystemPermission::ALL.len()]);
        }
        assert!(everything(&world).is_superset(&everything(&narrower)));
    }

    #[test]
    fn a_share_takes_nothing_away_and_a_restriction_adds_nothing(world in worlds(6, 8), principal in any::<usize>()) {
        let mut wider = world.clone();
        for record in &mut wider.records {
            record.shares.push((Principal::RoleAndSubordinates(id(principal % 8)), Level::Edit, Cause::Manual));
        }
        assert!(everything(&wider).is_superset(&everything(&world)));

        let mut free = world.clone();
        for object in &mut free.objects {
            object.restrictions.clear();
        }
        assert!(everything(&free).is_superset(&everything(&world)));
    }

    #[test]
    fn what_one_scope_has_and_another_has_not_is_where_it_is_looked_for(world in worlds(6, 8), by in any::<usize>()) {
        for (number, u) in world.users.iter().enumerate() {
            let v = &world.users[(number + by) % world.users.len()];
            let (one, other) = (world.plan(u), world.plan(v));
            for r in &world.records {
                let stored = world.store(r);
                let (one, other) = (one.object(r.object).scope(), other.object(r.object).scope());
                let facts = stored.facts();
                if one.admits(&facts) && !other.admits(&facts) {
                    let Difference { scope, failing } = one.beyond(&other);
                    assert!(scope.admits(&facts), "{one:?}, {other:?}, {r:?}");
                    let fails = |bound: &Bound| !Scope { restrictions: vec![bound.clone()], ..Scope::ALL }.admits(&facts);
                    assert!(failing.is_empty() || failing.iter().any(fails), "{one:?}, {other:?}, {r:?}");
                }
            }
        }
    }

    #[test]
    fn a_wider_default_and_a_hierarchy_take_nothing_away(world in worlds(6, 8), object in 0_usize..2) {
        let allowed = |default, hierarchy| {
            let mut other = world.clone();
            (other.objects[object].default, other.objects[object].hierarchy) = (default, hierarchy);
            everything(&other)
        };
        use OrgWideDefault::{Private, Read, ReadWrite};
        for (narrow, wide) in [(Private, Read), (Read, ReadWrite)] {
            assert!(allowed(wide, false).is_superset(&allowed(narrow, false)));
            assert!(allowed(wide, true).is_superset(&allowed(narrow, true)));
            assert!(allowed(narrow, true).is_superset(&allowed(narrow, false)));
        }
    }

    #[test]
    fn a_new_level_above_a_role_takes_nothing_away(world in worlds(6, 8), below in any::<usize>()) {
        let mut taller = world.clone();
        let number = below % taller.roles.len();
        let level = Role { id: id(99), name: "new".into(), parent: taller.roles[number].parent };
        taller.roles[number].parent = Some(level.id);
        taller.roles.push(level);
        assert_eq!(everything(&taller), everything(&world));
    }

    #[test]
    fn a_change_may_cost_oneself_the_record_but_not_move_it_elsewhere(world in worlds(6, 8)) {
        for u in &world.users {
            let plan = world.plan(u);
            for (r, after) in world.records.iter().flat_map(|r| world.records.iter().map(move |after| (r, after))) {
                let (before, image) = (world.store(r), world.store(after));
                for action in Action::ALL.into_iter().filter(|action| *action != Action::Read) {
                    let plan = plan.object(r.object);
                    if !plan.decide(action, &before.facts()).is_allow() {
                        continue;
                    }
                    let stays = r.workspace == after.workspace && r.object == after.object;
                    match plan.confirm(action, &image.facts()) {
                        Decision::Allow(permit) => {
                            assert!(stays, "{r:?} {after:?}");
                            permit.spend(action, Stage::After, &image.facts()).unwrap();
                        }
                        Decision::Deny(denial) => {
                            let fails = plan.explain(action, &image.facts()).restrictions.iter().any(|(_, met)| !met);
                            let restricted = stays && fails;
                            let expected = if restricted { Denial::Forbidden(Reason::Restricted) } else { Denial::Hidden };
                            assert_eq!(denial, expected, "{r:?} {after:?}");
                            assert!(!stays || restricted, "{r:?} {after:?}");
                        }
                    }
                }
            }
        }
    }
}
