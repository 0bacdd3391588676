//! What this crate needs from outside.

use async_trait::async_trait;
use sutra_kernel::{PortError, Timestamp, WorkspaceId};

use crate::{DataKey, KeyRef, KeySlot, RootCheck, WrappedKey};

/// Keeps the root keys: wraps workspace keys and unwraps them.
///
/// It is a port because the root may live in a key management service; [`crate::LocalVault`] is the
/// one that keeps it in memory.
#[async_trait]
pub trait KeyVault: Send + Sync {
    /// Wraps a workspace key under the primary root key.
    async fn wrap(
        &self,
        workspace: WorkspaceId,
        version: u32,
        key: &DataKey,
        now: Timestamp,
    ) -> Result<WrappedKey, PortError>;

    /// Unwraps a workspace key, under whichever root key it names.
    async fn unwrap(&self, key: &WrappedKey) -> Result<DataKey, PortError>;

    /// Makes a check value for the primary root key, to be stored and shown to [`KeyVault::check`].
    async fn new_check(&self) -> Result<RootCheck, PortError>;

    /// Makes sure that every root key that was ever used here is at hand, and the right one.
    async fn check(&self, known: &[RootCheck]) -> Result<(), PortError>;
}

/// Reads the wrapped keys of one workspace.
#[async_trait]
pub trait KeyReader: Send {
    /// The key of this name.
    async fn find_key(&mut self, key_ref: KeyRef) -> Result<Option<WrappedKey>, PortError>;

    /// The highest version in each of these slots that has one, in no particular order.
    async fn current_keys(&mut self, slots: &[KeySlot]) -> Result<Vec<WrappedKey>, PortError>;

    /// All of them, by slot and version.
    async fn keys(&mut self) -> Result<Vec<WrappedKey>, PortError>;
}

/// Writes the wrapped keys of one workspace.
#[async_trait]
pub trait KeyWriter: Send {
    /// Adds keys; a slot and version that are taken are a conflict.
    async fn put_keys(&mut self, keys: Vec<WrappedKey>) -> Result<(), PortError>;
}
