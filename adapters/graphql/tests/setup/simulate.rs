//! What a change would do to people's access, over HTTP.

use serde_json::json;

use crate::house::House;

#[tokio::test]
async fn b2_an_administrator_looks_at_a_change_before_making_it() {
    let (house, admin) = House::with_administrator().await;
    let bob = house.join(&admin, "bob@example.com", "Standard User").await;
    let bob = house.me(&bob).await;
    let record = house.account("Acme").await;

    let document = "query ($change: AccessChangeInput!) { simulateAccessChange(change: $change, first: 10) {
        nodes { userId name objects { object permissionsGained permissionsLost
            gained { count exact samples { id name } } lost { count exact } } }
        pageInfo { hasNextPage } } }";
    let ask = async |change: serde_json::Value| {
        let answer = house.send(&admin, document, json!({ "change": change })).await;
        answer.data()["simulateAccessChange"].take()
    };
    let opened = ask(json!({ "setOrgWideDefault": { "object": "account", "defaultAccess": "READ" } })).await;
    let gained = json!({ "count": 1, "exact": true, "samples": [{ "id": record, "name": "Acme" }] });
    let accounts = json!({ "object": "account", "permissionsGained": [], "permissionsLost": [],
        "gained": gained, "lost": { "count": 0, "exact": true } });
    assert_eq!(opened["nodes"], json!([{ "userId": bob, "name": "New", "objects": [accounts] }]));
    assert_eq!(opened["pageInfo"]["hasNextPage"], false);

    let profile = house.profile(&admin, "Standard User").await;
    let reading = json!([{ "object": "account", "permissions": ["READ"] }]);
    let input = json!({ "name": "Standard User", "objectPermissions": reading });
    let stripped = ask(json!({ "updateProfile": { "id": profile, "input": input } })).await;
    let objects = stripped["nodes"][0]["objects"].as_array().unwrap();
    let accounts = objects.iter().find(|object| object["object"] == "account").unwrap();
    assert_eq!(accounts["permissionsLost"], json!(["CREATE", "UPDATE", "DELETE", "IMPORT", "EXPORT"]));

    let both = json!({ "deleteRestrictionRule": { "id": "x" }, "updateRole": { "id": "y", "input": { "name": "z" } } });
    let answer = house.send(&admin, document, json!({ "change": both })).await;
    assert_eq!(answer.code(), "BAD_USER_INPUT", "a change is one");
}
