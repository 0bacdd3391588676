//! The tables of one workspace.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use sutra_acl::{
    Assigned, Group, ObjectPolicy, PermissionSet, PermissionSetGroup, Profile, RestrictionRule, Role,
    SharingRule, Territory, TerritoryLevels,
};
use sutra_audit::{Head, Opening, StoredEntry};
use sutra_crypto::{KeyRef, Sealed, TokenDigest, WrappedKey};
use sutra_identity::{
    AccessToken, Factor, Flow, RememberedDevice, Session, Setting, SettingScope, Tries, TryKind, User,
};
use sutra_kernel::{
    AccessTokenId, CredentialId, DeviceId, FieldId, FlowId, GroupId, ImportId, ObjectId,
    PermissionSetGroupId, PermissionSetId, ProfileId, RecordId, RestrictionRuleId, RoleId, RuleId, SessionId,
    SharingRuleId, TaskId, TerritoryId, Timestamp, UserId, Uuid, WorkspaceId,
};
use sutra_records::{
    ObjectDef, Preparation, Record, Resharing, Standing, TeamRole, UniqueKey, ValidationRule, import::Import,
};

use crate::{KeptAnswer, OutboxTask};

/// Everything in one workspace at one moment.
#[derive(Clone)]
pub(super) struct State {
    pub(super) workspace: WorkspaceId,
    pub(super) users: BTreeMap<UserId, User>,
    pub(super) passwords: BTreeMap<UserId, Sealed>,
    pub(super) sessions: BTreeMap<SessionId, Session>,
    pub(super) factors: BTreeMap<CredentialId, Factor>,
    pub(super) devices: BTreeMap<DeviceId, RememberedDevice>,
    pub(super) access_tokens: BTreeMap<AccessTokenId, AccessToken>,
    pub(super) flows: BTreeMap<FlowId, Flow>,
    /// When each secret that can be used once expires.
    pub(super) single_use: BTreeMap<(String, TokenDigest), Timestamp>,
    pub(super) tries: BTreeMap<(TryKind, [u8; 32]), Tries>,
    /// By whom they are about, and by name.
    pub(super) settings: BTreeMap<(SettingScope, String), Setting>,
    pub(super) profiles: BTreeMap<ProfileId, Profile>,
    pub(super) permission_sets: BTreeMap<PermissionSetId, PermissionSet>,
    pub(super) permission_set_groups: BTreeMap<PermissionSetGroupId, PermissionSetGroup>,
    /// What users have beside their profiles, of those who have anything.
    pub(super) assigned: BTreeMap<UserId, Assigned>,
    pub(super) groups: BTreeMap<GroupId, Group>,
    pub(super) territories: BTreeMap<TerritoryId, Territory>,
    /// Who is assigned to each territory that somebody is assigned to.
    pub(super) territory_users: BTreeMap<TerritoryId, BTreeSet<UserId>>,
    /// How far each territory opens records, of those that do.
    pub(super) territory_levels: BTreeMap<TerritoryId, TerritoryLevels>,
    pub(super) roles: BTreeMap<RoleId, Role>,
    /// Without their rules.
    pub(super) object_policies: BTreeMap<ObjectId, ObjectPolicy>,
    pub(super) sharing_rules: BTreeMap<SharingRuleId, (ObjectId, SharingRule)>,
    pub(super) restrictions: BTreeMap<RestrictionRuleId, (ObjectId, Arc<RestrictionRule>)>,
    /// In the order in which they were defined.
    pub(super) objects: Vec<ObjectDef>,
    pub(super) rules: BTreeMap<RuleId, ValidationRule>,
    pub(super) records: BTreeMap<RecordId, Record>,
    /// To whom each record is shared that is.
    pub(super) shares: BTreeMap<RecordId, Standing>,
    /// What the users do that are of the team of a record.
    pub(super) team_roles: BTreeMap<RecordId, BTreeMap<UserId, TeamRole>>,
    /// Which record has each unique value.
    pub(super) uniques: BTreeMap<(FieldId, UniqueKey), RecordId>,
    pub(super) preparations: BTreeMap<ObjectId, UnderWay>,
    pub(super) moving: BTreeMap<UserId, Timestamp>,
    pub(super) resharings: BTreeMap<(ObjectId, Option<Uuid>), Resharing>,
    pub(super) imports: BTreeMap<ImportId, Import>,
    pub(super) import_rows: BTreeMap<ImportRowKey, (ImportId, RecordId)>,
    pub(super) head: Head,
    /// The entry of place 1 is the first.
    pub(super) entries: Vec<StoredEntry>,
    pub(super) openings: Vec<Opening>,
    pub(super) keys: BTreeMap<KeyRef, WrappedKey>,
    pub(super) outbox: BTreeMap<TaskId, QueuedTask>,
    /// By what was refused: the last minute that had any, and how many.
    pub(super) refusals: BTreeMap<[u8; 32], (i64, u64)>,
    pub(super) idempotency: BTreeMap<(UserId, [u8; 32]), ClaimedKey>,
}

/// The object, the digest of the file, and the number of the row.
pub(super) type ImportRowKey = (ObjectId, [u8; 32], u64);

/// A preparation, and how far it has come.
#[derive(Clone)]
pub(super) struct UnderWay {
    pub(super) preparation: Preparation,
    /// The last record that is in line.
    pub(super) after: Option<RecordId>,
    /// Whether no record is left.
    pub(super) all: bool,
}

/// A task, and until when it is hidden from those who look for work.
#[derive(Clone)]
pub(super) struct QueuedTask {
    pub(super) task: OutboxTask,
    pub(super) leased_until: Option<Timestamp>,
}

/// An idempotency key that was claimed, and how its request was answered.
#[derive(Clone)]
pub(super) struct ClaimedKey {
    pub(super) expires_at: Timestamp,
    pub(super) answer: Option<KeptAnswer>,
}

impl State {
    pub(super) fn new(workspace: WorkspaceId) -> Self {
        Self {
            workspace,
            users: BTreeMap::new(),
            passwords: BTreeMap::new(),
            sessions: BTreeMap::new(),
            devices: BTreeMap::new(),
            access_tokens: BTreeMap::new(),
            factors: BTreeMap::new(),
            flows: BTreeMap::new(),
            single_use: BTreeMap::new(),
            tries: BTreeMap::new(),
            settings: BTreeMap::new(),
            profiles: BTreeMap::new(),
            permission_sets: BTreeMap::new(),
            permission_set_groups: BTreeMap::new(),
            assigned: BTreeMap::new(),
            groups: BTreeMap::new(),
            territories: BTreeMap::new(),
            territory_users: BTreeMap::new(),
            territory_levels: BTreeMap::new(),
            roles: BTreeMap::new(),
            object_policies: BTreeMap::new(),
            sharing_rules: BTreeMap::new(),
            restrictions: BTreeMap::new(),
            objects: Vec::new(),
            rules: BTreeMap::new(),
            records: BTreeMap::new(),
            shares: BTreeMap::new(),
            team_roles: BTreeMap::new(),
            uniques: BTreeMap::new(),
            preparations: BTreeMap::new(),
            moving: BTreeMap::new(),
            resharings: BTreeMap::new(),
            imports: BTreeMap::new(),
            import_rows: BTreeMap::new(),
            head: Head::EMPTY,
            entries: Vec::new(),
            openings: Vec::new(),
            keys: BTreeMap::new(),
            outbox: BTreeMap::new(),
            refusals: BTreeMap::new(),
            idempotency: BTreeMap::new(),
        }
    }
}
