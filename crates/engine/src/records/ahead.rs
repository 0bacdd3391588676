//! Reading ahead: what many cases will ask the store for is read at once.

use std::collections::HashMap;

use sutra_kernel::{ObjectId, RecordId, Value};
use sutra_privacy::DataSubject;
use sutra_records::{FieldDef, Fields, ObjectDef};

use crate::{Error, work::Work};

/// What a case names before it is run.
pub(super) struct Named<'a> {
    /// The record that it is to change.
    pub(super) record: Option<RecordId>,
    /// The values that it gives a record.
    pub(super) fields: Option<&'a Fields>,
}

impl Work<'_> {
    /// Reads the records of an object that are to be changed and those that are to be linked to, what decides on
    /// them, and the keys of the people they are about.
    pub(super) async fn read_ahead(&mut self, object: &str, named: &[Named<'_>]) -> Result<(), Error> {
        let object = self.object(object)?;
        let mut records: HashMap<ObjectId, Vec<RecordId>> = HashMap::new();
        records.insert(object.id, named.iter().filter_map(|case| case.record).collect());
        for (name, value) in named.iter().filter_map(|case| case.fields).flatten() {
            let target = object.field(name.as_str()).and_then(FieldDef::target);
            let target = target.and_then(|target| self.metadata().object_named(target.as_str()));
            if let (Some(target), Value::Reference(id)) = (target, value) {
                records.entry(target.id).or_default().push(*id);
            }
        }
        for (object, mut ids) in records {
            ids.sort_unstable();
            ids.dedup();
            self.prepare_decisions(object, &ids).await?;
        }
        let people: Vec<RecordId> = named.iter().filter_map(|case| self.person(&object, case)).collect();
        self.fetch_subject_keys(people).await
    }

    /// Whom a case will be about, as far as that can be told.
    fn person(&self, object: &ObjectDef, case: &Named<'_>) -> Option<RecordId> {
        let DataSubject::Reference(field) = &object.subject else {
            return case.record.filter(|_| object.subject == DataSubject::ThisRecord);
        };
        let given = case.fields.and_then(|fields| fields.get(field)).cloned();
        match given.or_else(|| Some(self.known(object.id, case.record?)?.value(field))) {
            Some(Value::Reference(person)) => Some(person),
            _ => None,
        }
    }
}
