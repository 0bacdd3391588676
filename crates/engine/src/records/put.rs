//! Writing a confirmed change, worded for the ledger.

use std::{collections::BTreeMap, sync::Arc};

use sutra_acl::{Action, Cause, Level, Owner, Principal};
use sutra_audit::{EntryDraft, Event, FieldChange, Opened, Target, Visibility};
use sutra_crypto::{KeySlot, Purpose};
use sutra_kernel::{ApiName, Value};
use sutra_records::{Change, Draft, FieldDef, ObjectDef, Record, RecordShare, SystemField, View};

use super::Changed;
use crate::{
    Error,
    work::{Done, Work},
};

impl Work<'_> {
    /// Stores a change and words its entry: a field-level diff, personal values sealed under the key of the
    /// person they are about.
    pub(crate) async fn put(
        &mut self,
        object: &Arc<ObjectDef>,
        change: Change,
    ) -> Result<Done<Changed>, Error> {
        let (after, fields) = (change.after().clone(), change.changed().to_vec());
        let entry = self.store(object, change).await?;
        let changed = self.changed(object, after, fields).await?;
        Ok(Done::new(changed, entry))
    }

    /// The same without an answer, for what nobody asked for by itself.
    pub(super) async fn store(
        &mut self,
        object: &Arc<ObjectDef>,
        change: Change,
    ) -> Result<EntryDraft, Error> {
        let seal = self.seal_of(object, &change).await?;
        let images: Vec<_> = change.before().into_iter().chain([change.after()]).collect();
        let entry = self.flagged(word(object, &change, &seal), object, &images).await?;
        let entry = self.with_reason(entry, &seal);
        self.add_change(object, change).await?;
        Ok(entry)
    }

    /// Stores a change of who may use a record, if it is one.
    pub(crate) async fn put_sharing(
        &mut self,
        object: &Arc<ObjectDef>,
        draft: Draft,
    ) -> Result<Done<Changed>, Error> {
        if draft.is_noop() {
            return self.unchanged(object, draft).await;
        }
        let change = self.confirm(object, draft).await?;
        self.put(object, change).await
    }

    /// What a change that changes nothing answers.
    pub(crate) async fn unchanged(
        &mut self,
        object: &Arc<ObjectDef>,
        draft: Draft,
    ) -> Result<Done<Changed>, Error> {
        let record = draft.before().ok_or_else(|| Error::internal("a new record is never unchanged"))?;
        Ok(Done::unchanged(self.changed(object, record.clone(), Vec::new()).await?))
    }

    async fn changed(
        &mut self,
        object: &Arc<ObjectDef>,
        record: Record,
        changed: Vec<ApiName>,
    ) -> Result<Changed, Error> {
        let is_readable = self.may(&record, Action::Read).await?;
        let (id, version, object) = (record.id, record.version, Arc::clone(object));
        let view = is_readable.then(|| View::of(record, &object, self.plan().object(object.id)));
        Ok(Changed { object, view, id, version, changed })
    }

    /// The key of the person a record is about, or the workspace's audit key if it is about nobody.
    async fn seal_of(&mut self, object: &ObjectDef, change: &Change) -> Result<Visibility, Error> {
        if let Some(key) = self.subject_key(object, change.after()).await? {
            return Ok(Visibility::Sealed { purpose: Purpose::Subject, key });
        }
        self.audit_seal().await
    }

    /// Seals under the workspace's audit key.
    pub(crate) async fn audit_seal(&mut self) -> Result<Visibility, Error> {
        let key = self.key(&KeySlot::Purpose(Purpose::Audit)).await?;
        Ok(Visibility::Sealed { purpose: Purpose::Audit, key })
    }

    /// Seals an entry's detail under the workspace's audit key.
    pub(crate) async fn seal_detail(&mut self, entry: EntryDraft) -> Result<EntryDraft, Error> {
        Ok(entry.detail_visibility(self.audit_seal().await?))
    }
}

