//! Two thousand roles, six deep, and who is in them.

use sutra_acl::Role;
use sutra_kernel::{RoleId, UserId, Uuid};

/// Roles by number: one at the top, a few below it, and so on to the many at the bottom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hierarchy {
    roles: usize,
}

/// How many levels there are.
pub(crate) const LEVELS: usize = 6;

impl Hierarchy {
    pub(crate) fn new(roles: usize) -> Self {
        Self { roles }
    }

    /// The number of the first role of each level, and that of the end.
    fn bounds(self) -> [usize; LEVELS + 1] {
        let widths = [
            1,
            3,
            (self.roles * 6 / 1_000).max(3),
            (self.roles * 3 / 100).max(4),
            (self.roles * 15 / 100).max(5),
        ];
        let mut bounds = [self.roles; LEVELS + 1];
        bounds[0] = 0;
        for (level, width) in widths.into_iter().enumerate() {
            bounds[level + 1] = bounds[level] + width;
        }
        bounds
    }

    pub(crate) fn level(self, role: usize) -> usize {
        let bounds = self.bounds();
        (0..LEVELS).rev().find(|level| bounds[*level] <= role).unwrap_or(0)
    }

    /// The first role of a level.
    pub(crate) fn first(self, level: usize) -> usize {
        self.bounds()[level]
    }

    /// Roles of a level are below those of the level above by turns.
    fn parent(self, role: usize) -> Option<usize> {
        let (bounds, level) = (self.bounds(), self.level(role));
        let above = level.checked_sub(1)?;
        Some(bounds[above] + (role - bounds[level]) % (bounds[level] - bounds[above]))
    }

    pub(crate) fn is_below(self, role: usize, top: usize) -> bool {
        std::iter::successors(self.parent(role), |role| self.parent(*role)).any(|role| role == top)
    }

    /// The role of a user, by turns.
    pub(crate) fn role_of(self, user: usize) -> usize {
        user % self.roles
    }

    /// All roles, those above first.
    pub(crate) fn roles(self) -> Vec<Role> {
        let role = |role: usize| Role {
            id: role_id(role),
            name: format!("Role {role}"),
            parent: self.parent(role).map(role_id),
        };
        (0..self.roles).map(role).collect()
    }
}

pub(crate) fn role_id(role: usize) -> RoleId {
    RoleId::from_uuid(scattered(1_000_000 + role))
}

pub(crate) fn user_id(user: usize) -> UserId {
    UserId::from_uuid(scattered(user))
}

/// Numbers in no order that anybody could profit from.
pub(crate) fn scattered(number: usize) -> Uuid {
    Uuid::from_u128((number as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))
}
