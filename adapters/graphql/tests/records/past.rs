//! A record as it was, and an earlier version restored, over HTTP.

use serde_json::{Value, json};

use crate::world::{Member, World};

const NOW: &str = "query ($id: ID!) { contact(id: $id) { version updatedAt } }";
const AT: &str =
    "query ($id: ID!, $at: DateTime, $version: Long) { contact(id: $id, asOf: $at, version: $version) {
    version lastName email accountId account { name } _access { update hiddenFields } } }";
const RESTORE: &str = "mutation ($id: ID!, $version: Long!, $fields: [String!], $seen: Long) {
    restoreContactVersion(id: $id, version: $version, fields: $fields, expectedVersion: $seen) {
        version changedFields receipt contact { lastName email accountId } } }";

async fn contact(world: &World, ada: &Member, owner: &Member) -> (String, String) {
    let account = world.account(ada, json!({ "name": "Acme", "ownerId": owner.id.to_string() })).await;
    let input = json!({
        "lastName": "Lovelace", "email": "l@example.com", "accountId": account, "ownerId": owner.id.to_string(),
    });
    let id = world.create(ada, "Contact", input).await;
    (id, account)
}

async fn change(world: &World, member: &Member, id: &str, input: Value) {
    let document = "mutation ($id: ID!, $input: UpdateContactInput!) {
        updateContact(id: $id, input: $input) { version } }";
    world.ask(member, document, json!({ "id": id, "input": input })).await.data();
}

#[tokio::test]
async fn a_record_is_read_as_it_was() {
    let (world, ada) = World::new().await;
    let (id, account) = contact(&world, &ada, &ada).await;
    let made = world.ask(&ada, NOW, json!({ "id": id })).await.data()["contact"]["updatedAt"].take();
    change(&world, &ada, &id, json!({ "lastName": "King", "email": null, "accountId": null })).await;
    let was = json!({
        "version": 1, "lastName": "Lovelace", "email": "l@example.com", "accountId": account,
        "account": { "name": "Acme" }, "_access": { "update": true, "hiddenFields": [] },
    });
    for moment in [json!({ "id": id, "version": 1 }), json!({ "id": id, "at": made })] {
        assert_eq!(world.ask(&ada, AT, moment).await.data()["contact"], was);
    }
    let is = world.ask(&ada, AT, json!({ "id": id, "at": "2031-01-01T00:00:00Z" })).await.data();
    assert_eq!((&is["contact"]["version"], &is["contact"]["lastName"]), (&json!(2), &json!("King")));
    let cases = [
        ("before it was made", json!({ "id": id, "at": "2020-01-01T00:00:00Z" }), "NOT_FOUND"),
        ("a version to come", json!({ "id": id, "version": 3 }), "NOT_FOUND"),
        ("two moments", json!({ "id": id, "version": 1, "at": made }), "BAD_USER_INPUT"),
        ("a version below zero", json!({ "id": id, "version": -1 }), "BAD_USER_INPUT"),
        ("no instant", json!({ "id": id, "at": "yesterday" }), "BAD_USER_INPUT"),
    ];
    for (name, variables, code) in cases {
        assert_eq!(world.ask(&ada, AT, variables).await.code(), code, "{name}");
    }
}

#[tokio::test]
async fn the_past_is_redacted_as_the_present_is() {
    let (world, ada) = World::new().await;
    let profile = world.profile("Seller", &["account"], &["contact.email"]).await;
    let bob = world.join("Bob", profile).await;
    let (id, account) = contact(&world, &ada, &bob).await;
    change(&world, &ada, &id, json!({ "email": "ada@example.com" })).await;
    let answer = world.ask(&bob, AT, json!({ "id": id, "version": 1 })).await;
    let expected = json!({
        "version": 1, "lastName": "Lovelace", "email": null, "accountId": null, "account": null,
        "_access": { "update": true, "hiddenFields": ["email"] },
    });
    assert_eq!(answer.json["data"]["contact"], expected);
    assert_eq!(answer.json["extensions"]["redacted"], json!([["contact", "email"]]));
    let text = answer.json.to_string();
    assert!(!text.contains("l@example.com") && !text.contains(&account), "{text}");
}

#[tokio::test]
async fn an_earlier_version_is_restored() {
    let (world, ada) = World::new().await;
    let (id, account) = contact(&world, &ada, &ada).await;
    change(&world, &ada, &id, json!({ "lastName": "King", "email": null })).await;
    let stale = json!({ "id": id, "version": 1, "seen": 1 });
    assert_eq!(world.ask(&ada, RESTORE, stale).await.code(), "VERSION_CONFLICT");
    let some = json!({ "id": id, "version": 1, "fields": ["email"], "seen": 2 });
    let some = world.ask(&ada, RESTORE, some).await.data()["restoreContactVersion"].take();
    assert_eq!((&some["version"], &some["changedFields"]), (&json!(3), &json!(["email"])));
    let all = world.ask(&ada, RESTORE, json!({ "id": id, "version": 1 })).await.data();
    let all = &all["restoreContactVersion"];
    assert_eq!((&all["version"], &all["changedFields"]), (&json!(4), &json!(["lastName"])));
    let expected = json!({ "lastName": "Lovelace", "email": "l@example.com", "accountId": account });
    assert_eq!(all["contact"], expected);
    let history = format!(r#"{{ contactHistory(id: "{id}", first: 1) {{ action version receipt }} }}"#);
    let saves = world.data(&ada, &history).await["contactHistory"].take();
    assert_eq!(saves[0], json!({ "action": "record.revert", "version": 4, "receipt": all["receipt"] }));
}

#[tokio::test]
async fn what_cannot_be_restored_is_named() {
    let (world, ada) = World::new().await;
    let profile = world.profile("Seller", &[], &["contact.email"]).await;
    let bob = world.join("Bob", profile).await;
    let (id, account) = contact(&world, &ada, &bob).await;
    change(&world, &bob, &id, json!({ "lastName": "King", "accountId": null })).await;
    let hidden = world.ask(&bob, RESTORE, json!({ "id": id, "version": 1 })).await;
    assert_eq!(hidden.code(), "FORBIDDEN");
    assert!(hidden.json["errors"][0]["message"].as_str().unwrap().contains("`email`"));

    world.data(&ada, &format!(r#"mutation {{ deleteAccount(id: "{account}") {{ version }} }}"#)).await;
    let fields = json!(["lastName", "account"]);
    let gone = world.ask(&bob, RESTORE, json!({ "id": id, "version": 1, "fields": fields })).await;
    assert_eq!(gone.code(), "VALIDATION_FAILED");
    let problem = &gone.json["errors"][0]["extensions"]["fields"][0];
    assert_eq!((&problem["field"], &problem["code"]), (&json!("account"), &json!("NOT_RESTORABLE")));
    let unknown = json!({ "id": id, "version": 1, "fields": ["no such field"] });
    assert_eq!(world.ask(&bob, RESTORE, unknown).await.code(), "BAD_USER_INPUT");
}
