//! Keys, from the store and the vault to the ring that keeps them for a few minutes.

use std::{slice, sync::Arc, time::Duration};

use async_lock::Mutex;
use sutra_crypto::{Branch, DataKey, KeyReader, KeyRef, KeySlot, KeyVault, Keyring, Purpose, WrappedKey};
use sutra_kernel::{Entropy, PortError, Timestamp, WorkspaceId};

use crate::{Error, Store};

/// How long an unwrapped key is kept, and how many are.
const KEPT_FOR: Duration = Duration::from_secs(300);
const KEPT: usize = 10_000;

/// What every workspace has from the start, beside its workspace key.
const FIRST_SLOTS: [KeySlot; 5] = [
    KeySlot::Purpose(Purpose::Settings),
    KeySlot::Purpose(Purpose::Audit),
    KeySlot::Purpose(Purpose::Outbox),
    KeySlot::Branch(Branch::Cursor),
    KeySlot::Branch(Branch::Idempotency),
];

pub(crate) struct Keys {
    vault: Arc<dyn KeyVault>,
    entropy: Arc<dyn Entropy>,
    ring: Keyring,
    /// One call to the vault at a time, so that many callers with a cold ring cost one.
    flight: Mutex<()>,
}

impl Keys {
    pub(crate) fn new(vault: Arc<dyn KeyVault>, entropy: Arc<dyn Entropy>) -> Self {
        Self { vault, entropy, ring: Keyring::new(KEPT, KEPT_FOR), flight: Mutex::new(()) }
    }

    pub(crate) fn vault(&self) -> &dyn KeyVault {
        self.vault.as_ref()
    }

    /// Unwraps the workspace's key before a unit begins, so that nothing slow is awaited inside it.
    pub(crate) async fn warm(
        &self,
        store: &dyn Store,
        workspace: WorkspaceId,
        now: Timestamp,
    ) -> Result<(), Error> {
        if self.is_warm(workspace, now) {
            return Ok(());
        }
        let mut reads = store.reads(workspace).await?;
        self.warm_through(reads.as_mut(), workspace, now).await?;
        Ok(reads.finish().await?)
    }

    /// As [`warm`](Self::warm), through a snapshot that is open already. Whoever waits here for his turn has
    /// all the connections he needs, so that nobody waits for another's. A workspace without a key stays cold.
    pub(crate) async fn warm_through(
        &self,
        rows: &mut dyn KeyReader,
        workspace: WorkspaceId,
        now: Timestamp,
    ) -> Result<(), Error> {
        if self.is_warm(workspace, now) {
            return Ok(());
        }
        let _one = self.flight.lock().await;
        if self.is_warm(workspace, now) {
            return Ok(());
        }
        if let Some(row) = rows.current_keys(&[KeySlot::Workspace]).await?.pop() {
            let key = self.vault.unwrap(&row).await?;
            self.ring.put(workspace, Some(&KeySlot::Workspace), Arc::new(key), now);
        }
        Ok(())
    }

    fn is_warm(&self, workspace: WorkspaceId, now: Timestamp) -> bool {
        self.ring.current(workspace, &KeySlot::Workspace, now).is_some()
    }

    /// The newest key of a slot, or nothing if it never had one.
    pub(crate) async fn current(
        &self,
        rows: &mut dyn KeyReader,
        workspace: WorkspaceId,
        slot: &KeySlot,
        now: Timestamp,
    ) -> Result<Option<Arc<DataKey>>, Error> {
        if let Some(key) = self.ring.current(workspace, slot, now) {
            return Ok(Some(key));
        }
        match rows.current_keys(slice::from_ref(slot)).await?.pop() {
            Some(row) => Ok(Some(self.unwrap(workspace, &row, Some(slot), now)?)),
            None => Ok(None),
        }
    }

