//! What one scope has and another has not.

use std::collections::BTreeSet;

use sutra_kernel::{RoleId, UserId};

use crate::{Bound, Owner, Principal, Reach, Runs, Scope};

/// Where to look for what one scope has and another has not. All of it is there, and perhaps more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Records that the one scope may have and the other has not.
    pub scope: Scope,
    /// If there are any, a record that fails none of them is in both scopes.
    pub failing: Vec<Bound>,
}

impl Scope {
    /// Where to look for what this scope has and the other has not.
    #[must_use]
    pub fn beyond(&self, other: &Self) -> Difference {
        let hides = |bound: &&Bound| !self.restrictions.contains(bound);
        let failing: Vec<_> = other.restrictions.iter().filter(hides).cloned().collect();
        let reach = self.reach.beyond(&other.reach);
        match (reach, failing.as_slice()) {
            (Reach::None, []) => Difference { scope: Self::NONE, failing },
            (Reach::None, _) => Difference { scope: self.clone(), failing },
            (reach, []) => {
                Difference { scope: Self { reach, restrictions: self.restrictions.clone() }, failing }
            }
            _ => Difference { scope: self.clone(), failing: Vec::new() },
        }
    }

    /// Whether a record is open here for the role of its owner, or of a user with whom it is shared, if that is this one.
    #[must_use]
    pub fn counts_role(&self, role: RoleId) -> bool {
        let Reach::Runs(runs) = &self.reach else { return false };
        let by_root = runs.rooted.iter().flat_map(|rooted| &rooted.roles);
        runs.roles.iter().chain(&runs.grantee_roles).chain(by_root).any(|counted| *counted == role)
    }
}

impl Difference {
    /// The same, and what belongs to a user or is shared with him: where to look if his role is another in the one scope
    /// than in the other.
    #[must_use]
    pub fn with_records_of(mut self, user: UserId) -> Self {
        if self.scope.reach == Reach::None {
            self.scope.reach = Reach::Runs(Runs::default());
        }
        if let Reach::Runs(runs) = &mut self.scope.reach {
            runs.owners.push(Owner::User(user));
            runs.principals.push(Principal::User(user));
        }
        self.failing.clear();
        self
    }
}

impl Reach {
    fn beyond(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::None, _) | (_, Self::All) => Self::None,
            (Self::Runs(own), Self::Runs(others)) => own.beyond(others),
            _ => self.clone(),
        }
    }
}

impl Runs {
    /// The runs that the others do not have; and what belongs to those whose role counts here and not there.
    fn beyond(&self, others: &Self) -> Reach {
        let late: Vec<UserId> = others.moving.difference(&self.moving).copied().collect();
        let late_owners = late.iter().copied().map(Owner::User);
        let late_principals = late.iter().copied().map(Principal::User);
        let rooted = self.rooted.clone().filter(|_| self.rooted != others.rooted);
        let runs = Self {
            owners: without(&self.owners, &others.owners).into_iter().chain(late_owners).collect(),
            roles: without(&self.roles, &others.roles),
            principals: without(&self.principals, &others.principals)
                .into_iter()
                .chain(late_principals)
                .collect(),
            grantee_roles: without(&self.grantee_roles, &others.grantee_roles),
            rooted,
            moving: self.moving.clone(),
            withheld: self.withheld.clone(),
        };
        let (moving, withheld) = (self.moving.clone(), self.withheld.clone());
        let nowhere = Self { moving, withheld, ..Self::default() };
        if runs == nowhere { Reach::None } else { Reach::Runs(runs) }
    }
}

fn without<T: Copy + Ord>(own: &[T], others: &[T]) -> Vec<T> {
    let others: BTreeSet<_> = others.iter().collect();
    own.iter().filter(|one| !others.contains(one)).copied().collect()
}
