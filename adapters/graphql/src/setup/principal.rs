//! People, as groups and rules name them.

use async_graphql::{Enum, ID, InputObject, SimpleObject};
use sutra_acl::Principal as StoredPrincipal;

use super::request::{Result, parse};

/// One user, or everybody of a kind.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "PrincipalInput")]
pub(super) struct Principal {
    /// What kind of people.
    kind: PrincipalKind,
    /// Which one: of a user, a group, a role or a territory, as the kind says.
    id: ID,
}

/// What kind of people is meant.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(super) enum PrincipalKind {
    /// One user.
    User,
    /// Every member of a group or queue, and of the groups in it.
    Group,
    /// Everybody with a role.
    Role,
    /// Everybody with a role or one below it.
    RoleAndSubordinates,
    /// Everybody assigned to a territory or to one above it.
    TerritoryAndAbove,
}

impl Principal {
    /// The people that are meant.
    pub(super) fn resolve(&self) -> Result<StoredPrincipal> {
        Ok(match self.kind {
            PrincipalKind::User => StoredPrincipal::User(parse(&self.id)?),
            PrincipalKind::Group => StoredPrincipal::Group(parse(&self.id)?),
            PrincipalKind::Role => StoredPrincipal::Role(parse(&self.id)?),
            PrincipalKind::RoleAndSubordinates => StoredPrincipal::RoleAndSubordinates(parse(&self.id)?),
            PrincipalKind::TerritoryAndAbove => StoredPrincipal::TerritoryAndAbove(parse(&self.id)?),
        })
    }
}

impl From<StoredPrincipal> for Principal {
    fn from(principal: StoredPrincipal) -> Self {
        let (kind, id) = match principal {
            StoredPrincipal::User(user) => (PrincipalKind::User, user.into()),
            StoredPrincipal::Group(group) => (PrincipalKind::Group, group.into()),
            StoredPrincipal::Role(role) => (PrincipalKind::Role, role.into()),
            StoredPrincipal::RoleAndSubordinates(role) => (PrincipalKind::RoleAndSubordinates, role.into()),
            StoredPrincipal::TerritoryAndAbove(territory) => {
                (PrincipalKind::TerritoryAndAbove, territory.into())
            }
        };
        Self { kind, id }
    }
}
