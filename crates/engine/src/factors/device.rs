//! Devices on which no second factor is asked for.

use async_trait::async_trait;
use sutra_acl::SystemPermission;
use sutra_audit::Event;
use sutra_identity::RememberedDevice;
use sutra_kernel::{DeviceId, UserId};

use super::Factors;
use crate::{
    Caller, Error, Viewing, Written,
    work::{Attempt, Done, UseCase, Work},
};

impl Factors<'_> {
    /// Forgets a device: one's own, or with *Manage Users* somebody else's. From then on a second factor is asked for on
    /// it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the user has none such; [`Error::Forbidden`] for somebody else's.
    pub async fn forget_device(
        &self,
        caller: &Caller,
        user: UserId,
        device: DeviceId,
    ) -> Result<Written<()>, Error> {
        self.engine.write(caller, &ForgetDevice { user, device }).await
    }
}

impl Viewing {
    /// The devices on which no second factor is asked of a user: of oneself, or with *Manage Users* of somebody else.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for somebody else's.
    pub async fn devices_of(&self, user: UserId) -> Result<Vec<RememberedDevice>, Error> {
        if self.caller().user_id() != Some(user) {
            self.require_permission(SystemPermission::ManageUsers)?;
        }
        let mut devices = self.reads().await.devices_of(user).await?;
        devices.retain(|device| self.now < device.expires_at);
        Ok(devices)
    }
}

struct ForgetDevice {
    user: UserId,
    device: DeviceId,
}

#[async_trait]
impl UseCase for ForgetDevice {
    type Output = ();

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::DeviceForget, target: None }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<()>, Error> {
        work.require_self_or_manager(self.user).await?;
        let devices = work.unit.devices_of(self.user).await?;
        let is_theirs = devices.iter().any(|device| device.id == self.device);
        if !is_theirs || !work.unit.forget_device(self.device).await? {
            return Err(Error::NotFound("device"));
        }
        let id = self.device.to_string();
        let details = [("device", id.as_str())];
        Ok(Done::new((), work.authentication(Event::DeviceForget, self.user, &details).await?))
    }
}
