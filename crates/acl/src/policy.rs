//! The policy of a workspace, and the user it is applied to.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use sutra_kernel::{
    ObjectId, PermissionSetGroupId, PermissionSetId, ProfileId, RecordId, RoleId, TerritoryId, Timestamp,
    UserId, WorkspaceId,
};

use crate::{
    Assigned, CriteriaRule, Directory, Level, OrgWideDefault, OwnerRule, PermissionSet, PermissionSetGroup,
    Profile, RestrictionRule, RoleTree, SharingRule,
};

/// How many records may be on the way from a record to the one that controls it.
pub const CONTROL_DEPTH: usize = 5;

/// How far a territory opens the records that are assigned to it, by their object. Of an object that is not here none can
/// be assigned.
pub type TerritoryLevels = BTreeMap<ObjectId, Level>;

/// Everything that decides about access in one workspace, but for the users and the records.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The workspace it rules.
    pub workspace: WorkspaceId,
    /// Counts its changes: what was decided under another epoch must be decided again.
    pub epoch: u64,
    /// The role hierarchy.
    pub roles: RoleTree,
    /// The profiles.
    pub profiles: BTreeMap<ProfileId, Arc<Profile>>,
    /// The permission sets.
    pub permission_sets: BTreeMap<PermissionSetId, Arc<PermissionSet>>,
    /// The permission sets that are given together.
    pub permission_set_groups: BTreeMap<PermissionSetGroupId, Arc<PermissionSetGroup>>,
    /// Groups, queues, territories and their people.
    pub directory: Directory,
    /// The objects. One that is not here is closed to everybody.
    pub objects: BTreeMap<ObjectId, ObjectPolicy>,
    /// How far each territory opens the records that are assigned to it, if any can be.
    pub territory_levels: Arc<BTreeMap<TerritoryId, TerritoryLevels>>,
    /// Users who have changed their role while what they own, and what is shared with them, still carries
    /// the old one: for these records roles open nothing.
    pub moving: Arc<BTreeSet<UserId>>,
    /// Records that control others of which some still carry what these were open by before: what they carry does not
    /// count, of none of them.
    pub withheld: Arc<BTreeMap<RecordId, Withheld>>,
}

/// What does not count of what records carry that another controls, until all of them carry what it is open by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Withheld {
    /// To whom it is shared: that has changed, and nothing else.
    Shares,
    /// Everything: they are open to those alone who may view all.
    Everything,
}

/// How the records of one object are open to those who do not own them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectPolicy {
    /// The object.
    pub object: ObjectId,
    /// What everybody has of every record.
    pub default: OrgWideDefault,
    /// Whether a role gives access to the records of those below it.
    pub hierarchy: bool,
    /// The object whose records control those of this one, if the default says so.
    pub parent: Option<ObjectId>,
    /// Whether some of its records may still carry what they were open by before the default was set: meanwhile they
    /// are open to nobody but those who may view all of them.
    pub settling: bool,
    /// The records of some shared with others.
    pub owner_rules: Vec<OwnerRule>,
    /// Records shared for what is in them. They come to a decision as shares.
    pub criteria_rules: Vec<CriteriaRule>,
    /// Records hidden for what is in them.
    pub restrictions: Vec<Arc<RestrictionRule>>,
}

/// A user who is moving from one role to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// Who it is.
    pub user: UserId,
    /// When it began.
    pub started_at: Timestamp,
}

/// A user, as far as access is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Where the user belongs.
    pub workspace: WorkspaceId,
    /// Who it is.
    pub user: UserId,
    /// The user's profile.
    pub profile: ProfileId,
    /// What the user has beside the profile.
    pub permission_sets: BTreeSet<PermissionSetId>,
    /// What the user has beside the profile, several at once.
    pub permission_set_groups: BTreeSet<PermissionSetGroupId>,
    /// The user's place in the hierarchy, if any.
    pub role: Option<RoleId>,
    /// Whether the user may do anything at all.
    pub active: bool,
}

impl Policy {
    /// A policy that allows nothing to anybody.
    #[must_use]
    pub fn closed(workspace: WorkspaceId, epoch: u64) -> Self {
        Self {
            workspace,
            epoch,
            roles: RoleTree::default(),
            profiles: BTreeMap::new(),
            permission_sets: BTreeMap::new(),
            permission_set_groups: BTreeMap::new(),
            directory: Directory::default(),
            objects: BTreeMap::new(),
            territory_levels: Arc::default(),
            moving: Arc::default(),
            withheld: Arc::default(),
        }
    }

    /// The object at the top of those whose records control the ones of this: itself, unless its default says
    /// otherwise. Nothing if there is none, or only beyond [`CONTROL_DEPTH`].
    #[must_use]
    pub fn root(&self, object: ObjectId) -> Option<&ObjectPolicy> {
        self.chain(object).find(|of| !of.is_controlled())
    }

    /// The object itself, and those above it that control it, up to the top.
    pub fn chain(&self, object: ObjectId) -> impl Iterator<Item = &ObjectPolicy> {
        let up = |of: &&ObjectPolicy| of.controller().and_then(|parent| self.objects.get(&parent));
        std::iter::successors(self.objects.get(&object), up).take(CONTROL_DEPTH + 1)
    }

    /// How far a territory opens records of an object that are assigned to it; nothing if none can be.
    #[must_use]
    pub fn territory_level(&self, territory: TerritoryId, object: ObjectId) -> Option<Level> {
        self.territory_levels.get(&territory)?.get(&object).copied()
    }

    /// Whether records of an object control those of another.
    #[must_use]
    pub fn controls(&self, object: ObjectId) -> bool {
        self.objects.values().any(|of| of.controller() == Some(object))
    }
}

impl Subject {
    /// An active user with a profile and nothing else.
    #[must_use]
    pub fn new(workspace: WorkspaceId, user: UserId, profile: ProfileId) -> Self {
        Self {
            workspace,
            user,
            profile,
            permission_sets: BTreeSet::new(),
            permission_set_groups: BTreeSet::new(),
            role: None,
            active: true,
        }
    }

    /// The same user, with these beside the profile in place of what was there.
    #[must_use]
    pub fn with(self, assigned: Assigned) -> Self {
        let Assigned { permission_sets, permission_set_groups } = assigned;
        Self { permission_sets, permission_set_groups, ..self }
    }
}

impl ObjectPolicy {
    /// A policy without rules.
    #[must_use]
    pub fn new(object: ObjectId, default: OrgWideDefault, hierarchy: bool) -> Self {
        Self {
            object,
            default,
            hierarchy,
            parent: None,
            settling: false,
            owner_rules: Vec::new(),
            criteria_rules: Vec::new(),
            restrictions: Vec::new(),
        }
    }

    /// Takes one more rule that shares.
    pub fn add_sharing_rule(&mut self, rule: SharingRule) {
        match rule {
            SharingRule::Owner(rule) => self.owner_rules.push(rule),
            SharingRule::Criteria(rule) => self.criteria_rules.push(rule),
        }
    }

    /// Every rule that shares.
    pub fn sharing_rules(&self) -> impl Iterator<Item = SharingRule> {
        let owner = self.owner_rules.iter().cloned().map(SharingRule::Owner);
        owner.chain(self.criteria_rules.iter().cloned().map(SharingRule::Criteria))
    }

    /// Whether other records control those of the object.
    #[must_use]
    pub fn is_controlled(&self) -> bool {
        self.default == OrgWideDefault::ControlledByParent
    }

    /// The object whose records control those of this one, if any do.
    #[must_use]
    pub fn controller(&self) -> Option<ObjectId> {
        self.parent.filter(|_| self.is_controlled())
    }
}
