//! Commitments: how an entry is bound to values that it does not contain.

use std::fmt;

use sutra_crypto::hmac_sha256;
use sutra_kernel::{UnitId, WorkspaceId};

use crate::Hash;

/// 32 unpredictable bytes, new for every commitment.
///
/// Without it a commitment says nothing about the value, however few values there could be.
pub type Salt = [u8; 32];

/// Which of an entry's values is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// What a field was.
    Old,
    /// What a field is.
    New,
    /// The circumstances of the entry as a whole; its field is called [`Side::DETAIL_FIELD`].
    Detail,
}

impl Side {
    /// The field under which the circumstances are kept and committed to.
    pub const DETAIL_FIELD: &'static str = "detail";

    /// The word for it, which is hashed and stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::New => "new",
            Self::Detail => "detail",
        }
    }

    /// The side that this word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Old, Self::New, Self::Detail].into_iter().find(|side| side.as_str() == word)
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

const LABEL: &[u8] = b"sutra/audit/value/1\0";

/// Which value of which entry a commitment is for.
#[derive(Clone, Copy)]
pub(crate) struct Slot<'a> {
    pub(crate) workspace: WorkspaceId,
    pub(crate) unit: UnitId,
    pub(crate) ordinal: u32,
    pub(crate) field: &'a str,
    pub(crate) side: Side,
}

/// The commitment to one value: HMAC-SHA256 under the salt, over everything that says where the value belongs.
///
/// `value` is the deterministic CBOR of `[raw, label, locale]`.
#[must_use]
pub fn commitment(
    salt: &Salt,
    workspace: WorkspaceId,
    (unit, ordinal): (UnitId, u32),
    (field, side): (&str, Side),
    value: &[u8],
) -> Hash {
    Slot { workspace, unit, ordinal, field, side }.commit(salt, value)
}

impl Slot<'_> {
    pub(crate) fn commit(&self, salt: &Salt, value: &[u8]) -> Hash {
        let parts: [&[u8]; 6] = [
            self.workspace.as_bytes(),
            self.unit.as_bytes(),
            &self.ordinal.to_be_bytes(),
            self.field.as_bytes(),
            self.side.as_str().as_bytes(),
            value,
        ];
        // INVARIANT: no part reaches 4 GiB; a whole entry is 64 KiB and a value is a field of a record.
        let lengths = parts.map(|part| u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        let framed = lengths.iter().zip(parts).flat_map(|(length, part)| [length.as_slice(), part]);
        let message: Vec<&[u8]> = std::iter::once(LABEL).chain(framed).collect();
        hmac_sha256(salt, &message)
    }
}
