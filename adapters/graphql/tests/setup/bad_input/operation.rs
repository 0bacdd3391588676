//! The operations, as the schema lists them, and arguments that they take gladly.

use serde_json::{Value, json};

use super::{
    place::{Schema, text, written},
    row::Shelf,
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
    /// Whether it ends the session that it comes by.
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
        let operations = schema.roots.iter().map(|(keyword, field)| {
            let name = text(&field["name"]);
            let good =
                good(&name, shelf).unwrap_or_else(|| panic!("nobody says what `{name}` takes: add a row"));
            let answered = written(&field["type"]).replace(['!', '[', ']'], "");
            Self {
                arguments: field["args"].as_array().unwrap().clone(),
                good,
                refused: (name == "completeSetup").then_some("FORBIDDEN"),
                is_last: name == "signOut",
                keyword,
                has_parts: !["String", "ID", "Boolean", "Int", "Long"].contains(&answered.as_str()),
                name,
            }
        });
        operations.collect()
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
fn good(name: &str, it: &Shelf) -> Option<Value> {
    let pick = json!([{ "value": "New", "label": "New", "active": true }]);
    Some(match name {
        "me" | "profiles" | "roles" | "orgWideDefaults" | "objects" | "preparations" | "signOut" => json!({}),
        "user" | "reinviteUser" => json!({ "id": it.invited }),
        "users" => json!({ "first": 1 }),
        "sessions" => json!({ "userId": it.user, "first": 1 }),
        "profile" => json!({ "id": it.profile }),
        "object" => json!({ "name": "account" }),
        "validationRules" => json!({ "object": "account" }),
        "ledgerEntries" => {
            let target = json!({ "object": "user", "id": it.user });
            json!({ "filter": { "action": "user.create", "actorId": it.user, "target": target }, "first": 1, "beforeSeq": 7 })
        }
        "signIn" => {
            json!({ "workspace": "main", "email": "x@example.com", "password": PASSWORD, "deliver": "BEARER" })
        }
        "activate" => {
            json!({ "workspace": "main", "email": it.newcomer, "token": it.invitation, "password": PASSWORD })
        }
        "completeSetup" => json!({
            "workspace": "main", "token": it.invitation, "email": "y@example.com", "name": "Eve", "password": PASSWORD,
        }),
        "revokeSession" => json!({ "userId": it.user, "id": it.session }),
        "revokeAllSessions" => json!({ "userId": it.user }),
        "inviteUser" => {
            json!({ "input": { "email": "z@example.com", "name": "Zoe", "profileId": it.profile, "roleId": it.role } })
        }
        "updateUser" => json!({ "id": it.user, "input": { "name": "Renamed" } }),
        "createProfile" | "updateProfile" => {
            let objects = json!([{ "object": "account", "permissions": ["READ"] }]);
            let fields = json!([{ "object": "account", "field": "phone", "read": true, "edit": false }]);
            let input = json!({ "name": format!("{name} x"), "systemPermissions": [], "objectPermissions": objects,
                "fieldPermissions": fields });
            if name == "createProfile" {
                json!({ "input": input })
            } else {
                json!({ "id": it.profile, "input": input })
            }
        }
        "createRole" => json!({ "input": { "name": "New", "parentRoleId": it.role } }),
        "updateRole" => json!({ "id": it.role, "input": { "name": "Renamed" } }),
        "setOrgWideDefault" => json!({ "object": "account", "defaultAccess": "READ" }),
        "createObject" => {
            let subject = json!({ "field": "patient", "label": "Patient", "target": "contact" });
            json!({ "input": { "name": "visit", "label": "Visit", "plural": "visits", "pluralLabel": "Visits",
                "aboutAPerson": false, "subject": subject } })
        }
        "updateObject" => json!({ "object": "account", "input": { "label": "Company" } }),
        "createField" => {
            json!({ "object": "account", "input": { "name": "mood", "label": "Mood", "type": "PICKLIST", "picklist": pick } })
        }
        "updateField" => {
            json!({ "object": "account", "field": "type", "input": { "label": "Kind", "picklist": pick } })
        }
        "createValidationRule" => json!({ "object": "account", "input": {
            "name": "another", "expression": "name != 'y'", "message": "Not this name." } }),
        "updateValidationRule" => json!({ "id": it.rule, "input": { "message": "No." } }),
        _ => return None,
    })
}
