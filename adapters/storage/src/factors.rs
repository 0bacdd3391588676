//! What users have set up beside a password, and the devices that need none of it.

use async_trait::async_trait;
use sea_orm::{ColumnTrait as _, QueryFilter as _, QueryOrder as _, sea_query::Expr};
use sutra_crypto::{Sealed, TokenDigest};
use sutra_identity::{DeviceReader, DeviceWriter, Factor, FactorReader, FactorWriter, RememberedDevice};
use sutra_kernel::{CredentialId, DeviceId, PortError, Timestamp, UserId, WorkspaceId};

use crate::{
    entity::factors::{factor, remembered_device},
    error::{BadRow, OrPort as _, Row, column_of},
    open::{Open, Writing},
};

#[async_trait]
impl<M: Send> FactorReader for Open<M> {
    async fn factors_of(&mut self, user: UserId) -> Result<Vec<Factor>, PortError> {
        let find = self.transaction.find::<factor::Entity>().filter(factor::Column::UserId.eq(user.uuid()));
        let find = find.order_by_asc(factor::Column::CreatedAt).order_by_asc(factor::Column::Id);
        let rows = find.all(&self.transaction).await.port()?;
        Ok(rows.into_iter().map(Factor::try_from).collect::<Result<_, _>>()?)
    }

    async fn find_factor_by_lookup(&mut self, lookup: &[u8; 32]) -> Result<Option<Factor>, PortError> {
        let find = self.transaction.find::<factor::Entity>();
        let find = find.filter(factor::Column::Lookup.eq(lookup.to_vec()));
        Ok(find.one(&self.transaction).await.port()?.map(Factor::try_from).transpose()?)
    }
}

#[async_trait]
impl FactorWriter for Open<Writing> {
    async fn put_factor(&mut self, factor: &Factor, expected_version: Option<u64>) -> Result<(), PortError> {
        self.require_home(factor.workspace)?;
        if let Some(lookup) = &factor.lookup
            && self.find_factor_by_lookup(lookup).await?.is_some_and(|other| other.id != factor.id)
        {
            return Err(PortError::refused("another factor is found by the same"));
        }
        let row = factor::Model::from(factor);
        match expected_version {
            None => self.transaction.insert::<factor::Entity, _>([row]).await.port(),
            Some(version) => self.replace_factor(row, version).await,
        }
    }

    async fn remove_factor(&mut self, factor: CredentialId) -> Result<bool, PortError> {
        let remove = self.transaction.remove::<factor::Entity>();
        let remove = remove.filter(factor::Column::Id.eq(factor.uuid()));
        Ok(remove.exec(&self.transaction).await.port()?.rows_affected > 0)
    }
}

impl Open<Writing> {
    async fn replace_factor(&self, row: factor::Model, version: u64) -> Result<(), PortError> {
        let change = self.transaction.replace::<factor::Entity, factor::ActiveModel>(row);
        let change = change.filter(factor::Column::Version.eq(column_of(version)));
        if change.exec(&self.transaction).await.port()?.rows_affected == 1 {
            return Ok(());
        }
        Err(PortError::conflict("the factor has another version"))
    }
}

#[async_trait]
impl<M: Send> DeviceReader for Open<M> {
    async fn find_device(&mut self, digest: &TokenDigest) -> Result<Option<RememberedDevice>, PortError> {
        let find = self.transaction.find::<remembered_device::Entity>();
        let find = find.filter(remembered_device::Column::Digest.eq(digest.as_bytes().to_vec()));
        Ok(find.one(&self.transaction).await.port()?.map(RememberedDevice::try_from).transpose()?)
    }

    async fn devices_of(&mut self, user: UserId) -> Result<Vec<RememberedDevice>, PortError> {
        let find = self.transaction.find::<remembered_device::Entity>();
        let find = find
            .filter(remembered_device::Column::UserId.eq(user.uuid()))
            .order_by_desc(remembered_device::Column::CreatedAt)
            .order_by_desc(remembered_device::Column::Id);
        let rows = find.all(&self.transaction).await.port()?;
        Ok(rows.into_iter().map(RememberedDevice::try_from).collect::<Result<_, _>>()?)
    }
}

