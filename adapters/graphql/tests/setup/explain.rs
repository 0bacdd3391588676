//! Why somebody may or may not, over HTTP.

use serde_json::json;

use crate::house::House;

#[tokio::test]
async fn b1_an_administrator_learns_why_somebody_does_not_see_a_record() {
    let (house, admin) = House::with_administrator().await;
    let bob = house.join(&admin, "bob@example.com", "Standard User").await;
    let bob = house.me(&bob).await;
    let record = house.account("Acme").await;

    let document = "query ($user: ID!, $record: ID!, $action: RecordAction!) {
        explainAccess(userId: $user, object: \"account\", recordId: $record, action: $action, field: \"phone\") {
            allowed needed level permittedBy { kind } grounds { kind level } restrictions { met }
            field { name read edit masked readBy { kind } } sentences } }";
    let variables = json!({ "user": bob, "record": record, "action": "UPDATE" });
    let told = house.send(&admin, document, variables).await.data()["explainAccess"].take();
    assert_eq!(
        (&told["allowed"], &told["needed"], &told["level"]),
        (&json!(false), &json!("EDIT"), &json!("NONE"))
    );
    assert_eq!(told["permittedBy"], json!([{ "kind": "PROFILE" }]));
    assert_eq!((&told["grounds"], &told["restrictions"]), (&json!([]), &json!([])));
    assert_eq!(told["field"]["readBy"], json!([{ "kind": "PROFILE" }]));
    let sentences = told["sentences"].to_string();
    assert!(
        sentences.contains("does not learn that it is there") && sentences.contains("Nothing opens it"),
        "{told}"
    );

    let document = "query ($record: ID!) { whoCanSee(object: \"account\", recordId: $record) {
        nodes { name level grounds { kind level } } pageInfo { hasNextPage } } }";
    let seen = house.send(&admin, document, json!({ "record": record })).await.data()["whoCanSee"].take();
    assert_eq!(seen["pageInfo"]["hasNextPage"], false);
    let [ada] = seen["nodes"].as_array().unwrap().as_slice() else { panic!("{seen}") };
    assert_eq!((&ada["name"], &ada["level"]), (&json!("Ada"), &json!("FULL")));
    assert!(
        ada["grounds"].as_array().unwrap().contains(&json!({ "kind": "OWNER", "level": "FULL" })),
        "{ada}"
    );
}
