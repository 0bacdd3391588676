//! Which records of an object a list may hold.

use std::{collections::BTreeSet, sync::Arc};

use sutra_kernel::{RoleId, UserId};

use crate::{AccessPlan, Facts, Level, ObjectPermissions, Owner, Principal, RestrictionRule};

/// The records that one user may read of one object, in a form that a store can turn into a query.
///
/// Workspace and object are not part of it: a store filters by both, always.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// What is open to the user.
    pub reach: Reach,
    /// What of it is hidden all the same: a record must meet each of these.
    pub restrictions: Vec<Bound>,
}

/// What is open to a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// No record.
    None,
    /// Every record.
    All,
    /// The records on any of these runs.
    Runs(Runs),
}

/// The ways in which single records are open to a user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Runs {
    /// Owners: the user himself, and his queues.
    pub owners: Vec<Owner>,
    /// Roles of owners.
    pub roles: Vec<RoleId>,
    /// With whom a record is shared.
    pub principals: Vec<Principal>,
    /// The roles of single users with whom a record is shared.
    pub grantee_roles: Vec<RoleId>,
    /// The users whose role, as a record or a share has it, does not count.
    pub moving: Arc<BTreeSet<UserId>>,
}

/// A restriction, and the record it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The rule.
    pub rule: Arc<RestrictionRule>,
    /// Whether the record is the one that controls the listed one.
    pub on_root: bool,
}

impl Scope {
    /// No record.
    pub const NONE: Self = Self { reach: Reach::None, restrictions: Vec::new() };
    /// Every record.
    pub const ALL: Self = Self { reach: Reach::All, restrictions: Vec::new() };

    /// The records on these runs, none of them hidden.
    #[must_use]
    pub fn of(runs: Runs) -> Self {
        Self { reach: Reach::Runs(runs), restrictions: Vec::new() }
    }

    /// Whether a record of the object is in the scope.
    #[must_use]
    pub fn admits(&self, facts: &Facts<'_>) -> bool {
        let is_open = match &self.reach {
            Reach::None => false,
            Reach::All => true,
            Reach::Runs(runs) => runs.reach(facts),
        };
        is_open && self.restrictions.iter().all(|bound| bound.admits(facts))
    }
}

impl Runs {
    fn reach(&self, facts: &Facts<'_>) -> bool {
        let is_moving = |owner| matches!(owner, Owner::User(user) if self.moving.contains(&user));
        let shared = |principal, role: Option<RoleId>| {
            let led = matches!(principal, Principal::User(user) if !self.moving.contains(&user));
            self.principals.contains(&principal)
                || (led && role.is_some_and(|role| self.grantee_roles.contains(&role)))
        };
        self.owners.contains(&facts.owner)
            || (!is_moving(facts.owner) && facts.owner_role.is_some_and(|role| self.roles.contains(&role)))
            || facts.shares.iter().any(|share| shared(share.principal, share.role))
    }
}

impl Bound {
    pub(crate) fn admits(&self, facts: &Facts<'_>) -> bool {
        let fields = if self.on_root { facts.root } else { Some(facts.values) };
        fields.is_some_and(|fields| self.rule.condition.holds(&|name| fields.value(name)))
    }
}

impl AccessPlan {
    /// The records that the user may read: exactly those that [`decide`](Self::decide) lets him read.
    #[must_use]
    pub fn scope(&self) -> Scope {
        if !self.permissions.has(ObjectPermissions::READ) {
            return Scope::NONE;
        }
        let sees_all = self.permissions.has(ObjectPermissions::VIEW_ALL) || self.floor >= Level::Read;
        let reach = if sees_all { Reach::All } else { Reach::Runs(self.runs()) };
        Scope { reach, restrictions: self.restrictions.clone() }
    }

    fn runs(&self) -> Runs {
        let holder = &self.holder;
        let queues = holder.principals().iter().filter_map(|principal| match principal {
            Principal::Group(group) => Some(Owner::Queue(*group)),
            _ => None,
        });
        let led = |on: bool| if on { holder.roles_below() } else { &[] };
        let by_rule = self.opened.iter().flat_map(|opened| holder.roles.named(opened.roles.clone()));
        let roles: BTreeSet<_> = led(self.hierarchy).iter().chain(by_rule).copied().collect();
        let groups_led = if self.hierarchy { holder.principals_led() } else { &[] };
        let principals: BTreeSet<_> = holder.principals().iter().chain(groups_led).copied().collect();
        Runs {
            owners: std::iter::once(Owner::User(holder.subject.user)).chain(queues).collect(),
            roles: roles.into_iter().collect(),
            principals: principals.into_iter().collect(),
            grantee_roles: led(self.hierarchy).to_vec(),
            moving: holder.moving(),
        }
    }
}
