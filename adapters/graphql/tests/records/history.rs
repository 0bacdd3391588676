//! The history of a record, read through what the reader may see today.

use serde_json::{Value, json};

use crate::world::World;

const HISTORY: &str = "query ($id: ID!) { opportunityHistory(id: $id) {
    action version at by { name } receipt
    changes { field label old { state value label } new { state value label } } } }";

fn change<'a>(save: &'a Value, field: &str) -> &'a Value {
    let changes = save["changes"].as_array().unwrap();
    changes.iter().find(|change| change["field"] == field).unwrap_or(&Value::Null)
}

#[tokio::test]
async fn each_save_tells_what_it_changed_in_the_words_of_people() {
    let (world, ada) = World::new().await;
    let account = world.account(&ada, json!({ "name": "Acme" })).await;
    let input =
        json!({ "name": "Deal", "stage": "Prospecting", "closeDate": "2026-06-30", "accountId": account });
    let id = world.create(&ada, "Opportunity", input).await;
    let amount = r#"{ amount: "1200.5", currency: "EUR" }"#;
    let update = format!(
        r#"mutation {{ updateOpportunity(id: "{id}", input: {{ stage: "Closed Won", amount: {amount}, accountId: null }}) {{
            receipt }} }}"#
    );
    let receipt = world.data(&ada, &update).await["updateOpportunity"]["receipt"].take();

    let saves = world.ask(&ada, HISTORY, json!({ "id": id })).await.data()["opportunityHistory"].take();
    let [newest, oldest] = saves.as_array().unwrap().as_slice() else { panic!("{saves}") };
    assert_eq!((&newest["action"], &newest["version"]), (&json!("record.update"), &json!(2)));
    assert_eq!((&newest["by"]["name"], &newest["receipt"]), (&json!("Ada"), &receipt));
    assert_eq!(oldest["action"], "record.create");

    let shown = |value: &str, label: Value| json!({ "state": "SHOWN", "value": value, "label": label });
    let empty = json!({ "state": "SHOWN", "value": null, "label": null });
    let stage = change(newest, "stage");
    assert_eq!(stage["label"], "Stage");
    assert_eq!(stage["old"], shown("Prospecting", json!("Prospecting")));
    assert_eq!(stage["new"], shown("Closed Won", json!("Closed Won")));
    let amount = change(newest, "amount");
    assert_eq!((&amount["old"], &amount["new"]), (&empty, &shown("1200.5 EUR", Value::Null)));
    let parent = change(newest, "account");
    assert_eq!((&parent["old"], &parent["new"]), (&shown(&account, json!("Acme")), &empty));
    assert_eq!(change(oldest, "stage")["old"], Value::Null);

    let one = format!(r#"{{ opportunityHistory(id: "{id}", first: 1) {{ version }} }}"#);
    assert_eq!(world.data(&ada, &one).await["opportunityHistory"], json!([{ "version": 2 }]));
    let none = format!(r#"{{ opportunityHistory(id: "{id}", first: 0) {{ version }} }}"#);
    assert_eq!(world.code(&ada, &none).await, "BAD_USER_INPUT");
}

#[tokio::test]
async fn history_hides_what_is_hidden_today() {
    let (world, ada) = World::new().await;
    let profile = world.profile("Seller", &[], &["opportunity.nextStep"]).await;
    let bob = world.join("Bob", profile).await;
    let account = world.account(&ada, json!({ "name": "Secret" })).await;
    let input = json!({
        "name": "Deal", "stage": "Prospecting", "closeDate": "2026-06-30", "nextStep": "Bribe",
        "accountId": account, "ownerId": bob.id.to_string(),
    });
    let id = world.create(&ada, "Opportunity", input).await;
    let answer = world.ask(&bob, HISTORY, json!({ "id": id })).await;
    let save = &answer.json["data"]["opportunityHistory"][0];
    assert_eq!(change(save, "nextStep"), &Value::Null);
    assert_eq!(change(save, "account"), &Value::Null);
    let text = answer.json.to_string();
    assert!(!text.contains("Bribe") && !text.contains("Secret") && !text.contains(&account), "{text}");
}

#[tokio::test]
async fn l14_history_does_not_tell_that_a_record_refers_to_a_hidden_one() {
    let (world, ada) = World::new().await;
    let profile = world.profile("Seller", &[], &[]).await;
    let bob = world.join("Bob", profile).await;
    let secret = world.account(&ada, json!({ "name": "Secret" })).await;
    let own = world.account(&ada, json!({ "name": "Bob's", "ownerId": bob.id.to_string() })).await;
    let input = json!({ "lastName": "Doe", "accountId": secret, "ownerId": bob.id.to_string() });
    let id = world.create(&ada, "Contact", input).await;
    for account in [json!(null), json!(own), json!(secret)] {
        let update = "mutation ($id: ID!, $account: ID) {
            updateContact(id: $id, input: { title: \"Clerk\", accountId: $account }) { id } }";
        world.ask(&ada, update, json!({ "id": id, "account": account })).await.data();
    }
    let history =
        "query ($id: ID!) { contactHistory(id: $id) { changes { field old { value } new { value } } } }";
    let mut saves = world.ask(&bob, history, json!({ "id": id })).await.data()["contactHistory"].take();
    let saves: Vec<_> = saves.as_array_mut().unwrap().iter().map(|save| change(save, "account")).collect();
    let set = json!({ "field": "account", "old": { "value": null }, "new": { "value": own } });
    let cleared = json!({ "field": "account", "old": { "value": own }, "new": { "value": null } });
    assert_eq!(saves, [&cleared, &set, &Value::Null, &Value::Null]);
}
