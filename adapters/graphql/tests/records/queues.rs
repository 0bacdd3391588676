//! Records that queues own, as clients see them.

use serde_json::{Value, json};

use crate::world::World;

#[tokio::test]
async fn a_record_is_given_to_a_queue_and_taken_from_it() {
    let (world, ada) = World::new().await;
    let queue = world.queue(&ada, "Desk").await;
    let name = json!({ "name": "Acme", "ownerId": queue });
    let document = "mutation ($input: CreateAccountInput!) {
        createAccount(input: $input) { account { id ownerId owner { __typename id name } } } }";
    let made = world.ask(&ada, document, json!({ "input": name })).await.data();
    let made = &made["createAccount"]["account"];
    let owner = json!({ "__typename": "Queue", "id": queue, "name": "Desk" });
    assert_eq!((&made["ownerId"], &made["owner"]), (&json!(queue), &owner));

    let document = "query ($queue: ID!) {
        accounts(filter: { ownerId: { eq: $queue } }) { nodes { id } }
        accountsAggregate(groupBy: [OWNER_ID]) { key { ownerId owner { id name } } count } }";
    let found = world.ask(&ada, document, json!({ "queue": queue })).await.data();
    assert_eq!(found["accounts"]["nodes"], json!([{ "id": made["id"] }]));
    let group = &found["accountsAggregate"][0];
    assert_eq!(group["key"], json!({ "ownerId": queue, "owner": { "id": queue, "name": "Desk" } }));

    let transfer = "mutation ($id: ID!, $owner: ID!) {
        transferAccounts(ids: [$id], ownerId: $owner) { changes { account { owner { __typename name } } } } }";
    let taken =
        world.ask(&ada, transfer, json!({ "id": made["id"], "owner": ada.id.to_string() })).await.data();
    assert_eq!(taken["transferAccounts"]["changes"][0]["account"]["owner"]["__typename"], "User");
    let history = "query ($id: ID!) { accountHistory(id: $id) {
        changes { field old { value label } new { value label } } } }";
    let history = world.ask(&ada, history, json!({ "id": made["id"] })).await.data()["accountHistory"].take();
    let change = |save: usize| {
        let changes = history[save]["changes"].as_array().unwrap();
        changes.iter().find(|change| change["field"] == "ownerId").unwrap().clone()
    };
    let desk = json!({ "value": queue, "label": "Desk" });
    assert_eq!((&change(0)["old"], &change(1)["new"]), (&desk, &desk));
}

#[tokio::test]
async fn who_owns_nothing_is_no_owner() {
    let (world, ada) = World::new().await;
    let document = "mutation ($owner: ID!) {
        createAccount(input: { name: \"Acme\", ownerId: $owner }) { account { id } } }";
    let cases: [(&str, Value, &str); 3] = [
        (
            "a queue that is not there",
            json!("group_00000000000000000000000000"),
            "the owner is not a queue here",
        ),
        (
            "a user who is not there",
            json!("user_00000000000000000000000000"),
            "the owner is not an active user here",
        ),
        ("a role", json!("role_00000000000000000000000000"), "starts with `user_` or `group_`"),
    ];
    for (name, owner, sentence) in cases {
        let answer = world.ask(&ada, document, json!({ "owner": owner })).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{name}");
        assert!(answer.json.to_string().contains(sentence), "{name}: {}", answer.json);
    }
}
