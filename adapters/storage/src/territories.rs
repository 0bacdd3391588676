//! Territories, and who is assigned to them.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use sea_orm::{ColumnTrait as _, QueryFilter as _, QueryOrder as _};
use sutra_acl::{Territory, TerritoryLevels, TerritoryReader, TerritoryWriter};
use sutra_kernel::{ObjectId, PortError, TerritoryId, UserId};

use crate::{
    entity::directory::{territory, territory_level, territory_user},
    error::{BadRow, OrPort as _, Row},
    open::{Open, Writing},
    scoped::HERE,
    shares::{level_from, level_number},
};

#[async_trait]
impl<M: Send> TerritoryReader for Open<M> {
    async fn territories(&mut self) -> Result<Vec<Territory>, PortError> {
        let find = self.transaction.find::<territory::Entity>().order_by_asc(territory::Column::Id);
        Ok(find.all(&self.transaction).await.port()?.into_iter().map(Territory::from).collect())
    }
}

impl<M: Send> Open<M> {
    /// Who is assigned to which territory.
    pub(crate) async fn territory_users(
        &mut self,
    ) -> Result<BTreeMap<TerritoryId, BTreeSet<UserId>>, PortError> {
        let users = self.transaction.all_parts::<territory_user::Entity>().await.port()?;
        let users = users.into_iter().map(|(territory, users)| {
            (TerritoryId::from_uuid(territory), users.into_iter().map(UserId::from_uuid).collect())
        });
        Ok(users.collect())
    }

    /// How far each territory opens records, of those that do.
    pub(crate) async fn territory_levels(
        &mut self,
    ) -> Result<BTreeMap<TerritoryId, TerritoryLevels>, PortError> {
        let levels = self.transaction.all_parts::<territory_level::Entity>().await.port()?;
        let whole = |(territory, levels): (_, Vec<_>)| {
            let at = Row::new("territory_level", territory);
            let level =
                |(object, level)| Ok((ObjectId::from_uuid(object), at.known("level", level_from(level))?));
            Ok((TerritoryId::from_uuid(territory), levels.into_iter().map(level).collect::<Result<_, _>>()?))
        };
        Ok(levels.into_iter().map(whole).collect::<Result<_, BadRow>>()?)
    }
}

#[async_trait]
impl TerritoryWriter for Open<Writing> {
    async fn put_territory(&mut self, territory: &Territory) -> Result<(), PortError> {
        let id = territory.id.uuid();
        let same_name = territory::Column::Name.eq(&territory.name);
        self.require_free::<territory::Entity>(same_name, territory::Column::Id.ne(id)).await?;
        let (name, parent_id) = (territory.name.clone(), territory.parent.map(TerritoryId::uuid));
        let row = territory::Model { workspace_id: HERE, id, name, parent_id };
        self.transaction.upsert::<territory::Entity, _>(row).await.port()
    }

    async fn remove_territory(&mut self, territory: TerritoryId) -> Result<(), PortError> {
        self.transaction.remove_parts::<territory_level::Entity>(territory.uuid()).await.port()?;
        let remove = self.transaction.remove::<territory::Entity>();
        let remove = remove.filter(territory::Column::Id.eq(territory.uuid()));
        remove.exec(&self.transaction).await.port().map(drop)
    }

    async fn assign_territory(
        &mut self,
        territory: TerritoryId,
        users: &BTreeSet<UserId>,
    ) -> Result<(), PortError> {
        let users = users.iter().map(|user| user.uuid());
        self.transaction.put_parts::<territory_user::Entity>(territory.uuid(), users).await.port()
    }

    async fn put_territory_levels(
        &mut self,
        territory: TerritoryId,
        levels: &TerritoryLevels,
    ) -> Result<(), PortError> {
        let levels = levels.iter().map(|(object, level)| (object.uuid(), level_number(*level)));
        self.transaction.put_parts::<territory_level::Entity>(territory.uuid(), levels).await.port()
    }
}

impl From<territory::Model> for Territory {
    fn from(row: territory::Model) -> Self {
        let id = TerritoryId::from_uuid(row.id);
        Self { id, name: row.name, parent: row.parent_id.map(TerritoryId::from_uuid) }
    }
}
