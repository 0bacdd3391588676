//! How worlds are made up.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use proptest::{
    collection::{btree_map, btree_set, vec},
    option,
    prelude::{Just, Strategy, any, prop_oneof},
    sample::select,
};
use sutra_acl::{
    Audience, Cause, CriteriaRule, Group, Level, ObjectPolicy, OrgWideDefault, Owner, OwnerRule, Principal,
    RestrictionRule, Role, Subject, SystemPermission, Territory, Withheld,
};
use sutra_kernel::{ApiName, Condition, GroupId, ObjectId, RecordId, Test, Value, WorkspaceId};

use super::{SetGroup, Thing, WORDS, Words, World, X, id};

/// Worlds of up to so many users and records.
pub(crate) fn worlds(users: usize, records: usize) -> impl Strategy<Value = World> {
    let people = (vec(user(), 2..=users), btree_set((0_usize..4, 0_usize..6), 0..8), moving());
    let permissions = (vec(words(), 1..4), vec(words(), 0..3), vec(set_group(), 0..3));
    let places = (forest(7), forest(4), vec(btree_set(principal(), 0..4), 0..4));
    let records = (vec(record(), 1..=records), withheld());
    let objects = (object(0, None), object(1, Some(0)), object(3, Some(1)));
    (places, permissions, objects, people, records).prop_map(
        |((roles, territories, groups), (profiles, sets, set_groups), objects, people, records)| {
            let ((users, assigned, moving), (records, withheld)) = (people, records);
            World {
                workspace: id(0),
                roles: roles
                    .iter()
                    .map(|(it, up)| Role { id: id(*it), name: it.to_string(), parent: up.map(id) })
                    .collect(),
                territories: territories
                    .iter()
                    .map(|(it, up)| Territory { id: id(*it), name: it.to_string(), parent: up.map(id) })
                    .collect(),
                groups: nested(groups),
                profiles: numbered(profiles, |words, number| Words { number, ..words }),
                sets: numbered(sets, |words, number| Words { number, ..words }),
                set_groups: numbered(set_groups, |group, number| SetGroup { number, ..group }),
                objects: vec![objects.0, objects.1, objects.2],
                users: numbered(users, |user, number| Subject { user: id(number), ..user }),
                assigned: assigned.into_iter().map(|(territory, user)| (id(territory), id(user))).collect(),
                moving,
                withheld,
                records: with_parents(records),
            }
        },
    )
}

fn numbered<T>(items: Vec<T>, number: impl Fn(T, usize) -> T) -> Vec<T> {
    items.into_iter().zip(0..).map(|(item, at)| number(item, at)).collect()
}

/// Groups are in groups made before them, so that none is in itself. Every other one is a queue.
fn nested(groups: Vec<BTreeSet<Principal>>) -> Vec<Group> {
    let group = |(members, number): (BTreeSet<Principal>, usize)| {
        let earlier =
            |member: &Principal| (0..number).any(|before| *member == Principal::Group(group_id(before)));
        let members = members.into_iter().filter(|it| !matches!(it, Principal::Group(_)) || earlier(it));
        Group {
            id: group_id(number),
            name: number.to_string(),
            queue: number % 2 == 0,
            members: members.collect(),
        }
    };
    groups.into_iter().zip(0..).map(group).collect()
}

/// Not that of a user: whoever owns a record is known by his identifier alone.
fn group_id(number: usize) -> GroupId {
    id(100 + number)
}

/// The parent of a record is one of the object above, at home.
fn with_parents(records: Vec<Thing>) -> Vec<Thing> {
    let of = |object: usize| {
        let is_of = move |thing: &Thing| thing.object == id(object) && thing.workspace == id(0);
        records.iter().zip(0..).filter(|(thing, _)| is_of(thing)).map(|(_, at)| at).collect::<Vec<usize>>()
    };
    let above = [(id::<ObjectId>(1), of(0)), (id(3), of(1))];
    let chosen = |thing: &Thing| {
        let (_, parents) = above.iter().find(|(object, _)| *object == thing.object)?;
        parents.get(thing.parent? % parents.len().max(1)).copied()
    };
    let parents: Vec<_> = records.iter().map(chosen).collect();
    numbered(records, |thing, number| Thing {
        record: id(number),
        parent: parents.get(number).copied().flatten(),
        ..thing
    })
}