#[async_trait]
impl DeviceWriter for Open<Writing> {
    async fn put_device(&mut self, device: &RememberedDevice) -> Result<(), PortError> {
        self.require_home(device.workspace)?;
        let expired = self.transaction.remove::<remembered_device::Entity>();
        expired
            .filter(remembered_device::Column::UserId.eq(device.user.uuid()))
            .filter(remembered_device::Column::ExpiresAt.lte(device.created_at.as_micros()))
            .exec(&self.transaction)
            .await
            .port()?;
        let row = remembered_device::Model::from(device);
        self.transaction.insert::<remembered_device::Entity, _>([row]).await.port()
    }

    async fn use_device(&mut self, device: DeviceId, now: Timestamp) -> Result<bool, PortError> {
        let change = self.transaction.change::<remembered_device::Entity>();
        let change = change
            .col_expr(remembered_device::Column::LastUsedAt, Expr::value(now.as_micros()))
            .filter(remembered_device::Column::Id.eq(device.uuid()));
        Ok(change.exec(&self.transaction).await.port()?.rows_affected > 0)
    }

    async fn forget_device(&mut self, device: DeviceId) -> Result<bool, PortError> {
        let remove = self.transaction.remove::<remembered_device::Entity>();
        let remove = remove.filter(remembered_device::Column::Id.eq(device.uuid()));
        Ok(remove.exec(&self.transaction).await.port()?.rows_affected > 0)
    }

    async fn forget_devices_of(&mut self, user: UserId) -> Result<u64, PortError> {
        let remove = self.transaction.remove::<remembered_device::Entity>();
        let remove = remove.filter(remembered_device::Column::UserId.eq(user.uuid()));
        Ok(remove.exec(&self.transaction).await.port()?.rows_affected)
    }
}

impl From<&Factor> for factor::Model {
    fn from(factor: &Factor) -> Self {
        Self {
            workspace_id: factor.workspace.uuid(),
            id: factor.id.uuid(),
            user_id: factor.user.uuid(),
            kind: factor.method.as_str().to_owned(),
            name: factor.name.clone(),
            sealed: factor.sealed.as_bytes().to_vec(),
            lookup: factor.lookup.map(|lookup| lookup.to_vec()),
            step: factor.step.map(column_of),
            version: column_of(factor.version),
            created_at: factor.created_at.as_micros(),
            last_used_at: factor.last_used_at.map(Timestamp::as_micros),
        }
    }
}

impl TryFrom<factor::Model> for Factor {
    type Error = BadRow;

    fn try_from(row: factor::Model) -> Result<Self, BadRow> {
        let at = Row::new("factor", row.id);
        Ok(Self {
            workspace: WorkspaceId::from_uuid(row.workspace_id),
            id: CredentialId::from_uuid(row.id),
            user: UserId::from_uuid(row.user_id),
            method: at.read("kind", row.kind.parse())?,
            name: row.name,
            sealed: at.read("sealed", Sealed::parse(row.sealed))?,
            lookup: row.lookup.map(|lookup| at.digest("lookup", lookup)).transpose()?,
            step: row.step.map(|step| at.number("step", step)).transpose()?,
            version: at.number("version", row.version)?,
            created_at: Timestamp::from_micros(row.created_at),
            last_used_at: row.last_used_at.map(Timestamp::from_micros),
        })
    }
}

impl From<&RememberedDevice> for remembered_device::Model {
    fn from(device: &RememberedDevice) -> Self {
        Self {
            workspace_id: device.workspace.uuid(),
            id: device.id.uuid(),
            user_id: device.user.uuid(),
            digest: device.digest.as_bytes().to_vec(),
            address: device.address.clone(),
            user_agent: device.user_agent.clone(),
            created_at: device.created_at.as_micros(),
            last_used_at: device.last_used_at.as_micros(),
            expires_at: device.expires_at.as_micros(),
        }
    }
}

impl TryFrom<remembered_device::Model> for RememberedDevice {
    type Error = BadRow;

    fn try_from(row: remembered_device::Model) -> Result<Self, BadRow> {
        let at = Row::new("remembered_device", row.id);
        Ok(Self {
            workspace: WorkspaceId::from_uuid(row.workspace_id),
            id: DeviceId::from_uuid(row.id),
            user: UserId::from_uuid(row.user_id),
            digest: TokenDigest::from_bytes(at.digest("digest", row.digest)?),
            address: row.address,
            user_agent: row.user_agent,
            created_at: Timestamp::from_micros(row.created_at),
            last_used_at: Timestamp::from_micros(row.last_used_at),
            expires_at: Timestamp::from_micros(row.expires_at),
        })
    }
}
