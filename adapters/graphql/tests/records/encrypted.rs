//! Encrypted fields over HTTP: a front end can tell a mask from a value, and an error tells neither.

use serde_json::{Value, json};

use crate::world::{Member, World};

const PLAIN: &str = "19811218-9876";
const CREATE_FIELD: &str = "mutation ($input: CreateFieldInput!) {
    createField(object: \"contact\", input: $input) { field { name mask indexed } } }";
const CREATE_PROFILE: &str =
    "mutation ($input: ProfileInput!) { createProfile(input: $input) { profile { id fieldPermissions {
        field read edit writeOnly } } } }";
const CONTACT: &str = "query ($id: ID!) { contact(id: $id) {
    lastName nationalId diagnosis _access { maskedFields } } }";
const UPDATE: &str =
    "mutation ($id: ID!, $input: UpdateContactInput!) { updateContact(id: $id, input: $input) {
    receipt changedFields contact { nationalId } } }";

/// A world whose contacts have two encrypted fields, and somebody who may edit the first blindly.
async fn world() -> (World, Member, Member) {
    let (world, ada) = World::new().await;
    for (name, protected, mask) in
        [("nationalId", "NATIONAL_ID", "LAST_FOUR"), ("diagnosis", "HEALTH", "WHOLE")]
    {
        let input = json!({ "name": name, "label": name, "type": "TEXT", "encrypted": protected });
        let made = world.set_up(&ada, CREATE_FIELD, json!({ "input": input })).await.data();
        assert_eq!(made["createField"]["field"], json!({ "name": name, "mask": mask, "indexed": false }));
    }
    let field = |name: &str| json!({ "object": "contact", "field": name, "read": true, "edit": true });
    let mut blind = field("nationalId");
    blind["writeOnly"] = json!(true);
    let input = json!({
        "name": "Clerk",
        "objectPermissions": [{ "object": "contact", "permissions": ["CREATE", "DELETE"] }],
        "fieldPermissions": [field("lastName"), blind, field("diagnosis")],
    });
    let made = world.set_up(&ada, CREATE_PROFILE, json!({ "input": input })).await.data();
    let profile = &made["createProfile"]["profile"];
    let told: Vec<_> =
        profile["fieldPermissions"].as_array().unwrap().iter().map(|it| &it["writeOnly"]).collect();
    assert_eq!(told, [false, true, false]);
    let bob = world.join("Bob", profile["id"].as_str().unwrap().parse().unwrap()).await;
    (world, ada, bob)
}

async fn contact(world: &World, ada: &Member, owner: &Member) -> String {
    let input = json!({ "lastName": "Lovelace", "nationalId": PLAIN, "ownerId": owner.id.to_string() });
    world.create(ada, "Contact", input).await
}

async fn update(world: &World, member: &Member, id: &str, input: Value) -> crate::world::Answer {
    world.ask(member, UPDATE, json!({ "id": id, "input": input })).await
}

#[tokio::test]
async fn a_mask_is_told_from_a_value() {
    let (world, ada, bob) = world().await;
    let id = contact(&world, &ada, &bob).await;
    let plain = world.ask(&ada, CONTACT, json!({ "id": id })).await.data();
    let expected = json!({ "lastName": "Lovelace", "nationalId": PLAIN, "diagnosis": null,
        "_access": { "maskedFields": [] } });
    assert_eq!(plain["contact"], expected);
    let masked = world.ask(&bob, CONTACT, json!({ "id": id })).await.data();
    let expected = json!({ "lastName": "Lovelace", "nationalId": "••••9876", "diagnosis": "••••••••",
        "_access": { "maskedFields": ["nationalId", "diagnosis"] } });
    assert_eq!(masked["contact"], expected);
    let list = world.data(&bob, "{ contacts { nodes { nationalId } } }").await;
    assert_eq!(list["contacts"]["nodes"], json!([{ "nationalId": "••••9876" }]));
    let fields = world.data(&bob, "{ object(name: \"contact\") { fields { name encrypted } } }").await;
    let encrypted =
        fields["object"]["fields"].as_array().unwrap().iter().filter(|it| it["encrypted"] == true);
    assert_eq!(encrypted.map(|it| &it["name"]).collect::<Vec<_>>(), ["nationalId", "diagnosis"]);
}

#[tokio::test]
async fn it_is_neither_a_filter_nor_an_order() {
    let (world, ada, _) = world().await;
    for document in [
        r#"{ contacts(filter: { nationalId: { eq: "19811218-9876" } }) { totalCount } }"#,
        r#"{ contacts(filter: { nationalId: { isNull: true } }) { totalCount } }"#,
        "{ contacts(orderBy: { field: NATIONAL_ID }) { totalCount } }",
    ] {
        assert_eq!(world.code(&ada, document).await, "BAD_USER_INPUT", "{document}");
    }
}

