//! What each place refuses, and with which code.

use serde_json::{Value, json};

use super::{
    BAD,
    place::{Place, Schema},
};
use crate::house::{House, Who};

/// A value in a few words, the value, and the code that it is refused with.
type Bad = (&'static str, Value, &'static str);

const GONE: &str = "NOT_FOUND";
const DENIED: &str = "FORBIDDEN";

/// What there is to be asked for.
pub(super) struct Shelf {
    /// Somebody else's id, and a session of theirs.
    pub(super) user: String,
    pub(super) session: String,
    /// Two who were invited: the id of one, the address and the token of the other.
    pub(super) invited: String,
    pub(super) newcomer: &'static str,
    pub(super) invitation: String,
    pub(super) profile: String,
    pub(super) role: String,
    pub(super) rule: String,
    /// Two of each: one that stays, and one that is there to be removed.
    pub(super) set: [String; 2],
    pub(super) set_group: [String; 2],
    pub(super) group: [String; 2],
    pub(super) territory: [String; 2],
}

impl Shelf {
    pub(super) async fn fill(house: &House, admin: &Who) -> Self {
        let bob = house.join(admin, "bob@example.com", "Standard User").await;
        let user = house.me(&bob).await;
        let sessions = house
            .send(admin, "query ($id: ID!) { sessions(userId: $id) { id } }", json!({ "id": user }))
            .await;
        let profile = house.profile(admin, "Standard User").await;
        let invited =
            house.try_invite(admin, "carl@example.com", &profile).await.data()["inviteUser"]["user"].take();
        let newcomer = "dora@example.com";
        let role = "mutation { createRole(input: { name: \"Sales\" }) { role { id } } }";
        let rule = "mutation { createValidationRule(object: \"account\", input: {
            name: \"named\", expression: \"name != 'x'\", message: \"Not so.\" }) { validationRule { id } } }";
        let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
        Self {
            session: id(&sessions.data()["sessions"][0]),
            invited: id(&invited),
            invitation: house.invite(admin, newcomer, "Standard User").await,
            newcomer,
            role: id(&house.ask(admin, role).await.data()["createRole"]["role"]),
            rule: id(&house.ask(admin, rule).await.data()["createValidationRule"]["validationRule"]),
            set: two(house, admin, ["PermissionSet", "permissionSet"], json!({})).await,
            set_group: two(
                house,
                admin,
                ["PermissionSetGroup", "permissionSetGroup"],
                json!({ "permissionSetIds": [] }),
            )
            .await,
            group: two(house, admin, ["Group", "group"], json!({ "kind": "PUBLIC" })).await,
            territory: two(house, admin, ["Territory", "territory"], json!({})).await,
            user,
            profile,
        }
    }
}

/// Two new things of a kind, such as `Group`, which is the member `group` of an answer.
async fn two(house: &House, admin: &Who, [kind, member]: [&str; 2], input: Value) -> [String; 2] {
    let input_type = if kind == "Group" { "CreateGroupInput".to_owned() } else { format!("{kind}Input") };
    let document = format!(
        "mutation ($input: {input_type}!) {{ made: create{kind}(input: $input) {{ it: {member} {{ id }} }} }}"
    );
    let mut made = Vec::new();
    for name in ["Kept", "Removed"] {
        let mut input = input.clone();
        input["name"] = json!(name);
        let answer = house.send(admin, &document, json!({ "input": input })).await.data();
        made.push(answer["made"]["it"]["id"].as_str().unwrap().to_owned());
    }
    made.try_into().unwrap()
}

/// What a place refuses.
///
/// # Panics
/// If nobody says what values of its type, or what texts and ids in its place, are refused.
pub(super) fn refused(schema: &Schema, place: &Place, it: &Shelf) -> Vec<Bad> {
    let mut refused = if place.is_present { vec![("null", Value::Null, BAD)] } else { Vec::new() };
    refused.extend(by_type(schema, place));
    refused.extend(by_place(place, it));
    refused
}

fn by_type(schema: &Schema, place: &Place) -> Vec<Bad> {
    match place.ty.as_str() {
        "String" => vec![
            ("a number", json!(5), BAD),
            ("a list", json!([["a"]]), BAD),
            ("an object", json!({}), BAD),
            ("U+0000", json!("a\0"), BAD),
        ],
        "ID" => vec![
            ("a truth", json!(true), BAD),
            ("a list", json!([[]]), BAD),
            ("an object", json!({}), BAD),
            ("U+0000", json!("\0"), BAD),
        ],
        "Int" | "Long" => vec![
            ("a text", json!("5"), BAD),
            ("a part", json!(1.5), BAD),
            ("a truth", json!(true), BAD),
            ("negative", json!(-1), BAD),
            ("more than there can be", json!(99_999_999_999_999_999_999.0), BAD),
        ],
        "Boolean" => vec![
            ("a text", json!("true"), BAD),
            ("a number", json!(1), BAD),
            ("a list", json!([[true]]), BAD),
        ],
        "FieldValue" => Vec::new(),
        list if list.starts_with('[') => {
            vec![
                ("a number", json!(5), BAD),
                ("a list of lists", json!([[[]]]), BAD),
                ("a truth", json!(true), BAD),
            ]
        }
        ty if schema.is_enum(ty) => vec![
            ("no word of the list", json!("SPACESHIP"), BAD),
            ("small letters", json!("spaceship"), BAD),
            ("a number", json!(5), BAD),
            ("a truth", json!(true), BAD),
        ],
        ty if schema.is_input(ty) => vec![
            ("a word", json!("Acme"), BAD),
            ("a number", json!(5), BAD),
            ("a list", json!([[]]), BAD),
            ("no field", json!({ "spaceship": 1 }), BAD),
        ],
        ty => panic!("nobody says what `{ty}` refuses: add a row"),
    }
}

