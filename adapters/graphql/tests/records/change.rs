//! Changing records, and what a change answers.

use serde_json::{Value, json};

use crate::world::World;

#[tokio::test]
async fn a_new_record_has_its_values_its_owner_and_a_receipt() {
    let (world, ada) = World::new().await;
    let document = "mutation ($input: CreateContactInput!) { createContact(input: $input) {
        id version changedFields receipt accessLost
        contact { id version lastName email ownerId owner { id name } createdBy { name } createdAt
            updatedAt accountId account { id name } _access { read update delete hiddenFields } } } }";
    let account = world.account(&ada, json!({ "name": "Acme" })).await;
    let input = json!({ "lastName": "Lovelace", "email": "l@example.com", "accountId": account });
    let made = world.ask(&ada, document, json!({ "input": input })).await.data()["createContact"].take();
    let contact = &made["contact"];
    assert_eq!(made["changedFields"], json!(["account", "email", "lastName", "ownerId"]));
    assert!(made["receipt"].as_str().unwrap().starts_with("rcpt_"));
    assert_eq!((&made["version"], &made["accessLost"]), (&json!(1), &json!(false)));
    assert_eq!(contact["id"], made["id"]);
    assert_eq!(contact["lastName"], "Lovelace");
    assert_eq!(contact["owner"], json!({ "id": ada.id.to_string(), "name": "Ada" }));
    assert_eq!(contact["account"], json!({ "id": account, "name": "Acme" }));
    assert_eq!(contact["accountId"], account);
    assert_eq!(contact["createdAt"], contact["updatedAt"]);
    assert_eq!(
        contact["_access"],
        json!({ "read": true, "update": true, "delete": true, "hiddenFields": [] })
    );
}

#[tokio::test]
async fn what_is_left_out_stays_and_null_empties() {
    let (world, ada) = World::new().await;
    let money = json!({ "amount": "1200.50", "currency": "EUR" });
    let input = json!({ "name": "Acme", "phone": "+49 30 1", "industry": "Steel", "annualRevenue": money });
    let id = world.account(&ada, input).await;
    let document =
        "mutation ($id: ID!, $input: UpdateAccountInput!) { updateAccount(id: $id, input: $input) {
        version changedFields receipt
        account { name phone industry annualRevenue { amount currency } } } }";
    let input = json!({ "phone": null, "industry": "Glass" });
    let first = world.ask(&ada, document, json!({ "id": id, "input": input })).await.data();
    assert_eq!(first["updateAccount"]["version"], 2);
    assert_eq!(first["updateAccount"]["changedFields"], json!(["industry", "phone"]));
    let expected = json!({ "name": "Acme", "phone": null, "industry": "Glass", "annualRevenue": money });
    assert_eq!(first["updateAccount"]["account"], expected);
    // The same again changes nothing, and so is not in the ledger.
    let again = world.ask(&ada, document, json!({ "id": id, "input": input })).await.data();
    let nothing = json!([2, [], null]);
    let answer = &again["updateAccount"];
    assert_eq!(json!([answer["version"], answer["changedFields"], answer["receipt"]]), nothing);
}

