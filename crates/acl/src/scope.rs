//! Which records of an object a list may hold.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use sutra_kernel::{ObjectId, RecordId, RoleId, UserId};

use crate::{
    AccessPlan, Facts, Fields, Level, ObjectPermissions, Owner, Principal, RestrictionRule, Withheld,
};

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
    /// What opens records by what controls them, if anything does.
    pub rooted: Option<Rooted>,
    /// The users whose role, as a record or a share has it, does not count.
    pub moving: Arc<BTreeSet<UserId>>,
    /// Records of whose controlled ones these ways do not count, or shares do not; none, where nothing controls records.
    pub withheld: Arc<BTreeMap<RecordId, Withheld>>,
}

/// The ways in which records are open that one of an object controls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rooted {
    /// That object.
    pub object: ObjectId,
    /// Whether all of them are.
    pub all: bool,
    /// Roles of owners.
    pub roles: Vec<RoleId>,
}

/// A restriction, and the record it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The rule.
    pub rule: Arc<RestrictionRule>,
    /// The object of that record, if it is the one that controls the listed one: what another controls is not hidden by
    /// it. Nothing if it is the listed one.
    pub root: Option<ObjectId>,
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
        let led = |roles: &[RoleId]| {
            !is_moving(facts.owner) && facts.owner_role.is_some_and(|role| roles.contains(&role))
        };
        let is_rooted = |rooted: &Rooted| {
            let is_under = facts.root.is_some_and(|root| root.object == rooted.object);
            is_under && (rooted.all || led(&rooted.roles))
        };
        let is_open = self.owners.contains(&facts.owner)
            || led(&self.roles)
            || self.rooted.as_ref().is_some_and(is_rooted);
        let is_shared = || facts.shares.iter().any(|share| shared(share.principal, share.role));
        match facts.root.and_then(|root| self.withheld.get(&root.record)) {
            Some(Withheld::Everything) => false,
            Some(Withheld::Shares) => is_open,
            None => is_open || is_shared(),
        }
    }

    /// The records of whose controlled ones at least this does not count.
    pub fn withholding(&self, least: Withheld) -> impl Iterator<Item = RecordId> + '_ {
        self.withheld.iter().filter(move |(_, withheld)| **withheld >= least).map(|(root, _)| *root)
    }
}

impl Bound {
    pub(crate) fn admits(&self, facts: &Facts<'_>) -> bool {
        let holds = |fields: &dyn Fields| self.rule.condition.holds(&|name| fields.value(name));
        match (self.root, facts.root) {
            (None, _) => holds(facts.values),
            (Some(object), Some(root)) if root.object == object => root.values.is_some_and(holds),
            (Some(_), _) => true,
        }
    }
}

impl AccessPlan {
    /// The records that the user may read: exactly those that [`decide`](Self::decide) lets him read.
    #[must_use]
    pub fn scope(&self) -> Scope {
        if !self.permissions.has(ObjectPermissions::READ) {
            return Scope::NONE;
        }
        let is_open = self.floor >= Level::Read && self.top().is_none();
        let reach = match self.permissions.has(ObjectPermissions::VIEW_ALL) {
            true => Reach::All,
            false if self.settling => Reach::None,
            false if is_open => Reach::All,
            false => Reach::Runs(self.runs()),
        };
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
        let by_rule: BTreeSet<_> = by_rule.copied().collect();
        let rooted = self.top().and_then(|object| self.rooted(object, &by_rule));
        let withheld = self.top().map(|_| holder.all_withheld()).unwrap_or_default();
        let by_rule = if self.top().is_none() { by_rule } else { BTreeSet::new() };
        let roles: BTreeSet<_> = led(self.hierarchy).iter().copied().chain(by_rule).collect();
        let groups_led = if self.hierarchy { holder.principals_led() } else { &[] };
        let principals: BTreeSet<_> = holder.principals().iter().chain(groups_led).copied().collect();
        Runs {
            owners: std::iter::once(Owner::User(holder.subject.user)).chain(queues).collect(),
            roles: roles.into_iter().collect(),
            principals: principals.into_iter().collect(),
            grantee_roles: led(self.hierarchy).to_vec(),
            rooted,
            moving: holder.moving(),
            withheld,
        }
    }

    /// What opens records by the object at the top.
    fn rooted(&self, object: ObjectId, by_rule: &BTreeSet<RoleId>) -> Option<Rooted> {
        let all = self.floor >= Level::Read;
        let roles = if all { Vec::new() } else { by_rule.iter().copied().collect() };
        (all || !roles.is_empty()).then_some(Rooted { object, all, roles })
    }
}