fn by_place(place: &Place, it: &Shelf) -> Vec<Bad> {
    let key = place.key.as_str();
    let (_, name) = key.split_once('.').unwrap();
    let found = of_sign_ins(key).or_else(|| of_access(key, name, it)).or_else(|| of_definitions(key, name));
    let found = found.or_else(|| of_any(key, name));
    found.unwrap_or_else(|| {
        let is_said_by_type = !["String", "ID"].contains(&place.ty.as_str());
        assert!(is_said_by_type, "nobody says what `{key}` refuses: add a row");
        Vec::new()
    })
}

/// What comes before a session. What is wrong about a sign-in is one of its steps, and no error; and whoever has no good
/// link is told nothing else.
fn of_sign_ins(key: &str) -> Option<Vec<Bad>> {
    Some(match key {
        "signIn.workspace" | "signIn.email" | "signIn.password" => Vec::new(),
        "completeSetup.email" | "completeSetup.name" | "completeSetup.password" => Vec::new(),
        "activate.email" => vec![("of another", json!("bob@example.com"), DENIED)],
        "activate.workspace" | "completeSetup.workspace" => vec![("of none", json!("spaceship"), DENIED)],
        "activate.token" | "completeSetup.token" => {
            vec![("no token", json!("x"), DENIED), ("endless", json!("x".repeat(10_000)), DENIED)]
        }
        "activate.password" => {
            vec![("too short", json!("short"), BAD), ("too long", json!("x".repeat(2_000)), BAD)]
        }
        _ => return None,
    })
}

/// Users, sessions, profiles, roles and the ledger.
fn of_access(key: &str, name: &str, it: &Shelf) -> Option<Vec<Bad>> {
    Some(match (key, name) {
        ("InviteUserInput.email", _) => vec![
            ("no address", json!("bob"), BAD),
            ("somebody's", json!("bob@example.com"), BAD),
            ("endless", json!(format!("{}@example.com", "x".repeat(300))), BAD),
        ],
        (
            "updateUser.id"
            | "user.id"
            | "reinviteUser.id"
            | "revokeSession.userId"
            | "revokeAllSessions.userId",
            _,
        ) => ids("user", &it.profile, GONE),
        ("sessions.userId" | "LedgerFilter.actorId", _) => wrong_ids(&it.profile),
        ("profile.id" | "updateProfile.id", _) => ids("profile", &it.user, GONE),
        (_, "profileId") => ids("profile", &it.user, BAD),
        ("updateRole.id", _) => ids("role", &it.user, GONE),
        ("permissionSet.id" | "updatePermissionSet.id" | "deletePermissionSet.id", _) => {
            ids("permset", &it.user, GONE)
        }
        ("permissionSetGroup.id" | "updatePermissionSetGroup.id" | "deletePermissionSetGroup.id", _) => {
            ids("permsetgroup", &it.user, GONE)
        }
        ("group.id" | "updateGroup.id" | "deleteGroup.id", _) => ids("group", &it.user, GONE),
        ("territory.id" | "updateTerritory.id" | "deleteTerritory.id" | "assignTerritoryUsers.id", _) => {
            ids("territory", &it.user, GONE)
        }
        ("assignPermissionSets.userId", _) => ids("user", &it.profile, GONE),
        ("PrincipalInput.id", _)
        | (_, "userIds[]" | "permissionSetIds[]" | "permissionSetGroupIds[]" | "parentTerritoryId") => {
            wrong_ids(&it.profile)
        }
        (_, "roleId" | "parentRoleId") => ids("role", &it.user, BAD),
        ("revokeSession.id", _) => ids("session", &it.user, GONE),
        ("UpdateUserInput.version", _) => vec![("an older one", json!(77), "VERSION_CONFLICT")],
        // Entries are about things that may be gone, or of kinds to come: there are none, and that is no error.
        ("LedgerTargetInput.id", _) => vec![("no letter", json!(""), BAD), ("a word", json!("Acme"), BAD)],
        ("LedgerTargetInput.object" | "LedgerFilter.action", _) => Vec::new(),
        ("users.after", _) => vec![("no cursor", json!("x"), BAD), ("no letter", json!(""), BAD)],
        (_, "first") => vec![("none", json!(0), BAD), ("too many", json!(201), BAD)],
        (
            "UpdateUserInput.name"
            | "InviteUserInput.name"
            | "ProfileInput.name"
            | "RoleInput.name"
            | "PermissionSetInput.name"
            | "PermissionSetGroupInput.name"
            | "CreateGroupInput.name"
            | "UpdateGroupInput.name"
            | "TerritoryInput.name",
            _,
        ) => texts(121),
        _ => return None,
    })
}

