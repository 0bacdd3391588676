//! What is refused where people, and what they may do, are named.

use serde_json::json;

use super::{
    BAD,
    row::{Bad, GONE, ids, texts, wrong_ids},
    shelf::Shelf,
};

/// Users, sessions and the ledger.
pub(super) fn of_people(key: &str, name: &str, it: &Shelf) -> Option<Vec<Bad>> {
    Some(match (key, name) {
        ("InviteUserInput.email", _) => vec![
            ("no address", json!("bob"), BAD),
            ("somebody's", json!("bob@example.com"), BAD),
            ("endless", json!(format!("{}@example.com", "x".repeat(300))), BAD),
        ],
        // Beside a user.
        ("setAccessLimits.profileId", _) => ids("profile", &it.user, BAD),
        ("setMfaPolicy.profileId", _) => ids("profile", &it.user, GONE),
        (
            "startPasswordReset.id"
            | "signInDecision.userId"
            | "setAccessLimits.userId"
            | "forgetDevice.userId"
            | "revokeAccessToken.userId",
            _,
        ) => ids("user", &it.profile, GONE),
        ("updateUser.id" | "user.id" | "reinviteUser.id" | "unlockUser.id", _)
        | ("revokeSession.userId" | "revokeAllSessions.userId" | "removeFactor.userId", _)
        | ("assignPermissionSets.userId" | "explainAccess.userId", _)
        | ("AssignmentInput.userId" | "UserChangeInput.id", _) => ids("user", &it.profile, GONE),
        (
            "sessions.userId"
            | "factors.userId"
            | "rememberedDevices.userId"
            | "accessTokens.userId"
            | "LedgerFilter.actorId"
            | "whoCanSee.after"
            | "simulateAccessChange.after",
            _,
        ) => wrong_ids(&it.profile),
        ("revokeSession.id", _) => ids("session", &it.user, GONE),
        ("UpdateUserInput.version", _) => vec![("an older one", json!(77), "VERSION_CONFLICT")],
        ("UpdateUserInput.name" | "InviteUserInput.name", _) => texts(121),
        // Entries are about things that may be gone, or of kinds to come: there are none, and that is no error.
        ("LedgerTargetInput.id", _) => vec![("no letter", json!(""), BAD), ("a word", json!("Acme"), BAD)],
        ("LedgerTargetInput.object" | "LedgerFilter.action", _) => Vec::new(),
        ("users.after", _) => vec![("no cursor", json!("x"), BAD), ("no letter", json!(""), BAD)],
        (_, "first") => vec![("none", json!(0), BAD), ("too many", json!(201), BAD)],
        _ => return None,
    })
}

/// Profiles, permission sets and roles.
pub(super) fn of_permissions(key: &str, name: &str, it: &Shelf) -> Option<Vec<Bad>> {
    Some(match (key, name) {
        ("profile.id" | "updateProfile.id" | "deleteProfile.id" | "ProfileChangeInput.id", _) => {
            ids("profile", &it.user, GONE)
        }
        (_, "profileId") => ids("profile", &it.user, BAD),
        ("updateRole.id" | "deleteRole.id" | "RoleChangeInput.id", _) => ids("role", &it.user, GONE),
        (_, "roleId" | "parentRoleId") => ids("role", &it.user, BAD),
        ("permissionSet.id" | "updatePermissionSet.id" | "deletePermissionSet.id", _)
        | ("PermissionSetChangeInput.id", _) => ids("permset", &it.user, GONE),
        ("permissionSetGroup.id" | "updatePermissionSetGroup.id" | "deletePermissionSetGroup.id", _) => {
            ids("permsetgroup", &it.user, GONE)
        }
        (_, "permissionSetIds[]") => ids("permset", &it.profile, BAD),
        (_, "permissionSetGroupIds[]") => ids("permsetgroup", &it.profile, BAD),
        ("ProfileInput.name" | "RoleInput.name", _)
        | ("PermissionSetInput.name" | "PermissionSetGroupInput.name", _) => texts(121),
        _ => return None,
    })
}

/// Groups, territories, and rules about who sees which records.
pub(super) fn of_sharing(key: &str, name: &str, it: &Shelf) -> Option<Vec<Bad>> {
    Some(match (key, name) {
        ("group.id" | "updateGroup.id" | "deleteGroup.id" | "GroupChangeInput.id", _) => {
            ids("group", &it.user, GONE)
        }
        ("territory.id" | "updateTerritory.id" | "deleteTerritory.id", _)
        | ("assignTerritoryUsers.id" | "setTerritoryLevels.id", _) => ids("territory", &it.user, GONE),
        ("SimpleScopesInput.teamIds[]", _) => ids("group", &it.user, BAD),
        ("HolderScopesInput.id", _) => ids("profile", &it.user, BAD),
        (_, "parentTerritoryId") => ids("territory", &it.profile, BAD),
        ("assignTerritoryUsers.userIds[]", _) => ids("user", &it.profile, BAD),
        ("permissionAssignments.userIds[]", _) => ids("user", &it.profile, GONE),
        // The kind beside it says that it is a user.
        ("PrincipalInput.id", _) => ids("user", &it.profile, BAD),
        ("PrincipalInput.kind", _) => vec![("of another kind than the id", json!("GROUP"), BAD)],
        ("AudienceInput.everybody", _) => vec![("and some beside", json!(true), BAD)],
        ("AudienceInput.profileIds[]", _) => ids("profile", &it.user, BAD),
        ("updateRestrictionRule.id" | "deleteRestrictionRule.id", _)
        | ("RestrictionRuleChangeInput.id" | "RestrictionRuleRemovalInput.id", _) => {
            ids("restriction", &it.user, GONE)
        }
        ("updateSharingRule.id" | "deleteSharingRule.id", _) => ids("sharingrule", &it.user, GONE),
        (_, "recordId") => ids("rec", &it.user, GONE),
        ("RestrictionRuleInput.condition", _) => {
            let unindexed = json!({ "description": { "eq": "Old" } });
            let bad = ("a field that lists cannot be filtered by", unindexed, BAD);
            conditions().into_iter().chain([bad]).collect()
        }
        (_, "condition") => conditions(),
        ("CreateGroupInput.name" | "UpdateGroupInput.name" | "TerritoryInput.name", _)
        | ("RestrictionRuleInput.name" | "SharingRuleInput.name", _) => texts(121),
        _ => return None,
    })
}

fn conditions() -> Vec<Bad> {
    vec![
        ("a word", json!("industry"), BAD),
        ("a list", json!([[{ "industry": { "eq": "Energy" } }]]), BAD),
        ("no field", json!({}), BAD),
        ("a field that is not there", json!({ "spaceship": { "eq": 1 } }), BAD),
        ("an operator that is not there", json!({ "industry": { "like": "E%" } }), BAD),
        ("a value of another type", json!({ "industry": { "eq": 5 } }), BAD),
        ("U+0000", json!({ "industry": { "eq": "\0" } }), BAD),
    ]
}
