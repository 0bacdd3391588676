//! Changing definitions: each use case says what an object becomes, and all else follows from that.

use std::{slice, sync::Arc};

use async_trait::async_trait;
use sutra_acl::{ObjectPolicy, OrgWideDefault, SystemPermission};
use sutra_audit::EntryDraft;
use sutra_kernel::ObjectId;
use sutra_records::{FieldDef, ObjectDef};

use super::word::{word_field, word_object};
use crate::{
    Error, Outcome,
    work::{Attempt, Done, UseCase, Work},
};

/// What an object becomes.
pub(super) trait Definition: Sync {
    fn attempt(&self) -> Attempt;

    /// The object as it is to be, made of definitions alone.
    fn define(&self, work: &Work<'_>) -> Result<ObjectDef, Error>;
}

/// The use case of whoever has *Manage Objects*.
pub(super) struct Define<D>(pub(super) D);

#[async_trait]
impl<D: Definition> UseCase for Define<D> {
    type Output = ObjectDef;

    fn attempt(&self) -> Attempt {
        self.0.attempt()
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<ObjectDef>, Error> {
        work.require_permission(SystemPermission::ManageObjects)?;
        let after = self.0.define(work)?;
        let entries = work.redefine(slice::from_ref(&after)).await?;
        Ok(Done { value: after, entries })
    }

    fn outcome(answer: &ObjectDef) -> Option<Outcome> {
        Some(Outcome::Thing(answer.id.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<ObjectDef, Error> {
        work.require_permission(SystemPermission::ManageObjects)?;
        let known = work.metadata().object(ObjectId::from_uuid(before.thing()?));
        known.map(|object| ObjectDef::clone(object)).ok_or(Error::NotFound("object"))
    }
}

/// An object that is new or becomes another.
struct Change<'a> {
    before: Option<Arc<ObjectDef>>,
    after: &'a ObjectDef,
}

impl Work<'_> {
    /// Stores definitions that are new or have changed, does what they ask for to the records that are there, and says
    /// so; nothing if all are as they were.
    pub(crate) async fn redefine(&mut self, objects: &[ObjectDef]) -> Result<Vec<EntryDraft>, Error> {
        let changes =
            objects.iter().map(|after| Change { before: self.metadata().object(after.id).cloned(), after });
        let changes: Vec<_> = changes.filter(Change::is_any).collect();
        for Change { before, after } in &changes {
            if before.as_ref().is_some_and(|before| after.needs_preparation(before)) {
                self.unit.begin_preparation(after.id, self.now).await?;
            }
        }
        self.unit.lock().await?;
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        for change in &changes {
            self.require_of_records(change).await?;
        }
        self.put_definitions(objects).await?;
        for change in &changes {
            self.settle_with_records(change).await?;
        }
        let mut entries: Vec<_> = changes.iter().flat_map(Change::words).collect();
        entries.extend(self.grant_to_administrators(objects).await?);
        Ok(entries)
    }

    /// Refuses what the records that are there cannot fulfil, and makes the key of what is to be sealed.
    async fn require_of_records(&mut self, change: &Change<'_>) -> Result<(), Error> {
        for (old, new) in change.fields() {
            if change.before.is_some() && new.required && !old.is_some_and(|old| old.required) {
                self.require_on_all_records(change.after.id, new).await?;
            }
            if new.encrypted && old.is_none() {
                self.make_field_key().await?;
            }
        }
        Ok(())
    }

    /// Claims the values of what becomes unique and frees those of what no longer is. The records of a new object are
    /// private until its org-wide default is set.
    async fn settle_with_records(&mut self, change: &Change<'_>) -> Result<(), Error> {
        let Change { before, after } = change;
        if before.is_none() {
            let default = OrgWideDefault::Private;
            self.unit.put_object_policy(&ObjectPolicy::new(after.id, default, true)).await?;
        }
        for (old, new) in change.fields() {
            match old {
                Some(old) if new.unique && !old.unique => self.claim_on_all_records(after, new).await?,
                Some(old) if old.unique && !new.unique => self.unit.free_field(new.id).await?,
                _ => {}
            }
        }
        Ok(())
    }
}

impl Change<'_> {
    fn is_any(&self) -> bool {
        self.before.as_deref() != Some(self.after)
    }

    /// The fields that are new or become others, each with what it was.
    fn fields(&self) -> impl Iterator<Item = (Option<&FieldDef>, &FieldDef)> {
        let known = |field: &FieldDef| {
            let before = self.before.as_ref()?;
            before.fields.iter().find(|known| known.id == field.id)
        };
        let sides = self.after.fields.iter().map(move |field| (known(field), field));
        sides.filter(|(old, new)| *old != Some(*new))
    }

    fn words(&self) -> Vec<EntryDraft> {
        let object = word_object(self.before.as_deref(), self.after);
        let fields = self.fields().map(|(old, new)| word_field(self.after, old, new));
        object.into_iter().chain(fields).collect()
    }
}
