//! Worlds as Cedar understands them: who is in what, as a graph of entities, and the rules, as policies.

mod entities;
mod permissions;
mod rules;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
};
use sutra_acl::{Action, Principal, Subject};

use crate::world::{Thing, World};

/// A world in Cedar's words.
pub(crate) struct Translation {
    policies: PolicySet,
    entities: Entities,
}

impl Translation {
    pub(crate) fn of(world: &World) -> Self {
        Self { policies: rules::policies(world), entities: entities::entities(world) }
    }

    /// What Cedar says.
    pub(crate) fn allows(&self, user: &Subject, action: Action, record: &Thing) -> bool {
        let (principal, resource) = (uid("User", user.user), uid("Record", record.record));
        let request = Request::new(principal, uid("Action", action), resource, Context::empty(), None);
        let response = Authorizer::new().is_authorized(&request.unwrap(), &self.policies, &self.entities);
        let allows = response.decision() == Decision::Allow;
        // Cedar skips a policy that it cannot judge, whether it permits or forbids.
        assert!(!allows || response.diagnostics().errors().next().is_none(), "{response:?}");
        allows
    }
}

/// A name of Cedar's.
fn uid(kind: &str, name: impl ToString) -> EntityUid {
    let kind: EntityTypeName = kind.parse().unwrap();
    EntityUid::from_type_name_and_id(kind, EntityId::new(name.to_string()))
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
