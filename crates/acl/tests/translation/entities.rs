//! Who is in what, and what records are like.

use std::collections::{BTreeMap, HashMap, HashSet};

use cedar_policy::{Entities, Entity, EntityUid, RestrictedExpression as Expression};
use sutra_acl::{Level, Owner, Principal, Subject, Withheld};
use sutra_kernel::UserId;

use super::{people, uid};
use crate::world::{Thing, World, id};

pub(super) fn entities(world: &World) -> Entities {
    let mut graph = Graph::default();
    graph.actions();
    graph.permissions(world);
    // Some who are named somewhere are nobody's users, and own and belong all the same.
    for user in (0..10).map(id) {
        graph.place(people(Principal::User(user)), person(user));
    }
    graph.roles(world);
    graph.territories_and_groups(world);
    for user in &world.users {
        graph.user(world, user);
    }
    for record in &world.records {
        graph.record(world, record);
    }
    graph.entities()
}

/// Entities as they are found, one edge and one attribute after the other.
#[derive(Default)]
pub(super) struct Graph {
    edges: BTreeMap<EntityUid, HashSet<EntityUid>>,
    attributes: BTreeMap<EntityUid, HashMap<String, Expression>>,
}

impl Graph {
    /// Whoever is in `one` is in `other`.
    pub(super) fn place(&mut self, one: EntityUid, other: EntityUid) {
        self.edges.entry(one).or_default().insert(other);
    }

    pub(super) fn describe<const N: usize>(&mut self, one: EntityUid, attributes: [(&str, Expression); N]) {
        let attributes = attributes.map(|(name, value)| (name.to_owned(), value));
        self.attributes.entry(one).or_default().extend(attributes);
    }

    fn entities(mut self) -> Entities {
        for described in self.attributes.keys() {
            self.edges.entry(described.clone()).or_default();
        }
        let entities = self.edges.into_iter().map(|(one, others)| {
            let attributes = self.attributes.remove(&one).unwrap_or_default();
            Entity::new(one, attributes, others).unwrap()
        });
        Entities::from_entities(entities, None).unwrap()
    }

    fn actions(&mut self) {
        let enough = [
            ("with read", &["read"][..]),
            ("with edit", &["read", "update"]),
            ("with full", &["read", "update", "delete", "restore", "transfer", "share", "purge"]),
        ];
        for (level, actions) in enough {
            for action in actions {
                self.place(uid("Action", action), uid("Action", level));
            }
        }
    }

    /// Whoever is in a role is in those above with their subordinates. The lead of a role is in everything that somebody
    /// strictly below is in.
    fn roles(&mut self, world: &World) {
        for role in &world.roles {
            let subordinates = people(Principal::RoleAndSubordinates(role.id));
            self.place(people(Principal::Role(role.id)), subordinates.clone());
            for user in world.at_home().filter(|user| user.role == Some(role.id)) {
                self.place(person(user.user), people(Principal::Role(role.id)));
            }
            if let Some(parent) = role.parent {
                self.place(subordinates, people(Principal::RoleAndSubordinates(parent)));
                self.place(uid("Lead", parent), uid("Lead", role.id));
                for user in world.at_home().filter(|user| user.role == Some(role.id)) {
                    self.place(uid("Lead", parent), led(world, user.user));
                }
            }
        }
    }

    fn territories_and_groups(&mut self, world: &World) {
        let above = |territory| people(Principal::TerritoryAndAbove(territory));
        for territory in &world.territories {
            if let Some(parent) = territory.parent {
                self.place(above(parent), above(territory.id));
            }
            for (_, user) in world.assigned.iter().filter(|(at, _)| *at == territory.id) {
                self.place(person(*user), above(territory.id));
            }
        }
        for group in &world.groups {
            for member in &group.members {
                let member = match member {
                    Principal::User(user) => person(*user),
                    several => people(*several),
                };
                self.place(member, people(Principal::Group(group.id)));
            }
        }
    }

    fn user(&mut self, world: &World, user: &Subject) {
        let has_profile = world.profiles.iter().any(|profile| user.profile == id(profile.number));
        self.holds(&person(user.user), user);
        let lead = user.role.map_or(uid("Lead", "nobody"), |role| uid("Lead", role));
        self.describe(
            people(Principal::User(user.user)),
            [
                (
                    "member",
                    Expression::new_bool(user.active && has_profile && user.workspace == world.workspace),
                ),
                ("workspace", Expression::new_string(user.workspace.to_string())),
                ("below", Expression::new_entity_uid(lead)),
            ],
        );
    }

    fn record(&mut self, world: &World, record: &Thing) {
        let one = uid("Record", record.record);
        let owner = match record.owner {
            Owner::User(user) => Principal::User(user),
            Owner::Queue(queue) => Principal::Group(queue),
        };
        let settled = matches!(record.owner, Owner::User(user) if !world.moving.contains_key(&user));
        let withheld = world.withheld(record);
        let shared = |at| {
            let with = record.shares.iter().filter(move |(_, level, _)| *level == at);
            Expression::new_set(with.map(|(principal, ..)| Expression::new_entity_uid(people(*principal))))
        };
        self.describe(
            one.clone(),
            [
                ("workspace", Expression::new_string(record.workspace.to_string())),
                ("object", Expression::new_entity_uid(uid("Object", record.object))),
                ("owner", Expression::new_entity_uid(people(owner))),
                ("settled", Expression::new_bool(settled)),
                ("closed", Expression::new_bool(withheld == Some(Withheld::Everything))),
                ("counts_shares", Expression::new_bool(withheld.is_none())),
                ("readers", shared(Level::Read)),
                ("editors", shared(Level::Edit)),
                ("keepers", shared(Level::Full)),
                ("x", Expression::new_long(record.x.0)),
            ],
        );
        if let Some(root) = root(world, record) {
            self.describe(one, [("root", Expression::new_entity_uid(uid("Record", root.record)))]);
        }
    }
}

/// What a user is apart from being this one user: a member of this and that.
fn person(user: UserId) -> EntityUid {
    uid("Person", user)
}

/// Who is between two roles is led as a member of this and that, but not yet as himself.
fn led(world: &World, user: UserId) -> EntityUid {
    if world.moving.contains_key(&user) { person(user) } else { people(Principal::User(user)) }
}

/// The record by which this one is judged. None if its object is unknown, or controlled by what is not there.
fn root<'a>(world: &'a World, record: &'a Thing) -> Option<&'a Thing> {
    world.top(record.object)?;
    Some(world.root(record).unwrap_or(record))
}
