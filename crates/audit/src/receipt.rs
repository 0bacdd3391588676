//! The proof that a unit of work is in the ledger.

use std::collections::BTreeSet;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sutra_kernel::{UnitId, Uuid};

use crate::{Appended, Hash, NO_HASH};

/// The proof that a unit of work is in the ledger: without it nothing commits.
///
/// Only [`append`](crate::append) makes one, it belongs to one unit, and committing spends it. So it can
/// neither be made elsewhere
///
/// ```compile_fail,E0451
/// let forged = sutra_audit::Receipt {
///     unit: sutra_kernel::UnitId::from_uuid(sutra_kernel::Uuid::nil()),
///     entries: Vec::new(),
///     covered: Default::default(),
/// };
/// ```
///
/// nor copied:
///
/// ```compile_fail,E0599
/// fn keep(receipt: sutra_audit::Receipt) -> (sutra_audit::Receipt, sutra_audit::Receipt) {
///     (receipt.clone(), receipt)
/// }
/// ```
#[derive(Debug)]
#[must_use = "a unit of work commits only with its receipt"]
pub struct Receipt {
    unit: UnitId,
    entries: Vec<(u64, Hash)>,
    covered: BTreeSet<(Uuid, u64)>,
}

/// Why a unit of work may not commit with this receipt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// It proves another unit.
    #[error("the receipt is that of another unit of work")]
    OtherUnit,
    /// Something was written that no entry speaks of.
    #[error("version `{version}` of `{record}` was written without a ledger entry")]
    Uncovered {
        /// What was written.
        record: Uuid,
        /// In which version.
        version: u64,
    },
}

impl Receipt {
    pub(crate) fn new(unit: UnitId, entries: Vec<(u64, Hash)>, covered: BTreeSet<(Uuid, u64)>) -> Self {
        Self { unit, entries, covered }
    }

    /// The unit that it proves.
    #[must_use]
    pub const fn unit(&self) -> UnitId {
        self.unit
    }

    /// The place and the leaf of every entry of the unit, in order.
    #[must_use]
    pub fn entries(&self) -> &[(u64, Hash)] {
        &self.entries
    }

    /// The leaf of the last entry, which the chain before it hangs on.
    #[must_use]
    pub fn leaf(&self) -> Hash {
        self.entries.last().map_or(NO_HASH, |(_, leaf)| *leaf)
    }

    /// What a client keeps: the last leaf as a text.
    #[must_use]
    pub fn text(&self) -> String {
        receipt_text(&self.leaf())
    }

    /// Whether an entry speaks of this version of this record.
    #[must_use]
    pub fn covers(&self, record: Uuid, version: u64) -> bool {
        self.covered.contains(&(record, version))
    }

    /// Whether a unit that appended these entries, and wrote these versions of these records, may commit with it.
    ///
    /// # Errors
    /// Another unit's receipt is refused, one of entries that the unit itself did not append, whoever says that
    /// he has appended them, and anything written that no entry speaks of.
    pub fn check(
        &self,
        unit: UnitId,
        appended: &[Appended],
        written: &[(Uuid, u64)],
    ) -> Result<(), ReceiptError> {
        let own = appended.iter().map(|entry| (entry.seq, entry.leaf));
        if unit != self.unit || !own.eq(self.entries.iter().copied()) {
            return Err(ReceiptError::OtherUnit);
        }
        match written.iter().find(|(record, version)| !self.covers(*record, *version)) {
            Some(&(record, version)) => Err(ReceiptError::Uncovered { record, version }),
            None => Ok(()),
        }
    }
}

/// A receipt as a client keeps it, from the leaf of an entry.
#[must_use]
pub fn receipt_text(leaf: &Hash) -> String {
    format!("rcpt_{}", BASE64_URL_SAFE_NO_PAD.encode(leaf))
}