fn word(object: &ObjectDef, change: &Change, seal: &Visibility) -> EntryDraft {
    let event = match change.action() {
        Action::Create => Event::RecordCreate,
        Action::Delete => Event::RecordDelete,
        Action::Restore => Event::RecordRestore,
        Action::Share if change.given().next().is_none() => Event::RecordUnshare,
        Action::Share => Event::RecordShare,
        Action::Read | Action::Update | Action::Transfer | Action::Purge => Event::RecordUpdate,
    };
    let after = change.after();
    let entry = EntryDraft::new(event).target(Target::record(object.name.as_str(), after.id, after.version));
    let words = |entry: EntryDraft, name| entry.change(word_field(object, change, name, seal));
    let entry = change.changed().iter().fold(entry, words);
    // So that a new record tells nobody which of them it has.
    let encrypted = object.fields.iter().filter(|field| field.encrypted && change.before().is_none());
    let empty = encrypted.filter(|field| !after.sealed.contains_key(&field.name));
    word_shares(empty.map(|field| &field.name).fold(entry, words), change, seal)
}

/// With whom the record is shared otherwise than before. It is told as a circumstance, and so by the ledger alone: whoever
/// may read a record does not see with whom it is shared.
fn word_shares(entry: EntryDraft, change: &Change, seal: &Visibility) -> EntryDraft {
    let mut levels: BTreeMap<Principal, (Level, Level)> = BTreeMap::new();
    // What comes from the parent is told of the parent, and what rules share of the rules.
    let own =
        |shared: &RecordShare| !matches!(shared.share.cause, Cause::Parent(_)) && !shared.share.is_by_rule();
    for RecordShare { share, .. } in change.taken().filter(own) {
        levels.entry(share.principal).or_insert((Level::None, Level::None)).0 = share.level;
    }
    for RecordShare { share, .. } in change.given().filter(own) {
        levels.entry(share.principal).or_insert((Level::None, Level::None)).1 = share.level;
    }
    if levels.is_empty() {
        return entry;
    }
    let entry = levels.into_iter().fold(entry, |entry, (with, (old, new))| {
        entry.detail(format!("shared with {with}"), format!("{new}, before: {old}"))
    });
    entry.detail_visibility(seal.clone())
}

fn word_field(object: &ObjectDef, change: &Change, name: &ApiName, seal: &Visibility) -> FieldChange {
    let field = object.field(name.as_str());
    let opened = |record: &Record| match field {
        // What is kept is what the record keeps: sealed, so that no key of the ledger opens it.
        Some(field) if field.encrypted => Opened::value(word_sealed(record, name)),
        field => {
            let raw = word_value(record, name);
            let label = field.and_then(|field| field.label_of(&raw)).map(Into::into);
            Opened { raw, label, locale: None }
        }
    };
    FieldChange {
        field: name.to_string(),
        old: change.before().map(opened),
        new: Some(opened(change.after())),
        visibility: field.map_or(Visibility::Plain, |field| visibility(field, seal)),
    }
}

/// A user is a reference; a queue is told by the kind of its identifier.
fn word_value(record: &Record, name: &ApiName) -> Value {
    match record.owner {
        Owner::Queue(queue) if name.as_str() == SystemField::OwnerId.as_str() => {
            Value::text(queue.to_string())
        }
        _ => record.value(name),
    }
}

fn word_sealed(record: &Record, name: &ApiName) -> Value {
    record.sealed.get(name).map_or(Value::Null, |sealed| Value::text(sealed.as_str()))
}

fn visibility(field: &FieldDef, seal: &Visibility) -> Visibility {
    match seal.clone() {
        Visibility::Sealed { purpose, key } if field.encrypted => Visibility::Masked { purpose, key },
        seal if field.category.is_about_a_person() => seal,
        _ => Visibility::Plain,
    }
}
