//! Territories: a tree of places, who works in each, and how far it opens what is assigned to it.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use sutra_acl::{Level, TerritoryLevels};
use sutra_engine::{Error, StaffedTerritory, Written};
use sutra_kernel::TerritoryId;
use sutra_records::Metadata;

use super::{
    object::find_object,
    request::{
        Result, engine, parse, parse_all, parse_optional, repeating, repeating_with_metadata, viewing,
    },
};

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
    /// How far they reach the records that are assigned to it, by the object's name. Of an object that is not here, none can
    /// be.
    levels: Vec<TerritoryLevel>,
}

/// How far a territory opens the records of an object that are assigned to it.
#[derive(SimpleObject)]
struct TerritoryLevel {
    /// Identifies the object.
    object_id: ID,
    /// The object's API name, such as `account`.
    object: String,
    /// How far.
    level: TerritoryAccess,
}

/// How far a territory opens a record.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
enum TerritoryAccess {
    /// It may be seen.
    Read,
    /// It may be seen and changed.
    Edit,
    /// It may be deleted, shared and given away too.
    Full,
}

/// How far a territory is to open the records of an object that are assigned to it.
#[derive(InputObject)]
struct TerritoryLevelInput {
    /// The object's API name, such as `account`, or its id. The parent must not control its records.
    object: String,
    /// How far.
    level: TerritoryAccess,
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
        let viewing = viewing(ctx).await?;
        let territories = viewing.territories().await?;
        Ok(territories.into_iter().map(|it| Territory::of(it, viewing.metadata())).collect())
    }

    /// One territory. Needs Manage Sharing, Manage Users or Manage Permissions.
    async fn territory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The territory to look at.")] id: ID,
    ) -> Result<Territory> {
        let id: TerritoryId = parse(&id)?;
        let viewing = viewing(ctx).await?;
        let territories = viewing.territories().await?;
        let found = territories.into_iter().find(|staffed| staffed.territory.id == id);
        Ok(Territory::of(found.ok_or(Error::NotFound("territory"))?, viewing.metadata()))
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
        let (caller, metadata) = &repeating_with_metadata(ctx, idempotency_key.as_deref()).await?;
        Ok(TerritoryPayload::of(
            engine(ctx)?.territories().create(caller, &input.name, parent).await?,
            metadata,
        ))
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
        let (caller, metadata) = &repeating_with_metadata(ctx, idempotency_key.as_deref()).await?;
        Ok(TerritoryPayload::of(
            engine(ctx)?.territories().update(caller, id, &input.name, parent).await?,
            metadata,
        ))
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
        let (caller, metadata) = &repeating_with_metadata(ctx, idempotency_key.as_deref()).await?;
        Ok(TerritoryPayload::of(engine(ctx)?.territories().assign(caller, id, &users).await?, metadata))
    }

    /// Sets how far a territory opens the records that are assigned to it: of these objects so far, and of others not at all.
    /// Needs Manage Sharing. What is assigned follows with the change, but that more than 1,000 records of an object are opened
    /// further step by step, as `resharings` tells. Of an object that is left out, nothing is assigned any more.
    async fn set_territory_levels(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The territory.")] id: ID,
        #[graphql(desc = "How far for which objects, each named once.")] levels: Vec<TerritoryLevelInput>,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<TerritoryPayload> {
        let id = parse(&id)?;
        let (caller, metadata) = &repeating_with_metadata(ctx, idempotency_key.as_deref()).await?;
        let levels = resolve(&levels, metadata)?;
        Ok(TerritoryPayload::of(engine(ctx)?.territories().set_levels(caller, id, &levels).await?, metadata))
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

/// Finds the objects that levels are for.
fn resolve(levels: &[TerritoryLevelInput], metadata: &Metadata) -> Result<TerritoryLevels> {
    let mut resolved = TerritoryLevels::new();
    for TerritoryLevelInput { object, level } in levels {
        let object = find_object(metadata, object)?;
        if resolved.insert(object.id, Level::from(*level)).is_some() {
            return Err(Error::BadInput(format!("object `{}` is named twice", object.name)));
        }
    }
    Ok(resolved)
}

impl Territory {
    fn of(StaffedTerritory { territory, users, levels }: StaffedTerritory, metadata: &Metadata) -> Self {
        let level = |(id, level)| {
            let object = metadata.object(id)?;
            let level = TerritoryAccess::of(level)?;
            Some(TerritoryLevel { object_id: id.into(), object: object.name.to_string(), level })
        };
        let mut levels: Vec<_> = levels.into_iter().filter_map(level).collect();
        levels.sort_by(|one, other| one.object.cmp(&other.object));
        Self {
            id: territory.id.into(),
            name: territory.name,
            parent_territory_id: territory.parent.map(ID::from),
            user_ids: users.into_iter().map(ID::from).collect(),
            levels,
        }
    }
}

impl TerritoryAccess {
    /// Nothing is assigned with no level.
    fn of(level: Level) -> Option<Self> {
        match level {
            Level::None => None,
            Level::Read => Some(Self::Read),
            Level::Edit => Some(Self::Edit),
            Level::Full => Some(Self::Full),
        }
    }
}

impl From<TerritoryAccess> for Level {
    fn from(access: TerritoryAccess) -> Self {
        match access {
            TerritoryAccess::Read => Self::Read,
            TerritoryAccess::Edit => Self::Edit,
            TerritoryAccess::Full => Self::Full,
        }
    }
}

impl TerritoryPayload {
    fn of(written: Written<StaffedTerritory>, metadata: &Metadata) -> Self {
        Self { territory: Territory::of(written.value, metadata), receipt: written.receipt }
    }
}
