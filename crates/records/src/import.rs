//! Reading records from tables that other programs wrote.

mod cell;
mod columns;

use sutra_kernel::{ImportId, ObjectId, RecordId, Timestamp, UserId};

pub use cell::{CellProblem, CellValue, parse_cell};
pub use columns::{ColumnError, ColumnMap};

/// One run of the importer over one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its identifier.
    pub id: ImportId,
    /// The object the rows became.
    pub object: ObjectId,
    /// Who imported, with his own permissions.
    pub user: UserId,
    /// The SHA-256 of the file: the same file again writes nothing twice.
    pub file_digest: [u8; 32],
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended, if it did.
    pub finished_at: Option<Timestamp>,
}

/// What one row of a file became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    /// The run that read it.
    pub import: ImportId,
    /// The object of the record.
    pub object: ObjectId,
    /// The SHA-256 of the file.
    pub file_digest: [u8; 32],
    /// Which row, from 1, the header not counted.
    pub row: u64,
    /// The record it became.
    pub record: RecordId,
}

/// A word without what people vary: case, spaces, underscores, dashes and other punctuation.
fn plain_word(text: &str) -> String {
    sutra_kernel::fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}
