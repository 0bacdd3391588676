//! Definitions, records and the traces of imports.

use std::collections::BTreeMap;

use async_trait::async_trait;
use sutra_kernel::{ApiName, ObjectId, Page, PortError, RecordId, UserId};
use sutra_records::{
    Aggregate, Change, Controlled, Group, ListQuery, MetadataReader, MetadataWriter, ObjectDef, Purge,
    Record, RecordReader, RecordWriter, Standing, Stored, TeamRole, ValidationRule,
    import::{Import, ImportRow},
};

use super::{
    open::{Open, Writing},
    policy::require_free,
    state::State,
};

#[async_trait]
impl<M: Send> RecordReader for Open<M> {
    async fn find_record(&mut self, object: ObjectId, id: RecordId) -> Result<Option<Record>, PortError> {
        Ok(self.state().records.get(&id).filter(|record| record.object == object).cloned())
    }

    async fn find_records(&mut self, object: ObjectId, ids: &[RecordId]) -> Result<Vec<Record>, PortError> {
        let records = self.state().records.values();
        Ok(records.filter(|record| record.object == object && ids.contains(&record.id)).cloned().collect())
    }

    async fn standings(
        &mut self,
        object: ObjectId,
        ids: &[RecordId],
    ) -> Result<BTreeMap<RecordId, Standing>, PortError> {
        let State { records, shares, .. } = self.state();
        let is_of_object = |id: &&RecordId| records.get(id).is_some_and(|record| record.object == object);
        let found = ids.iter().filter(is_of_object).filter_map(|id| Some((*id, shares.get(id)?.clone())));
        Ok(found.collect())
    }

    async fn team_roles(&mut self, record: RecordId) -> Result<BTreeMap<UserId, TeamRole>, PortError> {
        Ok(self.state().team_roles.get(&record).cloned().unwrap_or_default())
    }

    async fn list_records(&mut self, query: &ListQuery) -> Result<Page<Record>, PortError> {
        query.check().map_err(PortError::refused)?;
        let mut records: Vec<_> = self.state().matching(query).collect();
        records.retain(|record| query.is_within_reach(record));
        records.sort_by(|a, b| query.order(a, b));
        Ok(query.page(records).map(Record::clone))
    }

    async fn count_records(&mut self, query: &ListQuery, cap: u64) -> Result<u64, PortError> {
        query.check().map_err(PortError::refused)?;
        Ok(self.state().matching(query).map(|_| 1).sum::<u64>().min(cap))
    }

    async fn aggregate_records(&mut self, aggregate: &Aggregate) -> Result<Vec<Group>, PortError> {
        aggregate.check().map_err(PortError::refused)?;
        let state = self.state();
        Ok(aggregate.answer(state.matching(&aggregate.list), &|id| state.stored(id)))
    }

    async fn lacks_value(&mut self, object: ObjectId, field: &ApiName) -> Result<bool, PortError> {
        let lacks =
            |record: &Record| !record.fields.contains_key(field) && !record.sealed.contains_key(field);
        let mut records = self.state().records.values();
        Ok(records.any(|record| record.object == object && lacks(record)))
    }

    async fn find_import_row(
        &mut self,
        object: ObjectId,
        file_digest: &[u8; 32],
        row: u64,
    ) -> Result<Option<RecordId>, PortError> {
        let row = self.state().import_rows.get(&(object, *file_digest, row));
        Ok(row.map(|(_, record)| *record))
    }

    async fn latest_import(&mut self, object: ObjectId, user: UserId) -> Result<Option<[u8; 32]>, PortError> {
        let imports = self.state().imports.values();
        let finished = imports.filter(|import| import.object == object && import.user == user);
        let latest = finished.filter(|import| import.finished_at.is_some());
        Ok(latest.max_by_key(|import| (import.finished_at, import.id)).map(|import| import.file_digest))
    }
}

impl State {
    pub(super) fn control(&mut self, controls: &[Controlled]) -> Result<(), PortError> {
        for Controlled { before, control, owner_role } in controls {
            match self.records.get_mut(&before.id).filter(|record| stamp(record) == stamp(before)) {
                Some(record) => (record.control, record.owner_role) = (*control, *owner_role),
                None => return Err(PortError::conflict("the record has another version")),
            }
        }
        Ok(())
    }

