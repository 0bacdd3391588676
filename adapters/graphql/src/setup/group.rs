//! Groups of people, and queues that own records.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use sutra_acl::Group as StoredGroup;
use sutra_engine::{Error, GroupEdit, Written};
use sutra_kernel::GroupId;

use super::{
    principal::Principal,
    request::{Result, engine, parse, repeating, viewing},
};

/// Several people under one name: to share records with, or to own them.
#[derive(SimpleObject)]
pub(super) struct Group {
    /// Identifies the group.
    id: ID,
    /// What people call it; no two groups of a workspace have the same name.
    name: String,
    /// Whether it can own records.
    kind: GroupKind,
    /// Who is in it. Whoever is in a group in it is in it too.
    members: Vec<Principal>,
}

/// Whether a group can own records.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(super) enum GroupKind {
    /// A group that records can be shared with.
    Public,
    /// A group that owns records as well. They are as much every member's as if each owned them.
    Queue,
}

/// A group to be made.
#[derive(InputObject)]
struct CreateGroupInput {
    /// What people call it, 1 to 120 characters; no two groups of a workspace have the same name.
    name: String,
    /// Whether it can own records. It stays so.
    kind: GroupKind,
    /// Who is in it, at most 1,000.
    #[graphql(default)]
    members: Vec<Principal>,
}

/// A group as it should be.
#[derive(InputObject)]
pub(super) struct UpdateGroupInput {
    /// What people call it, 1 to 120 characters; no two groups of a workspace have the same name.
    name: String,
    /// Who is in it, at most 1,000: whoever is left out leaves.
    members: Vec<Principal>,
}

/// The group that was written.
#[derive(SimpleObject)]
struct GroupPayload {
    /// The group as it is now.
    group: Group,
    /// The hash of the ledger's entry about this change, or null if nothing changed.
    receipt: Option<String>,
}

/// The group that was removed.
#[derive(SimpleObject)]
struct DeleteGroupPayload {
    /// Which one it was.
    id: ID,
    /// The hash of the ledger's entry about this change.
    receipt: Option<String>,
}

#[derive(Default)]
pub(super) struct GroupQuery;

#[derive(Default)]
pub(super) struct GroupMutation;

#[Object]
impl GroupQuery {
    /// Every group and queue of the workspace. Needs Manage Sharing, Manage Users or Manage Permissions.
    async fn groups(&self, ctx: &Context<'_>) -> Result<Vec<Group>> {
        let groups = viewing(ctx).await?.groups()?;
        Ok(groups.into_iter().map(Group::from).collect())
    }

    /// One group or queue. Needs Manage Sharing, Manage Users or Manage Permissions.
    async fn group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group to look at.")] id: ID,
    ) -> Result<Group> {
        let id: GroupId = parse(&id)?;
        let groups = viewing(ctx).await?.groups()?;
        let group = groups.into_iter().find(|group| group.id == id);
        Ok(group.ok_or(Error::NotFound("group"))?.into())
    }
}

#[Object]
impl GroupMutation {
    /// Makes a group or a queue. Needs Manage Sharing.
    async fn create_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group to make.")] input: CreateGroupInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<GroupPayload> {
        let (queue, edit) = (input.kind == GroupKind::Queue, edit(input.name, &input.members)?);
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        Ok(engine(ctx)?.groups().create(caller, queue, &edit).await?.into())
    }

    /// Renames a group or queue and replaces its members. Needs Manage Sharing. No group is in itself, through others or not.
    async fn update_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group to change.")] id: ID,
        #[graphql(desc = "The whole group as it should be.")] input: UpdateGroupInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<GroupPayload> {
        let (id, edit) = (parse(&id)?, input.resolve()?);
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        Ok(engine(ctx)?.groups().update(caller, id, &edit).await?.into())
    }

    /// Removes a group or queue. Needs Manage Sharing. One that is in another group, or that something is shared with, stays:
    /// IN_USE.
    async fn delete_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group to remove.")] id: ID,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<DeleteGroupPayload> {
        let id = parse(&id)?;
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        let Written { value, receipt } = engine(ctx)?.groups().delete(caller, id).await?;
        Ok(DeleteGroupPayload { id: value.into(), receipt })
    }
}

impl UpdateGroupInput {
    pub(super) fn resolve(self) -> Result<GroupEdit> {
        edit(self.name, &self.members)
    }
}

fn edit(name: String, members: &[Principal]) -> Result<GroupEdit> {
    Ok(GroupEdit { name, members: members.iter().map(Principal::resolve).collect::<Result<_>>()? })
}

impl From<StoredGroup> for Group {
    fn from(group: StoredGroup) -> Self {
        Self {
            id: group.id.into(),
            name: group.name,
            kind: if group.queue { GroupKind::Queue } else { GroupKind::Public },
            members: group.members.into_iter().map(Principal::from).collect(),
        }
    }
}

impl From<Written<StoredGroup>> for GroupPayload {
    fn from(written: Written<StoredGroup>) -> Self {
        Self { group: written.value.into(), receipt: written.receipt }
    }
}
