//! Making and changing a field.

use async_trait::async_trait;
use sutra_acl::SystemPermission;
use sutra_audit::{Event, Target};
use sutra_kernel::{FieldId, ObjectId};
use sutra_records::{FieldDef, FieldEdit, NewField, ObjectDef};

use super::word::word_field;
use crate::{
    Error, Outcome,
    work::{Attempt, Done, UseCase, Work},
};

pub(super) struct CreateField<'a> {
    pub(super) object: &'a str,
    pub(super) new: &'a NewField,
}

#[async_trait]
impl UseCase for CreateField<'_> {
    type Output = ObjectDef;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::FieldCreate, target: Some(Target::kind("field")) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<ObjectDef>, Error> {
        work.require_permission(SystemPermission::ManageObjects)?;
        work.unit.lock().await?;
        let before = work.object(self.object)?;
        let id = FieldId::generate(work.now, work.entropy());
        let after = ObjectDef::clone(&before).with_field(id, self.new.clone()).map_err(Error::bad_input)?;
        let field = after.field(&self.new.name).ok_or_else(|| Error::internal("a new field is there"))?;
        if field.required {
            work.require_on_all_records(after.id, field).await?;
        }
        work.put_definition(&after).await?;
        let mut entries = vec![word_field(&after, None, field)];
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

pub(super) struct UpdateField<'a> {
    pub(super) object: &'a str,
    pub(super) field: &'a str,
    pub(super) edit: &'a FieldEdit,
}

#[async_trait]
impl UseCase for UpdateField<'_> {
    type Output = ObjectDef;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::FieldUpdate, target: Some(Target::kind("field")) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<ObjectDef>, Error> {
        work.require_permission(SystemPermission::ManageObjects)?;
        work.unit.lock().await?;
        let before = work.object(self.object)?;
        let after = ObjectDef::clone(&before).with_field_edited(self.field, self.edit.clone());
        let after = after.map_err(Error::bad_input)?;
        if *before == after {
            return Ok(Done::unchanged(after));
        }
        let sides = before.field(self.field).zip(after.field(self.field));
        let (old, new) = sides.ok_or_else(|| Error::internal("a changed field is there"))?;
        if new.required && !old.required {
            work.require_on_all_records(after.id, new).await?;
        }
        work.put_definition(&after).await?;
        let entry = word_field(&after, Some(old), new);
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
    /// Refuses if a record that is not in the bin lacks the field. Under the ledger's lock none can be added
    /// meanwhile: whoever writes with the definitions of before is in conflict.
    async fn require_on_all_records(&mut self, object: ObjectId, field: &FieldDef) -> Result<(), Error> {
        if !self.unit.lacks_value(object, &field.name).await? {
            return Ok(());
        }
        let name = &field.name;
        Err(Error::BadInput(format!("field `{name}` cannot be required: there are records without it")))
    }
}
