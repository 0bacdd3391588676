//! Who has which permission sets.

use async_graphql::{Context, ID, Object, SimpleObject};
use sutra_acl::Assigned;
use sutra_engine::{Assignment, Error, MAX_PAGE, Written};
use sutra_kernel::UserId;

use super::request::{Result, engine, parse, parse_all, repeating, viewing};

/// What a user has beside the profile.
#[derive(SimpleObject)]
pub(super) struct PermissionAssignment {
    /// The user.
    user_id: ID,
    /// The permission sets the user has.
    permission_set_ids: Vec<ID>,
    /// The permission set groups the user has.
    permission_set_group_ids: Vec<ID>,
}

/// What was given to a user.
#[derive(SimpleObject)]
struct AssignPermissionSetsPayload {
    /// What the user has now.
    permission_assignment: PermissionAssignment,
    /// The hash of the ledger's entry about this change, or null if nothing changed.
    receipt: Option<String>,
}

#[derive(Default)]
pub(super) struct PermissionAssignmentQuery;

#[derive(Default)]
pub(super) struct PermissionAssignmentMutation;

#[Object]
impl PermissionAssignmentQuery {
    /// The permission sets and permission set groups of users, in the order in which they are named. Everybody may ask for
    /// their own; others' need Manage Users or Manage Permissions.
    async fn permission_assignments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The users, 1 to 200.")] user_ids: Vec<ID>,
    ) -> Result<Vec<PermissionAssignment>> {
        if !(1..=MAX_PAGE).contains(&user_ids.len()) {
            return Err(Error::BadInput(format!("`userIds` has 1 to {MAX_PAGE} users")));
        }
        let users: Vec<UserId> = parse_all(&user_ids)?;
        let assignments = viewing(ctx).await?.permission_assignments(&users).await?;
        Ok(assignments.into_iter().map(PermissionAssignment::from).collect())
    }
}

#[Object]
impl PermissionAssignmentMutation {
    /// Gives a user these permission sets and permission set groups and takes all others away. Needs Manage Permissions and
    /// Manage Users, and every permission that the user has before and after. Nobody changes their own.
    async fn assign_permission_sets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The user.")] user_id: ID,
        #[graphql(desc = "The permission sets the user is to have.")] permission_set_ids: Vec<ID>,
        #[graphql(desc = "The permission set groups the user is to have.")] permission_set_group_ids: Vec<ID>,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<AssignPermissionSetsPayload> {
        let assigned = Assigned {
            permission_sets: parse_all(&permission_set_ids)?,
            permission_set_groups: parse_all(&permission_set_group_ids)?,
        };
        let user = parse(&user_id)?;
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        let Written { value, receipt } = engine(ctx)?.permissions().assign(caller, user, &assigned).await?;
        Ok(AssignPermissionSetsPayload { permission_assignment: value.into(), receipt })
    }
}

impl From<Assignment> for PermissionAssignment {
    fn from(Assignment { user, assigned }: Assignment) -> Self {
        Self {
            user_id: user.into(),
            permission_set_ids: assigned.permission_sets.into_iter().map(ID::from).collect(),
            permission_set_group_ids: assigned.permission_set_groups.into_iter().map(ID::from).collect(),
        }
    }
}
