//! Which attributes a field can have, and how they go together.

use super::{Defined, DefinitionError};
use crate::{FieldDef, validate::validate};

impl FieldDef {
    /// Brings the attributes into the form that is stored, and refuses those that do not go together.
    pub(super) fn settle(&mut self) -> Defined<()> {
        let Some(default) = self.default.take().filter(|default| !default.is_null()) else { return Ok(()) };
        if self.target().is_some() {
            return Err(DefinitionError::NoDefault);
        }
        let refused = |message| DefinitionError::Default { field: self.name.clone(), message };
        let default = validate(self, default).map_err(|problem| refused(problem.message))?;
        self.default = Some(default).filter(|default| !default.is_null());
        Ok(())
    }
}
