//! Validation rules: made at `/graphql/setup`, and asked at `/graphql` from the next request on.

use serde_json::{Value, json};

use crate::world::{Member, World};

const CREATE: &str = "mutation ($input: CreateValidationRuleInput!, $key: String) {
    createValidationRule(object: \"opportunity\", input: $input, idempotencyKey: $key) {
        receipt validationRule { id name expression message active } } }";
const UPDATE: &str = "mutation ($id: ID!, $input: UpdateValidationRuleInput!) {
    updateValidationRule(id: $id, input: $input) { receipt validationRule { expression message active } } }";
const LIST: &str = "{ validationRules(object: \"opportunity\") { name active } }";
const CREATE_DEAL: &str = r#"mutation { createOpportunity(input: {
    name: "Ten pumps", closeDate: "2026-06-30", stage: "Closed Won" }) { id } }"#;

fn rule(name: &str, expression: &str) -> Value {
    json!({ "name": name, "expression": expression, "message": format!("Mind {name}.") })
}

async fn create(world: &World, member: &Member, input: Value) -> Value {
    world.set_up(member, CREATE, json!({ "input": input })).await.data()["createValidationRule"].take()
}

#[tokio::test]
async fn every_broken_rule_is_named_with_the_fields_it_reads() {
    let (world, ada) = World::new().await;
    create(&world, &ada, rule("wonHasAnAmount", "stage != 'Closed Won' || amount != null")).await;
    create(&world, &ada, rule("named", "name != ''")).await;
    create(&world, &ada, rule("likely", "probability > 0")).await;
    let error = world.ask(&ada, CREATE_DEAL, json!({})).await.json["errors"][0].take();
    let undecided = "a rule comes to no answer, because a value that it needs is empty or too large";
    assert_eq!(error["message"], format!("{undecided}; Mind wonHasAnAmount."));
    let expected = json!({ "code": "VALIDATION_FAILED", "rules": [
        { "code": "RULE", "name": "likely", "message": undecided, "fields": ["probability"] },
        { "code": "RULE", "name": "wonHasAnAmount", "message": "Mind wonHasAnAmount.", "fields": ["amount", "stage"] },
    ] });
    assert_eq!(error["extensions"], expected);
}

#[tokio::test]
async fn a_rule_is_changed_and_turned_off_and_its_name_stays() {
    let (world, ada) = World::new().await;
    let made = create(&world, &ada, rule("never", "false")).await;
    let expected = json!({ "id": made["validationRule"]["id"], "name": "never", "expression": "false",
        "message": "Mind never.", "active": true });
    assert_eq!(made["validationRule"], expected);
    assert_eq!(world.code(&ada, CREATE_DEAL).await, "VALIDATION_FAILED");
    let edit =
        json!({ "id": made["validationRule"]["id"], "input": { "message": "Wait.", "active": false } });
    let changed = world.set_up(&ada, UPDATE, edit).await.data()["updateValidationRule"].take();
    assert!(changed["receipt"].is_string());
    assert_eq!(
        changed["validationRule"],
        json!({ "expression": "false", "message": "Wait.", "active": false })
    );
    world.data(&ada, CREATE_DEAL).await;
    let listed = world.set_up(&ada, LIST, json!({})).await.data();
    assert_eq!(listed["validationRules"], json!([{ "name": "never", "active": false }]));
}

#[tokio::test]
async fn a_rule_that_means_nothing_is_refused_with_the_reason() {
    let (world, ada) = World::new().await;
    let answer = world.set_up(&ada, CREATE, json!({ "input": rule("odd", "amount > 5") })).await;
    assert_eq!(answer.code(), "BAD_USER_INPUT");
    let named = "compare `amount`, and say in which `currency`";
    assert!(answer.json["errors"][0]["message"].as_str().unwrap().contains(named), "{}", answer.json);
}

#[tokio::test]
async fn rules_are_for_those_who_manage_objects() {
    let (world, ada) = World::new().await;
    let id = create(&world, &ada, rule("never", "false")).await["validationRule"]["id"].take();
    let seller = world.profile("Seller", &[], &[]).await;
    let bob = world.join("Bob", seller).await;
    let cases = [
        (CREATE, json!({ "input": rule("other", "true") })),
        (UPDATE, json!({ "id": id, "input": { "active": false } })),
        (LIST, json!({})),
    ];
    for (document, variables) in cases {
        assert_eq!(world.set_up(&bob, document, variables).await.code(), "FORBIDDEN", "{document}");
    }
    assert_eq!(world.code(&bob, CREATE_DEAL).await, "VALIDATION_FAILED");
}

#[tokio::test]
async fn l23_a_rule_over_a_hidden_field_has_neither_name_nor_fields() {
    let (world, ada) = World::new().await;
    create(&world, &ada, rule("amountIsThere", "amount != null")).await;
    create(&world, &ada, rule("amountIsLarge", "amount.amount > 100")).await;
    let seller = world.profile("Seller", &[], &["opportunity.amount"]).await;
    let bob = world.join("Bob", seller).await;
    let error = world.ask(&bob, CREATE_DEAL, json!({})).await.json["errors"][0].take();
    assert_eq!(error["message"], "not allowed by a rule");
    let expected = json!({ "code": "VALIDATION_FAILED", "rules": [{ "code": "RULE", "message": "not allowed by a rule" }] });
    assert_eq!(error["extensions"], expected);
}

#[tokio::test]
async fn a_repeated_rule_is_made_once() {
    let (world, ada) = World::new().await;
    let make = async || {
        let variables = json!({ "input": rule("never", "false"), "key": "k1" });
        world.set_up(&ada, CREATE, variables).await.data()["createValidationRule"].take()
    };
    let (first, again) = (make().await, make().await);
    assert_eq!(first, again);
    let listed = world.set_up(&ada, LIST, json!({})).await.data();
    assert_eq!(listed["validationRules"].as_array().unwrap().len(), 1);
}
