//! The cache of unwrapped keys.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sutra_kernel::{Timestamp, WorkspaceId};

use crate::{DataKey, KeyRef, KeySlot};

/// Keeps unwrapped keys for a short while, so that not every read asks the vault.
///
/// It holds at most `capacity` keys for at most `ttl`; what falls out is wiped as soon as nobody
/// uses it any more.
pub struct Keyring {
    capacity: usize,
    ttl: Duration,
    shelves: Mutex<Shelves>,
}

#[derive(Default)]
struct Shelves {
    keys: HashMap<(WorkspaceId, KeyRef), Kept<Arc<DataKey>>>,
    current: HashMap<(WorkspaceId, KeySlot), Kept<KeyRef>>,
}

#[derive(Clone)]
struct Kept<T> {
    value: T,
    since: Timestamp,
}

impl Keyring {
    /// The longest that an unwrapped key may be kept.
    pub const MAX_TTL: Duration = Duration::from_secs(300);

    /// An empty ring; `ttl` is held to [`Keyring::MAX_TTL`].
    #[must_use]
    pub fn new(capacity: usize, ttl: Duration) -> Self {
        Self { capacity, ttl: ttl.min(Self::MAX_TTL), shelves: Mutex::default() }
    }

    /// The key of this name, if it is here and fresh.
    #[must_use]
    pub fn get(&self, workspace: WorkspaceId, key_ref: KeyRef, now: Timestamp) -> Option<Arc<DataKey>> {
        self.fresh(&mut self.lock().keys, (workspace, key_ref), now)
    }

    /// The key to seal with in this slot, if it is here and fresh.
    #[must_use]
    pub fn current(&self, workspace: WorkspaceId, slot: &KeySlot, now: Timestamp) -> Option<Arc<DataKey>> {
        let mut shelves = self.lock();
        let key_ref = self.fresh(&mut shelves.current, (workspace, *slot), now)?;
        self.fresh(&mut shelves.keys, (workspace, key_ref), now)
    }

    /// Keeps a key; with a slot, as the current one there.
    pub fn put(&self, workspace: WorkspaceId, slot: Option<&KeySlot>, key: Arc<DataKey>, now: Timestamp) {
        if self.capacity == 0 {
            return;
        }
        let mut shelves = self.lock();
        if let Some(slot) = slot {
            self.keep(&mut shelves.current, (workspace, *slot), key.key_ref(), now);
        }
        self.keep(&mut shelves.keys, (workspace, key.key_ref()), key, now);
    }

    /// Drops the keys of a workspace: after a rotation or a shred.
    pub fn forget(&self, workspace: WorkspaceId) {
        let mut shelves = self.lock();
        shelves.keys.retain(|(owner, _), _| *owner != workspace);
        shelves.current.retain(|(owner, _), _| *owner != workspace);
    }

    fn fresh<K: Hash + Eq, V: Clone>(
        &self,
        shelf: &mut HashMap<K, Kept<V>>,
        key: K,
        now: Timestamp,
    ) -> Option<V> {
        let kept = shelf.get(&key)?;
        if self.is_fresh(kept.since, now) {
            return Some(kept.value.clone());
        }
        shelf.remove(&key);
        None
    }

    fn keep<K: Hash + Eq + Copy, V>(
        &self,
        shelf: &mut HashMap<K, Kept<V>>,
        key: K,
        value: V,
        now: Timestamp,
    ) {
        if shelf.len() >= self.capacity && !shelf.contains_key(&key) {
            shelf.retain(|_, kept| self.is_fresh(kept.since, now));
        }
        if shelf.len() >= self.capacity && !shelf.contains_key(&key) {
            let oldest = shelf.iter().min_by_key(|(_, kept)| kept.since).map(|(key, _)| *key);
            oldest.and_then(|oldest| shelf.remove(&oldest));
        }
        shelf.insert(key, Kept { value, since: now });
    }

    /// A clock that was set back does not make a key live longer.
    fn is_fresh(&self, since: Timestamp, now: Timestamp) -> bool {
        now.since(since).max(since.since(now)) < self.ttl
    }

    fn lock(&self) -> MutexGuard<'_, Shelves> {
        // No code path leaves the shelves half-changed, so a panic elsewhere does not spoil them.
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
