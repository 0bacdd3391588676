//! Root keys in memory, and the check that they are the right ones.

use std::sync::Arc;

use async_trait::async_trait;
use sutra_kernel::{Entropy, PortError, Timestamp, WorkspaceId};

use crate::{
    Context, DataKey, KeyRef, KeySlot, KeyVault, Purpose, RootKeys, SealError, Sealed, WrappedKey, open, seal,
};

/// A known value sealed under a root key. Stored beside the data, it tells a wrong key file from a
/// right one before anything else is tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootCheck {
    /// The root key it is for.
    pub key_ref: KeyRef,
    /// The sealed value.
    pub blob: Sealed,
}

const CHECK: &[u8] = b"sutra/root/1";

impl RootCheck {
    fn make(key: &DataKey, entropy: &dyn Entropy) -> Result<Self, SealError> {
        let key_ref = key.key_ref();
        Ok(Self { key_ref, blob: seal(key, &check_context(key_ref), CHECK, entropy)? })
    }

    fn holds(&self, key: &DataKey) -> bool {
        let opened = open(key, &check_context(self.key_ref), &self.blob);
        opened.is_ok_and(|value| value.expose() == CHECK)
    }
}

fn check_context(key_ref: KeyRef) -> Context<'static> {
    Context {
        workspace: WorkspaceId::INSTANCE,
        org: None,
        purpose: Purpose::Key,
        entity: "root",
        record: Some(key_ref.uuid()),
        field: None,
    }
}

/// Why the root keys at hand do not serve; the source of the port's error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The key file does not have this key.
    #[error("wrong key file: the root key `{0}` is missing")]
    Missing(KeyRef),
    /// The key file has another key under this id.
    #[error("wrong key file: the root key `{0}` is not the one that was used here")]
    Different(KeyRef),
    /// This is no workspace key.
    #[error("a root key unwraps workspace keys only")]
    Slot,
}

/// The vault that keeps its root keys in memory, read from a local key file.
pub struct LocalVault {
    keys: RootKeys,
    entropy: Arc<dyn Entropy>,
}

impl LocalVault {
    /// A vault over these keys.
    #[must_use]
    pub fn new(keys: RootKeys, entropy: Arc<dyn Entropy>) -> Self {
        Self { keys, entropy }
    }

    fn find(&self, key_ref: KeyRef) -> Result<&DataKey, PortError> {
        self.keys.find(key_ref).ok_or_else(|| PortError::refused(VaultError::Missing(key_ref)))
    }
}

#[async_trait]
impl KeyVault for LocalVault {
    async fn wrap(
        &self,
        workspace: WorkspaceId,
        version: u32,
        key: &DataKey,
        now: Timestamp,
    ) -> Result<WrappedKey, PortError> {
        let by = self.keys.primary();
        WrappedKey::wrap(workspace, KeySlot::Workspace, version, key, by, now, &*self.entropy)
            .map_err(PortError::refused)
    }

    async fn unwrap(&self, key: &WrappedKey) -> Result<DataKey, PortError> {
        if key.slot != KeySlot::Workspace {
            return Err(PortError::refused(VaultError::Slot));
        }
        key.unwrap(self.find(key.wrapped_by)?).map_err(PortError::corrupt)
    }

    async fn new_check(&self) -> Result<RootCheck, PortError> {
        RootCheck::make(self.keys.primary(), &*self.entropy).map_err(PortError::refused)
    }

    async fn check(&self, known: &[RootCheck]) -> Result<(), PortError> {
        for check in known {
            if !check.holds(self.find(check.key_ref)?) {
                return Err(PortError::refused(VaultError::Different(check.key_ref)));
            }
        }
        Ok(())
    }
}
