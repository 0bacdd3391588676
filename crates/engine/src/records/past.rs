//! A record as it was, put together from the ledger.

use std::collections::{BTreeMap, BTreeSet};

use sutra_acl::Owner;
use sutra_audit::{
    Disclosure, Entry, EntryFilter, HistoryChange, Opened, Shown, Side, StoredEntry, rendered,
};
use sutra_kernel::{ApiName, RecordId, Timestamp, UserId, Value, ValueKind};
use sutra_records::{FieldDef, Fields, ObjectDef, Record, SealedFields, SealedValue, SystemField, View};

use super::history::{find_with_past, is_save};
use crate::{Error, Reads, Viewing, engine::Parts, opening_keys::OpeningKeys};

/// Which state of a record is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The state it was in at this instant.
    At(Timestamp),
    /// This version.
    Version(u64),
}

/// A record as it was, as far as that is still kept.
pub(super) struct Past {
    /// The record, with the values of the fields that were asked for.
    pub(super) record: Record,
    /// The fields that were asked for whose values are erased, or not what was written.
    pub(super) withheld: Vec<ApiName>,
    /// All fields that were changed since.
    pub(super) changed_since: BTreeSet<String>,
}

impl Viewing {
    /// A record as it was, as far as the viewer may read it today; nothing if it is hidden or absent today, and if it
    /// was not made yet or in the bin then.
    ///
    /// References are as they were; whoever follows them finds records as they are. Values that are erased are hidden
    /// like those that the viewer may not read.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without read permission on the object, [`Error::Internal`] if the ledger is damaged.
    pub async fn find_record_at(
        &self,
        object: &str,
        id: RecordId,
        moment: Moment,
    ) -> Result<Option<View>, Error> {
        let (object, plan) = self.readable(object)?;
        let mut reads = self.reads().await;
        let present = find_with_past(reads.as_mut(), plan, &object, id).await?;
        let Some(present) = present else { return Ok(None) };
        let readable = object.fields.iter().filter(|field| plan.field(field.id).read);
        let walk = Walk::new(self.engine.parts(), &object, &present, moment, readable);
        let Some(past) = walk.run(reads.as_mut()).await? else { return Ok(None) };
        let view = View::of(past.record, &object, plan);
        let is_hidden = |name: &ApiName| view.hides(name) || past.withheld.contains(name);
        let hidden = object.fields.iter().map(|field| field.name.clone()).filter(is_hidden).collect();
        Ok(Some(View { hidden, ..view }))
    }
}

/// How many entries are read at a time.
const CHUNK: usize = 200;

/// The way from the newest save of a record back to its first. What is met first of a field is what it was.
pub(super) struct Walk<'a> {
    parts: &'a Parts,
    object: &'a ObjectDef,
    present: &'a Record,
    moment: Moment,
    /// What is yet to be found, and of which kind it is.
    open: BTreeMap<&'a str, ValueKind>,
    state: Option<State>,
    fields: Fields,
    sealed: SealedFields,
    owner: Option<Owner>,
    withheld: Vec<ApiName>,
    changed_since: BTreeSet<String>,
}

/// What the save says that made the state.
struct State {
    version: u64,
    at: Timestamp,
    by: UserId,
}

impl<'a> Walk<'a> {
    /// A walk to this moment of a record, to find the values of these fields.
    pub(super) fn new(
        parts: &'a Parts,
        object: &'a ObjectDef,
        present: &'a Record,
        moment: Moment,
        fields: impl Iterator<Item = &'a FieldDef>,
    ) -> Self {
        let mut open: BTreeMap<_, _> =
            fields.map(|field| (field.name.as_str(), field.kind.value_kind())).collect();
        open.insert(SystemField::OwnerId.as_str(), ValueKind::Reference);
        let (fields, sealed) = (Fields::new(), SealedFields::new());
        let (withheld, changed_since) = (Vec::new(), BTreeSet::new());
        Self {
            parts,
            object,
            present,
            moment,
            open,
            state: None,
            fields,
            sealed,
            owner: None,
            withheld,
            changed_since,
        }
    }

    /// The record as it was; nothing if it was not there at the moment.
    pub(super) async fn run(mut self, reads: &mut dyn Reads) -> Result<Option<Past>, Error> {
        let target = Some((self.object.name.to_string(), self.present.id.uuid()));
        let mut filter = EntryFilter { target, ..EntryFilter::default() };
        let mut keys = OpeningKeys::new(self.present.workspace);
        loop {
            let entries = reads.entries(&filter, CHUNK).await?;
            let Some(oldest) = entries.last() else { return self.finish() };
            filter.before_seq = Some(oldest.seq);
            for save in entries.into_iter().filter(is_save) {
                let entry = Entry::decode(&save.bytes).map_err(Error::internal)?;
                if self.is_after(&save) {
                    self.changed_since.extend(entry.changes.into_iter().map(|change| change.field));
                } else if !self.enter(&save)? {
                    return Ok(None);
                } else {
                    self.take(reads, &entry, &mut keys).await?;
                }
            }
        }
    }

    fn is_after(&self, save: &StoredEntry) -> bool {
        match self.moment {
            Moment::At(instant) => save.at > instant,
            Moment::Version(version) => save.target_version.is_none_or(|made| made > version),
        }
    }