#[tokio::test]
async fn a_version_that_is_no_longer_the_newest_is_a_conflict() {
    let (world, ada) = World::new().await;
    let id = world.account(&ada, json!({ "name": "Acme" })).await;
    let rename = |name: &str, version: &str| {
        format!(
            r#"mutation {{ updateAccount(id: "{id}", version: {version}, input: {{ name: "{name}" }}) {{ version }} }}"#
        )
    };
    assert_eq!(world.data(&ada, &rename("Acme 2", "1")).await["updateAccount"]["version"], 2);
    assert_eq!(world.code(&ada, &rename("Acme 3", "1")).await, "VERSION_CONFLICT");
    assert_eq!(world.data(&ada, &rename("Acme 3", "null")).await["updateAccount"]["version"], 3);
    let delete = format!(r#"mutation {{ deleteAccount(id: "{id}", version: 2) {{ id }} }}"#);
    assert_eq!(world.code(&ada, &delete).await, "VERSION_CONFLICT");
}

#[tokio::test]
async fn a_deleted_record_is_gone_until_it_is_restored() {
    let (world, ada) = World::new().await;
    let account = world.account(&ada, json!({ "name": "Acme" })).await;
    let contact =
        world.create(&ada, "Contact", json!({ "lastName": "Lovelace", "accountId": account })).await;
    let find = format!(r#"{{ account(id: "{account}") {{ name }} }}"#);
    let parent = format!(r#"{{ contact(id: "{contact}") {{ accountId account {{ name }} }} }}"#);

    let delete = format!(r#"mutation {{ deleteAccount(id: "{account}") {{ version receipt }} }}"#);
    assert_eq!(world.data(&ada, &delete).await["deleteAccount"]["version"], 2);
    assert_eq!(world.code(&ada, &find).await, "NOT_FOUND");
    assert_eq!(world.data(&ada, &parent).await["contact"], json!({ "accountId": null, "account": null }));
    let list = world.data(&ada, "{ accounts { totalCount } }").await;
    assert_eq!(list["accounts"]["totalCount"], 0);

    let restore =
        format!(r#"mutation {{ restoreAccount(id: "{account}") {{ version account {{ name }} }} }}"#);
    let restored = world.data(&ada, &restore).await["restoreAccount"].take();
    assert_eq!(restored, json!({ "version": 3, "account": { "name": "Acme" } }));
    assert_eq!(world.data(&ada, &parent).await["contact"]["accountId"], account);
}

#[tokio::test]
async fn values_that_fields_cannot_hold_are_named_field_by_field() {
    let (world, ada) = World::new().await;
    let document = r#"mutation { createAccount(input: { type: "Enemy", website: "nowhere" }) { id } }"#;
    let answer = world.ask(&ada, document, json!({})).await;
    assert_eq!(answer.code(), "VALIDATION_FAILED");
    let fields = answer.json["errors"][0]["extensions"]["fields"].as_array().unwrap();
    let mut found: Vec<(&str, &str)> = fields
        .iter()
        .map(|problem| (problem["field"].as_str().unwrap(), problem["code"].as_str().unwrap()))
        .collect();
    found.sort_unstable();
    assert_eq!(found, [("name", "REQUIRED"), ("type", "NOT_IN_PICKLIST"), ("website", "INVALID_URL")]);
    assert!(fields.iter().all(|problem| problem["message"].is_string()));
}

#[tokio::test]
async fn giving_a_record_away_says_that_access_is_lost() {
    let (world, ada) = World::new().await;
    let profile = world.profile("Seller", &[], &[]).await;
    let (bob, eve) = (world.join("Bob", profile).await, world.join("Eve", profile).await);
    let id = world.account(&bob, json!({ "name": "Acme" })).await;
    let document = format!(
        r#"mutation {{ updateAccount(id: "{id}", input: {{ ownerId: "{}" }}) {{
            accessLost changedFields account {{ id }} }} }}"#,
        eve.id
    );
    let given = world.data(&bob, &document).await["updateAccount"].take();
    assert_eq!(given, json!({ "accessLost": true, "changedFields": ["ownerId"], "account": null }));
    let find = format!(r#"{{ account(id: "{id}") {{ owner {{ name }} }} }}"#);
    assert_eq!(world.code(&bob, &find).await, "NOT_FOUND");
    assert_eq!(world.data(&eve, &find).await["account"]["owner"]["name"], "Eve");
    assert_eq!(world.data(&ada, &find).await["account"]["owner"]["name"], "Eve");
}

#[tokio::test]
async fn each_field_of_a_mutation_sees_what_those_before_it_wrote() {
    let (world, ada) = World::new().await;
    let account = world.account(&ada, json!({ "name": "Acme" })).await;
    let contact =
        world.create(&ada, "Contact", json!({ "lastName": "Lovelace", "accountId": account })).await;
    let document = format!(
        r#"mutation {{
            one: updateContact(id: "{contact}", input: {{ title: "Countess" }}) {{ contact {{ account {{ name }} }} }}
            two: updateAccount(id: "{account}", input: {{ name: "Acme 2" }}) {{ account {{ name }} }}
            three: updateContact(id: "{contact}", input: {{ title: null }}) {{ contact {{ account {{ name }} }} }} }}"#
    );
    let data = world.data(&ada, &document).await;
    let name = |alias: &str| data[alias]["contact"]["account"]["name"].clone();
    assert_eq!((name("one"), name("three")), (json!("Acme"), json!("Acme 2")));
}

#[tokio::test]
async fn inputs_of_another_kind_are_refused() {
    let (world, ada) = World::new().await;
    let cases = [
        ("a fraction for a whole number", r#"{ name: "A", numberOfEmployees: 1.5 }"#),
        ("a number for a decimal", r#"{ name: "A", annualRevenue: { amount: 12, currency: "EUR" } }"#),
        ("money without a currency", r#"{ name: "A", annualRevenue: { amount: "12" } }"#),
        ("a currency that is none", r#"{ name: "A", annualRevenue: { amount: "12", currency: "euro" } }"#),
        ("no owner", r#"{ name: "A", ownerId: null }"#),
        ("an owner of another kind", r#"{ name: "A", ownerId: "rec_00000000000000000000000000" }"#),
        ("an owner who is not there", r#"{ name: "A", ownerId: "user_00000000000000000000000000" }"#),
        ("a field that is not there", r#"{ name: "A", nmae: "B" }"#),
        ("no input", "null"),
    ];
    for (name, input) in cases {
        let document = format!("mutation {{ createAccount(input: {input}) {{ id }} }}");
        assert_eq!(world.code(&ada, &document).await, "BAD_USER_INPUT", "{name}");
    }
    let answer = world.ask(&ada, "{ acounts { nodes { id } } }", json!({})).await;
    let message = answer.json["errors"][0]["message"].as_str().unwrap();
    assert!(!message.contains("mean"), "{message}");
    assert_eq!(answer.json["data"], Value::Null);
}
