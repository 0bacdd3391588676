//! Wrapped keys.

use async_trait::async_trait;
use sutra_crypto::{KeyReader, KeyRef, KeySlot, KeyWriter, WrappedKey};
use sutra_kernel::PortError;

use super::open::{Open, Writing};

#[async_trait]
impl<M: Send> KeyReader for Open<M> {
    async fn find_key(&mut self, key_ref: KeyRef) -> Result<Option<WrappedKey>, PortError> {
        Ok(self.state().keys.get(&key_ref).cloned())
    }

    async fn current_key(&mut self, slot: &KeySlot) -> Result<Option<WrappedKey>, PortError> {
        let in_slot = self.state().keys.values().filter(|key| key.slot == *slot);
        Ok(in_slot.max_by_key(|key| key.version).cloned())
    }

    async fn keys(&mut self) -> Result<Vec<WrappedKey>, PortError> {
        let mut keys: Vec<_> = self.state().keys.values().cloned().collect();
        keys.sort_by_key(|key| (key.slot, key.version));
        Ok(keys)
    }
}

#[async_trait]
impl KeyWriter for Open<Writing> {
    async fn put_key(&mut self, key: WrappedKey) -> Result<(), PortError> {
        self.require_home(key.workspace)?;
        let keys = &mut self.tables().keys;
        let same_place = |known: &WrappedKey| known.slot == key.slot && known.version == key.version;
        if keys.contains_key(&key.key_ref) || keys.values().any(same_place) {
            return Err(PortError::conflict("the slot has a key of this version"));
        }
        keys.insert(key.key_ref, key);
        Ok(())
    }
}
