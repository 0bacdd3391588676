//! Plans: a policy compiled for one user.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use sutra_kernel::{FieldId, ObjectId, RoleId, UserId, Uuid, WorkspaceId};

use crate::{
    FieldPermission, Level, ObjectPermissions, ObjectPolicy, OrgWideDefault, Policy, Profile, RoleTree,
    Scope, Subject, SystemPermission,
};

/// All that one user may do, under one epoch of the policy.
///
/// It is compiled once and then only read; keep it by (workspace, user, epoch).
#[derive(Debug)]
pub struct UserPlan {
    holder: Arc<Holder>,
    epoch: u64,
    objects: BTreeMap<ObjectId, AccessPlan>,
    closed: AccessPlan,
}

/// All that one user may do with the records of one object.
///
/// [`decide`](Self::decide) judges one record, [`scope`](Self::scope) tells a store which records to
/// list. Both read the same few numbers, so they cannot grow apart.
#[derive(Debug)]
pub struct AccessPlan {
    pub(crate) holder: Arc<Holder>,
    pub(crate) object: ObjectId,
    permissions: ObjectPermissions,
    floor: Level,
    hierarchy: bool,
}

/// What the plans of one user share.
#[derive(Debug)]
pub(crate) struct Holder {
    pub(crate) subject: Subject,
    profile: Option<Arc<Profile>>,
    roles: RoleTree,
    /// The numbers of the roles strictly below the user's.
    below: Range<usize>,
}

impl UserPlan {
    /// Applies the policy to a user.
    ///
    /// # Security
    /// What is in doubt is closed: a user who is not active, belongs to another workspace or has an
    /// unknown profile may do nothing, and a user with an unknown role has nobody below.
    #[must_use]
    pub fn compile(policy: &Policy, subject: &Subject) -> Self {
        let holder = Arc::new(Holder::new(policy, subject));
        let plan = |of: &ObjectPolicy| (of.object, AccessPlan::new(&holder, of));
        Self {
            epoch: policy.epoch,
            objects: policy.objects.values().map(plan).collect(),
            closed: AccessPlan::closed(&holder),
            holder,
        }
    }

    /// Who it is.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.holder.subject.user
    }

    /// Where the user belongs.
    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        self.holder.subject.workspace
    }

    /// The user as the plan knows him.
    #[must_use]
    pub fn subject(&self) -> &Subject {
        &self.holder.subject
    }

    /// The epoch of the policy that was compiled.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The plan for an object. One that allows nothing, if the policy does not know the object.
    #[must_use]
    pub fn object(&self, object: ObjectId) -> &AccessPlan {
        self.objects.get(&object).unwrap_or(&self.closed)
    }

    /// Whether the user has a power over the workspace as a whole.
    #[must_use]
    pub fn has(&self, permission: SystemPermission) -> bool {
        self.holder.granted().is_some_and(|profile| profile.system.has(permission))
    }

    /// The user's profile, even if he is not active.
    pub(crate) fn profile(&self) -> Option<&Profile> {
        self.holder.profile.as_deref()
    }
}

impl AccessPlan {
    fn new(holder: &Arc<Holder>, policy: &ObjectPolicy) -> Self {
        Self {
            holder: Arc::clone(holder),
            object: policy.object,
            permissions: holder
                .granted()
                .map_or(ObjectPermissions::NONE, |profile| profile.object(policy.object)),
            floor: policy.default.floor(),
            hierarchy: policy.hierarchy,
        }
    }

    fn closed(holder: &Arc<Holder>) -> Self {
        Self {
            holder: Arc::clone(holder),
            object: ObjectId::from_uuid(Uuid::nil()),
            permissions: ObjectPermissions::NONE,
            floor: OrgWideDefault::Private.floor(),
            hierarchy: false,
        }
    }

    /// What the user may do with the object, before any record is looked at.
    #[must_use]
    pub fn permissions(&self) -> ObjectPermissions {
        self.permissions
    }

    /// What the user may do with a field of the records he reaches.
    ///
    /// Nothing, if he may not read the object; and no editing, if he may neither create nor update.
    #[must_use]
    pub fn field(&self, field: FieldId) -> FieldPermission {
        self.narrowed(self.holder.granted().map_or(FieldPermission::NONE, |profile| profile.field(field)))
    }

    /// As [`field`](Self::field), for an encrypted one: to edit it takes more, and to read it may mean to see a mask.
    #[must_use]
    pub fn encrypted_field(&self, field: FieldId) -> FieldPermission {
        let granted = self.holder.granted();
        self.narrowed(granted.map_or(FieldPermission::NONE, |profile| profile.encrypted_field(field)))
    }

    /// Whether the user sees encrypted fields without their mask, as far as he may read them.
    #[must_use]
    pub fn views_encrypted(&self) -> bool {
        let system = self.holder.granted().map(|profile| profile.system);
        system.is_some_and(|system| system.has(SystemPermission::ViewEncryptedData))
    }

    /// What the object leaves of a permission on one of its fields.
    fn narrowed(&self, granted: FieldPermission) -> FieldPermission {
        let has = |permission| self.permissions.has(permission);
        let writes = has(ObjectPermissions::CREATE) || has(ObjectPermissions::UPDATE);
        FieldPermission {
            read: granted.read && has(ObjectPermissions::READ),
            edit: granted.edit && writes,
            write_only: granted.write_only && writes,
        }
    }

    /// The records that the user may read: exactly those that [`decide`](Self::decide) lets him read.
    #[must_use]
    pub fn scope(&self) -> Scope {
        if !self.permissions.has(ObjectPermissions::READ) {
            return Scope::None;
        }
        if self.permissions.has(ObjectPermissions::VIEW_ALL) || self.floor >= Level::Read {
            return Scope::All;
        }
        let holder = &self.holder;
        let below = if self.hierarchy { holder.below.clone() } else { 0..0 };
        Scope::Runs { owners: vec![holder.subject.user], roles: holder.roles.named(below).to_vec() }
    }

    /// How far access goes to a record with this owner, who has this role.
    pub(crate) fn level(&self, owner: UserId, owner_role: Option<RoleId>) -> Level {
        let leads = || self.hierarchy && self.holder.leads(owner_role);
        if self.permissions.has(ObjectPermissions::MODIFY_ALL) || owner == self.holder.subject.user || leads()
        {
            Level::Full
        } else if self.permissions.has(ObjectPermissions::VIEW_ALL) {
            self.floor.max(Level::Read)
        } else {
            self.floor
        }
    }
}

impl Holder {
    fn new(policy: &Policy, subject: &Subject) -> Self {
        let at_home = policy.workspace == subject.workspace;
        Self {
            subject: *subject,
            profile: policy.profiles.get(&subject.profile).filter(|_| at_home).cloned(),
            below: subject.role.map_or(0..0, |role| policy.roles.below(role)),
            roles: policy.roles.clone(),
        }
    }

    /// The profile, if it counts: that of an inactive user gives nothing.
    fn granted(&self) -> Option<&Profile> {
        self.profile.as_deref().filter(|_| self.subject.active)
    }

    fn leads(&self, role: Option<RoleId>) -> bool {
        let position = role.and_then(|role| self.roles.position(role));
        position.is_some_and(|position| self.below.contains(&position))
    }
}
