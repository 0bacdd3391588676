//! The same world for Cedar: entities, and the policies that the tests of `sutra-acl` hold equal to our rule.

use std::collections::{BTreeMap, HashMap, HashSet};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityUid, PolicySet, Request,
    RestrictedExpression as Expression,
};
use sutra_acl::{Level, Principal};

use crate::world::{Question, Record, World, user_id};

const RULES: &str = include_str!("../../../../crates/acl/tests/translation/rules.cedar");

pub(crate) struct Cedar {
    policies: PolicySet,
    entities: Entities,
    authorizer: Authorizer,
}

impl Cedar {
    pub(crate) fn new(world: &World) -> Self {
        let mut graph = Graph::default();
        graph.fixed();
        graph.people(world);
        for (number, record) in world.records.iter().enumerate() {
            graph.record(number, record);
        }
        Self { policies: RULES.parse().unwrap(), entities: graph.entities(), authorizer: Authorizer::new() }
    }

    /// A question as Cedar takes it. Making it is not measured.
    pub(crate) fn request(question: &Question) -> Request {
        let Question { user, action, record } = *question;
        let principal = people(Principal::User(user_id(user)));
        Request::new(principal, uid("Action", action), uid("Record", record), Context::empty(), None).unwrap()
    }

    pub(crate) fn allows(&self, request: &Request) -> bool {
        let response = self.authorizer.is_authorized(request, &self.policies, &self.entities);
        response.decision() == Decision::Allow
    }
}

#[derive(Default)]
struct Graph {
    edges: BTreeMap<EntityUid, HashSet<EntityUid>>,
    attributes: HashMap<EntityUid, HashMap<String, Expression>>,
}

impl Graph {
    /// Whoever is in `one` is in `other`.
    fn place(&mut self, one: EntityUid, other: EntityUid) {
        self.edges.entry(one).or_default().insert(other);
    }

    fn describe<const N: usize>(&mut self, one: EntityUid, attributes: [(&str, Expression); N]) {
        self.edges.entry(one.clone()).or_default();
        let attributes = attributes.map(|(name, value)| (name.to_owned(), value));
        self.attributes.insert(one, HashMap::from(attributes));
    }

    fn entities(mut self) -> Entities {
        let entities = self.edges.into_iter().map(|(one, others)| {
            let attributes = self.attributes.remove(&one).unwrap_or_default();
            Entity::new(one, attributes, others).unwrap()
        });
        Entities::from_entities(entities, None).unwrap()
    }

    /// Actions, the object, and what everybody may do with it.
    fn fixed(&mut self) {
        let enough = [
            ("with read", &["read"][..]),
            ("with edit", &["read", "update"]),
            ("with full", &["read", "update", "delete"]),
        ];
        for (level, actions) in enough {
            for action in actions {
                self.place(uid("Action", action), uid("Action", level));
            }
        }
        let may = |word| (word, Expression::new_entity_uid(uid("May", word)));
        for word in ["read", "update", "delete"] {
            self.place(uid("Profile", "sales"), uid("May", word));
        }
        self.describe(
            uid("Object", "account"),
            [
                may("create"),
                may("read"),
                may("update"),
                may("delete"),
                may("purge"),
                may("view_all"),
                may("modify_all"),
                ("default", Expression::new_string("private".to_owned())),
                ("hierarchy", Expression::new_bool(true)),
                ("settling", Expression::new_bool(false)),
            ],
        );
    }

    /// The lead of a role is in everything that somebody strictly below is in.
    fn people(&mut self, world: &World) {
        for role in &world.roles {
            let subordinates = people(Principal::RoleAndSubordinates(role.id));
            self.place(people(Principal::Role(role.id)), subordinates.clone());
            if let Some(parent) = role.parent {
                self.place(subordinates, people(Principal::RoleAndSubordinates(parent)));
                self.place(uid("Lead", parent), uid("Lead", role.id));
            }
        }
        for group in &world.groups {
            for member in &group.members {
                self.place(people(*member), people(Principal::Group(group.id)));
            }
        }
        for (number, role) in world.users.iter().enumerate() {
            let (user, role) = (people(Principal::User(user_id(number))), &world.roles[*role]);
            self.place(user.clone(), people(Principal::Role(role.id)));
            self.place(user.clone(), uid("Profile", "sales"));
            if let Some(parent) = role.parent {
                self.place(uid("Lead", parent), user.clone());
            }
            self.describe(
                user,
                [
                    ("member", Expression::new_bool(true)),
                    ("workspace", Expression::new_string("home".to_owned())),
                    ("below", Expression::new_entity_uid(uid("Lead", role.id))),
                ],
            );
        }
    }

    fn record(&mut self, number: usize, record: &Record) {
        let one = uid("Record", number);
        let shared = |level| {
            let with = record.shares.iter().filter(move |share| share.level == level);
            Expression::new_set(with.map(|share| Expression::new_entity_uid(people(share.principal))))
        };
        let owner = people(Principal::User(user_id(record.owner)));
        self.describe(
            one.clone(),
            [
                ("workspace", Expression::new_string("home".to_owned())),
                ("object", Expression::new_entity_uid(uid("Object", "account"))),
                ("root", Expression::new_entity_uid(one)),
                ("owner", Expression::new_entity_uid(owner)),
                ("closed", Expression::new_bool(false)),
                ("counts_shares", Expression::new_bool(true)),
                ("readers", shared(Level::Read)),
                ("editors", shared(Level::Edit)),
                ("keepers", shared(Level::Full)),
            ],
        );
    }
}

fn uid(kind: &str, name: impl ToString) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.parse().unwrap(), EntityId::new(name.to_string()))
}

fn people(principal: Principal) -> EntityUid {
    match principal {
        Principal::User(user) => uid("User", user),
        Principal::Group(group) => uid("Group", group),
        Principal::Role(role) => uid("Role", role),
        Principal::RoleAndSubordinates(role) => uid("RoleAndSubordinates", role),
        Principal::TerritoryAndAbove(territory) => uid("TerritoryAndAbove", territory),
    }
}
