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

const UPSERT: &str = "mutation ($input: CreateAccountInput!) { upsertAccount(by: INDUSTRY, input: $input) {
    id created version changedFields account { name industry } } }";

#[tokio::test]
async fn what_is_there_is_changed_and_what_is_not_is_made() {
    let (world, _, bob, cleo) = world().await;
    let upsert = async |who: &Member, name: &str, industry: &str| {
        world.ask(who, UPSERT, json!({ "input": account(name, industry) })).await
    };
    let made = upsert(&bob, "Acme", "Ore").await.data()["upsertAccount"].take();
    assert_eq!((&made["created"], &made["version"]), (&json!(true), &json!(1)));
    let changed = upsert(&bob, "Apex", "ore").await.data()["upsertAccount"].take();
    let expected = json!({ "id": made["id"], "created": false, "version": 2, "changedFields": ["name"],
        "account": { "name": "Apex", "industry": "Ore" } });
    assert_eq!(changed, expected);
    let refused = upsert(&cleo, "Mine", "ORE").await;
    assert_eq!(refused.code(), "VALIDATION_FAILED");
    assert_eq!(refused.json["errors"][0]["extensions"]["fields"][0]["code"], "ALREADY_USED");
}

#[tokio::test]
async fn many_are_changed_or_made_and_an_error_says_which() {
    let (world, ada, _, _) = world().await;
    let document =
        "mutation ($inputs: [CreateAccountInput!]!) { upsertAccounts(by: INDUSTRY, inputs: $inputs) {
        receipt changes { created version } } }";
    let inputs = json!([account("Acme", "Ore"), account("Salt", "Salt"), account("Apex", "ORE")]);
    let done = world.ask(&ada, document, json!({ "inputs": inputs })).await.data()["upsertAccounts"].take();
    assert!(done["receipt"].is_string());
    let change = |created: bool, version: u64| json!({ "created": created, "version": version });
    assert_eq!(done["changes"], json!([change(true, 1), change(true, 1), change(false, 2)]));

    let wrong = json!([account("Tin", "Tin"), { "name": "Without" }]);
    let refused = world.ask(&ada, document, json!({ "inputs": wrong })).await;
    assert_eq!(
        (refused.code().as_str(), &refused.json["errors"][0]["extensions"]["index"]),
        ("BAD_USER_INPUT", &json!(1))
    );
    let found = world.data(&ada, "{ accounts { totalCount } }").await;
    assert_eq!(found["accounts"]["totalCount"], 2);
}

#[tokio::test]
async fn there_is_no_such_mutation_without_a_unique_field() {
    let (world, ada, _, _) = world().await;
    let document = r#"{ __type(name: "Mutation") { fields { name } } }"#;
    let found = world.data(&ada, document).await["__type"]["fields"].take();
    let names: Vec<_> = found.as_array().unwrap().iter().filter_map(|it| it["name"].as_str()).collect();
    let upserts: Vec<_> = names.into_iter().filter(|name| name.starts_with("upsert")).collect();
    assert_eq!(upserts, ["upsertAccount", "upsertAccounts"]);
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
