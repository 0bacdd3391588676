//! Permission sets, the groups that they are given in, and who has them.

use serde_json::{Value, json};

use crate::house::{House, Who};

const CREATE: &str = "mutation ($input: PermissionSetInput!) {
    createPermissionSet(input: $input) { receipt permissionSet { id name } } }";
const CREATE_GROUP: &str = "mutation ($input: PermissionSetGroupInput!) {
    createPermissionSetGroup(input: $input) { receipt permissionSetGroup { id name } } }";
const ASSIGN: &str = "mutation ($user: ID!, $sets: [ID!]!, $groups: [ID!]!) {
    assignPermissionSets(userId: $user, permissionSetIds: $sets, permissionSetGroupIds: $groups) {
        receipt permissionAssignment { userId permissionSetIds permissionSetGroupIds } } }";

const DELETE: &str = "mutation ($id: ID!) { deletePermissionSet(id: $id) { id } }";

async fn create_group(house: &House, admin: &Who, input: Value) -> String {
    let group = house.send(admin, CREATE_GROUP, json!({ "input": input })).await.data();
    group["createPermissionSetGroup"]["permissionSetGroup"]["id"].as_str().unwrap().to_owned()
}

async fn create(house: &House, admin: &Who, input: Value) -> String {
    let set = house.send(admin, CREATE, json!({ "input": input })).await.data();
    set["createPermissionSet"]["permissionSet"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_a_set_gives_holds_from_the_next_request_on() {
    let (house, admin) = House::with_administrator().await;
    let bob = house.join(&admin, "bob@example.com", "Standard User").await;
    let id = house.me(&bob).await;
    let set =
        create(&house, &admin, json!({ "name": "Audit", "systemPermissions": ["VIEW_AUDIT_LOG"] })).await;
    let ledger = "{ ledgerEntries(first: 1) { seq } }";
    assert_eq!(house.ask(&bob, ledger).await.code(), "FORBIDDEN");
    let assign = async |sets: Value| {
        let variables = json!({ "user": id, "sets": sets, "groups": [] });
        house.send(&admin, ASSIGN, variables).await.data()["assignPermissionSets"].take()
    };
    let given = assign(json!([set])).await;
    let expected = json!({ "userId": id, "permissionSetIds": [set], "permissionSetGroupIds": [] });
    assert_eq!(given["permissionAssignment"], expected);
    assert!(given["receipt"].as_str().unwrap().starts_with("rcpt_"));
    house.ask(&bob, ledger).await.data();
    assert_eq!(assign(json!([set])).await["receipt"], json!(null), "nothing has changed");

    let asked = "query ($ids: [ID!]!) { permissionAssignments(userIds: $ids) {
        userId permissionSetIds permissionSetGroupIds } }";
    let ids = json!({ "ids": [house.me(&admin).await, id] });
    let seen = house.send(&admin, asked, ids.clone()).await.data()["permissionAssignments"].take();
    assert_eq!((&seen[0]["permissionSetIds"], &seen[1]), (&json!([]), &expected));
    assert_eq!(
        house.send(&bob, asked, json!({ "ids": [id] })).await.data()["permissionAssignments"][0],
        expected
    );
    assert_eq!(house.send(&bob, asked, ids).await.code(), "FORBIDDEN", "of others");
    assign(json!([])).await;
    assert_eq!(house.ask(&bob, ledger).await.code(), "FORBIDDEN");
}

