//! Territories, and who works in each.

use serde_json::{Value, json};

use crate::house::House;

const CREATE: &str = "mutation ($name: String!, $parent: ID) {
    createTerritory(input: { name: $name, parentTerritoryId: $parent }) {
        receipt territory { id name parentTerritoryId userIds } } }";
const UPDATE: &str = "mutation ($id: ID!, $name: String!, $parent: ID) {
    updateTerritory(id: $id, input: { name: $name, parentTerritoryId: $parent }) {
        receipt territory { id name parentTerritoryId userIds } } }";
const ASSIGN: &str = "mutation ($id: ID!, $users: [ID!]!) {
    assignTerritoryUsers(id: $id, userIds: $users) { receipt territory { userIds } } }";
const LEVELS: &str = "mutation ($id: ID!, $levels: [TerritoryLevelInput!]!) {
    setTerritoryLevels(id: $id, levels: $levels) { receipt territory { levels { objectId object level } } } }";
const DELETE: &str = "mutation ($id: ID!) { deleteTerritory(id: $id) { id receipt } }";

#[tokio::test]
async fn territories_are_made_moved_staffed_and_removed() {
    let (house, admin) = House::with_administrator().await;
    let me = house.me(&admin).await;
    let create = async |name: &str, parent: Value| {
        let made = house.send(&admin, CREATE, json!({ "name": name, "parent": parent })).await;
        made.data()["createTerritory"]["territory"].take()
    };
    let europe = create("Europe", json!(null)).await["id"].clone();
    let france = create("France", europe.clone()).await;
    let id = france["id"].clone();
    assert_eq!(france, json!({ "id": id, "name": "France", "parentTerritoryId": europe, "userIds": [] }));

    let staffed = house.send(&admin, ASSIGN, json!({ "id": id, "users": [me] })).await.data();
    assert_eq!(staffed["assignTerritoryUsers"]["territory"]["userIds"], json!([me]));
    let document =
        "query ($id: ID!) { territory(id: $id) { id name parentTerritoryId userIds } territories { id } }";
    let seen = house.send(&admin, document, json!({ "id": id })).await.data();
    assert_eq!(
        seen["territory"],
        json!({ "id": id, "name": "France", "parentTerritoryId": europe, "userIds": [me] })
    );
    assert_eq!(seen["territories"].as_array().map(Vec::len), Some(2));
    for (name, below) in [("itself", &europe), ("what is below it", &id)] {
        let circle = json!({ "id": europe, "name": "Europe", "parent": below });
        assert_eq!(house.send(&admin, UPDATE, circle).await.code(), "BAD_USER_INPUT", "{name}");
    }
    for (name, bad) in [("nobody", "user_00000000000000000000000000"), ("a territory", id.as_str().unwrap())]
    {
        let answer = house.send(&admin, ASSIGN, json!({ "id": id, "users": [bad] })).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{name}");
    }
    for id in [&europe, &id] {
        assert_eq!(house.send(&admin, DELETE, json!({ "id": id })).await.code(), "IN_USE");
    }
    let moved = house.send(&admin, UPDATE, json!({ "id": id, "name": "Gaul", "parent": null })).await.data();
    let expected = json!({ "id": id, "name": "Gaul", "parentTerritoryId": null, "userIds": [me] });
    assert_eq!(moved["updateTerritory"]["territory"], expected);
    house.send(&admin, ASSIGN, json!({ "id": id, "users": [] })).await.data();
    for id in [&europe, &id] {
        assert_eq!(
            house.send(&admin, DELETE, json!({ "id": id })).await.data()["deleteTerritory"]["id"],
            *id
        );
    }
    assert_eq!(house.ask(&admin, "{ territories { id } }").await.data()["territories"], json!([]));
}

#[tokio::test]
async fn a_territory_opens_records_as_far_as_its_levels_say() {
    let (house, admin) = House::with_administrator().await;
    let made = house.send(&admin, CREATE, json!({ "name": "France" })).await.data();
    let id = made["createTerritory"]["territory"]["id"].clone();
    let set = async |levels: Value| house.send(&admin, LEVELS, json!({ "id": id, "levels": levels })).await;
    let account =
        house.ask(&admin, "{ object(name: \"account\") { id } }").await.data()["object"]["id"].clone();
    let levels = json!([{ "object": account, "level": "EDIT" }, { "object": "lead", "level": "FULL" }]);
    let answered = set(levels).await.data();
    assert!(answered["setTerritoryLevels"]["receipt"].is_string());
    let levels = &answered["setTerritoryLevels"]["territory"]["levels"];
    assert_eq!(levels[0], json!({ "objectId": account, "object": "account", "level": "EDIT" }));
    assert_eq!((&levels[1]["object"], &levels[1]["level"]), (&json!("lead"), &json!("FULL")));
    let seen = house.ask(&admin, "{ territories { levels { objectId object level } } }").await.data();
    assert_eq!(seen["territories"][0]["levels"], *levels);
    let twice = json!([{ "object": account, "level": "EDIT" }, { "object": "account", "level": "READ" }]);
    assert_eq!(set(twice).await.code(), "BAD_USER_INPUT");
    assert_eq!(set(json!([])).await.data()["setTerritoryLevels"]["territory"]["levels"], json!([]));
}
