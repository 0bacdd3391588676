//! The rule once more, slow and plain, and the law that plans never disagree with it.
//!
//! The twin below shares no code with plans: it walks from role to role instead of comparing
//! numbers, asks everybody instead of compiling who belongs to what, and works on words instead of bits.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod world;

use std::collections::BTreeSet;

use proptest::prelude::{ProptestConfig, proptest};
use sutra_acl::{
    Action, Audience, Decision, Denial, Level, ObjectPolicy, OrgWideDefault, Owner, Principal, Stage,
    Subject, SystemPermission, UserPlan,
};
use sutra_kernel::{ObjectId, UserId};
use world::{Stored, Thing, World, above, id, worlds};

/// The known objects and one unknown.
const EVERY_OBJECT: [usize; 3] = [0, 1, 2];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Yes,
    Hidden,
    Forbidden,
}

/// The twin: may `u` do `action` to `r`, asked of the plan for object `o`?
fn rule(world: &World, u: &Subject, o: ObjectId, action: Action, r: &Thing) -> Answer {
    let p = object_permission(world, u, o);
    let Some(root_object) = root_object(world, o) else { return Answer::Forbidden };
    let gate = p.contains("read") && object_permission(world, u, root_object.object).contains("read");
    if !u.active || !gate {
        return Answer::Forbidden;
    }
    let root = if root_object.object == o { Some(r) } else { world.root(r) };
    let (true, Some(root)) = (r.workspace == u.workspace && r.object == o, root) else {
        return Answer::Hidden;
    };
    if action == Action::Create {
        return if p.contains("create") { Answer::Yes } else { Answer::Forbidden };
    }
    let level = effective_level(world, u, &p, r, root);
    let (read, update, delete) = (level >= Level::Read, level >= Level::Edit, level >= Level::Full);
    let allowed = match action {
        Action::Create | Action::Read => read,
        Action::Update => update && p.contains("update"),
        Action::Delete | Action::Restore => delete && p.contains("delete"),
        Action::Purge => delete && p.contains("purge"),
        Action::Transfer | Action::Share => level >= Level::Full && p.contains("update"),
    };
    match (read, allowed) {
        (false, _) => Answer::Hidden,
        (true, true) => Answer::Yes,
        (true, false) => Answer::Forbidden,
    }
}

fn effective_level(world: &World, u: &Subject, p: &BTreeSet<&str>, r: &Thing, root: &Thing) -> Level {
    let modifies_all_data = system(world, u).contains(&SystemPermission::ModifyAllData);
    if !modifies_all_data && (restricted(world, u, r) || restricted(world, u, root)) {
        return Level::None;
    }
    if p.contains("modify_all") {
        return Level::Full;
    }
    let view_all = if p.contains("view_all") { Level::Read } else { Level::None };
    view_all.max(share_level(world, u, root))
}

fn restricted(world: &World, u: &Subject, r: &Thing) -> bool {
    let binds = |audience: &Audience| match audience {
        Audience::Everybody => true,
        Audience::Some { profiles, principals } => {
            profiles.contains(&u.profile) || principals.iter().any(|it| world.expand(*it).contains(&u.user))
        }
    };
    let rules = world.object(r.object).unwrap().restrictions.iter();
    rules.filter(|rule| binds(&rule.binds)).any(|rule| !holds(&rule.condition, r))
}

fn holds(condition: &sutra_kernel::Condition, r: &Thing) -> bool {
    condition.holds(&|field| sutra_acl::Fields::value(&r.x, field))
}

/// The level that a record which nothing controls has for `u`, but for what his permissions say.
fn share_level(world: &World, u: &Subject, r: &Thing) -> Level {
    let policy = world.object(r.object).unwrap();
    let mut best = match policy.default {
        OrgWideDefault::Read => Level::Read,
        OrgWideDefault::ReadWrite => Level::Edit,
        OrgWideDefault::Private | OrgWideDefault::ControlledByParent => Level::None,
    };
    let is_theirs = match r.owner {
        Owner::User(owner) => owner == u.user || (policy.hierarchy && leads(world, u, owner)),
        Owner::Queue(queue) => world.expand(Principal::Group(queue)).contains(&u.user),
    };
    if is_theirs {
        best = Level::Full;
    }
    for (principal, level) in &r.shares {
        if reaches(world, u, policy, *principal) {
            best = best.max(*level);
        }
    }
    for rule in &policy.owner_rules {
        if owns_for(world, rule.source, r.owner) && reaches(world, u, policy, rule.target) {
            best = best.max(rule.level);
        }
    }
    for rule in &policy.criteria_rules {
        if holds(&rule.condition, r) && reaches(world, u, policy, rule.target) {
            best = best.max(rule.level);
        }
    }
    best
}

/// Whether what is shared with this principal is open to `u`: for himself or for somebody below him. A single
/// user who is between two roles has nobody above him yet.
fn reaches(world: &World, u: &Subject, policy: &ObjectPolicy, principal: Principal) -> bool {
    let below = |v: &UserId| match principal {
        Principal::User(_) => leads(world, u, *v),
        _ => above_in(world, u, *v),
    };
    let people = world.expand(principal);
    people.contains(&u.user) || (policy.hierarchy && people.iter().any(below))
}

