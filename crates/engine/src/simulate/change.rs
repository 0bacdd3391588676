//! The policy as it would be after a change.

use std::sync::Arc;

use sutra_acl::{
    Assigned, Difference, Group, ObjectPolicy, OrgWideDefault, Owner, PermissionSet, Policy, Principal,
    Profile, RestrictionRule, RoleTree, Scope, Subject, SystemPermission, UserPlan,
};
use sutra_identity::Held;
use sutra_kernel::{
    Condition, GroupId, ObjectId, PermissionSetId, ProfileId, RestrictionRuleId, RoleId, UserId, Uuid,
};
use sutra_records::{ObjectDef, Readable, Record, Standing, check_condition};

use super::AccessChange;
use crate::{
    Error, GroupEdit, MAX_MEMBERS, MAX_RESTRICTIONS, MemberEdit, PermissionSetEdit, ProfileEdit, Reads,
    Restriction, RestrictionEdit,
    authority::Authority,
    members::{edited, parse_name, subject_of},
    work::{check_version, find_object},
};

/// The policy after a change that has not been made.
pub(super) struct Foreseen {
    policy: Policy,
    /// A user as he would be, if the change is of a user.
    subject: Option<Subject>,
    /// The role that he would no longer have, if that would change, and so what those above him see.
    moved_from: Option<Option<RoleId>>,
}

impl Foreseen {
    /// The policy after this change.
    pub(super) async fn of(
        authority: &Authority,
        reads: &mut dyn Reads,
        change: &AccessChange,
    ) -> Result<Self, Error> {
        let mut foreseen = Self { policy: Policy::clone(&authority.policy), subject: None, moved_from: None };
        match change {
            AccessChange::Default { object, default, hierarchy } => {
                foreseen.default(authority, object, *default, *hierarchy)?;
            }
            AccessChange::Profile(id, edit) => foreseen.profile(authority, *id, edit)?,
            AccessChange::PermissionSet(id, edit) => foreseen.permission_set(authority, *id, edit)?,
            AccessChange::Assignment(user, assigned) => {
                foreseen.assignment(authority, reads, *user, assigned).await?;
            }
            AccessChange::Member(user, edit) => foreseen.member(authority, reads, *user, edit).await?,
            AccessChange::Role { id, name, parent } => {
                drop(parse_name(name)?);
                foreseen.role(authority, reads, *id, *parent).await?;
            }
            AccessChange::Group(id, edit) => foreseen.group(authority, reads, *id, edit).await?,
            AccessChange::NewRestriction(object, edit) => {
                let object = find_object(&authority.metadata, object)?;
                let id = RestrictionRuleId::from_uuid(Uuid::nil());
                foreseen.restrict(authority, reads, &object, id, edit).await?;
            }
            AccessChange::Restriction(id, edit) => {
                let Restriction { object, .. } = authority.changeable_restriction(*id)?;
                foreseen.restrict(authority, reads, &object, *id, edit).await?;
            }
            AccessChange::NoRestriction(id) => {
                let Restriction { object, .. } = authority.changeable_restriction(*id)?;
                foreseen.restrictions(object.id).retain(|rule| rule.id != *id);
            }
        }
        Ok(foreseen)
    }

    /// A user's plan as it would be.
    pub(super) fn plan(&self, before: &Subject) -> UserPlan {
        let changed = self.subject.as_ref().filter(|subject| subject.user == before.user);
        UserPlan::compile(&self.policy, changed.unwrap_or(before))
    }

    /// Where to look for what somebody would see more, and for what less.
    pub(super) fn differences(&self, seen: &Scope, foreseen: &Scope) -> (Difference, Difference) {
        let (come, go) = (foreseen.beyond(seen), seen.beyond(foreseen));
        let (Some(moved), Some(before)) = (&self.subject, self.moved_from) else { return (come, go) };
        let counts = |scope: &Scope, role: Option<RoleId>| role.is_some_and(|role| scope.counts_role(role));
        let wider = |difference: Difference, is_wider: bool| match is_wider {
            true => difference.with_records_of(moved.user),
            false => difference,
        };
        (wider(come, counts(foreseen, moved.role)), wider(go, counts(seen, before)))
    }

