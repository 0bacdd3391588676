//! Users, profiles, roles and defaults, and the rules that nobody gets around.

use serde_json::{Value, json};

use crate::house::{ADMIN, Answer, House, Who};

const UPDATE_USER: &str = "mutation ($id: ID!, $input: UpdateUserInput!) {
    updateUser(id: $id, input: $input) { receipt user { name state version roleId } } }";
const CREATE_PROFILE: &str =
    "mutation ($input: ProfileInput!) { createProfile(input: $input) { receipt profile { id name } } }";
const UPDATE_PROFILE: &str = "mutation ($id: ID!, $input: ProfileInput!) {
    updateProfile(id: $id, input: $input) { receipt profile { name systemPermissions } } }";

async fn update_user(house: &House, who: &Who, id: &str, input: Value) -> Answer {
    house.send(who, UPDATE_USER, json!({ "id": id, "input": input })).await
}

async fn create_profile(house: &House, who: &Who, input: Value) -> Answer {
    house.send(who, CREATE_PROFILE, json!({ "input": input })).await
}

async fn create_role(house: &House, who: &Who, name: &str, parent: Option<&str>) -> String {
    let document = "mutation ($name: String!, $parent: ID) {
        createRole(input: { name: $name, parentRoleId: $parent }) { role { id } } }";
    let answer = house.send(who, document, json!({ "name": name, "parent": parent })).await;
    answer.data()["createRole"]["role"]["id"].as_str().unwrap().to_owned()
}

/// Somebody who may manage users and permissions, and has no others.
async fn delegate(house: &House, admin: &Who) -> Who {
    let powers = ["MANAGE_USERS", "MANAGE_PERMISSIONS"];
    create_profile(house, admin, json!({ "name": "Delegate", "systemPermissions": powers })).await.data();
    house.join(admin, "dee@example.com", "Delegate").await
}

#[tokio::test]
async fn a_refusal_is_found_in_the_ledger() {
    let (house, admin) = House::with_administrator().await;
    let bob = house.join(&admin, "bob@example.com", "Standard User").await;
    let attempt = house.ask(&bob, "mutation { createRole(input: { name: \"Boss\" }) { receipt } }").await;
    assert_eq!(attempt.code(), "FORBIDDEN");

    let document = "query ($bob: ID!) {
        ledgerEntries(filter: { action: \"access.refuse\", actorId: $bob }) {
            category actor { kind id } target { object id } detail { key value } } }";
    let bob_id = house.me(&bob).await;
    let found = house.send(&admin, document, json!({ "bob": bob_id })).await;
    let expected = json!([{
        "category": "AUTHORIZATION",
        "actor": { "kind": "USER", "id": bob_id },
        "target": { "object": "role", "id": null },
        "detail": [{ "key": "attempted", "value": "role.create" }, { "key": "answer", "value": "FORBIDDEN" }],
    }]);
    assert_eq!(found.data()["ledgerEntries"], expected);
}

#[tokio::test]
async fn nobody_changes_their_own_rights() {
    let (house, admin) = House::with_administrator().await;
    let me = house.me(&admin).await;
    let standard = house.profile(&admin, "Standard User").await;
    let role = create_role(&house, &admin, "Chief", None).await;
    let edits = [
        ("profile", json!({ "profileId": standard })),
        ("role", json!({ "roleId": role })),
        ("no role", json!({ "roleId": null })),
        ("state", json!({ "active": false })),
    ];
    for (name, edit) in edits {
        assert_eq!(update_user(&house, &admin, &me, edit).await.code(), "FORBIDDEN", "{name}");
    }
    let mine = house.profile(&admin, "Administrator").await;
    let edit = json!({ "id": mine, "input": { "name": "Administrator" } });
    assert_eq!(house.send(&admin, UPDATE_PROFILE, edit).await.code(), "FORBIDDEN");

    let renamed = update_user(&house, &admin, &me, json!({ "name": "Ada L." })).await.data();
    assert_eq!(renamed["updateUser"]["user"]["name"], "Ada L.");
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let (house, ada) = House::with_administrator().await;
    let ann = house.join(&ada, "ann@example.com", "Administrator").await;
    let (ada_id, ann_id) = (house.me(&ada).await, house.me(&ann).await);

    let gone = update_user(&house, &ann, &ada_id, json!({ "active": false })).await.data();
    assert_eq!(gone["updateUser"]["user"]["state"], "DEACTIVATED");
    assert_eq!(update_user(&house, &ann, &ann_id, json!({ "active": false })).await.code(), "FORBIDDEN");
    assert_eq!(house.me(&ann).await, ann_id);
}

