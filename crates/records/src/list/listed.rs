//! What lists can be filtered and ordered by.

use sutra_kernel::{ApiName, Test, Value, fold};

use crate::{
    FieldDef, ObjectDef, Slot, SlotFamily, SlotScalar, SystemField,
    slot::{TEXT_SLOT_BYTES, plain_scalar, slot_value},
};

/// How many bytes of folded text a filter compares with at most.
///
/// A stored text is cut at 256 bytes between characters, so a cut one keeps at least 253. Compared with at
/// most 252, the slot gives the same answer as the whole text: always.
const FILTER_TEXT_BYTES: usize = TEXT_SLOT_BYTES - 4;

/// What a list can be filtered or ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed<'a> {
    /// `id`, `ownerId`, `createdAt` or `updatedAt`.
    System(SystemField),
    /// An indexed field and its slot.
    Field(&'a FieldDef, Slot),
}

/// Why a list is refused. It depends on definitions alone, never on data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// The object has no such field.
    #[error("there is no field `{0}`")]
    UnknownField(ApiName),
    /// The field has no index.
    #[error("the field `{0}` is not indexed: a list cannot be filtered or ordered by it")]
    NotIndexed(ApiName),
    /// The field's index is not complete yet.
    #[error("the index of the field `{0}` is being prepared: try again later")]
    Preparing(ApiName),
    /// The field is compared with a value it can never have, or a text is asked of what is none.
    #[error("the field `{0}` cannot be compared with such a value")]
    WrongKind(ApiName),
    /// The text is too long to be compared through an index.
    #[error("a text compared with `{0}` may have at most 252 bytes")]
    TooLong(ApiName),
    /// The field refers to no records, or to those of another object.
    #[error("the field `{0}` does not refer to such records")]
    NotRelated(ApiName),
    /// Records are not grouped by what such a field holds, or its values come to nothing.
    #[error("{rule}, and not `{field}`")]
    NoAggregate {
        /// What serves.
        rule: &'static str,
        /// What does not.
        field: ApiName,
    },
}

impl<'a> Listed<'a> {
    /// Finds what a name filters or orders an object's lists by.
    ///
    /// # Errors
    /// Refuses fields that do not exist or are not indexed.
    pub fn of(object: &'a ObjectDef, name: &ApiName) -> Result<Self, ListError> {
        use SystemField::{CreatedAt, CreatedById, Id, OwnerId, UpdatedAt, UpdatedById};
        match name.as_str().parse() {
            Ok(field @ (Id | OwnerId | CreatedAt | UpdatedAt)) => return Ok(Listed::System(field)),
            Ok(CreatedById | UpdatedById) => return Err(ListError::NotIndexed(name.clone())),
            Err(()) => {}
        }
        let field = object.field(name.as_str()).ok_or_else(|| ListError::UnknownField(name.clone()))?;
        let slot = field.slot.ok_or_else(|| ListError::NotIndexed(name.clone()))?;
        if field.preparing.index {
            return Err(ListError::Preparing(name.clone()));
        }
        Ok(Listed::Field(field, slot))
    }

    /// What its column holds of a value, stored or compared with.
    #[must_use]
    pub fn scalar(self, value: &Value) -> SlotScalar {
        match self {
            Self::System(_) => plain_scalar(value),
            Self::Field(field, _) => slot_value(field, value),
        }
    }

    /// Whether its column can hold the value.
    pub(super) fn holds(self, value: &Value) -> bool {
        let fits = match self {
            Self::System(field) => value.kind() == Some(field.value_kind()),
            Self::Field(..) => self.scalar(value) != SlotScalar::Null,
        };
        fits || value.is_null()
    }

    /// Checks that the test can be answered through its column.
    pub(super) fn check(self, name: &ApiName, test: &Test) -> Result<(), ListError> {
        match test {
            Test::StartsWith(_) if !self.is_text() => return Err(ListError::WrongKind(name.clone())),
            Test::StartsWith(prefix) => return check_text(name, prefix),
            Test::Includes(_) => return Err(ListError::WrongKind(name.clone())),
            _ => {}
        }
        test.values().iter().try_for_each(|value| match value {
            value if !self.holds(value) => Err(ListError::WrongKind(name.clone())),
            Value::Text(text) => check_text(name, text),
            _ => Ok(()),
        })
    }

    fn is_text(self) -> bool {
        matches!(self, Self::Field(_, slot) if slot.family == SlotFamily::Text)
    }
}

/// No field holds U+0000, and not every database takes it.
fn check_text(name: &ApiName, text: &str) -> Result<(), ListError> {
    if text.contains('\0') {
        Err(ListError::WrongKind(name.clone()))
    } else if fold(text).len() > FILTER_TEXT_BYTES {
        Err(ListError::TooLong(name.clone()))
    } else {
        Ok(())
    }
}
