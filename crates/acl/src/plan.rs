//! Plans: a policy compiled for one user.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use sutra_kernel::{FieldId, ObjectId, SharingRuleId, UserId, Uuid, WorkspaceId};

use crate::{
    Audience, Bound, FieldPermission, Level, ObjectPermissions, ObjectPolicy, OrgWideDefault, OwnerRule,
    Policy, Principal, Subject, SystemPermission, holder::Holder,
};

/// All that one user may do, under one epoch of the policy.
///
/// It is compiled once and then only read; keep it by (workspace, user, epoch).
#[derive(Debug)]
pub struct UserPlan {
    pub(crate) holder: Arc<Holder>,
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
    /// The objects whose records control those of this one, if others do: the nearest first, and that at the top last.
    pub(crate) above: Vec<ObjectId>,
    /// Whether what single records are open by is not written down everywhere yet.
    pub(crate) settling: bool,
    pub(crate) permissions: ObjectPermissions,
    pub(crate) floor: Level,
    pub(crate) hierarchy: bool,
    /// Owner rules for roles: what whose records are open to the user.
    pub(crate) opened: Vec<Opened>,
    pub(crate) restrictions: Vec<Bound>,
    /// Those that would bind the user if he could not modify all data.
    pub(crate) passed: Vec<Bound>,
}

/// What some roles own, opened to the user, or to somebody he leads, by a rule.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The numbers of the roles.
    pub(crate) roles: Range<usize>,
    pub(crate) level: Level,
    pub(crate) rule: SharingRuleId,
}

impl UserPlan {
    /// Applies the policy to a user.
    ///
    /// # Security
    /// What is in doubt is closed: a user who is not active, belongs to another workspace or has an
    /// unknown profile may do nothing, and a user with an unknown role has nobody below.
    #[must_use]
    pub fn compile(policy: &Policy, subject: &Subject) -> Self {
        if policy.workspace != subject.workspace {
            return Self::compile(&Policy::closed(subject.workspace, policy.epoch), subject);
        }
        let holder = Arc::new(Holder::new(policy, subject));
        let plans = policy.objects.keys().filter_map(|object| AccessPlan::compile(&holder, policy, *object));
        Self {
            epoch: policy.epoch,
            objects: plans.map(|plan| (plan.object, plan)).collect(),
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

    /// Whether a restriction of this audience binds the user. None binds who may modify all data.
    #[must_use]
    pub fn is_bound(&self, audience: &Audience) -> bool {
        !self.has(SystemPermission::ModifyAllData) && self.holder.is_bound(audience)
    }

    /// Whether the user has a power over the workspace as a whole.
    #[must_use]
    pub fn has(&self, permission: SystemPermission) -> bool {
        self.holder.has(permission)
    }
}

impl AccessPlan {
    /// Nothing for an object that is, or would be, controlled by one that is not there.
    fn compile(holder: &Arc<Holder>, policy: &Policy, object: ObjectId) -> Option<Self> {
        let root = policy.root(object)?;
        let chain: Vec<_> = policy.chain(object).collect();
        let may_read = |of: &&ObjectPolicy| holder.object(of.object).has(ObjectPermissions::READ);
        let gate = chain.iter().all(may_read);
        let bound = chain.iter().flat_map(|of| bound(holder, object, of)).collect();
        let is_exempt = holder.has(SystemPermission::ModifyAllData);
        let (restrictions, passed) = if is_exempt { (Vec::new(), bound) } else { (bound, Vec::new()) };
        let plan = Self {
            holder: Arc::clone(holder),
            object,
            above: chain.iter().skip(1).map(|of| of.object).collect(),
            settling: chain.iter().any(|of| of.settling),
            permissions: if gate { holder.object(object) } else { ObjectPermissions::NONE },
            floor: root.default.floor(),
            hierarchy: root.hierarchy,
            opened: Vec::new(),
            restrictions,
            passed,
        };
        Some(Self { opened: plan.opened_by(&root.owner_rules), ..plan })
    }

    fn closed(holder: &Arc<Holder>) -> Self {
        Self {
            holder: Arc::clone(holder),
            object: ObjectId::from_uuid(Uuid::nil()),
            above: Vec::new(),
            settling: false,
            permissions: ObjectPermissions::NONE,
            floor: OrgWideDefault::Private.floor(),
            hierarchy: false,
            opened: Vec::new(),
            restrictions: Vec::new(),
            passed: Vec::new(),
        }
    }

    /// What the rules open that name owners by their role. What other rules open is written down as shares.
    fn opened_by(&self, rules: &[OwnerRule]) -> Vec<Opened> {
        let holder = &self.holder;
        let is_for_us = |target| holder.is_among(target) || (self.hierarchy && holder.leads_among(target));
        let opened = |rule: &OwnerRule| {
            let roles = match rule.source {
                Principal::Role(role) => holder.roles.place(role),
                Principal::RoleAndSubordinates(role) => holder.roles.span(role),
                Principal::User(_) | Principal::Group(_) | Principal::TerritoryAndAbove(_) => return None,
            };
            Some(Opened { roles, level: rule.level, rule: rule.id })
        };
        rules.iter().filter(|rule| is_for_us(rule.target)).filter_map(opened).collect()
    }

    /// The object at the top of those whose records control the ones of this, if others do.
    pub(crate) fn top(&self) -> Option<ObjectId> {
        self.above.last().copied()
    }

    /// Whether a decision depends on the fields of the record that controls the one it is about.
    #[must_use]
    pub fn reads_root(&self) -> bool {
        self.restrictions.iter().chain(&self.passed).any(|bound| bound.root.is_some())
    }

    /// What the user may do with the object, before any record is looked at.
    ///
    /// Nothing, if others control its records and one may not be read by him.
    #[must_use]
    pub fn permissions(&self) -> ObjectPermissions {
        self.permissions
    }

    /// What the user may do with a field of the records he reaches.
    ///
    /// Nothing, if he may not read the object; and no editing, if he may neither create nor update.
    #[must_use]
    pub fn field(&self, field: FieldId) -> FieldPermission {
        self.narrowed(self.holder.field(field))
    }

    /// As [`field`](Self::field), for an encrypted one: to edit it takes more, and to read it may mean to see a mask.
    #[must_use]
    pub fn encrypted_field(&self, field: FieldId) -> FieldPermission {
        self.narrowed(self.holder.encrypted_field(field))
    }

    /// Whether the user sees encrypted fields without their mask, as far as he may read them.
    #[must_use]
    pub fn views_encrypted(&self) -> bool {
        self.holder.has(SystemPermission::ViewEncryptedData)
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
}

/// The rules that speak of the user and of an object, which is this one or controls it.
fn bound<'a>(holder: &'a Holder, own: ObjectId, of: &'a ObjectPolicy) -> impl Iterator<Item = Bound> + 'a {
    let rules = of.restrictions.iter().filter(|rule| holder.is_bound(&rule.binds));
    let root = (of.object != own).then_some(of.object);
    rules.map(move |rule| Bound { rule: Arc::clone(rule), root })
}
