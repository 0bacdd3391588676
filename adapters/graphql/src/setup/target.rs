//! What an entry of the ledger is about, by typed identifier.

use async_graphql::{ID, InputObject, SimpleObject};
use sutra_audit::{Event, Target};
use sutra_engine::Error;
use sutra_kernel::{
    FieldId, GroupId, ImportId, ObjectId, PermissionSetGroupId, PermissionSetId, ProfileId, RecordId,
    RestrictionRuleId, RoleId, SessionId, SharingRuleId, TerritoryId, UserId, Uuid, WorkspaceId,
};

use super::request::Result;

/// The thing that something was done to.
#[derive(SimpleObject)]
pub(super) struct LedgerTarget {
    /// What kind of thing: `user`, `profile`, `permission_set`, `permission_set_group`, `role`, `group`, `territory`,
    /// `restriction_rule`, `sharing_rule`, `workspace`, `object`, `field`, `import`, or the API name of the object whose record or setting it is.
    object: String,
    /// Which one, or null if it is about the kind as a whole.
    id: Option<ID>,
    /// Its version afterwards, if it counts versions.
    version: Option<u64>,
}

/// One thing that something was done to.
#[derive(InputObject)]
pub(super) struct LedgerTargetInput {
    /// What kind of thing, as in `LedgerTarget.object`.
    object: String,
    /// Which one.
    id: ID,
}

impl LedgerTarget {
    /// A target as it is shown; the action tells an object's settings from its records.
    pub(super) fn of(target: Target, action: &str) -> Self {
        let id = target.id.map(|id| typed(&target.object, action, id));
        Self { object: target.object, id, version: target.version }
    }
}

impl LedgerTargetInput {
    /// The target that a filter looks for.
    pub(super) fn resolve(self) -> Result<(String, Uuid)> {
        match bare(&self.id) {
            Some(id) => Ok((self.object, id)),
            None => Err(Error::BadInput("expected an identifier".to_owned())),
        }
    }
}

fn typed(object: &str, action: &str, id: Uuid) -> ID {
    match object {
        "user" => UserId::from_uuid(id).into(),
        "profile" => ProfileId::from_uuid(id).into(),
        "permission_set" => PermissionSetId::from_uuid(id).into(),
        "permission_set_group" => PermissionSetGroupId::from_uuid(id).into(),
        "group" => GroupId::from_uuid(id).into(),
        "territory" => TerritoryId::from_uuid(id).into(),
        "role" => RoleId::from_uuid(id).into(),
        "workspace" => WorkspaceId::from_uuid(id).into(),
        "object" => ObjectId::from_uuid(id).into(),
        "field" => FieldId::from_uuid(id).into(),
        "import" => ImportId::from_uuid(id).into(),
        "restriction_rule" => RestrictionRuleId::from_uuid(id).into(),
        "sharing_rule" => SharingRuleId::from_uuid(id).into(),
        _ if action == Event::DefaultUpdate.code() => ObjectId::from_uuid(id).into(),
        _ => RecordId::from_uuid(id).into(),
    }
}

/// The identifier behind its prefix, whatever kind of thing it is of.
fn bare(text: &str) -> Option<Uuid> {
    let read: [fn(&str) -> Option<Uuid>; 15] = [
        |text| text.parse().ok().map(UserId::uuid),
        |text| text.parse().ok().map(ProfileId::uuid),
        |text| text.parse().ok().map(PermissionSetId::uuid),
        |text| text.parse().ok().map(PermissionSetGroupId::uuid),
        |text| text.parse().ok().map(GroupId::uuid),
        |text| text.parse().ok().map(TerritoryId::uuid),
        |text| text.parse().ok().map(RoleId::uuid),
        |text| text.parse().ok().map(WorkspaceId::uuid),
        |text| text.parse().ok().map(ObjectId::uuid),
        |text| text.parse().ok().map(FieldId::uuid),
        |text| text.parse().ok().map(ImportId::uuid),
        |text| text.parse().ok().map(RecordId::uuid),
        |text| text.parse().ok().map(SessionId::uuid),
        |text| text.parse().ok().map(RestrictionRuleId::uuid),
        |text| text.parse().ok().map(SharingRuleId::uuid),
    ];
    read.into_iter().find_map(|read| read(text))
}
