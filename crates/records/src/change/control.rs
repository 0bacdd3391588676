//! Coming under another record, or out from under it: a change of the record that names its parent anew.

use sutra_acl::{Share, Withheld};
use sutra_kernel::{ObjectId, RecordId, RoleId};

use super::{Change, Draft};
use crate::Control;

/// A record that is open to others than before. What it controls has to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// Its object.
    pub object: ObjectId,
    /// The record.
    pub record: RecordId,
    /// The record that controls, as far as is written there, what this one has below it: itself, or what controlled it
    /// before.
    pub root: RecordId,
    /// What of that counts no more.
    pub withheld: Withheld,
}

impl Shift {
    /// That of a record which nothing controls, and of which nothing has changed but with whom it is shared.
    #[must_use]
    pub fn of_shares(object: ObjectId, record: RecordId) -> Self {
        Self { object, record, root: record, withheld: Withheld::Shares }
    }
}

impl Draft {
    /// The same, of a record that this one controls from now on, or that is its owner's again, who has this role; with
    /// the shares that go with that.
    pub fn controlled(
        mut self,
        control: Option<Control>,
        role: Option<RoleId>,
        given: Vec<Share>,
        taken: impl IntoIterator<Item = Share>,
    ) -> Self {
        let before = self.before.as_ref().and_then(|before| before.control);
        self.after.control = control.map(|control| control.after(before));
        self.after.owner_role = role.filter(|_| control.is_none());
        self.given.extend(given);
        self.taken.extend(taken);
        self
    }
}

impl Change {
    /// How it opens what the record controls to others than before; with or without other shares. Nothing, if it does not.
    #[must_use]
    pub fn shift(&self, is_shared: bool) -> Option<Shift> {
        let before = self.before.as_ref()?.as_control();
        let withheld = match self.after.as_control().opens_as(&before) {
            false => Withheld::Everything,
            true if is_shared => Withheld::Shares,
            true => return None,
        };
        Some(Shift { object: self.after.object, record: self.after.id, root: before.root, withheld })
    }
}
