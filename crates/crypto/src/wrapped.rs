//! A key as it is stored.

use sutra_kernel::{Entropy, Timestamp, WorkspaceId};

use crate::{Context, DataKey, KeyRef, KeySlot, OpenError, Purpose, SealError, Sealed, open, seal};

/// A key sealed under another key: one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// The workspace whose key it is.
    pub workspace: WorkspaceId,
    /// The name that blobs sealed under it carry.
    pub key_ref: KeyRef,
    /// Its place in the hierarchy.
    pub slot: KeySlot,
    /// Which key of that place it is, from 1; the highest is the current one.
    pub version: u32,
    /// The key that unwraps it: a root key for [`KeySlot::Workspace`], a workspace key otherwise.
    pub wrapped_by: KeyRef,
    /// The sealed key.
    pub blob: Sealed,
    /// When this row was made.
    pub created_at: Timestamp,
}

impl WrappedKey {
    /// Seals `key` under the key `by`.
    ///
    /// # Errors
    ///
    /// [`SealError`], as [`seal`].
    pub fn wrap(
        workspace: WorkspaceId,
        slot: KeySlot,
        version: u32,
        key: &DataKey,
        by: &DataKey,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Result<Self, SealError> {
        let key_ref = key.key_ref();
        let place = place(slot, version);
        let blob = seal(by, &context(workspace, key_ref, &place), key.expose(), entropy)?;
        Ok(Self { workspace, key_ref, slot, version, wrapped_by: by.key_ref(), blob, created_at: now })
    }

    /// Opens the key with the key `by`.
    ///
    /// # Errors
    ///
    /// [`OpenError`] if `by` is another key, or if any column but `created_at` was changed.
    pub fn unwrap(&self, by: &DataKey) -> Result<DataKey, OpenError> {
        if self.wrapped_by != by.key_ref() {
            return Err(OpenError::WrongKey);
        }
        let place = place(self.slot, self.version);
        let secret = open(by, &context(self.workspace, self.key_ref, &place), &self.blob)?;
        let secret = secret.expose().try_into().map_err(|_| OpenError::Malformed)?;
        Ok(DataKey::from_parts(self.key_ref, secret))
    }
}

/// Slot and version, sealed over so that an old key cannot be passed off as the current one.
fn place(slot: KeySlot, version: u32) -> String {
    format!("{slot}/{version}")
}

fn context<'a>(workspace: WorkspaceId, key_ref: KeyRef, place: &'a str) -> Context<'a> {
    Context {
        workspace,
        org: None,
        purpose: Purpose::Key,
        entity: "key",
        record: Some(key_ref.uuid()),
        field: Some(place),
    }
}