#[tokio::test]
async fn a_form_that_sends_its_mask_back_destroys_nothing() {
    let (world, ada, bob) = world().await;
    let id = contact(&world, &ada, &bob).await;
    let answer = update(&world, &bob, &id, json!({ "nationalId": "••••9876" })).await;
    assert_eq!(answer.code(), "VALIDATION_FAILED");
    assert_eq!(answer.json["errors"][0]["extensions"]["fields"][0]["code"], "IS_MASK");
    let answer = update(&world, &bob, &id, json!({ "diagnosis": "a cold" })).await;
    assert_eq!(answer.code(), "FORBIDDEN", "without `writeOnly`");
    let written = update(&world, &bob, &id, json!({ "nationalId": "20001224-1111" })).await.data();
    let contact = json!({ "nationalId": "••••1111" });
    assert_eq!(written["updateContact"]["contact"], contact);
    let seen = world.ask(&ada, CONTACT, json!({ "id": id })).await.data();
    assert_eq!(seen["contact"]["nationalId"], "20001224-1111");
}

#[tokio::test]
async fn no_answer_to_somebody_else_has_the_value() {
    let (world, ada, bob) = world().await;
    let id = contact(&world, &ada, &bob).await;
    update(&world, &ada, &id, json!({ "nationalId": "20001224-1111", "diagnosis": "a cold" })).await.data();
    let sides = "field old { state value label } new { state value label }";
    let history = format!("query ($id: ID!) {{ contactHistory(id: $id) {{ changes {{ {sides} }} }} }}");
    let documents = [
        CONTACT.to_owned(),
        "query ($id: ID!) { contact(id: $id, version: 1) { nationalId diagnosis } }".to_owned(),
        history.clone(),
        "mutation ($id: ID!) { restoreContactVersion(id: $id, version: 1) { version } }".to_owned(),
        "mutation ($id: ID!) { updateContact(id: $id, input: { nationalId: \"1\" }) { version } }".to_owned(),
        "mutation ($id: ID!) { deleteContact(id: $id) { contact { nationalId diagnosis } } }".to_owned(),
        "mutation ($id: ID!) { restoreContact(id: $id) { contact { nationalId diagnosis } } }".to_owned(),
    ];
    for document in documents {
        let text = world.ask(&bob, &document, json!({ "id": id })).await.json.to_string();
        for secret in ["19811218", "20001224", "cold"] {
            assert!(!text.contains(secret), "{document}: {text}");
        }
    }
    let saves = world.ask(&bob, &history, json!({ "id": id })).await.data()["contactHistory"].take();
    let masked = |value: &str| json!({ "state": "MASKED", "value": value, "label": null });
    let mut changes = saves.as_array().unwrap().iter().flat_map(|save| save["changes"].as_array().unwrap());
    let change = changes.find(|it| it["field"] == "nationalId").unwrap();
    assert_eq!((&change["old"], &change["new"]), (&masked("••••9876"), &masked("••••1111")));
}

#[tokio::test]
async fn the_ledger_is_masked_to_everybody() {
    let (world, ada, bob) = world().await;
    contact(&world, &ada, &bob).await;
    let document = "{ ledgerEntries(filter: { action: \"record.create\" }) {
        changes { field new { status value } } } }";
    let entries = world.set_up(&ada, document, json!({})).await.data()["ledgerEntries"].take();
    let text = entries.to_string();
    assert!(!text.contains("19811218") && !text.contains("9876"), "{text}");
    let changes = entries[0]["changes"].as_array().unwrap();
    let change = changes.iter().find(|change| change["field"] == "nationalId").unwrap();
    assert_eq!(change["new"], json!({ "status": "MASKED", "value": "••••••••" }));
}

#[tokio::test]
async fn a_damaged_value_is_an_error_at_its_place_alone() {
    let (world, ada, bob) = world().await;
    let (damaged, sound) = (contact(&world, &ada, &bob).await, contact(&world, &ada, &bob).await);
    world.damage(&ada, &damaged, "nationalId").await;
    let list = "{ contacts(orderBy: { field: ID }) { nodes { id lastName nationalId } } }";
    let answer = world.ask(&ada, list, json!({})).await;
    let node = |id: &str, value: Value| json!({ "id": id, "lastName": "Lovelace", "nationalId": value });
    let expected = json!([node(&damaged, Value::Null), node(&sound, json!(PLAIN))]);
    assert_eq!(answer.json["data"]["contacts"]["nodes"], expected);
    let [error] = answer.json["errors"].as_array().unwrap().as_slice() else { panic!("{}", answer.json) };
    assert_eq!(error["path"], json!(["contacts", "nodes", 0, "nationalId"]));
    assert_eq!(error["extensions"]["code"], "INTERNAL");
    let written = update(&world, &ada, &damaged, json!({ "nationalId": PLAIN })).await.data();
    assert_eq!(written["updateContact"]["contact"]["nationalId"], PLAIN, "it can be written anew");
}
