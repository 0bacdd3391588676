//! The rule once more, slow and plain.
//!
//! The twin shares no code with plans: it walks from role to role instead of comparing numbers, asks everybody instead
//! of compiling who belongs to what, and works on words instead of bits.

use std::collections::BTreeSet;

use sutra_acl::{
    Action, Audience, Decision, Denial, Fields, Level, ObjectPolicy, OrgWideDefault, Owner, Principal, Role,
    Subject, SystemPermission, Withheld,
};
use sutra_kernel::{Condition, ObjectId, RoleId, TerritoryId, UserId};

use super::world::{Thing, WORDS, Words, World, id};

/// What the rule says, and what a decision comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Yes,
    Hidden,
    Forbidden,
}

impl From<&Decision> for Answer {
    fn from(decision: &Decision) -> Self {
        match decision {
            Decision::Allow(_) => Self::Yes,
            Decision::Deny(Denial::Hidden) => Self::Hidden,
            Decision::Deny(Denial::Forbidden(_)) => Self::Forbidden,
        }
    }
}

/// The twin: may `u` do `action` to `r`, asked of the plan for object `o`?
pub(crate) fn rule(world: &World, u: &Subject, o: ObjectId, action: Action, r: &Thing) -> Answer {
    let p = object_permission(world, u, o);
    let chain = world.chain(o);
    if world.top(o).is_none() {
        return Answer::Forbidden;
    }
    let gate = chain.iter().all(|above| object_permission(world, u, above.object).contains("read"));
    if !u.active || !gate {
        return Answer::Forbidden;
    }
    if r.workspace != u.workspace || r.object != o {
        return Answer::Hidden;
    }
    let root = world.root(r).unwrap_or(r);
    let withheld = world.withheld(r);
    let is_closed = chain.iter().any(|above| above.settling) || withheld == Some(Withheld::Everything);
    if action == Action::Create {
        return if p.contains("create") { Answer::Yes } else { Answer::Forbidden };
    }
    let open = if is_closed { Level::None } else { share_level(world, u, root, withheld.is_none()) };
    let level = effective_level(world, u, &p, (r, root), open);
    let (read, update, delete) = (level >= Level::Read, level >= Level::Edit, level >= Level::Full);
    let allowed = match action {
        Action::Create | Action::Read => read,
        Action::Update => update && p.contains("update"),
        Action::Delete | Action::Restore => delete && p.contains("delete"),
        Action::Purge => delete && p.contains("purge"),
        Action::Transfer => level >= Level::Full && p.contains("update"),
        Action::Share => level >= Level::Full && p.contains("update") && chain.len() == 1,
    };
    match (read, allowed) {
        (false, _) => Answer::Hidden,
        (true, true) => Answer::Yes,
        (true, false) => Answer::Forbidden,
    }
}

fn effective_level(
    world: &World,
    u: &Subject,
    p: &BTreeSet<&str>,
    (r, root): (&Thing, &Thing),
    open: Level,
) -> Level {
    let modifies_all_data = system(world, u).contains(&SystemPermission::ModifyAllData);
    if !modifies_all_data && (restricted(world, u, r) || restricted(world, u, root)) {
        return Level::None;
    }
    if p.contains("modify_all") {
        return Level::Full;
    }
    let view_all = if p.contains("view_all") { Level::Read } else { Level::None };
    view_all.max(open)
}

fn restricted(world: &World, u: &Subject, r: &Thing) -> bool {
    let binds = |audience: &Audience| match audience {
        Audience::Everybody => true,
        Audience::Some { profiles, principals } => {
            profiles.contains(&u.profile) || principals.iter().any(|it| expand(world, *it).contains(&u.user))
        }
    };
    let rules = world.object(r.object).unwrap().restrictions.iter();
    rules.filter(|rule| binds(&rule.binds)).any(|rule| !holds(&rule.condition, r))
}

fn holds(condition: &Condition, r: &Thing) -> bool {
    condition.holds(&|field| Fields::value(&r.x, field))
}

