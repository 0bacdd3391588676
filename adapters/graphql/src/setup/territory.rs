//! Territories: a tree of places, and who works in each.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use sutra_engine::{Error, StaffedTerritory, Written};
use sutra_kernel::TerritoryId;

use super::request::{Result, engine, parse, parse_all, parse_optional, repeating, viewing};

/// A place in the tree of territories. Whoever is assigned to it, or to one above it, reaches the records that are assigned
/// to it.
#[derive(SimpleObject)]
pub(super) struct Territory {
    /// Identifies the territory.
    id: ID,
    /// What people call it; no two territories of a workspace have the same name.
    name: String,
    /// The territory right above, or null at the top.
    parent_territory_id: Option<ID>,
    /// The users who are assigned to it.
    user_ids: Vec<ID>,
}

/// A territory as it should be.
#[derive(InputObject)]
struct TerritoryInput {
    /// What people call it, 1 to 120 characters; no two territories of a workspace have the same name.
    name: String,
    /// The territory right above, or null to put it at the top.
    parent_territory_id: Option<ID>,
}

/// The territory that was written.
#[derive(SimpleObject)]
struct TerritoryPayload {
    /// The territory as it is now.
    territory: Territory,
    /// The hash of the ledger's entry about this change, or null if nothing changed.
    receipt: Option<String>,
}

/// The territory that was removed.
#[derive(SimpleObject)]
struct DeleteTerritoryPayload {
    /// Which one it was.
    id: ID,
    /// The hash of the ledger's entry about this change.
    receipt: Option<String>,
}

#[derive(Default)]
pub(super) struct TerritoryQuery;

#[derive(Default)]
pub(super) struct TerritoryMutation;

#[Object]
impl TerritoryQuery {
    /// Every territory of the workspace. Needs Manage Sharing, Manage Users or Manage Permissions.
    async fn territories(&self, ctx: &Context<'_>) -> Result<Vec<Territory>> {
        let territories = viewing(ctx).await?.territories().await?;
        Ok(territories.into_iter().map(Territory::from).collect())
    }

    /// One territory. Needs Manage Sharing, Manage Users or Manage Permissions.
    async fn territory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The territory to look at.")] id: ID,
    ) -> Result<Territory> {
        let id: TerritoryId = parse(&id)?;
        let territories = viewing(ctx).await?.territories().await?;
        let found = territories.into_iter().find(|staffed| staffed.territory.id == id);
        Ok(found.ok_or(Error::NotFound("territory"))?.into())
    }
}

#[Object]
impl TerritoryMutation {
    /// Makes a territory. Needs Manage Sharing.
    async fn create_territory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The territory to make.")] input: TerritoryInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<TerritoryPayload> {
        let parent = parse_optional(input.parent_territory_id.as_ref())?;
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        Ok(engine(ctx)?.territories().create(caller, &input.name, parent).await?.into())
    }

    /// Renames a territory, or moves it together with everything below it. Needs Manage Sharing. No territory can be below
    /// itself.
    async fn update_territory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The territory to change.")] id: ID,
        #[graphql(desc = "The whole territory as it should be; without a parent it goes to the top.")]
        input: TerritoryInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<TerritoryPayload> {
        let (id, parent) = (parse(&id)?, parse_optional(input.parent_territory_id.as_ref())?);
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        Ok(engine(ctx)?.territories().update(caller, id, &input.name, parent).await?.into())
    }

    /// Assigns these users to a territory and takes all others away from it. Needs Manage Sharing.
    async fn assign_territory_users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The territory.")] id: ID,
        #[graphql(desc = "The users who are to be assigned to it, at most 1,000.")] user_ids: Vec<ID>,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<TerritoryPayload> {
        let (id, users) = (parse(&id)?, parse_all(&user_ids)?);
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        Ok(engine(ctx)?.territories().assign(caller, id, &users).await?.into())
    }

    /// Removes a territory. Needs Manage Sharing. One with territories below it, or with users or records assigned to it, or that
    /// a group names, stays: IN_USE.
    async fn delete_territory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The territory to remove.")] id: ID,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<DeleteTerritoryPayload> {
        let id = parse(&id)?;
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        let Written { value, receipt } = engine(ctx)?.territories().delete(caller, id).await?;
        Ok(DeleteTerritoryPayload { id: value.into(), receipt })
    }
}

impl From<StaffedTerritory> for Territory {
    fn from(StaffedTerritory { territory, users }: StaffedTerritory) -> Self {
        Self {
            id: territory.id.into(),
            name: territory.name,
            parent_territory_id: territory.parent.map(ID::from),
            user_ids: users.into_iter().map(ID::from).collect(),
        }
    }
}

impl From<Written<StaffedTerritory>> for TerritoryPayload {
    fn from(written: Written<StaffedTerritory>) -> Self {
        Self { territory: written.value.into(), receipt: written.receipt }
    }
}
