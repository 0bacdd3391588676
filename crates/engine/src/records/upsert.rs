//! Changing the record that has a unique value, or making one that has it.

use async_trait::async_trait;
use sutra_acl::Action;
use sutra_audit::{Event, Target};
use sutra_kernel::{ApiName, PortError, RecordId};
use sutra_records::{FieldDef, Fields, ObjectDef, UniqueKey};

use super::{Changed, CreateRecord, Edit, update::UpdateRecord};
use crate::{
    Error, Outcome,
    work::{Attempt, Done, UseCase, Work},
};

pub(crate) struct UpsertRecord<'a> {
    pub(crate) object: &'a str,
    /// The unique field that the record is found by.
    pub(crate) by: &'a ApiName,
    pub(crate) edit: &'a Edit,
}

#[async_trait]
impl UseCase for UpsertRecord<'_> {
    type Output = Changed;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::RecordCreate, target: Some(Target::kind(self.object)) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Changed>, Error> {
        let object = work.object(self.object)?;
        let field = self.field(&object)?;
        if !work.plan().object(object.id).field(field.id).read {
            return Err(Error::FieldNotReadable(field.name.clone()));
        }
        let key = self.edit.fields.get(self.by).and_then(|value| UniqueKey::of(field, value));
        let key = key.ok_or_else(|| Error::BadInput(format!("a value of `{}` is needed", self.by)))?;
        work.flush().await?;
        match work.unit.find_unique(field.id, &key).await? {
            None => match self.create(work).await {
                // Somebody else has made it meanwhile: tried again, it is found.
                Err(error) if error.collides_in(self.by) => {
                    Err(PortError::conflict("the record was made at the same time").into())
                }
                done => done,
            },
            // To whom the record is hidden there is none, and so making one answers as it would without this question.
            Some(id) if work.is_hidden(&object.name, id).await? => self.create(work).await,
            Some(id) => self.update(work, id).await,
        }
    }

    fn gives(&self) -> Option<&Fields> {
        Some(&self.edit.fields)
    }

    fn outcome(answer: &Changed) -> Option<Outcome> {
        Some(answer.outcome())
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<Changed, Error> {
        let action = if before.is_creation() { Action::Create } else { Action::Update };
        work.changed_before(self.object, action, before).await
    }
}

impl UpsertRecord<'_> {
    fn field<'d>(&self, object: &'d ObjectDef) -> Result<&'d FieldDef, Error> {
        let field = object.field(self.by.as_str()).filter(|field| field.unique);
        field.ok_or_else(|| Error::BadInput(format!("`{}` is no unique field of `{}`", self.by, object.name)))
    }

    async fn create(&self, work: &mut Work<'_>) -> Result<Done<Changed>, Error> {
        let done = CreateRecord { object: self.object, edit: self.edit, row: None }.run(work).await?;
        // At once, so that it is known here whether the value is taken.
        work.flush().await?;
        Ok(done)
    }

    /// The value that the record was found by is the one it has: it is not written again.
    async fn update(&self, work: &mut Work<'_>, id: RecordId) -> Result<Done<Changed>, Error> {
        let mut edit: Edit = self.edit.clone();
        edit.fields.remove(self.by);
        UpdateRecord { object: self.object, id, edit: &edit }.run(work).await
    }
}