    /// Whether a record as it would be is in a scope: its owner, and those with whom it is shared, have the roles that they
    /// would have.
    pub(super) fn admits(&self, scope: &Scope, record: &Record, standing: &Standing) -> bool {
        let Some(moved) = self.subject.as_ref().filter(|_| self.moved_from.is_some()) else {
            return scope.admits(&record.facts(standing));
        };
        let mut standing = standing.clone();
        let shared =
            standing.shares.iter_mut().filter(|share| share.principal == Principal::User(moved.user));
        shared.for_each(|share| share.role = moved.role);
        let mut facts = record.facts(&standing);
        if facts.owner == Owner::User(moved.user) {
            facts.owner_role = moved.role;
        }
        scope.admits(&facts)
    }

    /// The user whom alone it concerns, if there is only one.
    pub(super) fn only(&self) -> Option<UserId> {
        self.subject.as_ref().filter(|_| self.moved_from.is_none()).map(|subject| subject.user)
    }

    fn default(
        &mut self,
        authority: &Authority,
        object: &str,
        default: OrgWideDefault,
        hierarchy: bool,
    ) -> Result<(), Error> {
        let object = find_object(&authority.metadata, object)?.id;
        let known = self.policy.objects.remove(&object);
        let before = known.unwrap_or_else(|| ObjectPolicy::new(object, default, hierarchy));
        if [before.default, default].contains(&OrgWideDefault::ControlledByParent) {
            return Err(unforeseeable("what goes along with the control by a parent"));
        }
        self.policy.objects.insert(object, ObjectPolicy { default, hierarchy, ..before });
        Ok(())
    }

    fn profile(&mut self, authority: &Authority, id: ProfileId, edit: &ProfileEdit) -> Result<(), Error> {
        authority.require_permission(SystemPermission::ManagePermissions)?;
        let before = authority.changeable_profile(id)?;
        authority.require_held(&edit.grants)?;
        let after = Profile { id: before.id, name: parse_name(&edit.name)?, grants: edit.grants.clone() };
        self.policy.profiles.insert(id, Arc::new(after));
        Ok(())
    }

    fn permission_set(
        &mut self,
        authority: &Authority,
        id: PermissionSetId,
        edit: &PermissionSetEdit,
    ) -> Result<(), Error> {
        authority.require_permission(SystemPermission::ManagePermissions)?;
        let before = authority.changeable_set(id)?;
        authority.require_held(&edit.grants)?;
        let after =
            PermissionSet { id: before.id, name: parse_name(&edit.name)?, grants: edit.grants.clone() };
        self.policy.permission_sets.insert(id, Arc::new(after));
        Ok(())
    }

    async fn assignment(
        &mut self,
        authority: &Authority,
        reads: &mut dyn Reads,
        user: UserId,
        assigned: &Assigned,
    ) -> Result<(), Error> {
        authority.require_permission(SystemPermission::ManagePermissions)?;
        authority.require_permission(SystemPermission::ManageUsers)?;
        let before = reads.subject(user).await?.ok_or(Error::NotFound("user"))?;
        authority.require_assignable(&before, assigned)?;
        self.subject = Some(before.with(assigned.clone()));
        Ok(())
    }

    async fn member(
        &mut self,
        authority: &Authority,
        reads: &mut dyn Reads,
        user: UserId,
        edit: &MemberEdit,
    ) -> Result<(), Error> {
        authority.require_permission(SystemPermission::ManageUsers)?;
        let before = reads.find_user(user).await?.ok_or(Error::NotFound("user"))?;
        check_version(edit.version, before.version)?;
        let assigned = reads.assigned_to(&[user]).await?.remove(&user).unwrap_or_default();
        authority.require_editable(&subject_of(&before, assigned.clone()), edit)?;
        let has_password = reads.find_password(user).await?.is_some();
        let after = edited(&before, edit, has_password)?;
        if after.role != before.role {
            let vacated = match before.role {
                Some(role) if reads.count_holders(Held::Role(role)).await? == 1 => Some(role),
                _ => None,
            };
            self.policy.directory = self.policy.directory.with_role(user, after.role, vacated);
            let is_same = authority.policy.written_rules_of(user, before.role)
                == self.policy.written_rules_of(user, after.role);
            if !is_same {
                return Err(unforeseeable("what sharing rules share of what this user owns"));
            }
            Arc::make_mut(&mut self.policy.moving).remove(&user);
            self.moved_from = Some(before.role);
        }
        self.subject = Some(subject_of(&after, assigned));
        Ok(())
    }

