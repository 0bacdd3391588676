//! To whom records are shared.

use sutra_acl::Share;
use sutra_kernel::{ObjectId, RecordId};

use crate::Record;

/// What a decision about a record needs to know beside the record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// To whom it is shared, in their order. If another record controls it: to whom that one is.
    pub shares: Vec<Share>,
    /// The record that controls it, as far as a decision asks for its fields.
    pub root: Option<Box<Record>>,
}

/// A record as it is stored, with its standing.
pub type Stored<'r> = (&'r Record, &'r Standing);

/// One share of one record, as stores keep it: one for each record, cause and principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordShare {
    /// The object that the record is of.
    pub object: ObjectId,
    /// Which record is shared.
    pub record: RecordId,
    /// To whom, how far and why.
    pub share: Share,
}

impl Standing {
    /// That of a record that nobody has shared, such as a new one.
    pub const NONE: &'static Self = &Self { shares: Vec::new(), root: None };
}

impl RecordShare {
    /// Whether both would be kept in the same place: the later one replaces the other.
    #[must_use]
    pub fn replaces(&self, other: &Self) -> bool {
        self.record == other.record
            && self.share.cause == other.share.cause
            && self.share.principal == other.share.principal
    }
}