/// Numbers in no particular order. Each is below one smaller than itself, or below none.
fn forest(most: usize) -> impl Strategy<Value = Vec<(usize, Option<usize>)>> {
    let parents = vec(option::weighted(0.8, any::<usize>()), 1..most);
    let forest = parents.prop_map(|parents| {
        let node = |(number, parent): (usize, Option<usize>)| {
            (number, parent.filter(|_| number > 0).map(|parent| parent % number))
        };
        (0..).zip(parents).map(node).collect::<Vec<_>>()
    });
    forest.prop_shuffle()
}

fn words() -> impl Strategy<Value = Words> {
    let usual = proptest::bool::weighted(0.7);
    (system(), object_words(0..5), usual).prop_map(|(system, mut objects, usual)| {
        if usual {
            objects.extend([(id(0), "read"), (id(1), "read"), (id(3), "read")]);
        }
        Words { number: 0, system, objects }
    })
}

fn set_group() -> impl Strategy<Value = SetGroup> {
    (btree_set(0_usize..4, 0..3), system(), object_words(0..3)).prop_map(|(sets, system, objects)| SetGroup {
        number: 0,
        sets,
        system,
        objects,
    })
}

fn object_words(count: Range<usize>) -> impl Strategy<Value = BTreeSet<(ObjectId, &'static str)>> {
    let words = btree_set((select(&[0_usize, 1, 3][..]), select(&WORDS[..])), count);
    words.prop_map(|words| words.into_iter().map(|(object, word)| (id(object), word)).collect())
}

fn system() -> impl Strategy<Value = BTreeSet<SystemPermission>> {
    prop_oneof![6 => Just(BTreeSet::new()), 1 => btree_set(select(&SystemPermission::ALL[..]), 0..3)]
}

fn object(number: usize, parent: Option<usize>) -> impl Strategy<Value = ObjectPolicy> {
    let usual = parent.map_or(OrgWideDefault::Private, |_| OrgWideDefault::ControlledByParent);
    let default = prop_oneof![
        2 => Just(OrgWideDefault::Private),
        2 => Just(usual),
        3 => select(&OrgWideDefault::ALL[..]),
    ];
    let rules = (vec(owner_rule(), 0..3), vec(criteria_rule(), 0..3), vec(restriction(), 0..2));
    let settled = (proptest::bool::weighted(0.7), proptest::bool::weighted(0.1));
    (default, settled, rules).prop_map(
        move |(default, (hierarchy, settling), (owner_rules, criteria_rules, restrictions))| ObjectPolicy {
            parent: parent.map(id),
            settling,
            owner_rules: numbered(owner_rules, |rule, at| OwnerRule { id: id(20 * number + at), ..rule }),
            criteria_rules: numbered(criteria_rules, |rule, at| CriteriaRule {
                id: id(20 * number + 10 + at),
                ..rule
            }),
            restrictions: numbered(restrictions, |rule, at| RestrictionRule {
                id: id(20 * number + at),
                ..rule
            })
            .into_iter()
            .map(Into::into)
            .collect(),
            ..ObjectPolicy::new(id(number), default, hierarchy)
        },
    )
}

fn owner_rule() -> impl Strategy<Value = OwnerRule> {
    (principal(), several(), level()).prop_map(|(source, target, level)| OwnerRule {
        id: id(0),
        name: "some".into(),
        source,
        target,
        level,
    })
}

fn criteria_rule() -> impl Strategy<Value = CriteriaRule> {
    (condition(), several(), level()).prop_map(|(condition, target, level)| CriteriaRule {
        id: id(0),
        name: "some".into(),
        condition,
        target,
        level,
    })
}

