//! Wrapped keys.

use std::collections::BTreeMap;

use async_trait::async_trait;
use sea_orm::{ColumnTrait as _, QueryFilter as _, QueryOrder as _};
use sutra_crypto::{KeyReader, KeyRef, KeySlot, KeyWriter, Sealed, WrappedKey};
use sutra_kernel::{PortError, Timestamp, WorkspaceId};

use crate::{
    entity::keys::wrapped_key,
    error::{BadRow, OrPort as _, Row},
    open::{Open, Writing},
    scoped::portions,
};

#[async_trait]
impl<M: Send> KeyReader for Open<M> {
    async fn find_key(&mut self, key_ref: KeyRef) -> Result<Option<WrappedKey>, PortError> {
        let find = self.transaction.find::<wrapped_key::Entity>();
        let find = find.filter(wrapped_key::Column::KeyRef.eq(key_column(key_ref)));
        Ok(find.one(&self.transaction).await.port()?.map(WrappedKey::try_from).transpose()?)
    }

    async fn current_keys(&mut self, slots: &[KeySlot]) -> Result<Vec<WrappedKey>, PortError> {
        let mut newest = BTreeMap::new();
        for slots in portions(slots) {
            let find = self.transaction.find::<wrapped_key::Entity>();
            let find = find.filter(wrapped_key::Column::Slot.is_in(slots.iter().map(ToString::to_string)));
            let find = find.order_by_asc(wrapped_key::Column::Version);
            let rows = find.all(&self.transaction).await.port()?;
            newest.extend(rows.into_iter().map(|row| (row.slot.clone(), row)));
        }
        Ok(newest.into_values().map(WrappedKey::try_from).collect::<Result<_, _>>()?)
    }

    async fn keys(&mut self) -> Result<Vec<WrappedKey>, PortError> {
        let rows = self.transaction.find::<wrapped_key::Entity>().all(&self.transaction).await.port()?;
        let mut keys: Vec<WrappedKey> =
            rows.into_iter().map(WrappedKey::try_from).collect::<Result<_, _>>()?;
        keys.sort_by_key(|key| (key.slot, key.version));
        Ok(keys)
    }
}

#[async_trait]
impl KeyWriter for Open<Writing> {
    async fn put_keys(&mut self, keys: Vec<WrappedKey>) -> Result<(), PortError> {
        for key in &keys {
            self.require_home(key.workspace)?;
        }
        let rows = keys.into_iter().map(|key| wrapped_key::Model {
            workspace_id: key.workspace.uuid(),
            key_ref: key_column(key.key_ref),
            slot: key.slot.to_string(),
            version: i64::from(key.version),
            wrapped_by: key_column(key.wrapped_by),
            blob: key.blob.into_bytes(),
            created_at: key.created_at.as_micros(),
        });
        self.transaction.insert::<wrapped_key::Entity, _>(rows).await.port()
    }
}

/// A key's name has 64 bits, and the column a sign.
pub(crate) fn key_column(key_ref: KeyRef) -> i64 {
    key_ref.as_u64().cast_signed()
}

/// The name that a column holds.
pub(crate) fn key_ref_of(column: i64) -> KeyRef {
    KeyRef::from_u64(column.cast_unsigned())
}

impl TryFrom<wrapped_key::Model> for WrappedKey {
    type Error = BadRow;

    fn try_from(row: wrapped_key::Model) -> Result<Self, BadRow> {
        let at = Row::new("wrapped_key", key_ref_of(row.key_ref));
        Ok(Self {
            workspace: WorkspaceId::from_uuid(row.workspace_id),
            key_ref: key_ref_of(row.key_ref),
            slot: at.read("slot", row.slot.parse())?,
            version: at.number("version", row.version)?,
            wrapped_by: key_ref_of(row.wrapped_by),
            blob: at.read("blob", Sealed::parse(row.blob))?,
            created_at: Timestamp::from_micros(row.created_at),
        })
    }
}
