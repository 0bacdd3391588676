//! The operations, as the schema lists them, and arguments that they take gladly.

use serde_json::{Value, json};

use super::{
    place::{Schema, text, written},
    shelf::Shelf,
};
use crate::house::PASSWORD;

/// An operation, and how it is asked rightly.
pub(super) struct Operation {
    pub(super) name: String,
    pub(super) arguments: Vec<Value>,
    /// What it takes gladly.
    pub(super) good: Value,
    /// The code that it is refused with all the same, because of what there is.
    pub(super) refused: Option<&'static str>,
    /// Whether it ends the session that it comes by, or the token.
    pub(super) is_last: bool,
    keyword: &'static str,
    has_parts: bool,
}

impl Operation {
    /// Every operation of the schema.
    ///
    /// # Panics
    /// If nobody says what one takes.
    pub(super) fn all(schema: &Schema, shelf: &Shelf) -> Vec<Self> {
        let operations = schema.roots.iter().flat_map(|(keyword, field)| {
            let name = text(&field["name"]);
            let goods = goods(&name, shelf);
            assert!(!goods.is_empty(), "nobody says what `{name}` takes: add a row");
            goods.into_iter().map(move |good| Self::new(keyword, field, good))
        });
        operations.collect()
    }

    fn new(keyword: &'static str, field: &Value, good: Value) -> Self {
        let name = text(&field["name"]);
        let answered = written(&field["type"]).replace(['!', '[', ']'], "");
        Self {
            arguments: field["args"].as_array().unwrap().clone(),
            good,
            refused: match name.as_str() {
                "completeSetup" | "unlockAccount" | "sendCode" | "beginPasswordReset"
                | "challengePasskey" => Some("FORBIDDEN"),
                "forgetDevice" | "revokeAccessToken" => Some("NOT_FOUND"),
                "addTotp" | "addEmailCode" | "addSmsCode" | "addPasskey" | "beginPasskeyStepUp" => {
                    Some("BAD_USER_INPUT")
                }
                _ => None,
            },
            is_last: name == "signOut" || name == "stepUp",
            keyword,
            has_parts: !["String", "ID", "Boolean", "Int", "Long"].contains(&answered.as_str()),
            name,
        }
    }

    /// The document that asks for it with these arguments, as variables.
    pub(super) fn document(&self, arguments: &Value) -> String {
        let given = || {
            let is_given = |argument: &&Value| arguments.get(argument["name"].as_str().unwrap()).is_some();
            self.arguments.iter().filter(is_given)
        };
        let define: String =
            given().map(|it| format!("${}: {} ", text(&it["name"]), written(&it["type"]))).collect();
        let pass: String = given().map(|it| format!("{0}: ${0} ", text(&it["name"]))).collect();
        let within = |list: String| if list.is_empty() { list } else { format!("({list})") };
        let parts = if self.has_parts { " { __typename }" } else { "" };
        format!("{} Bad{} {{ {}{}{parts} }}", self.keyword, within(define), self.name, within(pass))
    }

    /// A document that says this in place of its arguments and what it answers.
    pub(super) fn misspelt(&self, rest: &str) -> String {
        format!("{} {{ {}{rest} }}", self.keyword, self.name)
    }
}

/// What an operation takes gladly; nothing if nobody has said so. They can be asked for in the order of the schema.
fn goods(name: &str, it: &Shelf) -> Vec<Value> {
    if name == "simulateAccessChange" {
        return simulated(it);
    }
    let good = of_things(name, it)
        .or_else(|| of_sessions(name, it))
        .or_else(|| of_factors(name, it))
        .or_else(|| of_permissions(name, it))
        .or_else(|| of_objects(name, it));
    good.into_iter().collect()
}

/// Every kind of change that can be looked at, with the arguments that make it.
fn simulated(it: &Shelf) -> Vec<Value> {
    let changes = [
        "setOrgWideDefault",
        "updateProfile",
        "updatePermissionSet",
        "assignPermissionSets",
        "updateUser",
        "updateRole",
        "updateGroup",
        "createRestrictionRule",
        "updateRestrictionRule",
        "deleteRestrictionRule",
    ];
    let asked = changes.into_iter().map(|change| {
        let good = of_permissions(change, it).or_else(|| of_sessions(change, it));
        let good = good.or_else(|| of_things(change, it)).unwrap();
        json!({ "change": { change: good }, "first": 1, "after": it.user })
    });
    asked.collect()
}

