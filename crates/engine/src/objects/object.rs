//! Making and renaming an object.

use async_trait::async_trait;
use sutra_acl::{ObjectPolicy, OrgWideDefault, SystemPermission};
use sutra_audit::{Event, Target};
use sutra_kernel::{FieldId, ObjectId};
use sutra_records::{NewObject, ObjectDef, ObjectEdit};

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
        work.put_definition(&after).await?;
        let default = OrgWideDefault::Private;
        work.unit.put_object_policy(&ObjectPolicy { object: id, default, hierarchy: true }).await?;
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
    /// An object whose definition was written before, as it is now.
    pub(super) fn object_before(&self, before: &Outcome) -> Result<ObjectDef, Error> {
        self.require_permission(SystemPermission::ManageObjects)?;
        let known = self.metadata().object(ObjectId::from_uuid(before.thing()?));
        known.map(|object| ObjectDef::clone(object)).ok_or(Error::NotFound("object"))
    }
}
