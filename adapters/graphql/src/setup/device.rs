//! Devices on which no second factor is asked for.

use async_graphql::{Context, ID, Object, SimpleObject};
use sutra_engine::Error;
use sutra_identity::RememberedDevice as StoredDevice;
use sutra_kernel::{DeviceId, UserId};

use super::{
    request::{Result, engine, parse, parse_optional, signed_in, viewing},
    scalar::DateTime,
};

/// A device on which a second factor was shown, and is not asked for again for a while.
#[derive(SimpleObject)]
struct RememberedDevice {
    /// Identifies it; it is not the secret that it holds.
    id: ID,
    /// The network address it was seen at, as far as it is known.
    address: Option<String>,
    /// What its browser or program called itself.
    user_agent: Option<String>,
    /// When the second factor was shown.
    created_at: DateTime,
    /// When it last stood in for one.
    last_used_at: DateTime,
    /// From when on a second factor is asked for again.
    expires_at: DateTime,
}

/// The device that was forgotten.
#[derive(SimpleObject)]
struct ForgetDevicePayload {
    /// Which one it was.
    device_id: ID,
    /// The ledger's receipt.
    receipt: Option<String>,
}

#[derive(Default)]
pub(super) struct DeviceQuery;

#[derive(Default)]
pub(super) struct DeviceMutation;

#[Object]
impl DeviceQuery {
    /// The devices on which no second factor is asked of a user, the newest first. Those of others need Manage Users.
    async fn remembered_devices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose; your own if left out.")] user_id: Option<ID>,
    ) -> Result<Vec<RememberedDevice>> {
        let viewing = viewing(ctx).await?;
        let own = viewing.caller().user_id();
        let user = parse_optional(user_id.as_ref())?.or(own).ok_or(Error::Unauthenticated)?;
        Ok(viewing.devices_of(user).await?.into_iter().map(RememberedDevice::from).collect())
    }
}

#[Object]
impl DeviceMutation {
    /// Forgets a device: a second factor is asked for on it from now on. Those of others need Manage Users.
    async fn forget_device(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose device it is.")] user_id: ID,
        #[graphql(desc = "Which one.")] id: ID,
    ) -> Result<ForgetDevicePayload> {
        let (user, device): (UserId, DeviceId) = (parse(&user_id)?, parse(&id)?);
        let caller = signed_in(ctx).await?;
        let forgotten = engine(ctx)?.factors().forget_device(caller, user, device).await?;
        Ok(ForgetDevicePayload { device_id: id, receipt: forgotten.receipt })
    }
}

impl From<StoredDevice> for RememberedDevice {
    fn from(device: StoredDevice) -> Self {
        Self {
            id: device.id.into(),
            address: device.address,
            user_agent: device.user_agent,
            created_at: device.created_at.into(),
            last_used_at: device.last_used_at.into(),
            expires_at: device.expires_at.into(),
        }
    }
}
