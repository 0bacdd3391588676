//! What an object is when it is made, and what it becomes when it is renamed.

use sutra_audit::{Event, Target};
use sutra_kernel::{FieldId, ObjectId};
use sutra_privacy::DataSubject;
use sutra_records::{NewObject, NewSubject, ObjectDef, ObjectEdit};

use super::redefine::Definition;
use crate::{
    Error,
    work::{Attempt, Work},
};

pub(super) struct CreateObject<'a> {
    pub(super) new: &'a NewObject,
}

impl Definition for CreateObject<'_> {
    fn attempt(&self) -> Attempt {
        Attempt { event: Event::ObjectCreate, target: Some(Target::kind("object")) }
    }

    fn define(&self, work: &Work<'_>) -> Result<ObjectDef, Error> {
        let id = ObjectId::generate(work.now, work.entropy());
        let name_field = FieldId::generate(work.now, work.entropy());
        let object = ObjectDef::define(id, name_field, self.new.clone()).map_err(Error::bad_input)?;
        work.with_subject(object, self.new.subject.as_ref())
    }
}

pub(super) struct UpdateObject<'a> {
    pub(super) object: &'a str,
    pub(super) edit: &'a ObjectEdit,
}

impl Definition for UpdateObject<'_> {
    fn attempt(&self) -> Attempt {
        Attempt { event: Event::ObjectUpdate, target: Some(Target::kind("object")) }
    }

    fn define(&self, work: &Work<'_>) -> Result<ObjectDef, Error> {
        let before = ObjectDef::clone(&*work.object(self.object)?);
        before.edited(self.edit.clone()).map_err(Error::bad_input)
    }
}

impl Work<'_> {
    /// The object with the field that leads to whom its records are about, if there is to be one. It leads to
    /// persons, because it is under the key of a person that their values are sealed.
    fn with_subject(&self, object: ObjectDef, subject: Option<&NewSubject>) -> Result<ObjectDef, Error> {
        let Some(subject) = subject else { return Ok(object) };
        let target = self.metadata().object_named(&subject.target);
        if target.is_none_or(|target| target.subject != DataSubject::ThisRecord) {
            let message =
                format!("there is no object `{}` whose records are each about a person", subject.target);
            return Err(Error::BadInput(message));
        }
        let id = FieldId::generate(self.now, self.entropy());
        object.with_subject(id, subject.clone()).map_err(Error::bad_input)
    }
}
