//! Permission set groups: permission sets that are given together, less what is muted in them.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use sutra_acl::PermissionSetGroup as StoredGroup;
use sutra_engine::{Error, PermissionSetGroupEdit, Written};
use sutra_kernel::PermissionSetGroupId;
use sutra_records::Metadata;

use super::{
    grants::{Muting, MutingInput},
    request::{Result, engine, parse, parse_all, repeating, repeating_with_metadata, viewing},
};

/// Permission sets that are given together. What the group mutes, its sets do not give by way of the group; what a user has
/// otherwise stays.
#[derive(SimpleObject)]
pub(super) struct PermissionSetGroup {
    /// Identifies the permission set group.
    id: ID,
    /// What people call it; no two permission set groups of a workspace have the same name.
    name: String,
    /// The permission sets it is made of.
    permission_set_ids: Vec<ID>,
    /// What is muted.
    #[graphql(flatten)]
    muting: Muting,
}

/// A permission set group as it should be.
#[derive(InputObject)]
struct PermissionSetGroupInput {
    /// What people call it, 1 to 120 characters; no two permission set groups of a workspace have the same name.
    name: String,
    /// The permission sets it is made of.
    permission_set_ids: Vec<ID>,
    /// What is muted.
    #[graphql(flatten)]
    muting: MutingInput,
}

/// The permission set group that was written.
#[derive(SimpleObject)]
struct PermissionSetGroupPayload {
    /// The permission set group as it is now.
    permission_set_group: PermissionSetGroup,
    /// The hash of the ledger's entry about this change, or null if nothing changed.
    receipt: Option<String>,
}

/// The permission set group that was removed.
#[derive(SimpleObject)]
struct DeletePermissionSetGroupPayload {
    /// Which one it was.
    id: ID,
    /// The hash of the ledger's entry about this change.
    receipt: Option<String>,
}

#[derive(Default)]
pub(super) struct PermissionSetGroupQuery;

#[derive(Default)]
pub(super) struct PermissionSetGroupMutation;

#[Object]
impl PermissionSetGroupQuery {
    /// Every permission set group of the workspace. Needs Manage Users or Manage Permissions.
    async fn permission_set_groups(&self, ctx: &Context<'_>) -> Result<Vec<PermissionSetGroup>> {
        let viewing = viewing(ctx).await?;
        let groups = viewing.permission_set_groups()?;
        Ok(groups.iter().map(|group| PermissionSetGroup::of(group, viewing.metadata())).collect())
    }

    /// One permission set group. Needs Manage Users or Manage Permissions.
    async fn permission_set_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The permission set group to look at.")] id: ID,
    ) -> Result<PermissionSetGroup> {
        let id: PermissionSetGroupId = parse(&id)?;
        let viewing = viewing(ctx).await?;
        let groups = viewing.permission_set_groups()?;
        let group = groups.iter().find(|group| group.id == id);
        let group = group.ok_or(Error::NotFound("permission set group"))?;
        Ok(PermissionSetGroup::of(group, viewing.metadata()))
    }
}

#[Object]
impl PermissionSetGroupMutation {
    /// Makes a permission set group. Needs Manage Permissions, and every permission that the group gives.
    async fn create_permission_set_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The permission set group to make.")] input: PermissionSetGroupInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<PermissionSetGroupPayload> {
        let (caller, metadata) = &repeating_with_metadata(ctx, idempotency_key.as_deref()).await?;
        let edit = input.resolve(metadata)?;
        let written = engine(ctx)?.permissions().create_permission_set_group(caller, &edit).await?;
        Ok(PermissionSetGroupPayload::of(written, metadata))
    }

    /// Replaces the sets of a permission set group and what is muted in them. Needs Manage Permissions, and every permission
    /// that the group gives before and after. Nobody changes a permission set group they have themselves.
    async fn update_permission_set_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The permission set group to change.")] id: ID,
        #[graphql(desc = "The whole permission set group as it should be: what is left out is taken away.")]
        input: PermissionSetGroupInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<PermissionSetGroupPayload> {
        let id = parse(&id)?;
        let (caller, metadata) = &repeating_with_metadata(ctx, idempotency_key.as_deref()).await?;
        let edit = input.resolve(metadata)?;
        let written = engine(ctx)?.permissions().update_permission_set_group(caller, id, &edit).await?;
        Ok(PermissionSetGroupPayload::of(written, metadata))
    }

    /// Removes a permission set group; its permission sets stay. Needs Manage Permissions, and every permission that the
    /// group gives. A permission set group that a user has stays: IN_USE.
    async fn delete_permission_set_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The permission set group to remove.")] id: ID,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<DeletePermissionSetGroupPayload> {
        let id = parse(&id)?;
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        let Written { value, receipt } =
            engine(ctx)?.permissions().delete_permission_set_group(caller, id).await?;
        Ok(DeletePermissionSetGroupPayload { id: value.into(), receipt })
    }
}

impl PermissionSetGroupInput {
    fn resolve(self, metadata: &Metadata) -> Result<PermissionSetGroupEdit> {
        Ok(PermissionSetGroupEdit {
            name: self.name,
            sets: parse_all(&self.permission_set_ids)?,
            muting: self.muting.resolve(metadata)?,
        })
    }
}

impl PermissionSetGroupPayload {
    fn of(written: Written<StoredGroup>, metadata: &Metadata) -> Self {
        let permission_set_group = PermissionSetGroup::of(&written.value, metadata);
        Self { permission_set_group, receipt: written.receipt }
    }
}

impl PermissionSetGroup {
    fn of(group: &StoredGroup, metadata: &Metadata) -> Self {
        Self {
            id: group.id.into(),
            name: group.name.clone(),
            permission_set_ids: group.sets.iter().copied().map(ID::from).collect(),
            muting: Muting::of(&group.muting, metadata),
        }
    }
}
