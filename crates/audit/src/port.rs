//! What the ledger needs from a store.

use async_trait::async_trait;
use sutra_kernel::{PortError, Timestamp, UnitId, Uuid, WorkspaceId};

use crate::{Hash, NO_HASH, Opening, Target, leaf, splice};

/// The pair of counters that every decision rests on.
///
/// A unit reads it first and hands it to [`append`](crate::append), which fails with a conflict if either
/// has moved: nothing is ever written on a stale policy or a stale schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Epochs {
    /// Counts changes of who may do what.
    pub policy: u64,
    /// Counts changes of objects and fields.
    pub metadata: u64,
}

/// An entry without its head, made before the chain is locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tail {
    /// The unit of work.
    pub unit: UnitId,
    /// Its place in the unit.
    pub ordinal: u32,
    /// The entry's bytes after the head.
    pub bytes: Vec<u8>,
    /// Projection: the category's number.
    pub category: u8,
    /// Projection: the event's code.
    pub action: String,
    /// Projection: who did it.
    pub actor_id: Option<Uuid>,
    /// Projection: what it was done to.
    pub target: Option<Target>,
    /// Projection: the request that asked for it.
    pub request: Option<Uuid>,
    /// The values behind the commitments, to be stored with the entry.
    pub openings: Vec<Opening>,
}

/// Where a tail ended up in the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Its place, from 1.
    pub seq: u64,
    /// Its instant.
    pub at: Timestamp,
    /// The leaf of the entry before.
    pub prev: Hash,
    /// Its own leaf.
    pub leaf: Hash,
}

/// An entry as it is stored: the bytes are the truth, the rest are projections for queries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// Its place, from 1.
    pub seq: u64,
    /// The entry.
    pub bytes: Vec<u8>,
    /// The hash of the bytes.
    pub leaf: Hash,
    /// The leaf of the entry before.
    pub prev: Hash,
    /// Its instant.
    pub at: Timestamp,
    /// The unit of work.
    pub unit: UnitId,
    /// Its place in the unit.
    pub ordinal: u32,
    /// The category's number.
    pub category: u8,
    /// The event's code.
    pub action: String,
    /// Who did it.
    pub actor_id: Option<Uuid>,
    /// The kind of thing it was done to.
    pub target_object: Option<String>,
    /// Which one.
    pub target_id: Option<Uuid>,
    /// Its version afterwards.
    pub target_version: Option<u64>,
    /// The request that asked for it.
    pub request: Option<Uuid>,
}

impl StoredEntry {
    /// Where it is in the chain.
    #[must_use]
    pub const fn appended(&self) -> Appended {
        Appended { seq: self.seq, at: self.at, prev: self.prev, leaf: self.leaf }
    }
}

/// The end of a workspace's chain: the row that is locked to append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The place of the last entry; zero if there is none.
    pub seq: u64,
    /// The leaf of the last entry; zeros if there is none.
    pub leaf: Hash,
    /// The instant of the last entry.
    pub at: Timestamp,
    /// The counters that decisions rest on.
    pub epochs: Epochs,
}

impl Head {
    /// The head of a chain without entries.
    pub const EMPTY: Self = Self {
        seq: 0,
        leaf: NO_HASH,
        at: Timestamp::from_micros(0),
        epochs: Epochs { policy: 0, metadata: 0 },
    };

    /// Puts one more entry on the chain: what every store does under its lock.
    ///
    /// This is the meaning of appending. A store that does it in SQL is tested against it.
    #[must_use]
    pub fn extend(&mut self, workspace: WorkspaceId, now: Timestamp, tail: &Tail) -> StoredEntry {
        let (seq, at, prev) = (self.seq.saturating_add(1), now.max(self.at), self.leaf);
        let bytes = splice(workspace, seq, &prev, at, &tail.bytes);
        let leaf = leaf(&bytes);
        *self = Self { seq, leaf, at, epochs: self.epochs };
        let target = tail.target.as_ref();
        StoredEntry {
            seq,
            bytes,
            leaf,
            prev,
            at,
            unit: tail.unit,
            ordinal: tail.ordinal,
            category: tail.category,
            action: tail.action.clone(),
            actor_id: tail.actor_id,
            target_object: target.map(|target| target.object.clone()),
            target_id: target.and_then(|target| target.id),
            target_version: target.and_then(|target| target.version),
            request: tail.request,
        }
    }
}

/// Which entries to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntryFilter {
    /// Only those about this thing.
    pub target: Option<(String, Uuid)>,
    /// Only those with this event's code.
    pub action: Option<String>,
    /// Only what this actor did.
    pub actor: Option<Uuid>,
    /// Only those before this place.
    pub before_seq: Option<u64>,
}

impl EntryFilter {
    /// Whether an entry is among those: the meaning that stores compile to SQL.
    #[must_use]
    pub fn matches(&self, entry: &StoredEntry) -> bool {
        let target = self.target.as_ref().is_none_or(|(object, id)| {
            entry.target_object.as_ref() == Some(object) && entry.target_id == Some(*id)
        });
        target
            && self.action.as_ref().is_none_or(|action| entry.action == *action)
            && self.actor.is_none_or(|actor| entry.actor_id == Some(actor))
            && self.before_seq.is_none_or(|seq| entry.seq < seq)
    }
}

/// Reads one workspace's ledger.
#[async_trait]
pub trait LedgerReader: Send {
    /// The counters that decisions rest on.
    async fn epochs(&mut self) -> Result<Epochs, PortError>;

    /// The end of the chain.
    async fn head(&mut self) -> Result<Head, PortError>;

    /// At most `limit` entries that match, newest first.
    async fn entries(&mut self, filter: &EntryFilter, limit: usize) -> Result<Vec<StoredEntry>, PortError>;

    /// At most `limit` entries from this place on, in the chain's order.
    async fn entries_from(&mut self, seq: u64, limit: usize) -> Result<Vec<StoredEntry>, PortError>;

    /// The openings of one entry, in any order.
    async fn openings(&mut self, unit: UnitId, ordinal: u32) -> Result<Vec<Opening>, PortError>;
}

/// Appends to one workspace's ledger, within one unit of work.
#[async_trait]
pub trait LedgerWriter: Send {
    /// Whose ledger it is.
    fn workspace(&self) -> WorkspaceId;

    /// The unit of work that everything written belongs to.
    fn unit(&self) -> UnitId;

    /// Locks the head until the unit ends, as [`append`](Self::append) does at its end: first in units that change
    /// what others decide on. Whoever decided before and has not appended yet will conflict, and nothing that
    /// is read after the lock can be changed by them.
    async fn lock(&mut self) -> Result<(), PortError>;

    /// Locks the head, puts every tail on the chain as [`Head::extend`] does, stores entries and openings, and
    /// says where they went, in order.
    ///
    /// # Errors
    /// A conflict if the head's epochs, without the bumps of this very unit, are not those `seen`.
    async fn append(
        &mut self,
        seen: Epochs,
        now: Timestamp,
        tails: Vec<Tail>,
    ) -> Result<Vec<Appended>, PortError>;
}
