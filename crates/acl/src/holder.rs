//! One user, as the policy knows him.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use rustc_hash::FxHashMap;
use sutra_kernel::{FieldId, ObjectId, PermissionSetGroupId, RecordId, RoleId, UserId};

use crate::{
    Audience, FieldPermission, Grants, ObjectPermissions, Owner, PermissionSet, Policy, Principal, Profile,
    RoleTree, Root, Share, Source, Subject, SystemPermission, SystemPermissions, Withheld,
};

/// What the plans of one user share.
#[derive(Debug)]
pub(crate) struct Holder {
    pub(crate) subject: Subject,
    pub(crate) roles: RoleTree,
    profile: Option<Arc<Profile>>,
    sets: Vec<Arc<PermissionSet>>,
    set_groups: Vec<(PermissionSetGroupId, Grants)>,
    /// The numbers of the roles strictly below the user's.
    below: Range<usize>,
    /// What stands for the user, in order.
    mine: Vec<Principal>,
    /// What stands for somebody below the user, in order; single users are told by their role.
    led: Vec<Principal>,
    /// The same principals, to be found at once.
    known: FxHashMap<Principal, Standing>,
    moving: Arc<BTreeSet<UserId>>,
    withheld: Arc<BTreeMap<RecordId, Withheld>>,
}

/// For whom a principal stands, as far as the user is concerned.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Standing {
    /// For the user.
    pub(crate) himself: bool,
    /// For somebody strictly below him.
    pub(crate) below: bool,
}

impl Holder {
    /// Finds the user's place in a policy of his own workspace.
    pub(crate) fn new(policy: &Policy, subject: &Subject) -> Self {
        let below = subject.role.map_or(0..0, |role| policy.roles.below(role));
        let mine = policy.directory.principals_of(subject.user, subject.role, &policy.roles);
        let led = policy.directory.principals_within(policy.roles.named(below.clone()), &policy.roles);
        let mut known: FxHashMap<Principal, Standing> = FxHashMap::default();
        mine.iter().for_each(|principal| known.entry(*principal).or_default().himself = true);
        led.iter().for_each(|principal| known.entry(*principal).or_default().below = true);
        let sets = subject.permission_sets.iter().filter_map(|set| policy.permission_sets.get(set));
        let groups =
            subject.permission_set_groups.iter().filter_map(|group| policy.permission_set_groups.get(group));
        let every_set = || policy.permission_sets.values().map(Arc::as_ref);
        Self {
            subject: subject.clone(),
            roles: policy.roles.clone(),
            profile: policy.profiles.get(&subject.profile).cloned(),
            sets: sets.cloned().collect(),
            set_groups: groups.map(|group| (group.id, group.grants(every_set()))).collect(),
            below,
            mine: mine.into_iter().collect(),
            led: led.into_iter().collect(),
            known,
            moving: Arc::clone(&policy.moving),
            withheld: Arc::clone(&policy.withheld),
        }
    }

    /// What gives the user permissions: nothing, if he is not active or has no profile.
    pub(crate) fn sources(&self) -> impl Iterator<Item = (Source, &Grants)> {
        self.held().filter(|_| self.subject.active)
    }

    /// What would give the user permissions if he were active.
    fn held(&self) -> impl Iterator<Item = (Source, &Grants)> {
        let profile = self.profile.iter().map(|profile| (Source::Profile(profile.id), &profile.grants));
        let sets = self.sets.iter().map(|set| (Source::PermissionSet(set.id), &set.grants));
        let groups =
            self.set_groups.iter().map(|(group, grants)| (Source::PermissionSetGroup(*group), grants));
        profile.chain(sets.chain(groups).filter(|_| self.profile.is_some()))
    }

    fn granted(&self) -> impl Iterator<Item = &Grants> {
        self.sources().map(|(_, grants)| grants)
    }

    pub(crate) fn has(&self, permission: SystemPermission) -> bool {
        self.granted().any(|grants| grants.system.has(permission))
    }

    pub(crate) fn object(&self, object: ObjectId) -> ObjectPermissions {
        self.granted().fold(ObjectPermissions::NONE, |all, grants| all.union(grants.object(object)))
    }

