//! What an object becomes when it gets a field, or when one of its fields is changed.

use sutra_audit::{Event, Target};
use sutra_kernel::FieldId;
use sutra_records::{FieldEdit, NewField, ObjectDef};

use super::redefine::Definition;
use crate::{
    Error,
    work::{Attempt, Work},
};

pub(super) struct CreateField<'a> {
    pub(super) object: &'a str,
    pub(super) new: &'a NewField,
}

impl Definition for CreateField<'_> {
    fn attempt(&self) -> Attempt {
        Attempt { event: Event::FieldCreate, target: Some(Target::kind("field")) }
    }

    fn define(&self, work: &Work<'_>) -> Result<ObjectDef, Error> {
        let before = ObjectDef::clone(&*work.object(self.object)?);
        let id = FieldId::generate(work.now, work.entropy());
        before.with_field(id, self.new.clone()).map_err(Error::bad_input)
    }
}

pub(super) struct UpdateField<'a> {
    pub(super) object: &'a str,
    pub(super) field: &'a str,
    pub(super) edit: &'a FieldEdit,
}

impl Definition for UpdateField<'_> {
    fn attempt(&self) -> Attempt {
        Attempt { event: Event::FieldUpdate, target: Some(Target::kind("field")) }
    }

    fn define(&self, work: &Work<'_>) -> Result<ObjectDef, Error> {
        let before = ObjectDef::clone(&*work.object(self.object)?);
        before.with_field_edited(self.field, self.edit.clone()).map_err(Error::bad_input)
    }
}
