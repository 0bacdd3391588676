//! What a change would do to people's access, before it is made.

use async_graphql::{Context, ID, InputObject, Object, OneofObject, SimpleObject};
use sutra_acl::Assigned;
use sutra_engine::{AccessChange, AccessDifferences, RestrictionEdit, Viewing};
use sutra_kernel::{ApiName, UserId, Value};
use sutra_records::View;

use super::{
    grants::{ObjectPermission, beyond},
    group::UpdateGroupInput,
    object::find_object,
    org_wide_default::DefaultAccess,
    permission_set::PermissionSetInput,
    profile::ProfileInput,
    request::{Result, page_size, parse, parse_all, parse_optional, viewing},
    restriction_rule::RestrictionRuleInput,
    role::RoleInput,
    user::{PageInfo, UpdateUserInput},
};

/// One change: the mutation that would make it, with its arguments.
#[derive(OneofObject)]
enum AccessChangeInput {
    /// Another org-wide default.
    SetOrgWideDefault(OrgWideDefaultInput),
    /// Another content of a profile.
    UpdateProfile(ProfileChangeInput),
    /// Another content of a permission set.
    UpdatePermissionSet(PermissionSetChangeInput),
    /// Other permission sets and groups of them for a user.
    AssignPermissionSets(AssignmentInput),
    /// Another profile or role of a user, or whether the user may sign in.
    UpdateUser(UserChangeInput),
    /// Another place for a role.
    UpdateRole(RoleChangeInput),
    /// Other members of a group.
    UpdateGroup(GroupChangeInput),
    /// One more restriction rule.
    CreateRestrictionRule(NewRestrictionRuleInput),
    /// A restriction rule that says something else.
    UpdateRestrictionRule(RestrictionRuleChangeInput),
    /// A restriction rule less.
    DeleteRestrictionRule(RestrictionRuleRemovalInput),
}

/// The arguments of `setOrgWideDefault`.
#[derive(InputObject)]
struct OrgWideDefaultInput {
    /// The object's API name, such as `account`, or its id.
    object: String,
    /// What everybody would have.
    default_access: DefaultAccess,
    /// Whether those above the owner in the role hierarchy would have what the owner has.
    #[graphql(default = true)]
    grant_access_using_hierarchies: bool,
}

/// The arguments of `updateProfile`.
#[derive(InputObject)]
struct ProfileChangeInput {
    /// The profile.
    id: ID,
    /// The whole profile as it would be.
    input: ProfileInput,
}

/// The arguments of `updatePermissionSet`.
#[derive(InputObject)]
struct PermissionSetChangeInput {
    /// The permission set.
    id: ID,
    /// The whole permission set as it would be.
    input: PermissionSetInput,
}

/// The arguments of `assignPermissionSets`.
#[derive(InputObject)]
struct AssignmentInput {
    /// The user.
    user_id: ID,
    /// The permission sets the user would have.
    permission_set_ids: Vec<ID>,
    /// The permission set groups the user would have.
    permission_set_group_ids: Vec<ID>,
}

/// The arguments of `updateUser`.
#[derive(InputObject)]
struct UserChangeInput {
    /// The user.
    id: ID,
    /// What would change.
    input: UpdateUserInput,
}

/// The arguments of `updateRole`.
#[derive(InputObject)]
struct RoleChangeInput {
    /// The role.
    id: ID,
    /// The whole role as it would be.
    input: RoleInput,
}

/// The arguments of `updateGroup`.
#[derive(InputObject)]
struct GroupChangeInput {
    /// The group.
    id: ID,
    /// The whole group as it would be.
    input: UpdateGroupInput,
}

/// The arguments of `createRestrictionRule`.
#[derive(InputObject)]
struct NewRestrictionRuleInput {
    /// The object's API name, such as `account`, or its id.
    object: String,
    /// The rule that there would be.
    input: RestrictionRuleInput,
}

/// The arguments of `updateRestrictionRule`.
#[derive(InputObject)]
struct RestrictionRuleChangeInput {
    /// The rule.
    id: ID,
    /// The whole rule as it would be.
    input: RestrictionRuleInput,
}

/// The arguments of `deleteRestrictionRule`.
#[derive(InputObject)]
struct RestrictionRuleRemovalInput {
    /// The rule.
    id: ID,
}

/// Some of those for whom a change would make a difference.
#[derive(SimpleObject)]
struct AccessDifferenceConnection {
    /// Those who were found: perhaps fewer than were asked for, even if there are more.
    nodes: Vec<AccessDifference>,
    /// Whether there are users who have not been looked at, and behind whom to go on.
    page_info: PageInfo,
}

/// What a change would do to one user.
#[derive(SimpleObject)]
struct AccessDifference {
    /// The user.
    user_id: ID,
    /// The user's name.
    name: String,
    /// The objects where something would be different, of those that you may read.
    objects: Vec<ObjectDifference>,
}

/// What a change would do to one user at one object.
#[derive(SimpleObject)]
struct ObjectDifference {
    /// The object's API name, such as `account`.
    object: String,
    /// Permissions on the object that the user would get.
    permissions_gained: Vec<ObjectPermission>,
    /// Permissions on the object that the user would lose.
    permissions_lost: Vec<ObjectPermission>,
    /// Records that the user does not see and would.
    gained: RecordDifference,
    /// Records that the user sees and would not.
    lost: RecordDifference,
}