#[tokio::test]
async fn nobody_grants_more_than_they_hold() {
    let (house, admin) = House::with_administrator().await;
    let dee = delegate(&house, &admin).await;
    let administrator = house.profile(&admin, "Administrator").await;
    assert_eq!(house.try_invite(&dee, "eve@example.com", &administrator).await.code(), "FORBIDDEN");

    let greedy = [
        ("system", json!({ "name": "More", "systemPermissions": ["VIEW_ALL_DATA"] })),
        (
            "object",
            json!({ "name": "More", "objectPermissions": [{ "object": "account", "permissions": ["READ"] }] }),
        ),
        (
            "field",
            json!({ "name": "More",
            "fieldPermissions": [{ "object": "account", "field": "name", "read": true, "edit": false }] }),
        ),
    ];
    for (name, profile) in greedy {
        assert_eq!(create_profile(&house, &dee, profile).await.code(), "FORBIDDEN", "{name}");
    }
    create_profile(&house, &dee, json!({ "name": "Less", "systemPermissions": ["MANAGE_USERS"] }))
        .await
        .data();

    let ada = house.me(&admin).await;
    assert_eq!(update_user(&house, &dee, &ada, json!({ "name": "Eve" })).await.code(), "FORBIDDEN");
}

#[tokio::test]
async fn a_role_cannot_be_below_itself() {
    let (house, admin) = House::with_administrator().await;
    let chief = create_role(&house, &admin, "Chief", None).await;
    let sales = create_role(&house, &admin, "Sales", Some(&chief)).await;
    let document = "mutation ($id: ID!, $name: String!, $parent: ID) {
        updateRole(id: $id, input: { name: $name, parentRoleId: $parent }) { role { parentRoleId } } }";
    for (name, parent) in [("itself", &chief), ("what is below it", &sales)] {
        let answer =
            house.send(&admin, document, json!({ "id": chief, "name": "Chief", "parent": parent })).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{name}");
    }
    let moved = house.send(&admin, document, json!({ "id": sales, "name": "Sales", "parent": null })).await;
    assert_eq!(moved.data()["updateRole"]["role"]["parentRoleId"], json!(null));
}

#[tokio::test]
async fn a_profile_goes_back_in_as_it_came_out() {
    let (house, admin) = House::with_administrator().await;
    let id = house.profile(&admin, "Standard User").await;
    let document = "query ($id: ID!) { profile(id: $id) { name systemPermissions
        objectPermissions { object permissions } fieldPermissions { object field read edit } } }";
    let mut profile = house.send(&admin, document, json!({ "id": id })).await.data()["profile"].take();
    assert!(profile["fieldPermissions"].as_array().is_some_and(|fields| fields.len() > 20), "{profile}");
    let same = house.send(&admin, UPDATE_PROFILE, json!({ "id": id, "input": profile })).await.data();
    assert_eq!(same["updateProfile"]["receipt"], json!(null), "nothing has changed");

    profile["systemPermissions"] = json!(["VIEW_AUDIT_LOG"]);
    let changed = house.send(&admin, UPDATE_PROFILE, json!({ "id": id, "input": profile })).await.data();
    assert_eq!(changed["updateProfile"]["profile"]["systemPermissions"], json!(["VIEW_AUDIT_LOG"]));
    assert!(changed["updateProfile"]["receipt"].as_str().unwrap().starts_with("rcpt_"));
}

#[tokio::test]
async fn an_unknown_object_or_field_is_named() {
    let (house, admin) = House::with_administrator().await;
    let cases = [
        (
            json!({ "name": "Odd", "objectPermissions": [{ "object": "unicorn", "permissions": [] }] }),
            "`unicorn`",
        ),
        (
            json!({ "name": "Odd",
            "fieldPermissions": [{ "object": "account", "field": "horn", "read": true, "edit": true }] }),
            "`horn`",
        ),
    ];
    for (input, named) in cases {
        let answer = create_profile(&house, &admin, input).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT");
        assert!(answer.body.contains(named), "{}", answer.body);
    }
}

#[tokio::test]
async fn an_org_wide_default_is_set_by_name_or_id() {
    let (house, admin) = House::with_administrator().await;
    let list = "{ orgWideDefaults { objectId object defaultAccess grantAccessUsingHierarchies } }";
    let defaults = house.ask(&admin, list).await.data()["orgWideDefaults"].take();
    let account = defaults.as_array().unwrap().iter().find(|default| default["object"] == "account").unwrap();
    assert_eq!(account["defaultAccess"], "PRIVATE");

    let document = "mutation ($object: String!) {
        setOrgWideDefault(object: $object, defaultAccess: READ, grantAccessUsingHierarchies: false) {
            receipt orgWideDefault { object defaultAccess grantAccessUsingHierarchies } } }";
    let by_id = house.send(&admin, document, json!({ "object": account["objectId"] })).await.data();
    let expected =
        json!({ "object": "account", "defaultAccess": "READ", "grantAccessUsingHierarchies": false });
    assert_eq!(by_id["setOrgWideDefault"]["orgWideDefault"], expected);
    let by_name = house.send(&admin, document, json!({ "object": "account" })).await.data();
    assert_eq!(by_name["setOrgWideDefault"], json!({ "receipt": null, "orgWideDefault": expected }));
}

