//! Filters by multi-picklists, the one kind of field that lists look for without an index.

use sutra_kernel::{ApiName, Test, fold};

use super::ListError;
use crate::{FieldDef, FieldKind, ObjectDef};

/// A multi-picklist that a list is filtered by: whether it is empty, and what it [includes](Test::Includes).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen<'a>(&'a FieldDef);

impl<'a> Chosen<'a> {
    /// The multi-picklist of this name; nothing if the object has none.
    #[must_use]
    pub fn of(object: &'a ObjectDef, name: &ApiName) -> Option<Self> {
        let field = object.field(name.as_str())?;
        matches!(field.kind, FieldKind::MultiPicklist { .. }).then_some(Self(field))
    }

    /// The values of the list that are meant by these texts, as records have them. No record has any other.
    #[must_use]
    pub fn meant(self, texts: &[String]) -> Vec<&'a str> {
        let texts: Vec<_> = texts.iter().map(|text| fold(text)).collect();
        let values = self.0.kind.picks().iter().map(|known| known.value.as_str());
        values.filter(|value| texts.contains(&fold(value))).collect()
    }

    /// Checks that the test can be asked of what is chosen of a list.
    pub(super) fn check(name: &ApiName, test: &Test) -> Result<(), ListError> {
        match test {
            Test::Includes(_) | Test::IsNull(_) => Ok(()),
            _ => Err(ListError::WrongKind(name.clone())),
        }
    }
}
