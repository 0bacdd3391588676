//! Simple scopes: own, team, all.

use serde_json::json;

use crate::house::House;

const SET: &str = "mutation ($input: SimpleScopesInput!, $key: String) {
    setSimpleScopes(object: \"account\", input: $input, idempotencyKey: $key) {
        receipt simpleScopes { object custom teamIds scopes { id name create read update delete } } } }";
const READ: &str = "{ simpleScopes(object: \"account\") { object custom teamIds scopes { id name create read update delete } } }";

#[tokio::test]
async fn scopes_are_written_and_read_in_the_same_form() {
    let (house, admin) = House::with_administrator().await;
    let me = house.me(&admin).await;
    let group = "mutation ($who: ID!) { createGroup(input: {
        name: \"Team\", kind: PUBLIC, members: [{ kind: USER, id: $who }] }) { group { id } } }";
    let made = house.send(&admin, group, json!({ "who": me })).await.data();
    let team = made["createGroup"]["group"]["id"].clone();
    let (standard, readers) =
        (house.profile(&admin, "Standard User").await, house.profile(&admin, "Read Only").await);
    let scopes = |id: &str, update: &str| {
        let name = if id == standard { "Standard User" } else { "Read Only" };
        let create = update != "NONE";
        json!({ "id": id, "name": name, "create": create, "read": "TEAM", "update": update, "delete": "NONE" })
    };
    let said = [scopes(&standard, "TEAM"), scopes(&readers, "NONE")];
    let inputs = said.clone().map(|mut one| {
        one.as_object_mut().unwrap().remove("name");
        one
    });
    let input = json!({ "teamIds": [team], "scopes": inputs });
    let variables = json!({ "input": input, "key": "k1" });
    let written = house.send(&admin, SET, variables.clone()).await.data()["setSimpleScopes"].clone();
    assert!(written["receipt"].is_string());
    assert_eq!(house.send(&admin, SET, variables).await.data()["setSimpleScopes"], written, "once");
    let read = house.ask(&admin, READ).await.data()["simpleScopes"].clone();
    assert_eq!(read, written["simpleScopes"]);
    assert_eq!((&read["custom"], &read["teamIds"]), (&json!(null), &json!([team])));
    let shown = read["scopes"].as_array().unwrap();
    assert!(said.iter().all(|one| shown.contains(one)), "{read}");

    let twice = json!({ "teamIds": [team], "scopes": [inputs[0], inputs[0]] });
    assert_eq!(house.send(&admin, SET, json!({ "input": twice })).await.code(), "BAD_USER_INPUT");
    let open = "mutation { setOrgWideDefault(object: \"account\", defaultAccess: READ) { receipt } }";
    house.ask(&admin, open).await.data();
    let read = house.ask(&admin, READ).await.data()["simpleScopes"].clone();
    let why = "the org-wide default is `read` and not `private`";
    assert_eq!(read, json!({ "object": "account", "custom": why, "teamIds": [], "scopes": [] }));
}