#[tokio::test]
async fn a_change_that_names_an_old_version_is_a_conflict() {
    let (house, admin) = House::with_administrator().await;
    let bob = house.join(&admin, "bob@example.com", "Standard User").await;
    let id = house.me(&bob).await;
    let before = update_user(&house, &admin, &id, json!({ "name": "Bob" })).await.data();
    let version = before["updateUser"]["user"]["version"].clone();
    update_user(&house, &admin, &id, json!({ "name": "Robert", "version": version })).await.data();
    let stale = update_user(&house, &admin, &id, json!({ "name": "Rob", "version": version })).await;
    assert_eq!(stale.code(), "VERSION_CONFLICT");
}

#[tokio::test]
async fn colleagues_see_each_other_without_addresses() {
    let (house, admin) = House::with_administrator().await;
    let bob = house.join(&admin, "bob@example.com", "Standard User").await;
    let document = "query ($id: ID!) { user(id: $id) { name email } }";
    let cases = [
        ("a colleague", &bob, house.me(&admin).await, json!({ "name": "Ada", "email": null })),
        ("oneself", &bob, house.me(&bob).await, json!({ "name": "New", "email": "bob@example.com" })),
        (
            "an administrator",
            &admin,
            house.me(&bob).await,
            json!({ "name": "New", "email": "bob@example.com" }),
        ),
    ];
    for (name, who, id, expected) in cases {
        assert_eq!(house.send(who, document, json!({ "id": id })).await.data()["user"], expected, "{name}");
    }
}

#[tokio::test]
async fn users_are_read_page_by_page() {
    let (house, admin) = House::with_administrator().await;
    for name in ["bob", "cai", "dee"] {
        house.wait(1);
        house.invite(&admin, &format!("{name}@example.com"), "Read Only").await;
    }
    let document = "query ($after: String) { users(first: 3, after: $after) {
        edges { node { email } } pageInfo { hasNextPage endCursor } } }";
    let (mut seen, mut after) = (Vec::new(), json!(null));
    for is_last in [false, true] {
        let page = house.send(&admin, document, json!({ "after": after })).await.data()["users"].take();
        let edges = page["edges"].as_array().unwrap().clone();
        seen.extend(edges.iter().map(|edge| edge["node"]["email"].as_str().unwrap().to_owned()));
        assert_eq!(page["pageInfo"]["hasNextPage"], json!(!is_last));
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(seen, [ADMIN, "bob@example.com", "cai@example.com", "dee@example.com"]);
    for first in [0, -1, 201] {
        let answer =
            house.ask(&admin, &format!("{{ users(first: {first}) {{ edges {{ cursor }} }} }}")).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{first}");
    }
}

#[tokio::test]
async fn the_ledger_is_read_backwards_and_proves_a_receipt() {
    let (house, admin) = House::with_administrator().await;
    let invited = house
        .ask(&admin, "mutation { createRole(input: { name: \"Chief\" }) { receipt role { id } } }")
        .await;
    let (receipt, role) = {
        let payload = invited.data()["createRole"].take();
        (payload["receipt"].clone(), payload["role"]["id"].clone())
    };
    let document = "query ($role: ID!) { ledgerEntries(filter: { target: { object: \"role\", id: $role } }) {
        seq action receipt target { id } changes { field old { value } new { status value } } } }";
    let found = house.send(&admin, document, json!({ "role": role })).await.data()["ledgerEntries"].take();
    let expected = json!([{
        "seq": found[0]["seq"], "action": "role.create", "receipt": receipt, "target": { "id": role },
        "changes": [
            { "field": "name", "old": null, "new": { "status": "SHOWN", "value": "Chief" } },
            { "field": "parent", "old": null, "new": { "status": "SHOWN", "value": null } },
        ],
    }]);
    assert_eq!(found, expected);

    let document = "query ($before: Long!) { ledgerEntries(first: 2, beforeSeq: $before) { seq } }";
    let seq = found[0]["seq"].as_u64().unwrap();
    let earlier = house.send(&admin, document, json!({ "before": seq })).await;
    assert_eq!(earlier.data()["ledgerEntries"], json!([{ "seq": seq - 1 }, { "seq": seq - 2 }]));
}