#[tokio::test]
async fn a_set_and_a_group_go_back_in_as_they_came_out() {
    let (house, admin) = House::with_administrator().await;
    let input = json!({
        "name": "Desk",
        "systemPermissions": ["VIEW_AUDIT_LOG"],
        "objectPermissions": [{ "object": "account", "permissions": ["READ", "UPDATE", "DELETE"] }],
        "fieldPermissions": [{ "object": "account", "field": "phone", "read": true, "edit": true, "writeOnly": false }],
    });
    let set = create(&house, &admin, input.clone()).await;
    let document = "query ($id: ID!) { permissionSet(id: $id) { name systemPermissions
        objectPermissions { object permissions } fieldPermissions { object field read edit writeOnly } } }";
    assert_eq!(house.send(&admin, document, json!({ "id": set })).await.data()["permissionSet"], input);
    let update = "mutation ($id: ID!, $input: PermissionSetInput!) {
        updatePermissionSet(id: $id, input: $input) { receipt } }";
    let same = house.send(&admin, update, json!({ "id": set, "input": input })).await.data();
    assert_eq!(same["updatePermissionSet"]["receipt"], json!(null), "nothing has changed");

    let input = json!({
        "name": "Careful desk",
        "permissionSetIds": [set],
        "mutedSystemPermissions": ["VIEW_AUDIT_LOG"],
        "mutedObjectPermissions": [{ "object": "account", "permissions": ["DELETE", "MODIFY_ALL", "PURGE"] }],
        "mutedFieldPermissions": [{ "object": "account", "field": "phone", "access": "EDIT" }],
    });
    let group = house.send(&admin, CREATE_GROUP, json!({ "input": input })).await.data();
    let group = &group["createPermissionSetGroup"]["permissionSetGroup"]["id"];
    let document =
        "query ($id: ID!) { permissionSetGroup(id: $id) { name permissionSetIds mutedSystemPermissions
        mutedObjectPermissions { object permissions } mutedFieldPermissions { object field access } } }";
    assert_eq!(
        house.send(&admin, document, json!({ "id": group })).await.data()["permissionSetGroup"],
        input
    );
    let update = "mutation ($id: ID!, $input: PermissionSetGroupInput!) {
        updatePermissionSetGroup(id: $id, input: $input) { receipt permissionSetGroup { name permissionSetIds } } }";
    let same = house.send(&admin, update, json!({ "id": group, "input": input })).await.data();
    assert_eq!(same["updatePermissionSetGroup"]["receipt"], json!(null), "nothing has changed");
    let empty = json!({ "id": group, "input": { "name": "Empty", "permissionSetIds": [] } });
    let emptied = house.send(&admin, update, empty).await.data()["updatePermissionSetGroup"].take();
    assert_eq!(emptied["permissionSetGroup"], json!({ "name": "Empty", "permissionSetIds": [] }));
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_a_sentence() {
    let (house, admin) = House::with_administrator().await;
    let bob = house.join(&admin, "bob@example.com", "Standard User").await;
    let bob = house.me(&bob).await;
    let set = create(&house, &admin, json!({ "name": "Audit" })).await;
    let grouped = json!({ "name": "Group", "permissionSetIds": [set] });
    create_group(&house, &admin, grouped.clone()).await;
    let absent = "permset_00000000000000000000000000";
    let lost = "permsetgroup_00000000000000000000000000";
    let odd = json!({ "name": "Odd", "objectPermissions": [{ "object": "unicorn", "permissions": [] }] });
    let mute = json!([{ "object": "account", "field": "horn", "access": "EDIT" }]);
    let odd_muting = json!({ "name": "Odd", "permissionSetIds": [], "mutedFieldPermissions": mute });
    let give = |sets: Value, groups: Value| json!({ "user": bob, "sets": sets, "groups": groups });
    let cases = [
        (
            "a taken name",
            CREATE,
            json!({ "input": { "name": "Audit" } }),
            "another permission set has this name",
        ),
        ("no name", CREATE, json!({ "input": { "name": " " } }), "a name has 1 to 120 characters"),
        ("no object", CREATE, json!({ "input": odd }), "there is no object `unicorn`"),
        (
            "a group's taken name",
            CREATE_GROUP,
            json!({ "input": grouped }),
            "another permission set group has this name",
        ),
        (
            "a group of nothing",
            CREATE_GROUP,
            json!({ "input": { "name": "New", "permissionSetIds": [absent] } }),
            "there is no permission set `permset_00000000000000000000000000`",
        ),
        (
            "a muted nothing",
            CREATE_GROUP,
            json!({ "input": odd_muting }),
            "object `account` has no field `horn`",
        ),
        ("giving nothing", ASSIGN, give(json!([absent]), json!([])), "there is no permission set `"),
        ("giving no group", ASSIGN, give(json!([]), json!([lost])), "there is no permission set group `"),
        (
            "giving a user",
            ASSIGN,
            give(json!([bob]), json!([])),
            "expected an identifier that starts with `permset_`",
        ),
        (
            "removing a user",
            DELETE,
            json!({ "id": bob }),
            "expected an identifier that starts with `permset_`",
        ),
    ];
    for (name, document, variables, sentence) in cases {
        let answer = house.send(&admin, document, variables).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{name}");
        assert!(answer.body.contains(sentence), "{name}: {}", answer.body);
    }
}

#[tokio::test]
async fn what_is_in_use_is_removed_when_it_is_no_more() {
    let (house, admin) = House::with_administrator().await;
    let bob = house.join(&admin, "bob@example.com", "Standard User").await;
    let bob = house.me(&bob).await;
    let set = create(&house, &admin, json!({ "name": "Audit" })).await;
    let group = create_group(&house, &admin, json!({ "name": "Group", "permissionSetIds": [set] })).await;
    let give = |sets: Value, groups: Value| json!({ "user": bob, "sets": sets, "groups": groups });
    let absent = "permset_00000000000000000000000000";
    assert_eq!(house.send(&admin, DELETE, json!({ "id": set })).await.code(), "IN_USE");
    assert_eq!(house.send(&admin, DELETE, json!({ "id": absent })).await.code(), "NOT_FOUND");
    house.send(&admin, ASSIGN, give(json!([]), json!([group]))).await.data();
    let delete_group = "mutation ($id: ID!) { deletePermissionSetGroup(id: $id) { id receipt } }";
    assert_eq!(house.send(&admin, delete_group, json!({ "id": group })).await.code(), "IN_USE");
    house.send(&admin, ASSIGN, give(json!([]), json!([]))).await.data();
    let deleted = house.send(&admin, delete_group, json!({ "id": group })).await.data();
    assert_eq!(deleted["deletePermissionSetGroup"]["id"], group);
    house.send(&admin, DELETE, json!({ "id": set })).await.data();
    assert_eq!(
        house.ask(&admin, "{ permissionSets { id } permissionSetGroups { id } }").await.data(),
        json!({ "permissionSets": [], "permissionSetGroups": [] })
    );
}
