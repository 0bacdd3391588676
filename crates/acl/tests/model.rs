//! The rule once more, slow and plain, and the law that plans never disagree with it.
//!
//! The twin below shares no code with plans: it walks from role to role instead of comparing
//! numbers, and works on words instead of bits.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod world;

use std::collections::BTreeSet;

use proptest::prelude::{ProptestConfig, any, proptest};
use sutra_acl::{
    Action, Decision, Denial, Facts, Level, ObjectPolicy, OrgWideDefault, Role, Stage, Subject,
    SystemPermission,
};
use sutra_kernel::{ObjectId, RoleId, UserId, WorkspaceId};
use world::{World, id, worlds};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Yes,
    Hidden,
    Forbidden,
}

/// The twin: may `u` do `action` to `r`, asked of the plan for object `o`?
fn rule(world: &World, u: &Subject, o: ObjectId, action: Action, r: &Facts) -> Answer {
    let p = object_permission(world, u, o);
    if !u.active || !p.contains("read") {
        return Answer::Forbidden;
    }
    if r.workspace != u.workspace || r.object != o {
        return Answer::Hidden;
    }
    if action == Action::Create {
        return if p.contains("create") { Answer::Yes } else { Answer::Forbidden };
    }
    let level = effective_level(world, u, &p, r);
    let (read, update, delete) = (level >= Level::Read, level >= Level::Edit, level >= Level::Full);
    let allowed = match action {
        Action::Create | Action::Read => read,
        Action::Update => update && p.contains("update"),
        Action::Delete | Action::Restore => delete && p.contains("delete"),
        Action::Purge => delete && p.contains("purge"),
        Action::Transfer => level >= Level::Full && p.contains("update"),
    };
    match (read, allowed) {
        (false, _) => Answer::Hidden,
        (true, true) => Answer::Yes,
        (true, false) => Answer::Forbidden,
    }
}

fn effective_level(world: &World, u: &Subject, p: &BTreeSet<&str>, r: &Facts) -> Level {
    if p.contains("modify_all") {
        return Level::Full;
    }
    let view_all = if p.contains("view_all") { Level::Read } else { Level::None };
    view_all.max(share_level(world, u, r))
}

fn share_level(world: &World, u: &Subject, r: &Facts) -> Level {
    let policy = world.objects.iter().find(|policy| policy.object == r.object).unwrap();
    let mut best = match policy.default {
        OrgWideDefault::Private => Level::None,
        OrgWideDefault::Read => Level::Read,
        OrgWideDefault::ReadWrite => Level::Edit,
    };
    if r.owner == u.user {
        best = Level::Full;
    }
    if let (true, Some(mine), Some(theirs)) = (policy.hierarchy, u.role, r.owner_role)
        && above(&world.roles, mine, theirs)
    {
        best = Level::Full;
    }
    best
}

fn above(roles: &[Role], a: RoleId, b: RoleId) -> bool {
    let parent = |of: RoleId| roles.iter().find(|role| role.id == of).and_then(|role| role.parent);
    std::iter::successors(parent(b), |role| parent(*role)).any(|role| role == a)
}

fn object_permission(world: &World, u: &Subject, o: ObjectId) -> BTreeSet<&'static str> {
    let known = world.objects.iter().any(|policy| policy.object == o);
    let profile = world.profiles.iter().find(|profile| profile.id == u.profile);
    let (true, Some(profile)) = (known && u.workspace == world.workspace, profile) else {
        return BTreeSet::new();
    };
    let mut p: BTreeSet<_> =
        profile.objects.iter().filter(|(of, _)| *of == o).map(|(_, word)| *word).collect();
    if profile.system.contains(&SystemPermission::ViewAllData) {
        p.extend(["read", "view_all"]);
    }
    if profile.system.contains(&SystemPermission::ModifyAllData) {
        p.insert("modify_all");
    }
    if p.contains("modify_all") {
        p.extend(world::WORDS);
    }
    if p.contains("purge") {
        p.insert("delete");
    }
    if p.contains("delete") {
        p.insert("update");
    }
    if ["update", "create", "view_all"].iter().any(|word| p.contains(word)) {
        p.insert("read");
    }
    p
}

/// Asks the plan, and checks that a permit is for what was asked.
fn decide(world: &World, u: &Subject, o: ObjectId, action: Action, r: &Facts) -> Answer {
    match world.plan(u).object(o).decide(action, r) {
        Decision::Allow(permit) => {
            assert_eq!(permit.user(), u.user);
            permit.spend(action, Stage::Before, r).unwrap();
            Answer::Yes
        }
        Decision::Deny(Denial::Hidden) => Answer::Hidden,
        Decision::Deny(Denial::Forbidden(_)) => Answer::Forbidden,
    }
}