    /// Reads the newest keys of slots into the ring, as far as they are not there.
    pub(crate) async fn fetch(
        &self,
        rows: &mut dyn KeyReader,
        workspace: WorkspaceId,
        slots: &[KeySlot],
        now: Timestamp,
    ) -> Result<(), Error> {
        let is_cold = |slot: &&KeySlot| self.ring.current(workspace, slot, now).is_none();
        let cold: Vec<KeySlot> = slots.iter().filter(is_cold).copied().collect();
        if cold.is_empty() {
            return Ok(());
        }
        for row in rows.current_keys(&cold).await? {
            self.unwrap(workspace, &row, Some(&row.slot), now)?;
        }
        Ok(())
    }

    /// The newest key of a slot that every workspace has.
    pub(crate) async fn load(
        &self,
        rows: &mut dyn KeyReader,
        workspace: WorkspaceId,
        slot: &KeySlot,
        now: Timestamp,
    ) -> Result<Arc<DataKey>, Error> {
        let key = self.current(rows, workspace, slot, now).await?;
        key.ok_or_else(|| Error::internal(format!("the workspace has no key `{slot}`")))
    }

    /// The key that a sealed blob names, or nothing if it was shredded.
    pub(crate) async fn named(
        &self,
        rows: &mut dyn KeyReader,
        workspace: WorkspaceId,
        key_ref: KeyRef,
        now: Timestamp,
    ) -> Result<Option<Arc<DataKey>>, Error> {
        if let Some(key) = self.ring.get(workspace, key_ref, now) {
            return Ok(Some(key));
        }
        match rows.find_key(key_ref).await? {
            Some(row) => Ok(Some(self.unwrap(workspace, &row, None, now)?)),
            None => Ok(None),
        }
    }

    /// A new key for a slot, wrapped under the workspace's key. It enters the ring only once it is
    /// stored and read back, because the unit that stores it may still be undone.
    pub(crate) fn make(
        &self,
        workspace: WorkspaceId,
        slot: KeySlot,
        version: u32,
        now: Timestamp,
    ) -> Result<(WrappedKey, Arc<DataKey>), Error> {
        let by = self.workspace_key(workspace, now)?;
        let key = DataKey::generate(self.entropy.as_ref());
        let row = WrappedKey::wrap(workspace, slot, version, &key, &by, now, self.entropy.as_ref())?;
        Ok((row, Arc::new(key)))
    }

    /// The first keys of a new workspace: its own, wrapped by the vault, and one for each purpose.
    pub(crate) async fn first(
        &self,
        workspace: WorkspaceId,
        now: Timestamp,
    ) -> Result<Vec<WrappedKey>, Error> {
        let own = DataKey::generate(self.entropy.as_ref());
        let mut rows = vec![self.vault.wrap(workspace, 1, &own, now).await?];
        self.ring.put(workspace, Some(&KeySlot::Workspace), Arc::new(own), now);
        for slot in FIRST_SLOTS {
            rows.push(self.make(workspace, slot, 1, now)?.0);
        }
        Ok(rows)
    }

    /// The key in a row that was read.
    pub(crate) fn open(
        &self,
        workspace: WorkspaceId,
        row: &WrappedKey,
        now: Timestamp,
    ) -> Result<Arc<DataKey>, Error> {
        match self.ring.get(workspace, row.key_ref, now) {
            Some(key) => Ok(key),
            None => self.unwrap(workspace, row, None, now),
        }
    }

    pub(crate) fn forget(&self, workspace: WorkspaceId) {
        self.ring.forget(workspace);
    }

    fn unwrap(
        &self,
        workspace: WorkspaceId,
        row: &WrappedKey,
        slot: Option<&KeySlot>,
        now: Timestamp,
    ) -> Result<Arc<DataKey>, Error> {
        let key = Arc::new(row.unwrap(self.workspace_key(workspace, now)?.as_ref())?);
        self.ring.put(workspace, slot, Arc::clone(&key), now);
        Ok(key)
    }

    /// The workspace's key, warmed before; if it grew old meanwhile, the unit is tried again.
    fn workspace_key(&self, workspace: WorkspaceId, now: Timestamp) -> Result<Arc<DataKey>, Error> {
        let key = self.ring.current(workspace, &KeySlot::Workspace, now);
        key.ok_or_else(|| PortError::conflict("the workspace's key is no longer in the ring").into())
    }
}
