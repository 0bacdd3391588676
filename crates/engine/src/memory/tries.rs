//! What was tried in vain.

use async_trait::async_trait;
use sutra_identity::{Tries, TryCounter, TryKind};
use sutra_kernel::{PortError, Timestamp};

use super::open::{Changing, Open};

#[async_trait]
impl<M: Changing> TryCounter for Open<M> {
    async fn hold_tries(
        &mut self,
        kind: TryKind,
        key: &[u8; 32],
        now: Timestamp,
    ) -> Result<Tries, PortError> {
        Ok(*self.tables().tries.entry((kind, *key)).or_insert_with(|| Tries::none(now)))
    }

    async fn put_tries(&mut self, kind: TryKind, key: &[u8; 32], tries: &Tries) -> Result<(), PortError> {
        self.tables().tries.insert((kind, *key), *tries);
        Ok(())
    }

    async fn forget_tries(&mut self, kind: TryKind, key: &[u8; 32]) -> Result<bool, PortError> {
        Ok(self.tables().tries.remove(&(kind, *key)).is_some())
    }

    async fn forget_tries_over(&mut self, now: Timestamp) -> Result<(), PortError> {
        self.tables().tries.retain(|_, tries| !tries.is_over(now));
        Ok(())
    }
}
