//! What users have set up beside a password, and the devices that need none of it.

use std::cmp::Reverse;

use async_trait::async_trait;
use sutra_crypto::TokenDigest;
use sutra_identity::{DeviceReader, DeviceWriter, Factor, FactorReader, FactorWriter, RememberedDevice};
use sutra_kernel::{CredentialId, DeviceId, PortError, Timestamp, UserId};

use super::open::{Open, Writing};

#[async_trait]
impl<M: Send> FactorReader for Open<M> {
    async fn factors_of(&mut self, user: UserId) -> Result<Vec<Factor>, PortError> {
        let mut factors: Vec<_> =
            self.state().factors.values().filter(|factor| factor.user == user).cloned().collect();
        factors.sort_by_key(|factor| (factor.created_at, factor.id));
        Ok(factors)
    }

    async fn find_factor_by_lookup(&mut self, lookup: &[u8; 32]) -> Result<Option<Factor>, PortError> {
        Ok(self.state().factors.values().find(|factor| factor.lookup.as_ref() == Some(lookup)).cloned())
    }
}

#[async_trait]
impl FactorWriter for Open<Writing> {
    async fn put_factor(&mut self, factor: &Factor, expected_version: Option<u64>) -> Result<(), PortError> {
        self.require_home(factor.workspace)?;
        let factors = &mut self.tables().factors;
        if factors.get(&factor.id).map(|stored| stored.version) != expected_version {
            return Err(PortError::conflict("the factor has another version"));
        }
        let taken = |other: &Factor| other.id != factor.id && other.lookup == factor.lookup;
        if factor.lookup.is_some() && factors.values().any(taken) {
            return Err(PortError::refused("another factor is found by the same"));
        }
        factors.insert(factor.id, factor.clone());
        Ok(())
    }

    async fn remove_factor(&mut self, factor: CredentialId) -> Result<bool, PortError> {
        Ok(self.tables().factors.remove(&factor).is_some())
    }
}

#[async_trait]
impl<M: Send> DeviceReader for Open<M> {
    async fn find_device(&mut self, digest: &TokenDigest) -> Result<Option<RememberedDevice>, PortError> {
        Ok(self.state().devices.values().find(|device| device.digest == *digest).cloned())
    }

    async fn devices_of(&mut self, user: UserId) -> Result<Vec<RememberedDevice>, PortError> {
        let mut devices: Vec<_> =
            self.state().devices.values().filter(|device| device.user == user).cloned().collect();
        devices.sort_by_key(|device| Reverse((device.created_at, device.id)));
        Ok(devices)
    }
}

#[async_trait]
impl DeviceWriter for Open<Writing> {
    async fn put_device(&mut self, device: &RememberedDevice) -> Result<(), PortError> {
        self.require_home(device.workspace)?;
        let devices = &mut self.tables().devices;
        devices.retain(|_, known| known.user != device.user || known.expires_at > device.created_at);
        if devices.values().any(|known| known.id == device.id || known.digest == device.digest) {
            return Err(PortError::conflict("the device is there already"));
        }
        devices.insert(device.id, device.clone());
        Ok(())
    }

    async fn use_device(&mut self, device: DeviceId, now: Timestamp) -> Result<bool, PortError> {
        let device = self.tables().devices.get_mut(&device);
        Ok(device.map(|device| device.last_used_at = now).is_some())
    }

    async fn forget_device(&mut self, device: DeviceId) -> Result<bool, PortError> {
        Ok(self.tables().devices.remove(&device).is_some())
    }

    async fn forget_devices_of(&mut self, user: UserId) -> Result<u64, PortError> {
        let devices = &mut self.tables().devices;
        let before = devices.len();
        devices.retain(|_, device| device.user != user);
        Ok((before - devices.len()) as u64)
    }
}
