//! Roles: places in the hierarchy.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use sutra_acl::Role as StoredRole;
use sutra_engine::Written;

use super::request::{Result, engine, parse, parse_optional, repeating, viewing};

/// A place in the role hierarchy. People see the records of those whose role is somewhere below theirs, for
/// every object that grants access using hierarchies.
#[derive(SimpleObject)]
pub(super) struct Role {
    /// Identifies the role.
    id: ID,
    /// What people call it; no two roles of a workspace have the same name.
    name: String,
    /// The role right above, or null at the top.
    parent_role_id: Option<ID>,
}

/// A role as it should be.
#[derive(InputObject)]
pub(super) struct RoleInput {
    /// What people call it, 1 to 120 characters; no two roles of a workspace have the same name.
    pub(super) name: String,
    /// The role right above, or null to put it at the top.
    pub(super) parent_role_id: Option<ID>,
}

/// The role that was written.
#[derive(SimpleObject)]
struct RolePayload {
    /// The role as it is now.
    role: Role,
    /// The hash of the ledger's entry about this change, or null if nothing changed.
    receipt: Option<String>,
}

/// The role that was removed.
#[derive(SimpleObject)]
struct DeleteRolePayload {
    /// Which one it was.
    id: ID,
    /// The hash of the ledger's entry about this change.
    receipt: Option<String>,
}

#[derive(Default)]
pub(super) struct RoleQuery;

#[derive(Default)]
pub(super) struct RoleMutation;

#[Object]
impl RoleQuery {
    /// Every role of the workspace. Needs Manage Users or Manage Permissions.
    async fn roles(&self, ctx: &Context<'_>) -> Result<Vec<Role>> {
        let roles = viewing(ctx).await?.roles().await?;
        Ok(roles.into_iter().map(Role::from).collect())
    }
}

#[Object]
impl RoleMutation {
    /// Makes a role. Needs Manage Permissions.
    async fn create_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The role to make.")] input: RoleInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<RolePayload> {
        let parent = parse_optional(input.parent_role_id.as_ref())?;
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        Ok(engine(ctx)?.permissions().create_role(caller, &input.name, parent).await?.into())
    }

    /// Renames a role, or moves it together with everything below it. Needs Manage Permissions. Nobody moves
    /// their own role or one above it, and no role can be below itself.
    async fn update_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The role to change.")] id: ID,
        #[graphql(desc = "The whole role as it should be; without a parent it goes to the top.")]
        input: RoleInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<RolePayload> {
        let (id, parent) = (parse(&id)?, parse_optional(input.parent_role_id.as_ref())?);
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        Ok(engine(ctx)?.permissions().update_role(caller, id, &input.name, parent).await?.into())
    }

    /// Removes a role. Needs Manage Permissions, and of those who have a role themselves that it is below it. A role that a
    /// user has, that others are below, or that a group, a share or a rule names, stays: IN_USE.
    async fn delete_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The role to remove.")] id: ID,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<DeleteRolePayload> {
        let id = parse(&id)?;
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        let Written { value, receipt } = engine(ctx)?.permissions().delete_role(caller, id).await?;
        Ok(DeleteRolePayload { id: value.into(), receipt })
    }
}

impl From<StoredRole> for Role {
    fn from(role: StoredRole) -> Self {
        Self { id: role.id.into(), name: role.name, parent_role_id: role.parent.map(ID::from) }
    }
}

impl From<Written<StoredRole>> for RolePayload {
    fn from(written: Written<StoredRole>) -> Self {
        Self { role: written.value.into(), receipt: written.receipt }
    }
}
