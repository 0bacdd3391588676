//! What belongs to a record, and is deleted, brought back and removed for good with it.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use sutra_acl::Action;
use sutra_audit::{EntryDraft, Event, Target};
use sutra_kernel::{RecordId, Value};
use sutra_records::{Along, Change, FieldDef, ObjectDef, Purge, Record};

use super::{Changed, MAX_RECORDS, control::list};
use crate::{
    Error,
    work::{Done, Work},
};

/// What is done to records of one object.
type Group<T> = (Arc<ObjectDef>, Vec<T>);

impl Work<'_> {
    /// Stores the deletion or the return of a record, and of all that goes along. Each record has an entry, and those
    /// that go along one for all of their object; that of the record itself is the last.
    pub(super) async fn put_all(
        &mut self,
        object: &Arc<ObjectDef>,
        change: Change,
    ) -> Result<Done<Changed>, Error> {
        let event = if change.action() == Action::Restore { Event::MassRestore } else { Event::MassDelete };
        let mut entries = Vec::new();
        for (object, changes) in self.gather(object, &change).await? {
            let rows = changes.len();
            for change in changes {
                entries.push(self.store(&object, change).await?);
            }
            entries.extend(self.word_all(event, &object, rows).await?);
        }
        let Done { value, entries: last } = self.put(object, change).await?;
        entries.extend(last);
        Ok(Done { value, entries })
    }

    /// Removes a record for good, and all that goes along; worded in the same way.
    pub(super) async fn remove_all(
        &mut self,
        object: &Arc<ObjectDef>,
        purge: Purge,
    ) -> Result<Vec<EntryDraft>, Error> {
        let mut entries = Vec::new();
        for (object, purges) in self.gather(object, &purge).await? {
            let rows = purges.len();
            for purge in purges {
                entries.push(self.remove(&object, purge).await?);
            }
            entries.extend(self.word_all(Event::MassPurge, &object, rows).await?);
        }
        entries.push(self.remove(object, purge).await?);
        Ok(entries)
    }

    async fn remove(&mut self, object: &ObjectDef, purge: Purge) -> Result<EntryDraft, Error> {
        let entry = EntryDraft::new(Event::RecordPurge);
        let entry = entry.target(Target::record(object.name.as_str(), purge.id(), purge.version()));
        let entry = self.flagged(entry, object, &[purge.record()]).await?;
        let id = purge.id();
        self.flush().await?;
        self.unit.remove_record(purge).await?;
        self.forget(object.id, id);
        let seal = self.audit_seal().await?;
        Ok(self.with_reason(entry, &seal))
    }

    /// The entry for all records of an object that went along, if there are any.
    async fn word_all(
        &mut self,
        event: Event,
        object: &ObjectDef,
        rows: usize,
    ) -> Result<Option<EntryDraft>, Error> {
        if rows == 0 {
            return Ok(None);
        }
        let rows = u64::try_from(rows).map_err(Error::internal)?;
        let entry = EntryDraft::new(event).target(Target::kind(object.name.as_str())).rows(rows);
        let seal = self.audit_seal().await?;
        Ok(Some(self.with_reason(entry, &seal)))
    }

    /// What goes along, object by object: first those that are the parents of others.
    async fn gather<T: Along>(&mut self, object: &ObjectDef, first: &T) -> Result<Vec<Group<T>>, Error> {
        let mut groups = Vec::new();
        let mut next = VecDeque::from(self.children(object, std::slice::from_ref(first)).await?);
        while let Some((object, found)) = next.pop_front() {
            next.extend(self.children(&object, &found).await?);
            groups.push((object, found));
        }
        Ok(groups)
    }

    /// What goes along with records of an object, of each object below it; also if it is nothing, so that whether a
    /// reason is needed depends on the definitions alone.
    async fn children<T: Along>(&mut self, object: &ObjectDef, with: &[T]) -> Result<Vec<Group<T>>, Error> {
        let metadata = Arc::clone(self.metadata());
        let mut groups = Vec::new();
        for child in metadata.children(object) {
            groups.push((Arc::clone(child), self.along(child, with).await?));
        }
        Ok(groups)
    }

    /// The records of an object that go along with these.
    async fn along<T: Along>(&mut self, object: &Arc<ObjectDef>, with: &[T]) -> Result<Vec<T>, Error> {
        self.require_reason(object)?;
        let parents: BTreeMap<RecordId, &T> = with.iter().map(|one| (one.record(), one)).collect();
        let (Some(field), Some(first)) = (object.parent(), with.first()) else { return Ok(Vec::new()) };
        let ids: Vec<_> = parents.keys().copied().collect();
        let found = self.belonging(object, field, &ids, first.in_bin()).await?;
        let mut along = Vec::new();
        for record in found {
            let Value::Reference(parent) = record.value(&field.name) else { continue };
            let Some(parent) = parents.get(&parent) else { continue };
            along.extend(parent.along(object, record).map_err(Error::internal)?);
        }
        self.gone_along += along.len();
        if self.gone_along > MAX_RECORDS { Err(too_many()) } else { Ok(along) }
    }

    /// The records of an object that belong to one of these, whoever may see them.
    async fn belonging(
        &mut self,
        object: &Arc<ObjectDef>,
        field: &FieldDef,
        parents: &[RecordId],
        deleted: bool,
    ) -> Result<Vec<Record>, Error> {
        let list = list(object, field, parents, deleted)?;
        self.flush().await?;
        let page = self.unit.list_records(&list).await?;
        if page.more { Err(too_many()) } else { Ok(page.items) }
    }
}

fn too_many() -> Error {
    Error::BadInput(format!(
        "more than {MAX_RECORDS} records belong to it, and no more can go along at a time: begin with them"
    ))
}
