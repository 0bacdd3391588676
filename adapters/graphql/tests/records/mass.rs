//! Many records changed at once, over HTTP.

use serde_json::{Value, json};

use crate::world::World;

const CREATE: &str = "mutation ($inputs: [CreateAccountInput!]!) { createAccounts(inputs: $inputs) {
    receipt changes { id version changedFields receipt accessLost account { name owner { name } } } } }";

fn inputs(count: usize) -> Value {
    (0..count).map(|number| json!({ "name": format!("Account {number}") })).collect()
}

#[tokio::test]
async fn many_are_made_changed_deleted_restored_and_given_away() {
    let (world, ada) = World::new().await;
    let profile = world.profile("Seller", &[], &[]).await;
    let bob = world.join("Bob", profile).await;
    let made = world.ask(&ada, CREATE, json!({ "inputs": inputs(3) })).await.data()["createAccounts"].take();
    let changes = made["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 3);
    assert_eq!(changes[2]["account"], json!({ "name": "Account 2", "owner": { "name": "Ada" } }));
    assert!(changes.iter().all(|it| it["receipt"] == made["receipt"] && it["version"] == 1));
    let ids: Vec<&Value> = changes.iter().map(|it| &it["id"]).collect();

    let document = "mutation ($updates: [UpdateAccountsInput!]!) { updateAccounts(updates: $updates) {
        changes { version changedFields receipt } } }";
    let updates = json!([
        { "id": ids[0], "version": 1, "input": { "industry": "Steel" } },
        { "id": ids[1], "input": { "name": "Account 1" } },
    ]);
    let updated = world.ask(&ada, document, json!({ "updates": updates })).await.data();
    let updated = &updated["updateAccounts"]["changes"];
    assert_eq!((&updated[0]["version"], &updated[0]["changedFields"]), (&json!(2), &json!(["industry"])));
    assert_eq!(updated[1], json!({ "version": 1, "changedFields": [], "receipt": null }));

    let each = "changes { id version accessLost account { name } } }";
    for (mutation, version) in [("deleteAccounts", 2), ("restoreAccounts", 3)] {
        let document = format!("mutation ($ids: [ID!]!) {{ {mutation}(ids: $ids) {{ {each} }}");
        let answer = world.ask(&ada, &document, json!({ "ids": ids[1..] })).await.data();
        assert_eq!(answer[mutation]["changes"][1]["version"], version, "{mutation}");
    }
    let document = format!(
        "mutation ($ids: [ID!]!, $owner: ID!) {{ transferAccounts(ids: $ids, ownerId: $owner) {{ {each} }}"
    );
    let owner = bob.id.to_string();
    world.ask(&ada, &document, json!({ "ids": ids, "owner": owner })).await.data();
    let list = world.data(&bob, "{ accounts { totalCount } }").await;
    assert_eq!(list["accounts"]["totalCount"], 3);
}