fn restriction() -> impl Strategy<Value = RestrictionRule> {
    let some =
        (btree_set(0_usize..4, 0..2), btree_set(principal(), 0..2)).prop_map(|(profiles, principals)| {
            Audience::Some { profiles: profiles.into_iter().map(id).collect(), principals }
        });
    (prop_oneof![Just(Audience::Everybody), some], condition())
        .prop_map(|(binds, condition)| RestrictionRule { id: id(0), name: "some".into(), binds, condition })
}

fn condition() -> impl Strategy<Value = Condition> {
    let field = || ApiName::parse("x").unwrap();
    (0_i64..4, any::<bool>()).prop_map(move |(x, less)| {
        let test = if less { Test::Lt(Value::Integer(x)) } else { Test::Gte(Value::Integer(x)) };
        Condition::test(field(), test)
    })
}

fn level() -> impl Strategy<Value = Level> {
    select(&[Level::Read, Level::Edit, Level::Full][..])
}

fn principal() -> impl Strategy<Value = Principal> {
    prop_oneof![2 => (0_usize..6).prop_map(|user| Principal::User(id(user))), 3 => several()]
}

/// A principal that may stand for several people. Some are unknown.
fn several() -> impl Strategy<Value = Principal> {
    prop_oneof![
        (0_usize..4).prop_map(|group| Principal::Group(group_id(group))),
        (0_usize..8).prop_map(|role| Principal::Role(id(role))),
        (0_usize..8).prop_map(|role| Principal::RoleAndSubordinates(id(role))),
        (0_usize..5).prop_map(|territory| Principal::TerritoryAndAbove(id(territory))),
    ]
}

fn user() -> impl Strategy<Value = Subject> {
    let beside = (btree_set(0_usize..3, 0..2), btree_set(0_usize..3, 0..2));
    let place = (home(), 0_usize..4, option::weighted(0.9, 0_usize..7), proptest::bool::weighted(0.9));
    (place, beside).prop_map(|((workspace, profile, role, active), (sets, groups))| Subject {
        workspace,
        user: id(0),
        profile: id(profile),
        permission_sets: sets.into_iter().map(id).collect(),
        permission_set_groups: groups.into_iter().map(id).collect(),
        role: role.map(id),
        active,
    })
}

fn moving() -> impl Strategy<Value = BTreeMap<sutra_kernel::UserId, Option<sutra_kernel::RoleId>>> {
    let before = btree_map(0_usize..6, option::of(0_usize..8), 0..4);
    before.prop_map(|before| before.into_iter().map(|(user, role)| (id(user), role.map(id))).collect())
}

fn withheld() -> impl Strategy<Value = BTreeMap<RecordId, Withheld>> {
    let withheld = select(&[Withheld::Shares, Withheld::Everything][..]);
    let of = btree_map(0_usize..8, withheld, 0..3);
    of.prop_map(|of| of.into_iter().map(|(record, withheld)| (id(record), withheld)).collect())
}

fn record() -> impl Strategy<Value = Thing> {
    let object = prop_oneof![6 => Just(0), 4 => Just(1), 1 => Just(2), 4 => Just(3)];
    let owner = prop_oneof![
        4 => (0_usize..6).prop_map(|user| Owner::User(id(user))),
        1 => (0_usize..4).prop_map(|queue| Owner::Queue(group_id(queue))),
    ];
    let shares = vec(share(), 0..4);
    (home(), object, 0_u64..3, owner, shares, 0_i64..4, option::weighted(0.95, any::<usize>())).prop_map(
        |(workspace, object, version, owner, shares, x, parent)| Thing {
            workspace,
            object: id(object),
            record: id(0),
            version,
            owner,
            shares,
            x: X(x),
            parent,
        },
    )
}

fn share() -> impl Strategy<Value = (Principal, Level, Cause)> {
    let beside = select(&[Cause::Team, Cause::Territory, Cause::Program][..]);
    let cause = prop_oneof![2 => Just(Cause::Manual), 1 => beside];
    (principal(), level(), cause)
}

fn home() -> impl Strategy<Value = WorkspaceId> {
    prop_oneof![14 => Just(id(0)), 1 => Just(id(1))]
}
