//! Org-wide defaults: what everybody may do with an object's records.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use sutra_acl::{ObjectPolicy, OrgWideDefault as Level};
use sutra_engine::Written;
use sutra_records::Metadata;

use super::{
    object::find_object,
    request::{Result, engine, repeating_with_metadata, viewing},
};

/// What every user of the workspace may do with every record of an object. Everything else, such as the role
/// hierarchy, only adds to it.
#[derive(SimpleObject)]
pub(super) struct OrgWideDefault {
    /// Identifies the object.
    object_id: ID,
    /// The object's API name, such as `account`.
    object: String,
    /// What everybody may do, as far as their profile lets them.
    default_access: DefaultAccess,
    /// Whether those above the owner in the role hierarchy may do what the owner may.
    grant_access_using_hierarchies: bool,
}

/// What everybody may do with the records of an object.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Level")]
pub(super) enum DefaultAccess {
    /// Nothing: a record is for its owner, and for those who get access by other ways.
    Private,
    /// See every record.
    Read,
    /// See and change every record.
    ReadWrite,
    /// What one may do with the record that it belongs to. Only for objects with a reference that deletes along. The records
    /// lose the shares of their own, and whether the hierarchy grants is what is set for the object at the top.
    ControlledByParent,
}

/// The org-wide default that was set.
#[derive(SimpleObject)]
struct SetOrgWideDefaultPayload {
    /// The default as it is now.
    org_wide_default: OrgWideDefault,
    /// The hash of the ledger's entry about this change, or null if nothing changed.
    receipt: Option<String>,
}

#[derive(Default)]
pub(super) struct OrgWideDefaultQuery;

#[derive(Default)]
pub(super) struct OrgWideDefaultMutation;

#[Object]
impl OrgWideDefaultQuery {
    /// The org-wide default of every object. Needs Manage Users or Manage Permissions.
    async fn org_wide_defaults(&self, ctx: &Context<'_>) -> Result<Vec<OrgWideDefault>> {
        let viewing = viewing(ctx).await?;
        let defaults = viewing.defaults()?;
        Ok(defaults.iter().map(|default| OrgWideDefault::of(default, viewing.metadata())).collect())
    }
}

#[Object]
impl OrgWideDefaultMutation {
    /// Sets the org-wide default of an object. Needs Manage Sharing.
    async fn set_org_wide_default(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The object's API name, such as `account`, or its id.")] object: String,
        #[graphql(desc = "What everybody may do, as far as their profile lets them.")]
        default_access: DefaultAccess,
        #[graphql(
            desc = "Whether those above the owner in the role hierarchy may do what the owner may.",
            default = true
        )]
        grant_access_using_hierarchies: bool,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<SetOrgWideDefaultPayload> {
        let (caller, metadata) = &repeating_with_metadata(ctx, idempotency_key.as_deref()).await?;
        let name = find_object(metadata, &object)?.name.as_str();
        let (level, hierarchy) = (default_access.into(), grant_access_using_hierarchies);
        let Written { value, receipt } =
            engine(ctx)?.permissions().set_default(caller, name, level, hierarchy).await?;
        Ok(SetOrgWideDefaultPayload { org_wide_default: OrgWideDefault::of(&value, metadata), receipt })
    }
}

impl OrgWideDefault {
    fn of(policy: &ObjectPolicy, metadata: &Metadata) -> Self {
        let object = metadata.object(policy.object);
        Self {
            object_id: policy.object.into(),
            object: object.map_or_else(|| policy.object.to_string(), |object| object.name.to_string()),
            default_access: policy.default.into(),
            grant_access_using_hierarchies: policy.hierarchy,
        }
    }
}
