//! A ledger in memory and what to put into it.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll, Waker},
};

use async_trait::async_trait;
use sutra_audit::{
    Actor, AppendError, Appended, Batch, EntryDraft, Epochs, Event, FieldChange, Head, LedgerWriter, Opened,
    Opening, OpeningKey, Receipt, StoredEntry, Tail, Target, Visibility, append,
};
use sutra_crypto::{DataKey, KeyRef, Purpose};
use sutra_kernel::{
    Entropy, PortError, RecordId, RequestId, Timestamp, UnitId, UserId, Uuid, Value, WorkspaceId,
};

pub(crate) const NOW: Timestamp = Timestamp::from_micros(1_767_225_600_000_000);

/// Counts upwards, one byte at a time.
#[derive(Default)]
pub(crate) struct Counting(AtomicU8);

impl Entropy for Counting {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill_with(|| self.0.fetch_add(1, Ordering::Relaxed));
    }
}

/// One workspace's ledger, and the unit that is open on it.
pub(crate) struct Ledger {
    pub(crate) workspace: WorkspaceId,
    pub(crate) unit: UnitId,
    pub(crate) head: Head,
    pub(crate) entries: Vec<StoredEntry>,
    pub(crate) openings: Vec<Opening>,
    pub(crate) entropy: Counting,
    /// How the store lies about what it did.
    pub(crate) lie: fn(&mut Vec<Appended>),
}

#[async_trait]
impl LedgerWriter for Ledger {
    fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    fn unit(&self) -> UnitId {
        self.unit
    }

    async fn lock(&mut self) -> Result<(), PortError> {
        Ok(())
    }

    async fn append(
        &mut self,
        seen: Epochs,
        now: Timestamp,
        tails: Vec<Tail>,
    ) -> Result<Vec<Appended>, PortError> {
        if seen != self.head.epochs {
            return Err(PortError::conflict("the epochs moved"));
        }
        let mut places = Vec::new();
        for tail in tails {
            let entry = self.head.extend(self.workspace, now, &tail);
            places.push(entry.appended());
            self.entries.push(entry);
            self.openings.extend(tail.openings);
        }
        (self.lie)(&mut places);
        Ok(places)
    }
}

impl Ledger {
    pub(crate) fn new() -> Self {
        Self {
            workspace: WorkspaceId::from_uuid(Uuid::from_u128(0xA0)),
            unit: unit(0),
            head: Head::EMPTY,
            entries: Vec::new(),
            openings: Vec::new(),
            entropy: Counting::default(),
            lie: |_| {},
        }
    }

    /// Appends in a unit of this number, a second after the epoch of the tests for each.
    pub(crate) fn append(&mut self, number: u8, batch: Batch) -> Result<Receipt, AppendError> {
        self.unit = unit(number);
        let now = Timestamp::from_micros(NOW.as_micros() + i64::from(number) * 1_000_000);
        let entropy = std::mem::take(&mut self.entropy);
        let result = ready(append(self, batch, Epochs::default(), now, &entropy));
        self.entropy = entropy;
        result
    }

    pub(crate) fn openings_of(&self, entry: &StoredEntry) -> Vec<Opening> {
        let own = |opening: &&Opening| (opening.unit, opening.ordinal) == (entry.unit, entry.ordinal);
        self.openings.iter().filter(own).cloned().collect()
    }
}

pub(crate) fn unit(number: u8) -> UnitId {
    UnitId::from_uuid(Uuid::from_u128(0x0100 + u128::from(number)))
}

pub(crate) fn record() -> RecordId {
    RecordId::from_uuid(Uuid::from_u128(0xB0))
}

pub(crate) fn batch() -> Batch {
    let user = UserId::from_uuid(Uuid::from_u128(0xC0));
    Batch::new(Actor::user(user, None)).request(RequestId::from_uuid(Uuid::from_u128(0xD0)))
}

pub(crate) fn audit_key() -> OpeningKey {
    let key = Arc::new(DataKey::from_parts(KeyRef::from_u64(7), &[7; 32]));
    OpeningKey { purpose: Purpose::Audit, key }
}

pub(crate) fn subject_key() -> OpeningKey {
    let key = Arc::new(DataKey::from_parts(KeyRef::from_u64(8), &[8; 32]));
    OpeningKey { purpose: Purpose::Subject, key }
}

/// Answers with the key that the opening names.
pub(crate) fn all_keys(opening: &Opening) -> Option<OpeningKey> {
    [audit_key(), subject_key()].into_iter().find(|key| opening.key_ref() == Some(key.key.key_ref()))
}

pub(crate) fn sealed() -> Visibility {
    let OpeningKey { purpose, key } = subject_key();
    Visibility::Sealed { purpose, key }
}

pub(crate) fn masked() -> Visibility {
    let OpeningKey { purpose, key } = audit_key();
    Visibility::Masked { purpose, key }
}

pub(crate) fn text(value: &str) -> Option<Opened> {
    Some(Opened::value(Value::text(value)))
}

pub(crate) fn change(
    field: &str,
    old: Option<Opened>,
    new: Option<Opened>,
    visibility: Visibility,
) -> FieldChange {
    FieldChange { field: field.to_owned(), old, new, visibility }
}

/// A record made with a plain, a sealed and a masked field.
pub(crate) fn created() -> EntryDraft {
    let stage = Opened::labelled(Value::text("new"), "Neu", Some("de".to_owned()));
    EntryDraft::new(Event::RecordCreate)
        .target(Target::record("contact", record(), 1))
        .change(change("stage", None, Some(stage), Visibility::Plain))
        .change(change("lastName", None, text("Lovelace"), sealed()))
        .change(change("passport", None, text("P-1815"), masked()))
}

/// The record changed, with a reason.
pub(crate) fn updated(version: u64) -> EntryDraft {
    let number = |value| Some(Opened::value(Value::Integer(value)));
    let OpeningKey { purpose, key } = audit_key();
    EntryDraft::new(Event::RecordUpdate)
        .target(Target::record("contact", record(), version))
        .change(change("visits", number(3), number(4), Visibility::Plain))
        .change(change("nickname", Some(Opened::value(Value::Null)), text("Ada"), sealed()))
        .detail("reason", "call")
        .detail("address", "192.0.2.7")
        .detail_visibility(Visibility::Sealed { purpose, key })
}

/// What a future that never waits answers.
pub(crate) fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing here waits"),
    }
}
