//! Sharing: a change of who may use a record, and of nothing that it says.

use sutra_acl::{Action, Permit, Share};
use sutra_kernel::Timestamp;

use super::{Change, Draft, RecordError, edit::spend};
use crate::{Record, RecordShare};

impl Record {
    /// Drafts that it is shared so, and no longer as it was: the next version, with the same values.
    ///
    /// # Errors
    /// Refuses a permit for anything but [`Action::Share`], and a deleted record.
    pub fn share(
        self,
        permit: Permit,
        given: Vec<Share>,
        taken: Vec<Share>,
        now: Timestamp,
    ) -> Result<Draft, RecordError> {
        let by = permit.user();
        spend(permit, Action::Share, &self)?;
        self.require_live()?;
        let after = self.next(by, now);
        Ok(Draft { given, taken, ..Draft::without_values(Action::Share, by, self, after) })
    }
}

impl Draft {
    /// The same, with an end to these shares of the record.
    pub fn ending(self, taken: Vec<Share>) -> Self {
        Self { taken, ..self }
    }
}

impl Change {
    /// The shares that it gives.
    pub fn given(&self) -> impl Iterator<Item = RecordShare> + '_ {
        self.shares(&self.given)
    }

    /// The shares that it takes away.
    pub fn taken(&self) -> impl Iterator<Item = RecordShare> + '_ {
        self.shares(&self.taken)
    }

    fn shares<'a>(&'a self, shares: &'a [Share]) -> impl Iterator<Item = RecordShare> + 'a {
        let (object, record) = (self.after.object, self.after.id);
        shares.iter().map(move |share| RecordShare { object, record, share: *share })
    }
}
