//! Removing a record for good.

use sutra_acl::{Action, Permit, Stage};
use sutra_kernel::{ObjectId, RecordId, WorkspaceId};

use super::{Misuse, RecordError};
use crate::{Record, Standing};

/// A removal that was permitted: all that makes a store forget a record.
///
/// # Security
/// It is made by [`Record::purge`], which takes a [`Permit`] and a record that is in the bin, and [out of
/// another](crate::Along), of a record that belongs to its own:
///
/// ```compile_fail
/// fn forge(record: sutra_records::Record) -> sutra_records::Purge {
///     sutra_records::Purge { record }
/// }
/// ```
#[derive(Debug)]
#[must_use = "a removal is there to be carried out"]
pub struct Purge {
    pub(super) record: Record,
}

impl Record {
    /// Permits its removal. What the ledger says of it stays.
    ///
    /// # Errors
    /// Refuses a permit for anything else, and a record that is not deleted.
    pub fn purge(self, permit: Permit) -> Result<Purge, RecordError> {
        permit.spend(Action::Purge, Stage::Before, &self.facts(Standing::NONE)).map_err(Misuse::from)?;
        if self.deleted_at.is_none() {
            return Err(RecordError::Bin { is_deleted: false });
        }
        Ok(Purge { record: self })
    }
}

impl Purge {
    /// The workspace that the record belongs to.
    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        self.record.workspace
    }

    /// The object that the record is of.
    #[must_use]
    pub fn object(&self) -> ObjectId {
        self.record.object
    }

    /// Which record.
    #[must_use]
    pub fn id(&self) -> RecordId {
        self.record.id
    }

    /// The record as it is.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The version that must be stored.
    #[must_use]
    pub fn before(&self) -> u64 {
        self.record.version
    }

    /// The version that the removal makes, of which nothing is kept but the ledger's entry.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.record.version.saturating_add(1)
    }
}
