//! Coming under another record, or out from under it: a change of the record that names its parent anew.

use sutra_acl::Share;
use sutra_kernel::RoleId;

use super::{Change, Draft};
use crate::Control;

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
    /// Whether the record is open to others than before, but for shares.
    #[must_use]
    pub fn moves_access(&self) -> bool {
        self.before.as_ref().is_some_and(|before| self.after.as_control() != before.as_control())
    }
}