/// Objects, fields and rules.
fn of_definitions(key: &str, name: &str) -> Option<Vec<Bad>> {
    let taken = |taken: &'static str, reserved: &'static str| {
        [names(), vec![("taken", json!(taken), BAD), ("reserved", json!(reserved), BAD)]].concat()
    };
    Some(match (key, name) {
        ("CreateObjectInput.name" | "CreateObjectInput.plural", _) => taken("account", "user"),
        ("CreateFieldInput.name", _) => taken("phone", "ownerId"),
        ("SubjectInput.field", _) => taken("name", "id"),
        ("CreateValidationRuleInput.name", _) => [names(), vec![("taken", json!("named"), BAD)]].concat(),
        ("SubjectInput.target", _) => {
            vec![("no object", json!("spaceship"), BAD), ("no persons", json!("account"), BAD)]
        }
        ("CreateFieldInput.maxLength" | "CreateFieldInput.scale", _) => {
            vec![("of another type", json!(5), BAD)]
        }
        ("CreateFieldInput.target", _) => vec![("of another type", json!("account"), BAD)],
        ("CreateFieldInput.picklist", _) => {
            vec![("nothing", json!([]), BAD), ("twice the same", twice(), BAD)]
        }
        ("UpdateFieldInput.picklist", _) => vec![("twice the same", twice(), BAD)],
        ("PicklistValueInput.value", _) => texts(256),
        ("updateValidationRule.id", _) => ids("rule", "user_01h455vb4pex5vsknk084sn02q", GONE),
        (_, "defaultValue") => {
            vec![("a number", json!(5), BAD), ("no value of the list", json!("Nowhere"), BAD)]
        }
        (_, "expression") => vec![
            ("no letter", json!(""), BAD),
            ("no expression", json!("name !="), BAD),
            ("no field", json!("spaceship == 1"), BAD),
            ("no truth", json!("1"), BAD),
            ("too long", json!("x".repeat(10_000)), BAD),
        ],
        (_, "message") => vec![("no letter", json!(""), BAD), ("too long", json!("x".repeat(256)), BAD)],
        (_, "help") => {
            vec![("too long", json!("x".repeat(501)), BAD), ("a hidden character", json!("a\u{7}"), BAD)]
        }
        (_, "label" | "pluralLabel" | "nameLabel") => texts(256),
        _ => return None,
    })
}

fn of_any(key: &str, name: &str) -> Option<Vec<Bad>> {
    Some(match (key, name) {
        (_, "idempotencyKey") => vec![
            ("no letter", json!(""), BAD),
            ("too long", json!("k".repeat(256)), BAD),
            ("other letters", json!("ключ"), BAD),
        ],
        (_, "object" | "field") | ("object.name", _) => {
            vec![("of none", json!("spaceship"), BAD), ("no letter", json!(""), BAD)]
        }
        _ => return None,
    })
}

/// What is shown to people cannot be empty, this long, or have characters that are not shown.
fn texts(length: usize) -> Vec<Bad> {
    vec![
        ("no letter", json!(""), BAD),
        ("too long", json!("x".repeat(length)), BAD),
        ("a hidden character", json!("a\u{7}"), BAD),
    ]
}

fn twice() -> Value {
    json!([{ "value": "Same" }, { "value": "same" }])
}

fn names() -> Vec<Bad> {
    vec![
        ("no letter", json!(""), BAD),
        ("two words", json!("two words"), BAD),
        ("a capital", json!("Capital"), BAD),
        ("too long", json!("x".repeat(65)), BAD),
        ("a word of the language", json!("__typename"), BAD),
    ]
}

/// What is no id of this kind, and the id of nothing.
fn ids(prefix: &'static str, another: &str, absent: &'static str) -> Vec<Bad> {
    let nobody = json!(format!("{prefix}_01h455vb4pex5vsknk084sn02q"));
    [wrong_ids(another), vec![("of nothing", nobody, absent)]].concat()
}

fn wrong_ids(another: &str) -> Vec<Bad> {
    vec![
        ("no letter", json!(""), BAD),
        ("a word", json!("Acme"), BAD),
        ("of another kind", json!(another), BAD),
        ("endless", json!("0".repeat(10_000)), BAD),
    ]
}