#[tokio::test]
async fn an_error_says_which_and_nothing_is_done() {
    let (world, ada) = World::new().await;
    let wrong = json!([{ "name": "Acme" }, { "name": "Bolt", "website": "nowhere" }]);
    let answer = world.ask(&ada, CREATE, json!({ "inputs": wrong })).await;
    let extensions = &answer.json["errors"][0]["extensions"];
    assert_eq!((answer.code().as_str(), &extensions["index"]), ("VALIDATION_FAILED", &json!(1)));
    assert_eq!(extensions["fields"][0]["field"], "website");
    let list = world.data(&ada, "{ accounts { totalCount } }").await;
    assert_eq!(list["accounts"]["totalCount"], 0);

    let id = world.account(&ada, json!({ "name": "Acme" })).await;
    let absent = "rec_00000000000000000000000000";
    let cases = [
        ("an absent record", format!(r#"deleteAccounts(ids: ["{id}", "{absent}"])"#), "NOT_FOUND", json!(1)),
        ("no identifier", format!(r#"deleteAccounts(ids: ["{id}", "7"])"#), "BAD_USER_INPUT", json!(1)),
        ("no records", "deleteAccounts(ids: [])".to_owned(), "BAD_USER_INPUT", Value::Null),
        (
            "no owner",
            format!(r#"transferAccounts(ids: ["{id}"], ownerId: "user_00000000000000000000000000")"#),
            "BAD_USER_INPUT",
            json!(0),
        ),
        (
            "a stale version",
            format!(r#"updateAccounts(updates: [{{ id: "{id}", version: 9, input: {{ name: "B" }} }}])"#),
            "VERSION_CONFLICT",
            json!(0),
        ),
    ];
    for (name, field, code, index) in cases {
        let answer = world.ask(&ada, &format!("mutation {{ {field} {{ receipt }} }}"), json!({})).await;
        assert_eq!(answer.code(), code, "{name}");
        assert_eq!(answer.json["errors"][0]["extensions"]["index"], index, "{name}");
    }
    let find = format!(r#"{{ account(id: "{id}") {{ version name }} }}"#);
    assert_eq!(world.data(&ada, &find).await["account"], json!({ "version": 1, "name": "Acme" }));
}

#[tokio::test]
async fn acting_on_many_needs_its_permission() {
    let (world, ada) = World::new().await;
    let profile = world.profile("Seller", &[], &[]).await;
    let bob = world.join("Bob", profile).await;
    assert_eq!(world.ask(&bob, CREATE, json!({ "inputs": inputs(1) })).await.code(), "FORBIDDEN");
    world.ask(&ada, CREATE, json!({ "inputs": inputs(1) })).await.data();
}

#[tokio::test]
async fn many_are_counted_before_anything_is_done() {
    let (world, ada) = World::new().await;
    let short = "mutation ($inputs: [CreateAccountInput!]!) { createAccounts(inputs: $inputs) { receipt } }";
    assert_eq!(world.ask(&ada, short, json!({ "inputs": inputs(1_001) })).await.code(), "BAD_USER_INPUT");
    // Each answers so many objects, and each of those a few more.
    let one = "createAccounts(inputs: $inputs) { changes { account { owner { id } createdBy { id } updatedBy { id } } } }";
    let times = |count: usize| {
        let fields: Vec<String> = (0..count).map(|number| format!("a{number}: {one}")).collect();
        format!("mutation ($inputs: [CreateAccountInput!]!) {{ {} }}", fields.join(" "))
    };
    let costly = world.ask(&ada, &times(5), json!({ "inputs": inputs(900) })).await;
    assert_eq!(costly.code(), "QUERY_TOO_COMPLEX");
    assert_eq!(world.data(&ada, "{ accounts { totalCount } }").await["accounts"]["totalCount"], 0);
    let cheap = world.ask(&ada, &times(5), json!({ "inputs": inputs(10) })).await.data();
    assert_eq!(cheap["a4"]["changes"].as_array().unwrap().len(), 10);
}

/// As GraphQL has it: a single value is a list of one.
#[tokio::test]
async fn a_single_value_stands_for_a_list_of_one() {
    let (world, ada) = World::new().await;
    let id = world.account(&ada, json!({ "name": "Acme", "phone": "+46 46 12 34 56" })).await;
    let revert = "mutation ($id: ID!, $fields: [String!]) {
        restoreAccountVersion(id: $id, version: 1, fields: $fields) { changedFields } }";
    let cases = [
        (
            "mutation ($v: [CreateAccountInput!]!) { createAccounts(inputs: $v) { receipt } }",
            json!({ "name": "B" }),
        ),
        (
            "mutation ($v: [UpdateAccountsInput!]!) { updateAccounts(updates: $v) { receipt } }",
            json!({ "id": id, "input": { "phone": null } }),
        ),
        ("mutation ($v: [ID!]!) { deleteAccounts(ids: $v) { receipt } }", json!(id)),
        ("mutation ($v: [ID!]!) { restoreAccounts(ids: $v) { receipt } }", json!(id)),
    ];
    for (document, value) in cases {
        let data = world.ask(&ada, document, json!({ "v": value })).await.data();
        let (_, answer) = data.as_object().unwrap().iter().next().unwrap();
        assert!(answer["receipt"].is_string(), "{document}: {data}");
    }
    let data = world.ask(&ada, revert, json!({ "id": id, "fields": "phone" })).await.data();
    assert_eq!(data["restoreAccountVersion"]["changedFields"], json!(["phone"]));
}
