//! Whom the records of a new object are about.

use sutra_kernel::{ApiName, FieldId};
use sutra_privacy::{DataCategory, DataSubject};

use super::{Defined, DefinitionError, NewField};
use crate::{FieldKind, ObjectDef, OnDelete};

/// The field of a new object that refers to the person whom a record is about.
#[derive(Debug, Clone)]
pub struct NewSubject {
    /// What it is to be called for programs: `patient`.
    pub field: String,
    /// What people will call it.
    pub label: String,
    /// The object of the persons: `contact`.
    pub target: String,
}

impl ObjectDef {
    /// The object with this field, and its records about whom it refers to. That those are persons is for the caller
    /// to see to.
    ///
    /// # Errors
    /// As [`with_field`](Self::with_field); and if its records are about somebody already.
    pub fn with_subject(self, id: FieldId, new: NewSubject) -> Defined<Self> {
        if self.subject != DataSubject::None {
            return Err(DefinitionError::TwoSubjects);
        }
        let name = ApiName::parse(&new.field)?;
        let target = ApiName::parse(&new.target)?;
        let field = NewField {
            name: new.field,
            label: new.label,
            help: String::new(),
            kind: FieldKind::Reference { target, on_delete: OnDelete::Keep },
            required: false,
            indexed: true,
            unique: false,
            searchable: false,
            category: DataCategory::Personal,
            default: None,
            encrypted: None,
        };
        Ok(Self { subject: DataSubject::Reference(name), ..self.with_field(id, field)? })
    }
}
