//! Making and changing a field.

use std::sync::Arc;

use async_trait::async_trait;
use sutra_acl::{Scope, SystemPermission};
use sutra_audit::{Event, Target};
use sutra_kernel::{ApiName, Direction, FieldId, ObjectId, Value};
use sutra_records::{
    FieldDef, FieldEdit, ListQuery, NewField, ObjectDef, Order, Position, Side, SystemField, Turn,
    UniqueClaim,
};

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
        if field.encrypted {
            work.make_field_key().await?;
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
        let before = work.object(self.object)?;
        let after = ObjectDef::clone(&before).with_field_edited(self.field, self.edit.clone());
        let after = after.map_err(Error::bad_input)?;
        if after.needs_preparation(&before) {
            work.unit.begin_preparation(after.id, work.now).await?;
        }
        work.unit.lock().await?;
        if *before == after {
            return Ok(Done::unchanged(after));
        }
        let sides = before.field(self.field).zip(after.field(self.field));
        let (old, new) = sides.ok_or_else(|| Error::internal("a changed field is there"))?;
        if new.required && !old.required {
            work.require_on_all_records(after.id, new).await?;
        }
        work.put_definition(&after).await?;
        if new.unique && !old.unique {
            work.claim_on_all_records(&after, new).await?;
        } else if old.unique && !new.unique {
            work.unit.free_field(new.id).await?;
        }
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
    /// Refuses if a record lacks the field, be it one in the bin that may come back. Under the ledger's lock none can
    /// be added meanwhile: whoever writes with the definitions of before is in conflict.
    async fn require_on_all_records(&mut self, object: ObjectId, field: &FieldDef) -> Result<(), Error> {
        if !self.unit.lacks_value(object, &field.name).await? {
            return Ok(());
        }
        let name = &field.name;
        Err(Error::BadInput(format!("field `{name}` cannot be required: there are records without it")))
    }

    /// Claims the values that records have in a field that becomes unique; refuses if two are the same. It holds the
    /// ledger's lock meanwhile, like [`require_on_all_records`](Self::require_on_all_records), and hence only so many.
    async fn claim_on_all_records(&mut self, object: &ObjectDef, field: &FieldDef) -> Result<(), Error> {
        let refused = |why: &str| Error::BadInput(format!("field `{}` cannot be unique: {why}", field.name));
        let mut list = whole_list(object)?;
        if self.unit.count_records(&list, MOST_CLAIMED + 1).await? > MOST_CLAIMED {
            return Err(refused(&format!("there are more than {MOST_CLAIMED} records, too many to compare")));
        }
        loop {
            let page = self.unit.list_records(&list).await?;
            let claims = page.items.iter().flat_map(|record| UniqueClaim::all_of(object, record));
            let claims: Vec<_> = claims.filter(|claim| claim.field == field.id).collect();
            if !self.unit.claim_unique(&claims).await? {
                return Err(refused("there are records with the same value"));
            }
            let Some(last) = page.items.last().filter(|_| page.more) else { return Ok(()) };
            list.from = Some(Position { value: Value::Reference(last.id), id: last.id, side: Side::After });
        }
    }
}

/// How many records an object may have when a field of it becomes unique.
const MOST_CLAIMED: u64 = 10_000;

/// How many of them are read at a time.
const CHUNK: usize = 500;

/// All records of an object that are not deleted, whoever may see them.
fn whole_list(object: &ObjectDef) -> Result<ListQuery, Error> {
    let field = ApiName::parse(SystemField::Id.as_str()).map_err(Error::internal)?;
    Ok(ListQuery {
        object: Arc::new(object.clone()),
        scope: Scope::ALL,
        filter: None,
        search: None,
        order: Order { field, direction: Direction::Ascending },
        turn: Turn::Forward,
        from: None,
        limit: CHUNK,
        deleted: false,
    })
}
