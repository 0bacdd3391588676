//! Groups of people, and queues.

use serde_json::{Value, json};

use crate::house::{House, Who};

const CREATE: &str = "mutation ($input: CreateGroupInput!) {
    createGroup(input: $input) { receipt group { id name kind members { kind id } } } }";
const UPDATE: &str = "mutation ($id: ID!, $input: UpdateGroupInput!) {
    updateGroup(id: $id, input: $input) { receipt group { name kind members { kind id } } } }";
const DELETE: &str = "mutation ($id: ID!) { deleteGroup(id: $id) { id receipt } }";

async fn create(house: &House, admin: &Who, input: Value) -> Value {
    house.send(admin, CREATE, json!({ "input": input })).await.data()["createGroup"]["group"].take()
}

#[tokio::test]
async fn a_group_goes_back_in_as_it_came_out() {
    let (house, admin) = House::with_administrator().await;
    let role =
        house.ask(&admin, "mutation { createRole(input: { name: \"Desk\" }) { role { id } } }").await.data();
    let role = role["createRole"]["role"]["id"].clone();
    let inner = create(&house, &admin, json!({ "name": "Inner", "kind": "PUBLIC" })).await;
    assert_eq!((&inner["kind"], &inner["members"]), (&json!("PUBLIC"), &json!([])));
    let members = json!([
        { "kind": "USER", "id": house.me(&admin).await },
        { "kind": "GROUP", "id": inner["id"] },
        { "kind": "ROLE", "id": role },
        { "kind": "ROLE_AND_SUBORDINATES", "id": role },
    ]);
    let queue = create(&house, &admin, json!({ "name": "Queue", "kind": "QUEUE", "members": members })).await;
    assert_eq!((&queue["kind"], &queue["members"]), (&json!("QUEUE"), &members));
    let document = "query ($id: ID!) { group(id: $id) { id name kind members { kind id } } groups { id } }";
    let seen = house.send(&admin, document, json!({ "id": queue["id"] })).await.data();
    assert_eq!(seen["group"], queue);
    assert_eq!(seen["groups"].as_array().map(Vec::len), Some(2));
    let same = json!({ "id": queue["id"], "input": { "name": "Queue", "members": members } });
    assert_eq!(house.send(&admin, UPDATE, same).await.data()["updateGroup"]["receipt"], json!(null));
    let less = json!({ "id": queue["id"], "input": { "name": "Few", "members": [] } });
    let updated = house.send(&admin, UPDATE, less).await.data()["updateGroup"]["group"].take();
    assert_eq!(updated, json!({ "name": "Few", "kind": "QUEUE", "members": [] }));
}

#[tokio::test]
async fn what_makes_no_group_is_refused_with_a_sentence() {
    let (house, admin) = House::with_administrator().await;
    let inner = create(&house, &admin, json!({ "name": "Inner", "kind": "PUBLIC" })).await["id"].clone();
    let of_inner = json!([{ "kind": "GROUP", "id": inner }]);
    let outer = json!({ "name": "Outer", "kind": "PUBLIC", "members": of_inner });
    let outer = create(&house, &admin, outer).await["id"].clone();
    let new = |members: Value| json!({ "input": { "name": "New", "kind": "QUEUE", "members": members } });
    let absent = "group_00000000000000000000000000";
    let circle = json!([{ "kind": "GROUP", "id": outer }]);
    let cases = [
        (
            "a taken name",
            CREATE,
            json!({ "input": { "name": "Inner", "kind": "QUEUE" } }),
            "another group has this name",
        ),
        (
            "no name",
            CREATE,
            json!({ "input": { "name": "", "kind": "QUEUE" } }),
            "a name has 1 to 120 characters",
        ),
        ("nobody", CREATE, new(json!([{ "kind": "GROUP", "id": absent }])), "there is no group `group_0"),
        ("another kind", CREATE, new(json!([{ "kind": "USER", "id": inner }])), "starts with `user_`"),
        ("no kind", CREATE, new(json!([{ "kind": "FRIEND", "id": inner }])), "FRIEND"),
        (
            "itself",
            UPDATE,
            json!({ "id": inner, "input": { "name": "Inner", "members": of_inner } }),
            "is in itself",
        ),
        (
            "a circle",
            UPDATE,
            json!({ "id": inner, "input": { "name": "Inner", "members": circle } }),
            "is in itself",
        ),
    ];
    for (name, document, variables, sentence) in cases {
        let answer = house.send(&admin, document, variables).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{name}");
        assert!(answer.body.contains(sentence), "{name}: {}", answer.body);
    }
    assert_eq!(house.send(&admin, DELETE, json!({ "id": inner })).await.code(), "IN_USE");
    assert_eq!(house.send(&admin, DELETE, json!({ "id": absent })).await.code(), "NOT_FOUND");
    let deleted = house.send(&admin, DELETE, json!({ "id": outer })).await.data()["deleteGroup"].take();
    assert_eq!(deleted["id"], outer);
    assert!(deleted["receipt"].as_str().unwrap().starts_with("rcpt_"));
    house.send(&admin, DELETE, json!({ "id": inner })).await.data();
}