    pub(crate) fn field(&self, field: FieldId) -> FieldPermission {
        self.granted().fold(FieldPermission::NONE, |all, grants| all.union(grants.field(field)))
    }

    /// What the user has of an encrypted field: editing it takes *View Encrypted Data* or `write_only`, and whoever has
    /// both the former and `edit` lacks nothing of the latter.
    pub(crate) fn encrypted_field(&self, field: FieldId) -> FieldPermission {
        let FieldPermission { read, edit, write_only } = self.field(field);
        let writes = edit && (write_only || self.has(SystemPermission::ViewEncryptedData));
        FieldPermission { read, edit: writes, write_only: writes }
    }

    /// Whether the user has all that these give.
    pub(crate) fn covers(&self, wanted: &Grants) -> bool {
        let own = |field| self.field(field).union(self.encrypted_field(field));
        let system = self.granted().fold(SystemPermissions::NONE, |all, grants| all.union(grants.system));
        system.covers(wanted.system)
            && wanted.objects.iter().all(|(object, wanted)| self.object(*object).has(*wanted))
            && wanted.fields.iter().all(|(field, wanted)| own(*field).has(*wanted))
    }

    /// Whether the user has all that the other would have if he were active. Of somebody without a profile
    /// nothing is known.
    pub(crate) fn outranks(&self, other: &Self) -> bool {
        other.profile.is_some() && other.held().all(|(_, grants)| self.covers(grants))
    }

    /// Whether the record is as much the user's as anybody's.
    pub(crate) fn owns(&self, owner: Owner) -> bool {
        match owner {
            Owner::User(user) => user == self.subject.user,
            Owner::Queue(queue) => self.is_among(Principal::Group(queue)),
        }
    }

    /// Whether the principal stands for the user.
    pub(crate) fn is_among(&self, principal: Principal) -> bool {
        self.standing(principal).himself
    }

    /// Whether the role is strictly below the user's.
    pub(crate) fn leads(&self, role: RoleId) -> bool {
        !self.below.is_empty() && self.roles.position(role).is_some_and(|role| self.below.contains(&role))
    }

    /// For whom the one it is shared with stands.
    pub(crate) fn grantee(&self, share: &Share) -> Standing {
        match share.principal {
            Principal::User(user) => Standing {
                himself: user == self.subject.user,
                below: self.settled_role(Owner::User(user), share.role).is_some_and(|role| self.leads(role)),
            },
            several => self.standing(several),
        }
    }

    fn standing(&self, principal: Principal) -> Standing {
        self.known.get(&principal).copied().unwrap_or_default()
    }

    /// Whether the principal, which is no single user, stands for somebody below the user.
    pub(crate) fn leads_among(&self, principal: Principal) -> bool {
        self.standing(principal).below
    }

    /// The role by which the record is judged: none while its owner is between two.
    pub(crate) fn settled_role(&self, owner: Owner, role: Option<RoleId>) -> Option<RoleId> {
        role.filter(|_| !matches!(owner, Owner::User(user) if self.moving.contains(&user)))
    }

    pub(crate) fn is_bound(&self, audience: &Audience) -> bool {
        match audience {
            Audience::Everybody => true,
            Audience::Some { profiles, principals } => {
                profiles.contains(&self.subject.profile)
                    || principals.iter().any(|principal| self.is_among(*principal))
            }
        }
    }

    /// The roles strictly below the user's.
    pub(crate) fn roles_below(&self) -> &[RoleId] {
        self.roles.named(self.below.clone())
    }

    pub(crate) fn principals(&self) -> &[Principal] {
        &self.mine
    }

    pub(crate) fn principals_led(&self) -> &[Principal] {
        &self.led
    }

    /// What does not count of what the records carry that this one controls.
    pub(crate) fn withheld(&self, root: Option<Root<'_>>) -> Option<Withheld> {
        self.withheld.get(&root?.record).copied()
    }

    /// The records that control others of which something does not count.
    pub(crate) fn all_withheld(&self) -> Arc<BTreeMap<RecordId, Withheld>> {
        Arc::clone(&self.withheld)
    }

    pub(crate) fn moving(&self) -> Arc<BTreeSet<UserId>> {
        Arc::clone(&self.moving)
    }
}
