//! Changes that need a reason, over HTTP.

use serde_json::json;

use crate::world::World;

const NEED: &str = "mutation { updateObject(object: \"contact\", input: { needsReason: true }) {
    object { needsReason } } }";
const UPDATE: &str = "mutation ($id: ID!, $reason: String) {
    updateContact(id: $id, input: { lastName: \"King\" }, reason: $reason) { version } }";
const DELETE: &str = "mutation ($id: ID!, $reason: String) {
    deleteContacts(ids: [$id], reason: $reason) { changes { version } } }";

#[tokio::test]
async fn a_reason_is_asked_for_and_found_in_the_ledger() {
    let (world, ada) = World::new().await;
    let id = world.create(&ada, "Contact", json!({ "lastName": "Lovelace" })).await;
    let object = world.set_up(&ada, NEED, json!({})).await.data()["updateObject"]["object"].take();
    assert_eq!(object, json!({ "needsReason": true }));
    let told = world.data(&ada, "{ object(name: \"contact\") { needsReason } }").await;
    assert_eq!(told["object"]["needsReason"], true);
    for (document, reason) in [(UPDATE, json!(null)), (UPDATE, json!("  ")), (DELETE, json!(null))] {
        let answer = world.ask(&ada, document, json!({ "id": id, "reason": reason })).await;
        assert_eq!(answer.code(), "VALIDATION_FAILED");
        let field = &answer.json["errors"][0]["extensions"]["fields"][0];
        assert_eq!((&field["field"], &field["code"]), (&json!("reason"), &json!("REASON_REQUIRED")));
    }
    let long = world.ask(&ada, UPDATE, json!({ "id": id, "reason": "x".repeat(501) })).await;
    assert_eq!(long.code(), "BAD_USER_INPUT");
    let why = json!({ "id": id, "reason": "She called." });
    assert_eq!(world.ask(&ada, UPDATE, why.clone()).await.data()["updateContact"]["version"], 2);
    world.ask(&ada, DELETE, why).await.data();
    let document = "{ ledgerEntries(first: 3) { action detail { key value } } }";
    let entries = world.set_up(&ada, document, json!({})).await.data()["ledgerEntries"].take();
    for (entry, action) in
        entries.as_array().unwrap().iter().zip(["mass.delete", "record.delete", "record.update"])
    {
        let expected = json!({ "action": action, "detail": [{ "key": "reason", "value": "She called." }] });
        assert_eq!(*entry, expected);
    }
}