    /// The records of a list, in no order.
    fn matching<'s>(&'s self, query: &'s ListQuery) -> impl Iterator<Item = &'s Record> {
        let stored = |record| (record, self.standing(record));
        self.records.values().filter(move |record| query.matches(stored(record), &|id| self.stored(id)))
    }

    fn stored(&self, id: RecordId) -> Option<Stored<'_>> {
        self.records.get(&id).map(|record| (record, self.standing(record)))
    }

    fn standing(&self, record: &Record) -> &Standing {
        self.shares.get(&record.id).unwrap_or(Standing::NONE)
    }
}

/// What must be stored of a record for it to be changed.
fn stamp(record: &Record) -> (ObjectId, u64, u64) {
    (record.object, record.version, record.control.map_or(0, |control| control.writes))
}

#[async_trait]
impl RecordWriter for Open<Writing> {
    async fn put_records(&mut self, changes: Vec<Change>) -> Result<(), PortError> {
        for change in changes {
            self.require_home(change.workspace())?;
            let (id, version) = (change.after().id, change.after().version);
            let records = &mut self.tables().records;
            if records.get(&id).map(stamp) != change.before().map(stamp) {
                return Err(PortError::conflict("the record has another version"));
            }
            records.insert(id, change.into_after());
            self.mode.written.push((id.uuid(), version));
        }
        Ok(())
    }

    async fn hold_records(&mut self, records: &[Record]) -> Result<(), PortError> {
        let stored = &self.state().records;
        let is_stored = |record: &Record| stored.get(&record.id).map(stamp) == Some(stamp(record));
        match records.iter().all(is_stored) {
            true => Ok(()),
            false => Err(PortError::conflict("the record has another version")),
        }
    }

    async fn put_controls(&mut self, controls: &[Controlled]) -> Result<(), PortError> {
        self.tables().control(controls)
    }

    async fn remove_record(&mut self, purge: Purge) -> Result<(), PortError> {
        self.require_home(purge.workspace())?;
        let records = &mut self.tables().records;
        let stored = records.get(&purge.id()).map(|record| (record.object, record.version));
        if stored != Some((purge.object(), purge.before())) {
            return Err(PortError::conflict("the record has another version"));
        }
        records.remove(&purge.id());
        self.tables().shares.remove(&purge.id());
        self.tables().team_roles.remove(&purge.id());
        self.mode.written.push((purge.id().uuid(), purge.version()));
        Ok(())
    }

    async fn put_import_row(&mut self, row: &ImportRow) -> Result<(), PortError> {
        let rows = &mut self.tables().import_rows;
        let key = (row.object, row.file_digest, row.row);
        if rows.contains_key(&key) {
            return Err(PortError::conflict("the row was imported already"));
        }
        rows.insert(key, (row.import, row.record));
        Ok(())
    }

    async fn put_import(&mut self, import: &Import) -> Result<(), PortError> {
        self.tables().imports.insert(import.id, import.clone());
        Ok(())
    }
}

#[async_trait]
impl<M: Send> MetadataReader for Open<M> {
    async fn objects(&mut self) -> Result<Vec<ObjectDef>, PortError> {
        Ok(self.state().objects.clone())
    }

    async fn rules(&mut self) -> Result<Vec<ValidationRule>, PortError> {
        let mut rules: Vec<_> = self.state().rules.values().cloned().collect();
        rules.sort_by(|a, b| (a.object, &a.name).cmp(&(b.object, &b.name)));
        Ok(rules)
    }
}

#[async_trait]
impl MetadataWriter for Open<Writing> {
    async fn put_object(&mut self, object: &ObjectDef) -> Result<(), PortError> {
        let objects = &mut self.tables().objects;
        let mut others = objects.iter().filter(|other| other.id != object.id);
        require_free(!others.any(|other| other.name == object.name))?;
        match objects.iter_mut().find(|known| known.id == object.id) {
            Some(known) => *known = object.clone(),
            None => objects.push(object.clone()),
        }
        Ok(())
    }

    async fn put_rule(&mut self, rule: &ValidationRule) -> Result<(), PortError> {
        let rules = &mut self.tables().rules;
        let mut others = rules.values().filter(|other| other.id != rule.id && other.object == rule.object);
        require_free(!others.any(|other| other.name == rule.name))?;
        rules.insert(rule.id, rule.clone());
        Ok(())
    }

    async fn bump_metadata_version(&mut self) -> Result<(), PortError> {
        let version = &mut self.tables().head.epochs.metadata;
        *version = version.saturating_add(1);
        Ok(())
    }
}
