//! Which records of an object a list may hold.

use sutra_kernel::{RoleId, UserId};

/// The records that one user may read of one object, in a form that a store can turn into a query.
///
/// Workspace and object are not part of it: a store filters by both, always.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// None.
    None,
    /// Every one.
    All,
    /// Those whose owner is one of `owners`, or whose owner's role is one of `roles`.
    Runs {
        /// The user himself.
        owners: Vec<UserId>,
        /// Every role strictly below the user's, if the hierarchy counts for the object.
        roles: Vec<RoleId>,
    },
}

impl Scope {
    /// Whether a record with this owner, who has this role, is in the scope.
    #[must_use]
    pub fn admits(&self, owner: UserId, owner_role: Option<RoleId>) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Runs { owners, roles } => {
                owners.contains(&owner) || owner_role.is_some_and(|role| roles.contains(&role))
            }
        }
    }
}