/// What is allowed in a world, all of it.
fn everything(world: &World) -> BTreeSet<(UserId, WorkspaceId, Action, usize)> {
    let mut allowed = BTreeSet::new();
    for u in &world.users {
        let plan = world.plan(u);
        for (number, r) in world.records.iter().enumerate() {
            for action in Action::ALL {
                if plan.object(r.object).decide(action, r).is_allow() {
                    allowed.insert((u.user, u.workspace, action, number));
                }
            }
        }
    }
    allowed
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_decision_is_what_the_rule_says(world in worlds()) {
        for u in &world.users {
            for o in world.every_object() {
                for r in &world.records {
                    for action in Action::ALL {
                        let (plan, twin) = (decide(&world, u, o, action, r), rule(&world, u, o, action, r));
                        assert_eq!(plan, twin, "{u:?} {o} {action} {r:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_list_holds_exactly_what_may_be_read(world in worlds()) {
        for u in &world.users {
            let plan = world.plan(u);
            for o in world.every_object() {
                let scope = plan.object(o).scope();
                for r in world.records.iter().filter(|r| r.workspace == u.workspace && r.object == o) {
                    let listed = scope.admits(r.owner, r.owner_role);
                    let readable = plan.object(o).decide(Action::Read, r).is_allow();
                    assert_eq!(listed, readable, "{scope:?} {u:?} {r:?}");
                }
            }
        }
    }

    #[test]
    fn a_grant_takes_nothing_away(world in worlds(), profile in any::<usize>(), word in any::<usize>()) {
        let before = everything(&world);
        let mut wider = world.clone();
        let number = profile % wider.profiles.len();
        wider.profiles[number].objects.insert((id(word % 2), world::WORDS[word % world::WORDS.len()]));
        assert!(everything(&wider).is_superset(&before));
        let system = SystemPermission::ALL[word % SystemPermission::ALL.len()];
        wider.profiles[number].system.insert(system);
        assert!(everything(&wider).is_superset(&before));
    }

    #[test]
    fn a_wider_default_and_a_hierarchy_take_nothing_away(world in worlds(), object in 0_usize..2) {
        let allowed = |default, hierarchy| {
            let mut other = world.clone();
            other.objects[object] = ObjectPolicy { default, hierarchy, ..other.objects[object] };
            everything(&other)
        };
        for (narrow, wide) in OrgWideDefault::ALL.into_iter().zip(OrgWideDefault::ALL.into_iter().skip(1)) {
            assert!(allowed(wide, false).is_superset(&allowed(narrow, false)));
            assert!(allowed(wide, true).is_superset(&allowed(narrow, true)));
            assert!(allowed(narrow, true).is_superset(&allowed(narrow, false)));
        }
    }

    #[test]
    fn a_new_level_above_a_role_takes_nothing_away(world in worlds(), below in any::<usize>()) {
        let mut taller = world.clone();
        let number = below % taller.roles.len();
        let level = Role { id: id(99), name: "new".into(), parent: taller.roles[number].parent };
        taller.roles[number].parent = Some(level.id);
        taller.roles.push(level);
        assert_eq!(everything(&taller), everything(&world));

        for user in &mut taller.users {
            user.role = user.role.map(|role| if role == taller.roles[number].id { id(99) } else { role });
        }
        assert!(everything(&taller).is_superset(&everything(&world)), "nor does a move up to it");
    }

    #[test]
    fn a_change_may_cost_oneself_the_record_but_not_move_it_elsewhere(world in worlds()) {
        for u in &world.users {
            let plan = world.plan(u);
            for (r, after) in world.records.iter().flat_map(|r| world.records.iter().map(move |after| (r, after))) {
                for action in Action::ALL.into_iter().filter(|action| *action != Action::Read) {
                    let plan = plan.object(r.object);
                    if !plan.decide(action, r).is_allow() {
                        continue;
                    }
                    let stays = r.workspace == after.workspace && r.object == after.object;
                    match plan.confirm(action, after) {
                        Decision::Allow(permit) => {
                            assert!(stays, "{r:?} {after:?}");
                            permit.spend(action, Stage::After, after).unwrap();
                        }
                        Decision::Deny(denial) => assert_eq!((stays, denial), (false, Denial::Hidden)),
                    }
                }
            }
        }
    }
}
