//! Unique values, as a client meets them.

use serde_json::{Value, json};

use crate::world::{Member, World};

const CREATE: &str =
    "mutation ($input: CreateAccountInput!) { createAccount(input: $input) { id version changedFields } }";

/// Somebody whose accounts nobody else sees, and somebody else, where no two accounts may have the same industry.
async fn world() -> (World, Member, Member, Member) {
    let (world, ada) = World::new().await;
    let seller = world.profile("Seller", &[], &[]).await;
    let (bob, cleo) = (world.join("Bob", seller).await, world.join("Cleo", seller).await);
    let document = r#"mutation { updateField(object: "account", field: "industry", input: { unique: true }) {
        field { unique } receipt } }"#;
    let changed = world.set_up(&ada, document, json!({})).await.data()["updateField"].take();
    assert!(changed["field"]["unique"] == json!(true) && changed["receipt"].is_string());
    (world, ada, bob, cleo)
}

fn account(name: &str, industry: &str) -> Value {
    json!({ "name": name, "industry": industry })
}

#[tokio::test]
async fn a_collision_names_the_field_and_nothing_else() {
    let (world, _, bob, cleo) = world().await;
    world.account(&bob, account("Acme", "Ore")).await;
    for (who, industry) in [(&bob, "ore"), (&cleo, "ORE")] {
        let answer = world.ask(who, CREATE, json!({ "input": account("Other", industry) })).await;
        let error = &answer.json["errors"][0];
        assert_eq!(error["message"], "`industry`: This value is already used.");
        let problem =
            json!({ "field": "industry", "code": "ALREADY_USED", "message": "This value is already used." });
        assert_eq!(error["extensions"], json!({ "code": "VALIDATION_FAILED", "fields": [problem] }));
    }
    world.account(&cleo, account("Other", "Salt")).await;
}

#[tokio::test]
async fn that_a_field_is_unique_is_told() {
    let (world, _, bob, _) = world().await;
    let document = r#"{ object(name: "account") { fields { name unique } }
        __type(name: "Account") { fields { name description } } }"#;
    let found = world.data(&bob, document).await;
    let of_name = |list: &Value, name: &str| {
        list.as_array().unwrap().iter().find(|it| it["name"] == name).cloned().unwrap()
    };
    for (field, unique) in [("industry", true), ("name", false)] {
        assert_eq!(of_name(&found["object"]["fields"], field)["unique"], unique, "{field}");
        let described = of_name(&found["__type"]["fields"], field);
        let told = described["description"].as_str().unwrap().contains("No two records have the same.");
        assert_eq!(told, unique, "{field}");
    }
}
