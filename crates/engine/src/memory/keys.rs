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

    async fn current_keys(&mut self, slots: &[KeySlot]) -> Result<Vec<WrappedKey>, PortError> {
        let keys = &self.state().keys;
        let newest = |slot: &KeySlot| {
            let in_slot = keys.values().filter(|key| key.slot == *slot);
            in_slot.max_by_key(|key| key.version).cloned()
        };
        Ok(slots.iter().filter_map(newest).collect())
    }

    async fn keys(&mut self) -> Result<Vec<WrappedKey>, PortError> {
        let mut keys: Vec<_> = self.state().keys.values().cloned().collect();
        keys.sort_by_key(|key| (key.slot, key.version));
        Ok(keys)
    }
}

#[async_trait]
impl KeyWriter for Open<Writing> {
    async fn put_keys(&mut self, keys: Vec<WrappedKey>) -> Result<(), PortError> {
        for key in keys {
            self.require_home(key.workspace)?;
            let keys = &mut self.tables().keys;
            let same_place = |known: &WrappedKey| known.slot == key.slot && known.version == key.version;
            if keys.contains_key(&key.key_ref) || keys.values().any(same_place) {
                return Err(PortError::conflict("the slot has a key of this version"));
            }
            keys.insert(key.key_ref, key);
        }
        Ok(())
    }
}