/// What is read or removed as it is.
fn of_things(name: &str, it: &Shelf) -> Option<Value> {
    Some(match name {
        "me" | "profiles" | "roles" | "orgWideDefaults" | "objects" | "preparations" | "signOut" => json!({}),
        "permissionSets" | "permissionSetGroups" | "groups" | "territories" => json!({}),
        "user" | "reinviteUser" | "unlockUser" => json!({ "id": it.invited }),
        "users" => json!({ "first": 1 }),
        "profile" => json!({ "id": it.profile }),
        "deleteProfile" => json!({ "id": it.spare_profile }),
        "deleteRole" => json!({ "id": it.spare_role }),
        "permissionSet" => json!({ "id": it.set[0] }),
        "deletePermissionSet" => json!({ "id": it.set[1] }),
        "permissionSetGroup" => json!({ "id": it.set_group[0] }),
        "deletePermissionSetGroup" => json!({ "id": it.set_group[1] }),
        "group" => json!({ "id": it.group[0] }),
        "deleteGroup" => json!({ "id": it.group[1] }),
        "territory" => json!({ "id": it.territory[0] }),
        "deleteTerritory" => json!({ "id": it.territory[1] }),
        "permissionAssignments" => json!({ "userIds": [it.user] }),
        "object" => json!({ "name": "account" }),
        "validationRules" | "restrictionRules" | "sharingRules" | "simpleScopes" => {
            json!({ "object": "account" })
        }
        "resharings" | "movingUsers" => json!({}),
        "deleteSharingRule" => json!({ "id": it.sharing[1] }),
        "deleteRestrictionRule" => json!({ "id": it.restriction[1] }),
        "explainAccess" => json!({
            "userId": it.user, "object": "account", "recordId": it.record, "action": "UPDATE", "field": "phone",
        }),
        "whoCanSee" => json!({ "object": "account", "recordId": it.record, "first": 1, "after": it.user }),
        "ledgerEntries" => {
            let target = json!({ "object": "user", "id": it.user });
            let filter = json!({ "action": "user.create", "actorId": it.user, "target": target });
            json!({ "filter": filter, "first": 1, "beforeSeq": 7 })
        }
        _ => return None,
    })
}

/// Who comes in, and how.
fn of_sessions(name: &str, it: &Shelf) -> Option<Value> {
    Some(match name {
        "sessions" => json!({ "userId": it.user, "first": 1 }),
        "signIn" => json!({
            "workspace": "main", "email": "x@example.com", "password": PASSWORD, "deliver": "BEARER",
        }),
        "stepUp" => json!({ "password": PASSWORD }),
        "activate" => json!({
            "workspace": "main", "email": it.newcomer, "token": it.invitation, "password": PASSWORD,
        }),
        "unlockAccount" => json!({ "workspace": "main", "email": it.newcomer, "token": it.invitation }),
        "completeSetup" => json!({
            "workspace": "main", "token": it.invitation, "email": "y@example.com", "name": "Eve",
            "password": PASSWORD,
        }),
        "revokeSession" => json!({ "userId": it.user, "id": it.session }),
        "revokeAllSessions" => json!({ "userId": it.user }),
        "inviteUser" => json!({ "input": {
            "email": "z@example.com", "name": "Zoe", "profileId": it.profile, "roleId": it.role,
        } }),
        "importUser" => json!({
            "input": { "email": "w@example.com", "name": "Wim", "profileId": it.profile, "roleId": it.role },
            "passwordHash": format!("$2b$12${}", "a".repeat(53)),
        }),
        "updateUser" => json!({ "id": it.user, "input": { "name": "Renamed" } }),
        _ => return None,
    })
}

