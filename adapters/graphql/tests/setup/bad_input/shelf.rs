//! What there is to be asked wrongly for.

use serde_json::{Value, json};

use crate::house::{House, Who};

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
    /// A profile and a role that nobody has.
    pub(super) spare_profile: String,
    pub(super) spare_role: String,
    pub(super) rule: String,
    /// Two of each: one that stays, and one that is there to be removed.
    pub(super) set: [String; 2],
    pub(super) set_group: [String; 2],
    pub(super) group: [String; 2],
    pub(super) territory: [String; 2],
    pub(super) restriction: [String; 2],
    pub(super) sharing: [String; 2],
    /// Something that is set up: one's own, and somebody else's.
    pub(super) factor: [String; 2],
    /// An account, which the administrator has.
    pub(super) record: String,
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
        let roles = "mutation { createRole(input: { name: \"Sales\" }) { role { id } }
            spare: createRole(input: { name: \"Spare\" }) { role { id } } }";
        let roles = house.ask(admin, roles).await.data();
        let rule = "mutation { createValidationRule(object: \"account\", input: {
            name: \"named\", expression: \"name != 'x'\", message: \"Not so.\" }) { validationRule { id } } }";
        let factors = "query ($id: ID!) { own: factors { id } other: factors(userId: $id) { id } }";
        let factors = house.send(admin, factors, json!({ "id": user })).await.data();
        let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
        Self {
            session: id(&sessions.data()["sessions"][0]),
            invited: id(&invited),
            invitation: house.invite(admin, newcomer, "Standard User").await,
            newcomer,
            role: id(&roles["createRole"]["role"]),
            spare_profile: house.profile(admin, "Read Only").await,
            spare_role: id(&roles["spare"]["role"]),
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
            restriction: restrictions(house, admin, &user).await,
            sharing: sharing_rules(house, admin, &user).await,
            factor: ["own", "other"].map(|whose| id(&factors[whose][0])),
            record: house.account("Acme").await,
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
    named(house, admin, &document, input).await
}

/// Two restrictions of accounts, for somebody.
async fn restrictions(house: &House, admin: &Who, user: &str) -> [String; 2] {
    let document = "mutation ($input: RestrictionRuleInput!) {
        made: createRestrictionRule(object: \"account\", input: $input) { it: restrictionRule { id } } }";
    let input = json!({ "binds": { "principals": [{ "kind": "USER", "id": user }] },
        "condition": { "industry": { "eq": "Energy" } } });
    named(house, admin, document, input).await
}

/// Two rules that share accounts with somebody.
async fn sharing_rules(house: &House, admin: &Who, user: &str) -> [String; 2] {
    let document = "mutation ($input: SharingRuleInput!) {
        made: createSharingRule(object: \"account\", input: $input) { it: sharingRule { id } } }";
    let input = json!({ "target": { "kind": "USER", "id": user }, "level": "READ",
        "condition": { "industry": { "eq": "Energy" } } });
    named(house, admin, document, input).await
}

/// Two things of one document and input, but for their names.
async fn named(house: &House, admin: &Who, document: &str, input: Value) -> [String; 2] {
    let mut made = Vec::new();
    for name in ["Kept", "Removed"] {
        let mut input = input.clone();
        input["name"] = json!(name);
        let answer = house.send(admin, document, json!({ "input": input })).await.data();
        made.push(answer["made"]["it"]["id"].as_str().unwrap().to_owned());
    }
    made.try_into().unwrap()
}
