//! Which attributes a field can have, and how they go together.

use sutra_kernel::Value;

use super::{Defined, DefinitionError};
use crate::{FieldDef, validate::validate};

impl FieldDef {
    /// Brings the attributes into the form that is stored, and refuses those that do not go together.
    pub(super) fn settle(&mut self) -> Defined<()> {
        self.check_encrypted()?;
        self.default = self.settled_default()?;
        if self.is_parent() && !self.required {
            return Err(DefinitionError::ParentRequired);
        }
        match self.never_unique() {
            Some(what) if self.unique => Err(DefinitionError::NeverUnique(what)),
            _ => Ok(()),
        }
    }

    fn settled_default(&self) -> Defined<Option<Value>> {
        let Some(default) = self.default.clone().filter(|default| !default.is_null()) else {
            return Ok(None);
        };
        if self.target().is_some() {
            return Err(DefinitionError::NoDefault);
        }
        let refused = |message| DefinitionError::Default { field: self.name.clone(), message };
        let default = validate(self, default).map_err(|problem| refused(problem.message))?;
        Ok(Some(default).filter(|default| !default.is_null()))
    }

    /// What it is that keeps the field from being unique.
    fn never_unique(&self) -> Option<&'static str> {
        if self.encrypted {
            // That two sealed values are the same would tell about both.
            return Some("an encrypted field");
        }
        if self.default.is_some() {
            return Some("a field with a default");
        }
        self.kind.never_unique()
    }
}