/// Records that would be gained or lost. Only those that you see yourself are counted and shown.
#[derive(SimpleObject)]
struct RecordDifference {
    /// How many were found.
    count: u64,
    /// Whether that is all of them: of each object so many records are looked at, the newest first, and no more.
    exact: bool,
    /// The newest of them.
    samples: Vec<RecordSample>,
}

/// A record, in short.
#[derive(SimpleObject)]
struct RecordSample {
    /// Identifies the record.
    id: ID,
    /// Its name, if you may read it.
    name: Option<String>,
}

#[derive(Default)]
pub(super) struct SimulateQuery;

#[Object]
impl SimulateQuery {
    /// For whom a change would make a difference, and which: in the order in which users were made. Nothing is changed.
    /// Needs Manage Sharing, and what it takes to make the change; what could not be done is refused here too, but for a
    /// taken name and for what would leave nobody to administer the workspace. It is about who sees which records, and
    /// about permissions on objects: how far access to a record goes, and fields, are not compared.
    async fn simulate_access_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The change.")] change: AccessChangeInput,
        #[graphql(desc = "How many users to answer at most, 1 to 200.")] first: i32,
        #[graphql(desc = "The cursor behind which to begin.")] after: Option<String>,
    ) -> Result<AccessDifferenceConnection> {
        let (limit, after) = (page_size(first)?, parse_optional::<UserId>(after.map(ID).as_ref())?);
        let viewing = viewing(ctx).await?;
        let change = change.resolve(&viewing)?;
        Ok(viewing.simulate_access_change(&change, after, limit).await?.into())
    }
}

impl AccessChangeInput {
    fn resolve(self, viewing: &Viewing) -> Result<AccessChange> {
        let metadata = viewing.metadata();
        Ok(match self {
            Self::SetOrgWideDefault(it) => AccessChange::Default {
                object: find_object(metadata, &it.object)?.name.to_string(),
                default: it.default_access.into(),
                hierarchy: it.grant_access_using_hierarchies,
            },
            Self::UpdateProfile(it) => AccessChange::Profile(parse(&it.id)?, it.input.resolve(metadata)?),
            Self::UpdatePermissionSet(it) => {
                AccessChange::PermissionSet(parse(&it.id)?, it.input.resolve(metadata)?)
            }
            Self::AssignPermissionSets(it) => {
                let assigned = Assigned {
                    permission_sets: parse_all(&it.permission_set_ids)?,
                    permission_set_groups: parse_all(&it.permission_set_group_ids)?,
                };
                AccessChange::Assignment(parse(&it.user_id)?, assigned)
            }
            Self::UpdateUser(it) => AccessChange::Member(parse(&it.id)?, it.input.resolve()?),
            Self::UpdateRole(it) => {
                let parent = parse_optional(it.input.parent_role_id.as_ref())?;
                AccessChange::Role { id: parse(&it.id)?, name: it.input.name, parent }
            }
            Self::UpdateGroup(it) => AccessChange::Group(parse(&it.id)?, it.input.resolve()?),
            Self::CreateRestrictionRule(it) => {
                let object = find_object(metadata, &it.object)?;
                AccessChange::NewRestriction(object.name.to_string(), it.input.resolve(Some(object))?)
            }
            Self::UpdateRestrictionRule(it) => {
                let id = parse(&it.id)?;
                let found = viewing.restriction(id)?;
                let edit: RestrictionEdit = it.input.resolve(Some(&found.object))?;
                AccessChange::Restriction(id, edit)
            }
            Self::DeleteRestrictionRule(it) => AccessChange::NoRestriction(parse(&it.id)?),
        })
    }
}

impl From<AccessDifferences> for AccessDifferenceConnection {
    fn from(AccessDifferences { found, next }: AccessDifferences) -> Self {
        Self {
            nodes: found.into_iter().map(AccessDifference::from).collect(),
            page_info: PageInfo {
                has_next_page: next.is_some(),
                end_cursor: next.map(|user| user.to_string()),
            },
        }
    }
}

impl From<sutra_engine::AccessDifference> for AccessDifference {
    fn from(difference: sutra_engine::AccessDifference) -> Self {
        Self {
            user_id: difference.user.id.into(),
            name: difference.user.name,
            objects: difference.objects.into_iter().map(ObjectDifference::from).collect(),
        }
    }
}

impl From<sutra_engine::ObjectDifference> for ObjectDifference {
    fn from(difference: sutra_engine::ObjectDifference) -> Self {
        let sutra_engine::ObjectDifference { object, before, after, gained, lost } = difference;
        Self {
            object: object.name.to_string(),
            permissions_gained: beyond(after, before),
            permissions_lost: beyond(before, after),
            gained: RecordDifference::of(gained, &object.name_field),
            lost: RecordDifference::of(lost, &object.name_field),
        }
    }
}

impl RecordDifference {
    fn of(difference: sutra_engine::RecordDifference, name_field: &ApiName) -> Self {
        let sutra_engine::RecordDifference { count, exact, samples } = difference;
        let sample = |view: View| {
            let name = view.value(name_field);
            RecordSample { id: view.record.id.into(), name: (name != Value::Null).then(|| name.to_string()) }
        };
        Self { count, exact, samples: samples.into_iter().map(sample).collect() }
    }
}
