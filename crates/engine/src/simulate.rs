//! What a change of the policy would do: who would see more records, who fewer, and who would get other permissions.
//!
//! The change is made to a copy of the policy, within a snapshot, which nothing can be written to. Everybody's plan is
//! compiled under both policies, and the records are looked through where the one's scope goes beyond the other's.

mod change;
mod compare;

use std::sync::Arc;

use sutra_acl::{Assigned, ObjectPermissions, OrgWideDefault, SystemPermission, UserPlan};
use sutra_identity::User;
use sutra_kernel::{GroupId, PermissionSetId, ProfileId, RestrictionRuleId, RoleId, UserId};
use sutra_records::{ObjectDef, View};

use self::{change::Foreseen, compare::Comparison};
use crate::{
    Error, GroupEdit, MemberEdit, PermissionSetEdit, ProfileEdit, Reads, RestrictionEdit, Viewing,
    members::subject_of,
};

/// How many users one answer looks at: their plans are compiled for it, twice.
const LOOKED_AT: usize = 1_000;

/// A change of the policy that has not been made. What it names is named as for the use case that makes it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum AccessChange {
    /// Another org-wide default of the object of this name.
    Default {
        /// The object's API name.
        object: String,
        /// What everybody would have.
        default: OrgWideDefault,
        /// Whether the role hierarchy would grant.
        hierarchy: bool,
    },
    /// Another content of a profile.
    Profile(ProfileId, ProfileEdit),
    /// Another content of a permission set.
    PermissionSet(PermissionSetId, PermissionSetEdit),
    /// What a user would have beside the profile.
    Assignment(UserId, Assigned),
    /// Another profile or role of a user, or whether he may sign in.
    Member(UserId, MemberEdit),
    /// Another place of a role and of everything below it.
    Role {
        /// The role.
        id: RoleId,
        /// Its name.
        name: String,
        /// What it would be below.
        parent: Option<RoleId>,
    },
    /// Other members of a group.
    Group(GroupId, GroupEdit),
    /// One more restriction rule of the object of this name.
    NewRestriction(String, RestrictionEdit),
    /// A restriction rule that would say something else.
    Restriction(RestrictionRuleId, RestrictionEdit),
    /// A restriction rule that would be gone.
    NoRestriction(RestrictionRuleId),
}

/// Some of those for whom a change would make a difference.
#[derive(Debug, Clone)]
pub struct AccessDifferences {
    /// Those who were found, in the order in which users were made.
    pub found: Vec<AccessDifference>,
    /// Behind whom to go on; nothing if everybody was looked at. There may be nobody more.
    pub next: Option<UserId>,
}

/// What a change would do to one user.
#[derive(Debug, Clone)]
pub struct AccessDifference {
    /// The user.
    pub user: User,
    /// The objects where something would be different.
    pub objects: Vec<ObjectDifference>,
}

/// What a change would do to one user at one object.
#[derive(Debug, Clone)]
pub struct ObjectDifference {
    /// The object.
    pub object: Arc<ObjectDef>,
    /// What he may do with the records that he reaches.
    pub before: ObjectPermissions,
    /// What he might do.
    pub after: ObjectPermissions,
    /// The records that he does not see and would.
    pub gained: RecordDifference,
    /// The records that he sees and would not.
    pub lost: RecordDifference,
}

/// Records that would be gained or lost, as far as the asker sees them himself.
#[derive(Debug, Clone)]
pub struct RecordDifference {
    /// How many were found.
    pub count: u64,
    /// Whether that is all of them: only so many records are looked at.
    pub exact: bool,
    /// The newest of them, through the asker's own field permissions.
    pub samples: Vec<View>,
}

impl Viewing {
    /// For whom a change of the policy would make a difference, and which: at most so many users at a time, each time
    /// from those behind `after`. Nothing is changed.
    ///
    /// So many users and records are looked at for one answer and no more, so that an answer may have fewer users than
    /// `limit` and yet not be the last, and that a count may be [inexact](RecordDifference::exact). It is about who sees
    /// which records and about permissions on objects: how far access to a record goes, and fields, are not compared.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Sharing*, and whatever the use case refuses that makes the change, but for
    /// what is refused only once it is written: a taken name, and that nobody could administer the workspace any
    /// more. [`Error::Forbidden`] also for a restriction rule that reads a field that the caller may not read;
    /// [`Error::BadInput`] for a default that is, or would be, *controlled by parent*, and for a change that sharing rules
    /// would follow record by record.
    ///
    /// # Security
    /// Only records that the caller sees himself are counted and shown, and only objects that he may read are spoken of: to
    /// ask what would be is no way to learn what is.
    pub async fn simulate_access_change(
        &self,
        change: &AccessChange,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<AccessDifferences, Error> {
        self.require_permission(SystemPermission::ManageSharing)?;
        let mut reads = self.reads().await;
        let foreseen = Foreseen::of(&self.authority, reads.as_mut(), change).await?;
        let (users, more) = foreseen.concerned(reads.as_mut(), after).await?;
        let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
        let mut assigned = reads.assigned_to(&ids).await?;
        let mut comparison = Comparison::new(&self.authority, reads.as_mut());
        let (mut found, mut next) = (Vec::new(), more.then(|| ids.last().copied()).flatten());
        for user in users {
            let subject = subject_of(&user, assigned.remove(&user.id).unwrap_or_default());
            let before = UserPlan::compile(&self.authority.policy, &subject);
            let objects = comparison.objects(&before, &foreseen.plan(&subject), &foreseen).await?;
            let last = Some(user.id).filter(|last| more || ids.last() != Some(last));
            if !objects.is_empty() {
                found.push(AccessDifference { user, objects });
            }
            if found.len() == limit || comparison.is_exhausted() {
                next = last;
                break;
            }
        }
        Ok(AccessDifferences { found, next })
    }
}

impl Foreseen {
    /// The users to look at, from those behind `after` on, and whether there are more.
    async fn concerned(
        &self,
        reads: &mut dyn Reads,
        after: Option<UserId>,
    ) -> Result<(Vec<User>, bool), Error> {
        let Some(only) = self.only() else {
            let page = reads.users(after, LOOKED_AT).await?;
            return Ok((page.items, page.more));
        };
        let is_ahead = after.is_none_or(|after| only > after);
        let user = if is_ahead { reads.find_user(only).await? } else { None };
        Ok((user.into_iter().collect(), false))
    }
}