    async fn role(
        &mut self,
        authority: &Authority,
        reads: &mut dyn Reads,
        id: RoleId,
        parent: Option<RoleId>,
    ) -> Result<(), Error> {
        authority.require_permission(SystemPermission::ManagePermissions)?;
        let mut roles = reads.roles().await?;
        let role = roles.iter_mut().find(|role| role.id == id).ok_or(Error::NotFound("role"))?;
        authority.require_movable(role, parent)?;
        role.parent = parent;
        self.policy.roles = RoleTree::compile(&roles).map_err(Error::bad_input)?;
        self.require_same_sources(&authority.policy)
    }

    async fn group(
        &mut self,
        authority: &Authority,
        reads: &mut dyn Reads,
        id: GroupId,
        GroupEdit { name, members }: &GroupEdit,
    ) -> Result<(), Error> {
        let directory = &self.policy.directory;
        let known = directory.group(id).ok_or(Error::NotFound("group"))?;
        if members.len() > MAX_MEMBERS {
            return Err(Error::BadInput(format!("a group has at most {MAX_MEMBERS} members")));
        }
        let users = authority.known_users(reads, members).await?;
        let roles = users.into_iter().filter_map(|user| Some((user.id, user.role?)));
        let group = Group { name: parse_name(name)?, members: members.clone(), ..known.clone() };
        self.policy.directory = directory.with_group(group, roles).map_err(Error::bad_input)?;
        authority.require_still_bound(&self.policy)?;
        self.require_same_sources(&authority.policy)
    }

    /// Refuses to foresee what sharing rules would share that are about what others own from then on: it is written down
    /// record by record.
    fn require_same_sources(&self, before: &Policy) -> Result<(), Error> {
        match before.written_rules().find(|(_, rule)| before.staff_of(rule) != self.policy.staff_of(rule)) {
            Some((_, rule)) => Err(unforeseeable(&format!("what the sharing rule `{}` shares", rule.name))),
            None => Ok(()),
        }
    }

    /// Puts a restriction in place of the one with its id, if there is one.
    async fn restrict(
        &mut self,
        authority: &Authority,
        reads: &mut dyn Reads,
        object: &ObjectDef,
        id: RestrictionRuleId,
        RestrictionEdit { name, binds, condition }: &RestrictionEdit,
    ) -> Result<(), Error> {
        authority.require_audience(reads, binds).await?;
        check_condition(object, condition, Readable::Indexed).map_err(Error::bad_input)?;
        require_readable(authority, object, condition)?;
        let rules = self.restrictions(object.id);
        rules.retain(|rule| rule.id != id);
        if rules.len() >= MAX_RESTRICTIONS {
            let message = format!("an object has at most {MAX_RESTRICTIONS} restriction rules");
            return Err(Error::BadInput(message));
        }
        let (name, binds, condition) = (parse_name(name)?, binds.clone(), condition.clone());
        rules.push(Arc::new(RestrictionRule { id, name, binds, condition }));
        Ok(())
    }

    /// The restrictions of an object, which has a policy if it is known.
    fn restrictions(&mut self, object: ObjectId) -> &mut Vec<Arc<RestrictionRule>> {
        let closed = || ObjectPolicy::new(object, OrgWideDefault::Private, true);
        &mut self.policy.objects.entry(object).or_insert_with(closed).restrictions
    }
}

fn unforeseeable(what: &str) -> Error {
    Error::BadInput(format!("{what} would change too, and cannot be foreseen"))
}

/// Refuses to try out conditions on fields that the caller may not read: the counts would tell him their values.
fn require_readable(authority: &Authority, object: &ObjectDef, condition: &Condition) -> Result<(), Error> {
    let plan = authority.plan.object(object.id);
    let fields = condition.tests().into_iter().filter_map(|(name, _)| object.field(name.as_str()));
    match fields.into_iter().find(|field| !plan.field(field.id).read) {
        Some(hidden) => Err(Error::Forbidden(format!("you may not read the field `{}`", hidden.name))),
        None => Ok(()),
    }
}
