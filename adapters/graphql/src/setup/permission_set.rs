//! Permission sets: what users may do beside what their profile gives.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use sutra_acl::PermissionSet as StoredSet;
use sutra_engine::{Error, PermissionSetEdit, Written};
use sutra_kernel::PermissionSetId;
use sutra_records::Metadata;

use super::{
    grants::{Grants, GrantsInput},
    request::{Result, engine, parse, repeating, repeating_with_metadata, viewing},
};

/// A named set of permissions. A user has any number of them, and each adds to what the profile gives.
#[derive(SimpleObject)]
pub(super) struct PermissionSet {
    /// Identifies the permission set.
    id: ID,
    /// What people call it; no two permission sets of a workspace have the same name.
    name: String,
    /// What it gives.
    #[graphql(flatten)]
    grants: Grants,
}

/// A permission set as it should be.
#[derive(InputObject)]
pub(super) struct PermissionSetInput {
    /// What people call it, 1 to 120 characters; no two permission sets of a workspace have the same name.
    name: String,
    /// What it gives.
    #[graphql(flatten)]
    grants: GrantsInput,
}

/// The permission set that was written.
#[derive(SimpleObject)]
struct PermissionSetPayload {
    /// The permission set as it is now.
    permission_set: PermissionSet,
    /// The hash of the ledger's entry about this change, or null if nothing changed.
    receipt: Option<String>,
}

/// The permission set that was removed.
#[derive(SimpleObject)]
struct DeletePermissionSetPayload {
    /// Which one it was.
    id: ID,
    /// The hash of the ledger's entry about this change.
    receipt: Option<String>,
}

#[derive(Default)]
pub(super) struct PermissionSetQuery;

#[derive(Default)]
pub(super) struct PermissionSetMutation;

#[Object]
impl PermissionSetQuery {
    /// Every permission set of the workspace. Needs Manage Users or Manage Permissions.
    async fn permission_sets(&self, ctx: &Context<'_>) -> Result<Vec<PermissionSet>> {
        let viewing = viewing(ctx).await?;
        let sets = viewing.permission_sets()?;
        Ok(sets.iter().map(|set| PermissionSet::of(set, viewing.metadata())).collect())
    }

    /// One permission set. Needs Manage Users or Manage Permissions.
    async fn permission_set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The permission set to look at.")] id: ID,
    ) -> Result<PermissionSet> {
        let id: PermissionSetId = parse(&id)?;
        let viewing = viewing(ctx).await?;
        let sets = viewing.permission_sets()?;
        let set = sets.iter().find(|set| set.id == id).ok_or(Error::NotFound("permission set"))?;
        Ok(PermissionSet::of(set, viewing.metadata()))
    }
}

#[Object]
impl PermissionSetMutation {
    /// Makes a permission set. Needs Manage Permissions, and every permission that the set gives.
    async fn create_permission_set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The permission set to make.")] input: PermissionSetInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<PermissionSetPayload> {
        let (caller, metadata) = &repeating_with_metadata(ctx, idempotency_key.as_deref()).await?;
        let edit = input.resolve(metadata)?;
        let written = engine(ctx)?.permissions().create_permission_set(caller, &edit).await?;
        Ok(PermissionSetPayload::of(written, metadata))
    }

    /// Replaces what a permission set gives, to all who have it. Needs Manage Permissions, and every permission that the set
    /// gives before and after. Nobody changes a permission set they have themselves.
    async fn update_permission_set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The permission set to change.")] id: ID,
        #[graphql(desc = "The whole permission set as it should be: what is left out is taken away.")]
        input: PermissionSetInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<PermissionSetPayload> {
        let id = parse(&id)?;
        let (caller, metadata) = &repeating_with_metadata(ctx, idempotency_key.as_deref()).await?;
        let edit = input.resolve(metadata)?;
        let written = engine(ctx)?.permissions().update_permission_set(caller, id, &edit).await?;
        Ok(PermissionSetPayload::of(written, metadata))
    }

    /// Removes a permission set. Needs Manage Permissions, and every permission that the set gives. A permission set that a
    /// user has, or that is part of a permission set group, stays: IN_USE.
    async fn delete_permission_set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The permission set to remove.")] id: ID,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<DeletePermissionSetPayload> {
        let id = parse(&id)?;
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        let Written { value, receipt } = engine(ctx)?.permissions().delete_permission_set(caller, id).await?;
        Ok(DeletePermissionSetPayload { id: value.into(), receipt })
    }
}

impl PermissionSetInput {
    pub(super) fn resolve(self, metadata: &Metadata) -> Result<PermissionSetEdit> {
        Ok(PermissionSetEdit { name: self.name, grants: self.grants.resolve(metadata)? })
    }
}

impl PermissionSetPayload {
    fn of(written: Written<StoredSet>, metadata: &Metadata) -> Self {
        Self { permission_set: PermissionSet::of(&written.value, metadata), receipt: written.receipt }
    }
}

impl PermissionSet {
    fn of(set: &StoredSet, metadata: &Metadata) -> Self {
        Self { id: set.id.into(), name: set.name.clone(), grants: Grants::of(&set.grants, metadata) }
    }
}
