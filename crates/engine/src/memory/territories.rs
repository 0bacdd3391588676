//! Territories, and who is assigned to them.

use std::collections::BTreeSet;

use async_trait::async_trait;
use sutra_acl::{Territory, TerritoryLevels, TerritoryReader, TerritoryWriter};
use sutra_kernel::{PortError, TerritoryId, UserId};

use super::{
    open::{Open, Writing},
    policy::require_free,
};

#[async_trait]
impl<M: Send> TerritoryReader for Open<M> {
    async fn territories(&mut self) -> Result<Vec<Territory>, PortError> {
        Ok(self.state().territories.values().cloned().collect())
    }
}

#[async_trait]
impl TerritoryWriter for Open<Writing> {
    async fn put_territory(&mut self, territory: &Territory) -> Result<(), PortError> {
        let territories = &mut self.tables().territories;
        let mut others = territories.values().filter(|other| other.id != territory.id);
        require_free(!others.any(|other| other.name == territory.name))?;
        territories.insert(territory.id, territory.clone());
        Ok(())
    }

    async fn remove_territory(&mut self, territory: TerritoryId) -> Result<(), PortError> {
        let state = self.tables();
        let is_above = state.territories.values().any(|other| other.parent == Some(territory));
        if is_above || state.territory_users.contains_key(&territory) {
            return Err(PortError::refused("the territory is in use"));
        }
        state.territories.remove(&territory);
        state.territory_levels.remove(&territory);
        Ok(())
    }

    async fn assign_territory(
        &mut self,
        territory: TerritoryId,
        users: &BTreeSet<UserId>,
    ) -> Result<(), PortError> {
        let state = self.tables();
        let is_known = state.territories.contains_key(&territory)
            && users.iter().all(|user| state.users.contains_key(user));
        if !is_known {
            return Err(PortError::refused("there is no such territory or user"));
        }
        if users.is_empty() {
            state.territory_users.remove(&territory);
        } else {
            state.territory_users.insert(territory, users.clone());
        }
        Ok(())
    }

    async fn put_territory_levels(
        &mut self,
        territory: TerritoryId,
        levels: &TerritoryLevels,
    ) -> Result<(), PortError> {
        let state = self.tables();
        let is_known = |object| state.objects.iter().any(|def| def.id == object);
        if !state.territories.contains_key(&territory) || !levels.keys().copied().all(is_known) {
            return Err(PortError::refused("there is no such territory or object"));
        }
        if levels.is_empty() {
            state.territory_levels.remove(&territory);
        } else {
            state.territory_levels.insert(territory, levels.clone());
        }
        Ok(())
    }
}