/// Whether an owner is one of those whose records a rule shares; by his role only if it is settled. A queue is not in
/// anything, and what its members own is not the queue's.
fn owns_for(world: &World, source: Principal, owner: Owner) -> bool {
    let by_role = matches!(source, Principal::Role(_) | Principal::RoleAndSubordinates(_));
    match owner {
        Owner::Queue(queue) => source == Principal::Group(queue),
        Owner::User(_) if world.is_queue(source) => false,
        Owner::User(user) => {
            world.expand(source).contains(&user) && !(by_role && world.moving.contains_key(&user))
        }
    }
}

fn leads(world: &World, u: &Subject, v: UserId) -> bool {
    !world.moving.contains_key(&v) && above_in(world, u, v)
}

fn above_in(world: &World, u: &Subject, v: UserId) -> bool {
    let roles = u.role.zip(world.role_of(v));
    roles.is_some_and(|(mine, theirs)| above(&world.roles, mine, theirs))
}

fn root_object(world: &World, o: ObjectId) -> Option<&ObjectPolicy> {
    let own = world.object(o)?;
    if own.default != OrgWideDefault::ControlledByParent {
        return Some(own);
    }
    // Only the second object has a parent, the first.
    let parent = own.parent.and_then(|parent| world.object(parent))?;
    (parent.default != OrgWideDefault::ControlledByParent).then_some(parent)
}

fn system(world: &World, u: &Subject) -> BTreeSet<SystemPermission> {
    let Some(profile) = profile(world, u) else { return BTreeSet::new() };
    let mut all = profile.system.clone();
    all.extend(world.sets.iter().filter(|set| has_set(u, set.number)).flat_map(|set| &set.system));
    for group in world.set_groups.iter().filter(|group| u.permission_set_groups.contains(&id(group.number))) {
        let mut given: BTreeSet<_> = world
            .sets
            .iter()
            .filter(|set| group.sets.contains(&set.number))
            .flat_map(|set| set.system.iter().copied())
            .collect();
        given.retain(|it| !group.system.contains(it));
        if group.system.contains(&SystemPermission::ViewAllData) {
            given.remove(&SystemPermission::ModifyAllData);
        }
        all.extend(given);
    }
    all
}

fn object_permission(world: &World, u: &Subject, o: ObjectId) -> BTreeSet<&'static str> {
    let (Some(profile), true) = (profile(world, u), root_object(world, o).is_some()) else {
        return BTreeSet::new();
    };
    let words = |words: &world::Words| {
        let words = words.objects.iter().filter(|(of, _)| *of == o);
        implied(words.map(|(_, word)| *word).collect())
    };
    let mut p = words(profile);
    p.extend(world.sets.iter().filter(|set| has_set(u, set.number)).flat_map(words));
    for group in world.set_groups.iter().filter(|group| u.permission_set_groups.contains(&id(group.number))) {
        let sets = world.sets.iter().filter(|set| group.sets.contains(&set.number));
        let given: BTreeSet<_> = sets.flat_map(words).collect();
        let muted = |word: &&str| group.objects.contains(&(o, *word));
        // A word stays if nothing that it implies is muted.
        p.extend(given.into_iter().filter(|word| !implied(BTreeSet::from([*word])).iter().any(&muted)));
    }
    let system = system(world, u);
    if system.contains(&SystemPermission::ViewAllData) {
        p.insert("view_all");
    }
    if system.contains(&SystemPermission::ModifyAllData) {
        p.insert("modify_all");
    }
    implied(p)
}

fn implied(mut p: BTreeSet<&'static str>) -> BTreeSet<&'static str> {
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

fn profile<'a>(world: &'a World, u: &Subject) -> Option<&'a world::Words> {
    let at_home = u.workspace == world.workspace;
    world.profiles.iter().find(|profile| at_home && u.profile == id(profile.number))
}

fn has_set(u: &Subject, number: usize) -> bool {
    u.permission_sets.contains(&id(number))
}

/// Asks the plan, and checks that a permit is for what was asked.
fn decide(plan: &UserPlan, o: ObjectId, action: Action, stored: &Stored<'_>) -> Answer {
    match plan.object(o).decide(action, &stored.facts()) {
        Decision::Allow(permit) => {
            assert_eq!(permit.user(), plan.user());
            permit.spend(action, Stage::Before, &stored.facts()).unwrap();
            Answer::Yes
        }
        Decision::Deny(Denial::Hidden) => Answer::Hidden,
        Decision::Deny(Denial::Forbidden(_)) => Answer::Forbidden,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn a_decision_is_what_the_rule_says(world in worlds()) {
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
    fn a_list_holds_exactly_what_may_be_read(world in worlds()) {
        for u in &world.users {
            let plan = world.plan(u);
            // No store has a record without the one that ought to control it.
            for r in world.records.iter().filter(|r| r.workspace == u.workspace && !world.is_orphan(r)) {
                let stored = world.store(r);
                let plan = plan.object(r.object);
                let listed = plan.scope().admits(&stored.facts());
                let readable = plan.decide(Action::Read, &stored.facts()).is_allow();
                assert_eq!(listed, readable, "{:?} {u:?} {r:?}", plan.scope());
            }
        }
    }

    #[test]
    fn an_explanation_is_of_the_decision(world in worlds()) {
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
