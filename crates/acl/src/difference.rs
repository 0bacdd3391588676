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

    /// The same scope, over records that still carry the role that a user had before this one: what he owns, and what is
    /// shared with him.
    #[must_use]
    pub fn before_moving(mut self, user: UserId, role: Option<RoleId>) -> Self {
        if let Reach::Runs(runs) = &mut self.reach {
            let mut moving = BTreeSet::clone(&runs.moving);
            moving.insert(user);
            runs.moving = moving.into();
            if role.is_some_and(|role| runs.roles.contains(&role)) {
                runs.owners.push(Owner::User(user));
            }
            if role.is_some_and(|role| runs.grantee_roles.contains(&role)) {
                runs.principals.push(Principal::User(user));
            }
        }
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
        let mut owners = without(&self.owners, &others.owners);
        let mut principals = without(&self.principals, &others.principals);
        if !self.roles.is_empty() {
            owners.extend(late.iter().copied().map(Owner::User));
        }
        if !self.grantee_roles.is_empty() {
            principals.extend(late.iter().copied().map(Principal::User));
        }
        let roles = without(&self.roles, &others.roles);
        let grantee_roles = without(&self.grantee_roles, &others.grantee_roles);
        if owners.is_empty() && roles.is_empty() && principals.is_empty() && grantee_roles.is_empty() {
            return Reach::None;
        }
        Reach::Runs(Self { owners, roles, principals, grantee_roles, moving: self.moving.clone() })
    }
}

fn without<T: Copy + Ord>(own: &[T], others: &[T]) -> Vec<T> {
    let others: BTreeSet<_> = others.iter().collect();
    own.iter().filter(|one| !others.contains(one)).copied().collect()
}
