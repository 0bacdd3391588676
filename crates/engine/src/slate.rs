//! What a unit of work has read of records and is yet to write, so that many are read and written with one call of the
//! store.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    mem,
    sync::Arc,
};

use sutra_acl::{Share, Subject};
use sutra_crypto::WrappedKey;
use sutra_kernel::{ObjectId, PortError, RecordId, UserId};
use sutra_records::{Change, ObjectDef, Record, RecordShare, Shift, Standing};

use crate::{
    Error,
    records::{ByRule, Uniques},
    work::Work,
};

/// What a unit knows of records, and what it is yet to write.
#[derive(Default)]
pub(crate) struct Slate {
    /// What records are by now, written or not; nothing for those that are not there.
    known: HashMap<(ObjectId, RecordId), Option<Record>>,
    subjects: HashMap<UserId, Option<Subject>>,
    unwritten: Unwritten,
    /// Which of many cases is being run.
    pub(crate) place: Option<usize>,
}

#[derive(Default)]
struct Unwritten {
    keys: Vec<WrappedKey>,
    changes: Vec<Change>,
    changed: HashSet<RecordId>,
    uniques: Uniques,
    given: Vec<RecordShare>,
    taken: Vec<RecordShare>,
    shared: HashSet<RecordId>,
    shifts: Vec<Shift>,
    /// Records that control others from now on.
    held: HashMap<RecordId, (Record, Vec<Share>)>,
}

impl Work<'_> {
    /// A record as it is by now.
    pub(crate) async fn find(&mut self, object: ObjectId, id: RecordId) -> Result<Option<Record>, Error> {
        self.fetch(object, &[id]).await?;
        Ok(self.known(object, id).cloned())
    }

    /// A record that was read before, as it is by now.
    pub(crate) fn known(&self, object: ObjectId, id: RecordId) -> Option<&Record> {
        self.slate.known.get(&(object, id)).and_then(Option::as_ref)
    }

    /// Reads records that are not known, so that finding them asks the store no more.
    pub(crate) async fn fetch(&mut self, object: ObjectId, ids: &[RecordId]) -> Result<(), Error> {
        let known = &mut self.slate.known;
        let unknown = ids.iter().copied().filter(|id| !known.contains_key(&(object, *id)));
        let unknown: Vec<RecordId> = unknown.collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let found = self.unit.find_records(object, &unknown).await?;
        known.extend(unknown.into_iter().map(|id| ((object, id), None)));
        known.extend(found.into_iter().map(|record| ((object, record.id), Some(record))));
        Ok(())
    }

    /// A user as permissions see them.
    pub(crate) async fn subject(&mut self, user: UserId) -> Result<Option<Subject>, Error> {
        if let Some(known) = self.slate.subjects.get(&user) {
            return Ok(known.clone());
        }
        let subject = self.unit.subject(user).await?;
        self.slate.subjects.insert(user, subject.clone());
        Ok(subject)
    }

    /// Takes a key that is to be written.
    pub(crate) fn add_key(&mut self, key: WrappedKey) {
        self.slate.unwritten.keys.push(key);
    }

    /// Takes a change that is to be written.
    pub(crate) async fn add_change(&mut self, object: &ObjectDef, change: Change) -> Result<(), Error> {
        let id = change.after().id;
        if self.slate.unwritten.changed.contains(&id) {
            self.flush().await?;
        }
        let ByRule { given, taken } = self.by_rule(&change).await?;
        self.standings.remove(&id);
        let Slate { known, unwritten, place, .. } = &mut self.slate;
        known.insert((object.id, id), Some(change.after().clone()));
        unwritten.uniques.add(object, &change, *place);
        let shares = unwritten.given.len() + unwritten.taken.len();
        unwritten.given.extend(change.given().chain(given));
        unwritten.taken.extend(change.taken().chain(taken));
        let is_shared = unwritten.given.len() + unwritten.taken.len() > shares;
        if is_shared {
            unwritten.shared.insert(id);
        }
        unwritten.shifts.extend(change.shift(is_shared));
        unwritten.changed.insert(id);
        unwritten.changes.push(change);
        Ok(())
    }

    /// Takes note that a record is stored as it is here, and shared so, until the unit ends.
    pub(crate) fn hold(&mut self, record: Record, shares: Vec<Share>) {
        self.slate.unwritten.held.insert(record.id, (record, shares));
    }

    /// Holds records. To share one by a rule is no version of it, so that its shares are looked up once it is held.
    async fn hold_all(&mut self, held: HashMap<RecordId, (Record, Vec<Share>)>) -> Result<(), Error> {
        let (records, shares): (Vec<_>, Vec<_>) = held.into_values().unzip();
        if records.is_empty() {
            return Ok(());
        }
        self.unit.hold_records(&records).await?;
        let mut ids: BTreeMap<ObjectId, Vec<RecordId>> = BTreeMap::new();
        for record in &records {
            ids.entry(record.object).or_default().push(record.id);
        }
        let mut stored = BTreeMap::new();
        for (object, ids) in ids {
            stored.extend(self.unit.standings(object, &ids).await?);
        }
        let is_shared_so = |(record, shares): (&Record, &Vec<Share>)| {
            stored.get(&record.id).unwrap_or(Standing::NONE).shares == *shares
        };
        if records.iter().zip(&shares).all(is_shared_so) {
            return Ok(());
        }
        Err(PortError::conflict("a record is shared with others by now").into())
    }

    /// Takes note that records are not what they were read as any more.
    pub(crate) fn read_anew(&mut self, object: ObjectId, ids: &[RecordId]) {
        for id in ids {
            self.slate.known.remove(&(object, *id));
            self.standings.remove(id);
        }
    }

    /// Takes note that a record is no more.
    pub(crate) fn forget(&mut self, object: ObjectId, id: RecordId) {
        self.slate.known.insert((object, id), None);
    }

    /// Writes to whom a record is shared, if that is yet to be written.
    pub(crate) async fn flush_shares(&mut self, id: RecordId) -> Result<(), Error> {
        if self.slate.unwritten.shared.contains(&id) { self.flush().await } else { Ok(()) }
    }

    /// Writes what is yet to be written: before anything else asks the store for it, and before the ledger.
    pub(crate) async fn flush(&mut self) -> Result<(), Error> {
        let Unwritten { keys, changes, uniques, given, taken, shifts, held, .. } =
            mem::take(&mut self.slate.unwritten);
        self.hold_all(held).await?;
        if !keys.is_empty() {
            self.unit.put_keys(keys).await?;
        }
        if !changes.is_empty() {
            self.unit.put_records(changes).await?;
        }
        self.settle(uniques).await?;
        if !taken.is_empty() {
            self.unit.remove_shares(&taken).await?;
        }
        if !given.is_empty() {
            self.unit.put_shares(&given).await?;
        }
        let policy = Arc::clone(&self.authority.policy);
        self.follow(&policy, shifts).await
    }
}