    /// Notes what the newest save says that is not after the moment. It is false if that put the record into the bin,
    /// or did not make the version that is meant.
    fn enter(&mut self, save: &StoredEntry) -> Result<bool, Error> {
        if self.state.is_some() {
            return Ok(true);
        }
        let damaged = || Error::internal("a save of a record without its version or its author");
        let version = save.target_version.ok_or_else(damaged)?;
        let by = UserId::from_uuid(save.actor_id.ok_or_else(damaged)?);
        self.state = Some(State { version, at: save.at, by });
        let is_meant = match self.moment {
            Moment::At(_) => true,
            Moment::Version(meant) => meant == version,
        };
        Ok(is_meant && save.action != sutra_audit::Event::RecordDelete.code())
    }

    /// Opens what an entry says of fields that are yet to be found, and nothing else.
    async fn take(
        &mut self,
        reads: &mut dyn Reads,
        entry: &Entry,
        keys: &mut OpeningKeys,
    ) -> Result<(), Error> {
        if !entry.changes.iter().any(|change| self.open.contains_key(change.field.as_str())) {
            return Ok(());
        }
        let mut openings = reads.openings(entry.unit, entry.ordinal).await?;
        openings.retain(|it| it.side == Side::New && self.open.contains_key(it.field.as_str()));
        keys.load(self.parts, reads, &openings).await?;
        for change in rendered(&openings, entry, |opening| keys.of(opening)) {
            if let Some(kind) = self.open.remove(change.field.as_str()) {
                self.settle(&change, kind)?;
            }
        }
        Ok(())
    }

    fn settle(&mut self, change: &HistoryChange, kind: ValueKind) -> Result<(), Error> {
        if self.object.field(&change.field).is_some_and(|field| field.encrypted) {
            return self.settle_sealed(change);
        }
        let value = value_of(change, kind);
        if change.field == SystemField::OwnerId.as_str() {
            let owner = owner_of(change, value);
            self.owner = Some(owner.ok_or_else(|| Error::internal("a save of a record without its owner"))?);
            return Ok(());
        }
        let name = ApiName::parse(&change.field).map_err(Error::internal)?;
        match value {
            Some(Value::Null) => {}
            Some(value) => drop(self.fields.insert(name, value)),
            None => self.withheld.push(name),
        }
        Ok(())
    }

    /// Of an encrypted field, what the record kept then, as sealed as it was.
    fn settle_sealed(&mut self, change: &HistoryChange) -> Result<(), Error> {
        let name = ApiName::parse(&change.field).map_err(Error::internal)?;
        match change.new.as_ref().map(raw_of) {
            None | Some(Some(Value::Null)) => {}
            Some(Some(Value::Text(text))) => drop(self.sealed.insert(name, SealedValue::from_stored(text))),
            Some(_) => self.withheld.push(name),
        }
        Ok(())
    }

    fn finish(self) -> Result<Option<Past>, Error> {
        let Some(State { version, at, by }) = self.state else { return Ok(None) };
        let owner = self.owner.ok_or_else(|| Error::internal("a record that began without an owner"))?;
        let record = Record {
            owner,
            // The role he had then is not kept, and nothing is decided on what was.
            owner_role: None,
            control: None,
            version,
            updated_at: at,
            updated_by: by,
            deleted_at: None,
            fields: self.fields,
            sealed: self.sealed,
            ..self.present.clone()
        };
        Ok(Some(Past { record, withheld: self.withheld, changed_since: self.changed_since }))
    }
}

/// What is proven to have been written.
fn raw_of(side: &Shown<Opened>) -> Option<&Value> {
    match side {
        Shown::Value(opened) => Some(&opened.raw),
        _ => None,
    }
}

/// Whose a record was after a change: the ledger has a queue as the text of its identifier.
fn owner_of(change: &HistoryChange, value: Option<Value>) -> Option<Owner> {
    let raw = change.new.as_ref().and_then(raw_of);
    if let Some(queue) = raw.and_then(|raw| raw.to_string().parse().ok()) {
        return Some(Owner::Queue(queue));
    }
    match value {
        Some(Value::Reference(user)) => Some(Owner::User(UserId::from_uuid(user.uuid()))),
        _ => None,
    }
}

/// What a field held after a change; nothing if that cannot be shown.
fn value_of(change: &HistoryChange, kind: ValueKind) -> Option<Value> {
    match (&change.new, change.disclosure) {
        (None, _) => Some(Value::Null),
        (Some(Shown::Value(opened)), Disclosure::Plain | Disclosure::Sealed) => {
            Opened::value_of(opened, kind)
        }
        (Some(_), _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_proven_and_of_the_fields_kind_is_a_value() {
        let text = || Some(Shown::Value(Opened::value(Value::text("Acme"))));
        let cases = [
            ("proven", text(), Disclosure::Sealed, Some(Value::text("Acme"))),
            ("emptied", Some(Shown::Value(Opened::value(Value::Null))), Disclosure::Plain, Some(Value::Null)),
            ("without an after", None, Disclosure::Plain, Some(Value::Null)),
            ("of an encrypted field", text(), Disclosure::Masked, None),
            ("erased", Some(Shown::Closed), Disclosure::Sealed, None),
            ("no longer kept", Some(Shown::Missing), Disclosure::Plain, None),
            ("not what was written", Some(Shown::Unproven), Disclosure::Plain, None),
        ];
        for (name, new, disclosure, expected) in cases {
            let change = HistoryChange { field: "name".to_owned(), old: None, new, disclosure };
            assert_eq!(value_of(&change, ValueKind::Text), expected, "{name}");
        }
        let new = Some(Shown::Value(Opened::value(Value::text("many"))));
        let change =
            HistoryChange { field: "name".to_owned(), old: None, new, disclosure: Disclosure::Plain };
        assert_eq!(value_of(&change, ValueKind::Integer), None, "of a kind the field once had");
    }
}
