//! Making and renaming an object.

use async_trait::async_trait;
use sutra_acl::{ObjectPolicy, OrgWideDefault, SystemPermission};
use sutra_audit::{Event, Target};
use sutra_kernel::{FieldId, ObjectId};
use sutra_privacy::DataSubject;
use sutra_records::{NewObject, NewSubject, ObjectDef, ObjectEdit};

use super::word::{word_field, word_object};
use crate::{
    Error, Outcome,
    work::{Attempt, Done, UseCase, Work},
};

pub(super) struct CreateObject<'a> {
    pub(super) new: &'a NewObject,
}

#[async_trait]
impl UseCase for CreateObject<'_> {
    type Output = ObjectDef;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::ObjectCreate, target: Some(Target::kind("object")) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<ObjectDef>, Error> {
        work.require_permission(SystemPermission::ManageObjects)?;
        work.unit.lock().await?;
        let id = ObjectId::generate(work.now, work.entropy());
        let name_field = FieldId::generate(work.now, work.entropy());
        let after = ObjectDef::define(id, name_field, self.new.clone()).map_err(Error::bad_input)?;
        let after = work.with_subject(after, self.new.subject.as_ref())?;
        work.put_definition(&after).await?;
        let default = OrgWideDefault::Private;
        work.unit.put_object_policy(&ObjectPolicy::new(id, default, true)).await?;
        let mut entries = vec![word_object(None, &after)];
        entries.extend(after.fields.iter().map(|field| word_field(&after, None, field)));
        entries.extend(work.grant_to_administrators(&after).await?);
        Ok(Done { value: after, entries })
    }

    fn outcome(answer: &ObjectDef) -> Option<Outcome> {
        Some(Outcome::Thing(answer.id.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<ObjectDef, Error> {
        work.object_before(&before)
    }
}

pub(super) struct UpdateObject<'a> {
    pub(super) object: &'a str,
    pub(super) edit: &'a ObjectEdit,
}

#[async_trait]
impl UseCase for UpdateObject<'_> {
    type Output = ObjectDef;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::ObjectUpdate, target: Some(Target::kind("object")) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<ObjectDef>, Error> {
        work.require_permission(SystemPermission::ManageObjects)?;
        work.unit.lock().await?;
        let before = work.object(self.object)?;
        let after = ObjectDef::clone(&before).edited(self.edit.clone()).map_err(Error::bad_input)?;
        if *before == after {
            return Ok(Done::unchanged(after));
        }
        work.put_definition(&after).await?;
        let entry = word_object(Some(&before), &after);
        Ok(Done::new(after, entry))
    }

    fn outcome(answer: &ObjectDef) -> Option<Outcome> {
        Some(Outcome::Thing(answer.id.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<ObjectDef, Error> {
        work.object_before(&before)
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

    /// An object whose definition was written before, as it is now.
    pub(super) fn object_before(&self, before: &Outcome) -> Result<ObjectDef, Error> {
        self.require_permission(SystemPermission::ManageObjects)?;
        let known = self.metadata().object(ObjectId::from_uuid(before.thing()?));
        known.map(|object| ObjectDef::clone(object)).ok_or(Error::NotFound("object"))
    }
}