/// What is shown beside a password.
fn of_factors(name: &str, it: &Shelf) -> Option<Value> {
    Some(match name {
        "sendCode" => json!({ "flow": it.invitation, "method": "EMAIL_CODE" }),
        "answerFactor" | "answerStepUp" => {
            json!({ "flow": it.invitation, "method": "TOTP", "code": "000000" })
        }
        "factors" | "rememberedDevices" | "accessTokens" => json!({ "userId": it.user }),
        "forgetDevice" => json!({ "userId": it.user, "id": "device_01h455vb4pex5vsknk084sn02q" }),
        "beginPasswordChange" => json!({ "password": PASSWORD }),
        "changePassword" => {
            json!({ "flow": it.invitation, "password": PASSWORD, "method": "TOTP", "code": "000000" })
        }
        "requestPasswordReset" => json!({ "workspace": "main", "email": "x@example.com" }),
        "beginPasswordReset" => {
            json!({ "workspace": "main", "email": it.newcomer, "token": it.invitation })
        }
        "createAccessToken" => json!({ "input": {
            "name": "Nightly", "scopes": ["RECORDS_READ"], "expiresAt": "2026-06-01T00:00:00Z",
        } }),
        "revokeAccessToken" => json!({ "userId": it.user, "id": "token_01h455vb4pex5vsknk084sn02q" }),
        "startPasswordReset" => json!({ "id": it.user }),
        "securitySettings" => json!({}),
        "setSessionPolicy" => {
            json!({ "input": { "idleSeconds": 1_800, "absoluteSeconds": 43_200, "limit": 900, "atLimit": "REFUSE" } })
        }
        "setPasswordPolicy" => json!({ "input": {
            "minLength": 15, "minLengthWithFactor": 8, "required": ["LOWER"], "history": 5, "maxAgeDays": 90,
            "words": ["acme"],
        } }),
        "signInDecision" => {
            json!({ "userId": it.user, "address": "192.0.2.7", "at": "2026-03-01T12:00:00Z" })
        }
        "setAccessLimits" => {
            let hours = json!({ "zone": "Europe/Stockholm", "windows": ["monday 08:00-18:00"] });
            json!({ "userId": it.user, "input": {
                "allowAddresses": ["192.0.2.0/24"], "denyAddresses": ["192.0.2.9"], "countryRule": "ONLY",
                "countries": ["SE"], "allowPrivateAddresses": true, "hours": hours,
            } })
        }
        "setMfaPolicy" => {
            let input = json!({ "required": true, "graceDays": 90, "rememberDays": 7 });
            json!({ "profileId": it.profile, "input": input })
        }
        "offerTotp" | "offerPasskey" | "issueRecoveryCodes" | "beginPasskeyStepUp" => json!({}),
        "addPasskey" => json!({ "name": "Key", "ceremony": "x", "credential": "{}" }),
        "challengePasskey" => json!({ "flow": "x" }),
        "beginPasskeySignIn" => json!({}),
        "signInWithPasskey" => json!({ "ceremony": "x", "credential": "{}", "deliver": "BEARER" }),
        "stepUpWithPasskey" => json!({ "ceremony": "x", "credential": "{}" }),
        "sendEnrolmentCode" => json!({ "phone": "+46701740605" }),
        "addTotp" => json!({ "name": "App", "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "code": "000000" }),
        "addEmailCode" => json!({ "code": "00000000" }),
        "addSmsCode" => json!({ "name": "Mine", "phone": "+46701740605", "code": "00000000" }),
        "renameFactor" => json!({ "id": it.factor[0], "name": "Paper" }),
        "removeFactor" => json!({ "userId": it.user, "id": it.factor[1] }),
        _ => return None,
    })
}

/// Who may do what.
fn of_permissions(name: &str, it: &Shelf) -> Option<Value> {
    let objects = json!([{ "object": "account", "permissions": ["READ"] }]);
    let member = json!([{ "kind": "USER", "id": it.user }]);
    let rule = json!({ "name": format!("{name} x"), "binds": { "profileIds": [it.profile], "principals": member },
        "condition": { "industry": { "eq": "Energy" } } });
    let shared = json!({ "name": format!("{name} x"), "target": member[0], "level": "READ" });
    let with = |key: &str, value: Value| {
        let mut shared = shared.clone();
        shared[key] = value;
        shared
    };
    let fields = json!([{ "object": "account", "field": "phone", "read": true, "edit": false }]);
    let grants = json!({ "name": format!("{name} x"), "systemPermissions": [], "objectPermissions": objects,
        "fieldPermissions": fields });
    let muted = json!({ "name": format!("{name} x"), "permissionSetIds": [it.set[0]], "mutedSystemPermissions": [],
        "mutedObjectPermissions": objects,
        "mutedFieldPermissions": [{ "object": "account", "field": "phone", "access": "READ" }] });
    Some(match name {
        "createProfile" | "createPermissionSet" => json!({ "input": grants }),
        "updateProfile" => json!({ "id": it.profile, "input": grants }),
        "updatePermissionSet" => json!({ "id": it.set[0], "input": grants }),
        "createPermissionSetGroup" => json!({ "input": muted }),
        "updatePermissionSetGroup" => json!({ "id": it.set_group[0], "input": muted }),
        "assignPermissionSets" => json!({
            "userId": it.user, "permissionSetIds": [it.set[0]], "permissionSetGroupIds": [it.set_group[0]],
        }),
        "createRole" => json!({ "input": { "name": "New", "parentRoleId": it.role } }),
        "updateRole" => json!({ "id": it.role, "input": { "name": "Renamed" } }),
        "createGroup" => json!({ "input": { "name": "New", "kind": "PUBLIC", "members": member } }),
        "updateGroup" => json!({ "id": it.group[0], "input": { "name": "Renamed", "members": member } }),
        "createTerritory" => json!({ "input": { "name": "New", "parentTerritoryId": it.territory[0] } }),
        "updateTerritory" => json!({ "id": it.territory[0], "input": { "name": "Renamed" } }),
        "assignTerritoryUsers" => json!({ "id": it.territory[0], "userIds": [it.user] }),
        "setSimpleScopes" => {
            let scopes = json!([{
                "id": it.profile, "create": true, "read": "TEAM", "update": "OWN", "delete": "NONE",
            }]);
            json!({ "object": "lead", "input": { "teamIds": [it.group[0]], "scopes": scopes } })
        }
        "setTerritoryLevels" => {
            json!({ "id": it.territory[0], "levels": [{ "object": "account", "level": "READ" }] })
        }
        "createSharingRule" => {
            json!({ "object": "account", "input": with("condition", json!({ "industry": { "eq": "Energy" } })) })
        }
        "updateSharingRule" => json!({ "id": it.sharing[0], "input": with("source", member[0].clone()) }),
        "createRestrictionRule" => json!({ "object": "account", "input": rule }),
        "updateRestrictionRule" => json!({ "id": it.restriction[0], "input": rule }),
        "setOrgWideDefault" => json!({ "object": "account", "defaultAccess": "READ" }),
        _ => return None,
    })
}

/// What there are records of.
fn of_objects(name: &str, it: &Shelf) -> Option<Value> {
    let picks = json!([{ "value": "New", "label": "New", "active": true }]);
    Some(match name {
        "createObject" => {
            let subject = json!({ "field": "patient", "label": "Patient", "target": "contact" });
            json!({ "input": { "name": "visit", "label": "Visit", "plural": "visits", "pluralLabel": "Visits",
                "aboutAPerson": false, "subject": subject } })
        }
        "updateObject" => json!({ "object": "account", "input": { "label": "Company" } }),
        "createField" => json!({ "object": "account", "input": {
            "name": "mood", "label": "Mood", "type": "PICKLIST", "picklist": picks,
        } }),
        "updateField" => json!({
            "object": "account", "field": "type", "input": { "label": "Kind", "picklist": picks },
        }),
        "createValidationRule" => json!({ "object": "account", "input": {
            "name": "another", "expression": "name != 'y'", "message": "Not this name.",
        } }),
        "updateValidationRule" => json!({ "id": it.rule, "input": { "message": "No." } }),
        _ => return None,
    })
}
