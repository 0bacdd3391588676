//! Changing a record.

use std::sync::Arc;

use async_trait::async_trait;
use sutra_acl::{Action, Permit};
use sutra_audit::{Event, Target};
use sutra_kernel::{ApiName, RecordId, Value};
use sutra_records::{FieldDef, Fields, ObjectDef, Patch, Record};

use super::{Changed, Edit};
use crate::{
    Error, Outcome,
    sealing::Opened,
    work::{Attempt, Done, UseCase, Work, check_version},
};

pub(crate) struct UpdateRecord<'a> {
    pub(crate) object: &'a str,
    pub(crate) id: RecordId,
    pub(crate) edit: &'a Edit,
}

#[async_trait]
impl UseCase for UpdateRecord<'_> {
    type Output = Changed;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::RecordUpdate, target: Some(Target::thing(self.object, self.id.uuid())) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Changed>, Error> {
        let object = work.object(self.object)?;
        let (record, permit) = work.load(&object, self.id, Action::Update).await?;
        check_version(self.edit.version, record.version)?;
        let (permit, owner) = match self.edit.owner.filter(|owner| *owner != record.owner) {
            Some(owner) => {
                let transfer = work.permit(&record, Action::Transfer).await?;
                (transfer, Some((owner, work.assignable(owner).await?)))
            }
            None => (permit, None),
        };
        work.amend(&object, (record, permit), Patch { fields: self.edit.fields.clone(), owner }).await
    }

    fn gives(&self) -> Option<&Fields> {
        Some(&self.edit.fields)
    }

    fn outcome(answer: &Changed) -> Option<Outcome> {
        Some(answer.outcome())
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<Changed, Error> {
        work.changed_before(self.object, Action::Update, before).await
    }
}

impl Work<'_> {
    /// Puts a patch on a record, if that changes anything.
    pub(super) async fn amend(
        &mut self,
        object: &Arc<ObjectDef>,
        (record, permit): (Record, Permit),
        patch: Patch,
    ) -> Result<Done<Changed>, Error> {
        let fields = self.fields_as_seen(object, &record, patch.fields).await?;
        let fields = self.without_known_secrets(object, &record, fields).await?;
        let plan = self.plan().clone();
        let patch = Patch { fields, ..patch };
        let draft = record.update(object, plan.object(object.id), permit, patch, self.now)?;
        if draft.is_noop() {
            return self.unchanged(object, draft).await;
        }
        let draft = match draft.before().filter(|_| draft.action() == Action::Transfer).cloned() {
            // What was given by hand was the old owner's to give.
            Some(before) => draft.ending(self.shares_by_hand(&before).await?),
            None => draft,
        };
        let change = self.confirm(object, draft).await?;
        self.put(object, change).await
    }

    /// The edit as it looks to the caller, to whom a reference to a hidden record is empty: emptying it changes
    /// nothing, and naming a record needs read access to it, also if it is the one that is there. So no answer
    /// tells what is hidden.
    async fn fields_as_seen(
        &mut self,
        object: &ObjectDef,
        record: &Record,
        fields: Fields,
    ) -> Result<Fields, Error> {
        let mut seen = fields.clone();
        for (name, value) in &fields {
            let Some(target) = object.field(name.as_str()).and_then(FieldDef::target) else { continue };
            match (value, record.value(name)) {
                (Value::Reference(id), _) => drop(self.readable(target, *id).await?),
                (Value::Null, Value::Reference(id)) if self.is_hidden(target, id).await? => {
                    seen.remove(name);
                }
                _ => {}
            }
        }
        Ok(seen)
    }

    /// The edit without what encrypted fields have already, for whoever may see it. To others, writing one is changing
    /// it: no answer tells whether they wrote what was there.
    async fn without_known_secrets(
        &mut self,
        object: &ObjectDef,
        record: &Record,
        mut fields: Fields,
    ) -> Result<Fields, Error> {
        let plan = Arc::clone(self.plan());
        let plan = plan.object(object.id);
        if !plan.views_encrypted() {
            return Ok(fields);
        }
        for field in object.fields.iter().filter(|field| field.encrypted && field.permission(plan).edit) {
            let Some(given) = fields.get(&field.name).map(text_of) else { continue };
            let known = match record.sealed.get(&field.name) {
                None => given.is_none(),
                Some(sealed) => {
                    let place = self.place(object, record.id);
                    let opened = place.open(self.unit.as_mut(), &field.name, sealed).await?;
                    matches!(opened, Opened::Text(text) if given == Some(&text))
                }
            };
            if known {
                fields.remove(&field.name);
            }
        }
        Ok(fields)
    }

    /// Whether a reference to this record reads as empty to the caller.
    pub(super) async fn is_hidden(&mut self, target: &ApiName, id: RecordId) -> Result<bool, Error> {
        match self.readable(target, id).await {
            Ok(_) => Ok(false),
            Err(Error::NotFound(_)) => Ok(true),
            Err(error) => Err(error),
        }
    }
}

/// The text of a value; an empty one is none.
fn text_of(value: &Value) -> Option<&String> {
    match value {
        Value::Text(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}