/// The level that a record which nothing controls has for `u`, but for what his permissions say; with or without what is
/// written down of whom it is shared with.
fn share_level(world: &World, u: &Subject, r: &Thing, with_shares: bool) -> Level {
    let policy = world.object(r.object).unwrap();
    let hierarchy = world.top(r.object).unwrap().hierarchy;
    let policy = &ObjectPolicy { hierarchy, ..policy.clone() };
    let mut best = match policy.default {
        OrgWideDefault::Read => Level::Read,
        OrgWideDefault::ReadWrite => Level::Edit,
        OrgWideDefault::Private | OrgWideDefault::ControlledByParent => Level::None,
    };
    let is_theirs = match r.owner {
        Owner::User(owner) => owner == u.user || (policy.hierarchy && leads(world, u, owner)),
        Owner::Queue(queue) => expand(world, Principal::Group(queue)).contains(&u.user),
    };
    if is_theirs {
        best = Level::Full;
    }
    for (principal, level, _) in &r.shares {
        if with_shares && reaches(world, u, policy, *principal) {
            best = best.max(*level);
        }
    }
    // One that ought to be controlled and is not: nothing but its owner and those above him, and its shares.
    if policy.default == OrgWideDefault::ControlledByParent {
        return best;
    }
    for rule in &policy.owner_rules {
        let counts = with_shares || of_roles(rule.source);
        if counts && owns_for(world, rule.source, r.owner) && reaches(world, u, policy, rule.target) {
            best = best.max(rule.level);
        }
    }
    for rule in &policy.criteria_rules {
        if with_shares && holds(&rule.condition, r) && reaches(world, u, policy, rule.target) {
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
    let people = expand(world, principal);
    people.contains(&u.user) || (policy.hierarchy && people.iter().any(below))
}

/// Whether an owner is one of those whose records a rule shares; by his role only if it is settled. A queue is not in
/// anything, and what its members own is not the queue's.
fn owns_for(world: &World, source: Principal, owner: Owner) -> bool {
    let by_role = of_roles(source);
    match owner {
        Owner::Queue(queue) => source == Principal::Group(queue),
        Owner::User(_) if world.is_queue(source) => false,
        Owner::User(user) => {
            expand(world, source).contains(&user) && !(by_role && world.moving.contains_key(&user))
        }
    }
}

/// Whether owners are named by their roles: what such a rule opens is written down nowhere.
fn of_roles(source: Principal) -> bool {
    matches!(source, Principal::Role(_) | Principal::RoleAndSubordinates(_))
}

fn leads(world: &World, u: &Subject, v: UserId) -> bool {
    !world.moving.contains_key(&v) && above_in(world, u, v)
}

fn above_in(world: &World, u: &Subject, v: UserId) -> bool {
    let roles = u.role.zip(world.role_of(v));
    roles.is_some_and(|(mine, theirs)| above(&world.roles, mine, theirs))
}

/// Everybody for whom a principal stands, found by asking everybody.
fn expand(world: &World, principal: Principal) -> BTreeSet<UserId> {
    let with_role = |fits: &dyn Fn(RoleId) -> bool| {
        let known = |role: &RoleId| world.roles.iter().any(|known| known.id == *role);
        world
            .at_home()
            .filter(|user| user.role.filter(known).is_some_and(fits))
            .map(|user| user.user)
            .collect()
    };
    match principal {
        Principal::User(user) => BTreeSet::from([user]),
        Principal::Group(group) => {
            let group = world.groups.iter().find(|known| known.id == group);
            let members = group.into_iter().flat_map(|group| &group.members);
            members.flat_map(|member| expand(world, *member)).collect()
        }
        Principal::Role(wanted) => with_role(&|role| role == wanted),
        Principal::RoleAndSubordinates(top) => {
            with_role(&|role| role == top || above(&world.roles, top, role))
        }
        Principal::TerritoryAndAbove(territory) => {
            let up = std::iter::successors(Some(territory), |at| {
                world.territories.iter().find(|known| known.id == *at).and_then(|known| known.parent)
            });
            let is_known = |at: &TerritoryId| world.territories.iter().any(|known| known.id == *at);
            let up: BTreeSet<_> = up.filter(is_known).collect();
            world.assigned.iter().filter(|(at, _)| up.contains(at)).map(|(_, user)| *user).collect()
        }
    }
}

/// Whether role `a` is strictly above role `b`, found by walking up.
fn above(roles: &[Role], a: RoleId, b: RoleId) -> bool {
    let parent = |of: RoleId| roles.iter().find(|role| role.id == of).and_then(|role| role.parent);
    std::iter::successors(parent(b), |role| parent(*role)).any(|role| role == a)
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
    let (Some(profile), true) = (profile(world, u), world.top(o).is_some()) else {
        return BTreeSet::new();
    };
    let words = |words: &Words| {
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
        p.extend(WORDS);
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

fn profile<'a>(world: &'a World, u: &Subject) -> Option<&'a Words> {
    let at_home = u.workspace == world.workspace;
    world.profiles.iter().find(|profile| at_home && u.profile == id(profile.number))
}

fn has_set(u: &Subject, number: usize) -> bool {
    u.permission_sets.contains(&id(number))
}
