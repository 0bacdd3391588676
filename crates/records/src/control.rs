//! Control: a record that is as open as another, to which it belongs.

use std::collections::BTreeMap;

use sutra_acl::{Cause, Owner, Principal, Share};
use sutra_kernel::{ObjectId, RecordId, RoleId};

use crate::{Record, RecordShare, Standing, Stored};

/// The record that controls another, and what of it the other carries, so that a list can be scoped without a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Control {
    /// The first record on the way up that nothing controls.
    pub root: RecordId,
    /// The object it is of.
    pub object: ObjectId,
    /// Who owns it.
    pub owner: Owner,
    /// The owner's role, if it is a user who has one.
    pub role: Option<RoleId>,
    /// Counts how often this was written, from 1: whoever changes the record must have seen the last of it, for it is
    /// written without a version of the record.
    pub writes: u64,
}

/// A record as it was read, and what controls it from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Controlled {
    /// The record.
    pub before: Record,
    /// What controls it, if anything does.
    pub control: Option<Control>,
    /// The role of its owner, if nothing does.
    pub owner_role: Option<RoleId>,
}

/// A record that carries what it is open by now, and the shares that lead there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The record.
    pub controlled: Controlled,
    /// The shares that it gets.
    pub given: Vec<RecordShare>,
    /// The shares that it loses.
    pub taken: Vec<RecordShare>,
}

impl Control {
    /// Whether what it controls is as open by it as by this other one.
    #[must_use]
    pub fn opens_as(&self, other: &Self) -> bool {
        Self { writes: other.writes, ..*self } == *other
    }

    /// The same, written over this one.
    #[must_use]
    pub fn after(self, before: Option<Self>) -> Self {
        Self { writes: before.map_or(0, |before| before.writes).saturating_add(1), ..self }
    }
}

impl Record {
    /// What controls the records that belong to it, as far as others control those: what controls it, or itself.
    #[must_use]
    pub fn as_control(&self) -> Control {
        let (root, object) = (self.id, self.object);
        let itself = Control { root, object, owner: self.owner, role: self.owner_role, writes: 0 };
        self.control.unwrap_or(itself)
    }

    /// The record under this parent, of which it keeps no share but those that come from there.
    #[must_use]
    pub fn settled_under(self, standing: &Standing, (parent, above): Stored<'_>) -> Settled {
        let control = parent.as_control();
        let wanted = above.inherited(control.root);
        let taken = standing.shares.iter().filter(|share| !wanted.contains(share)).copied();
        let given = wanted.iter().filter(|share| !standing.shares.contains(share)).copied();
        let (given, taken) = (self.shared(given), self.shared(taken));
        let control = Some(control.after(self.control));
        Settled { controlled: Controlled { before: self, control, owner_role: None }, given, taken }
    }

    /// The record as its owner's, who has this role.
    #[must_use]
    pub fn settled_alone(self, standing: &Standing, owner_role: Option<RoleId>) -> Settled {
        let is_copy = |share: &Share| share.is_by_rule() && self.control.is_some();
        let from_above = |share: &&Share| matches!(share.cause, Cause::Parent(_)) || is_copy(share);
        let taken = self.shared(standing.shares.iter().filter(from_above).copied());
        let controlled = Controlled { before: self, control: None, owner_role };
        Settled { controlled, given: Vec::new(), taken }
    }

    fn shared(&self, shares: impl Iterator<Item = Share>) -> Vec<RecordShare> {
        let (object, record) = (self.object, self.id);
        shares.map(|share| RecordShare { object, record, share }).collect()
    }

    /// Whose it is, as far as access is concerned.
    #[must_use]
    pub fn owner_for_access(&self) -> Owner {
        self.as_control().owner
    }

    /// Writes the role of whoever owns it as far as access is concerned.
    pub fn set_role_for_access(&mut self, role: Option<RoleId>) {
        match &mut self.control {
            Some(control) => control.role = role,
            None => self.owner_role = role,
        }
    }
}

impl Settled {
    /// Whether the record carried it before.
    #[must_use]
    pub fn is_noop(&self) -> bool {
        let Controlled { before, control, owner_role } = &self.controlled;
        let is_same = match (control, &before.control) {
            (Some(now), Some(before)) => now.opens_as(before),
            (None, None) => *owner_role == before.owner_role,
            _ => false,
        };
        is_same && self.given.is_empty() && self.taken.is_empty()
    }
}

impl Standing {
    /// The shares that a record has which this root controls by way of the one that has these: with everybody the
    /// widest. What a rule shares is kept apart, with the rule as its cause: what is taken away of the one, for the sake of
    /// the rule, is so taken away of the other.
    #[must_use]
    pub fn inherited(&self, root: RecordId) -> Vec<Share> {
        let mut widest: BTreeMap<Principal, Share> = BTreeMap::new();
        let (by_rule, others): (Vec<Share>, Vec<Share>) =
            self.shares.iter().partition(|share| share.is_by_rule());
        for share in others {
            let share = Share { cause: Cause::Parent(root), ..share };
            let known = widest.entry(share.principal).or_insert(share);
            known.level = known.level.max(share.level);
        }
        widest.into_values().chain(by_rule).collect()
    }
}
