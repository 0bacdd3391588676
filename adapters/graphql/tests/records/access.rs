//! What a member may not see is not there: not in fields, lists, references, filters or errors.

use serde_json::{Value, json};

use crate::world::{Member, World};

pub(crate) async fn with_seller(closed: &[&str], hidden: &[&str]) -> (World, Member, Member) {
    let (world, ada) = World::new().await;
    let profile = world.profile("Seller", closed, hidden).await;
    let bob = world.join("Bob", profile).await;
    (world, ada, bob)
}

#[tokio::test]
async fn a_hidden_field_is_null_and_named_wherever_it_is_asked_for() {
    let (world, ada, bob) = with_seller(&[], &["account.phone", "contact.account"]).await;
    let owned = json!({ "name": "Acme", "phone": "+49 30 1", "ownerId": bob.id.to_string() });
    let account = world.account(&ada, owned).await;
    let person = json!({ "lastName": "Lovelace", "accountId": account, "ownerId": bob.id.to_string() });
    world.create(&ada, "Contact", person).await;
    let document = "{ accounts { edges { node { name tel: phone _access { hiddenFields } } } }
        contacts { nodes { accountId account { name } } } }";
    let answer = world.ask(&bob, document, json!({})).await;
    let account = json!({ "name": "Acme", "tel": null, "_access": { "hiddenFields": ["phone"] } });
    assert_eq!(answer.json["data"]["accounts"]["edges"][0]["node"], account);
    assert_eq!(answer.json["data"]["contacts"]["nodes"][0], json!({ "accountId": null, "account": null }));
    let redacted = json!([
        ["accounts", "edges", 0, "node", "tel"],
        ["contacts", "nodes", 0, "account"],
        ["contacts", "nodes", 0, "accountId"],
    ]);
    assert_eq!(answer.json["extensions"]["redacted"], redacted);
    assert_eq!(answer.json.get("errors"), None);
    // Somebody who may read everything is told nothing.
    assert_eq!(world.ask(&ada, document, json!({})).await.json.get("extensions"), None);
}

#[tokio::test]
async fn a_hidden_field_cannot_be_asked_for_in_filters_and_orders() {
    let (world, _, bob) = with_seller(&[], &["account.phone"]).await;
    let cases = [
        ("filter", r#"filter: { phone: { eq: "1" } }"#),
        ("filter, deep inside", r#"filter: { not: { or: [{ and: [{ phone: { isNull: true } }] }] } }"#),
        ("order", "orderBy: [{ field: PHONE }]"),
    ];
    for (name, arguments) in cases {
        let list = format!("{{ accounts({arguments}) {{ nodes {{ id }} }} }}");
        assert_eq!(world.code(&bob, &list).await, "FIELD_NOT_READABLE", "{name}");
        let count = format!("{{ accounts({arguments}) {{ totalCount }} }}");
        assert_eq!(world.code(&bob, &count).await, "FIELD_NOT_READABLE", "{name}");
    }
}

#[tokio::test]
async fn a_hidden_field_cannot_be_written() {
    let (world, _, bob) = with_seller(&[], &["account.phone"]).await;
    let id = world.account(&bob, json!({ "name": "Acme" })).await;
    let update = format!(r#"mutation {{ updateAccount(id: "{id}", input: {{ phone: "1" }}) {{ id }} }}"#);
    assert_eq!(world.code(&bob, &update).await, "FORBIDDEN");
    let create = r#"mutation { createAccount(input: { name: "B", phone: "1" }) { id } }"#;
    assert_eq!(world.code(&bob, create).await, "FORBIDDEN");
}

#[tokio::test]
async fn an_absent_and_a_foreign_record_answer_alike() {
    let (world, ada, bob) = with_seller(&[], &[]).await;
    let foreign = world.account(&ada, json!({ "name": "Acme" })).await;
    let absent = "rec_01h455vb4pex5vsknk084sn02q";
    let operations = [
        r#"{ account(id: "ID") { name } }"#,
        r#"{ accountHistory(id: "ID") { at } }"#,
        r#"mutation { updateAccount(id: "ID", input: { name: "Mine" }) { id } }"#,
        r#"mutation { updateAccount(id: "ID", version: 7, input: { name: "Mine" }) { id } }"#,
        r#"mutation { deleteAccount(id: "ID") { id } }"#,
        r#"mutation { restoreAccount(id: "ID") { id } }"#,
        r#"mutation { createContact(input: { lastName: "Spy", accountId: "ID" }) { id } }"#,
    ];
    for operation in operations {
        let ask = async |id: &str| world.ask(&bob, &operation.replace("ID", id), json!({})).await;
        let (one, other) = (ask(&foreign).await, ask(absent).await);
        assert_eq!(one.code(), "NOT_FOUND", "{operation}");
        assert_eq!(one.json, other.json, "{operation}");
    }
    let list = world.data(&bob, "{ accounts { totalCount nodes { id } } }").await;
    assert_eq!(list["accounts"], json!({ "totalCount": 0, "nodes": [] }));
}

#[tokio::test]
async fn a_parent_that_cannot_be_read_is_null_and_so_is_its_id() {
    let (world, ada, bob) = with_seller(&[], &[]).await;
    let account = world.account(&ada, json!({ "name": "Acme" })).await;
    let person = json!({ "lastName": "Lovelace", "accountId": account, "ownerId": bob.id.to_string() });
    let contact = world.create(&ada, "Contact", person).await;
    let document = format!(r#"{{ contact(id: "{contact}") {{ lastName accountId account {{ name }} }} }}"#);
    let answer = world.ask(&bob, &document, json!({})).await;
    let seen = json!({ "lastName": "Lovelace", "accountId": null, "account": null });
    assert_eq!(answer.json, json!({ "data": { "contact": seen } }));
}

#[tokio::test]
async fn a_parent_that_cannot_be_read_cannot_be_asked_for() {
    let (world, ada, bob) = with_seller(&[], &[]).await;
    let owner = bob.id.to_string();
    let hidden = world.account(&ada, json!({ "name": "Acme" })).await;
    let own = world.account(&bob, json!({ "name": "Birch" })).await;
    for (name, account) in [("Hidden", &hidden), ("Own", &own)] {
        let person = json!({ "lastName": name, "accountId": account, "ownerId": owner });
        world.create(&ada, "Contact", person).await;
    }
    let absent = "rec_01h455vb4pex5vsknk084sn02q";
    let cases = [
        ("hidden", format!(r#"{{ accountId: {{ eq: "{hidden}" }} }}"#), 0, 1),
        ("absent", format!(r#"{{ accountId: {{ eq: "{absent}" }} }}"#), 0, 0),
        ("own", format!(r#"{{ accountId: {{ eq: "{own}" }} }}"#), 1, 1),
        ("both", format!(r#"{{ accountId: {{ in: ["{hidden}", "{own}"] }} }}"#), 1, 2),
        ("not hidden", format!(r#"{{ not: {{ accountId: {{ eq: "{hidden}" }} }} }}"#), 2, 1),
    ];
    for (name, filter, bobs, adas) in cases {
        let document = format!("{{ contacts(filter: {filter}) {{ totalCount nodes {{ id }} }} }}");
        for (who, member, expected) in [("bob", &bob, bobs), ("ada", &ada, adas)] {
            let list = world.data(member, &document).await["contacts"].take();
            assert_eq!(list["totalCount"], expected, "{name}, {who}");
            assert_eq!(list["nodes"].as_array().unwrap().len(), expected, "{name}, {who}");
        }
    }
}

#[tokio::test]
async fn an_object_that_is_closed_is_forbidden_and_its_records_are_null_elsewhere() {
    let (world, ada, bob) = with_seller(&["account"], &[]).await;
    let account = world.account(&ada, json!({ "name": "Acme" })).await;
    let person = json!({ "lastName": "Lovelace", "accountId": account, "ownerId": bob.id.to_string() });
    world.create(&ada, "Contact", person).await;
    let operations = [
        format!(r#"{{ account(id: "{account}") {{ name }} }}"#),
        format!(r#"{{ accountHistory(id: "{account}") {{ at }} }}"#),
        "{ accounts { nodes { id } } }".to_owned(),
        "{ accounts { totalCount } }".to_owned(),
        "{ contacts(filter: { account: {} }) { totalCount } }".to_owned(),
        "{ cases(filter: { not: { contact: { account: {} } } }) { totalCount } }".to_owned(),
        r#"mutation { createAccount(input: { name: "Mine" }) { id } }"#.to_owned(),
        format!(r#"mutation {{ updateAccount(id: "{account}", input: {{ name: "Mine" }}) {{ id }} }}"#),
        format!(r#"mutation {{ deleteAccount(id: "{account}") {{ id }} }}"#),
    ];
    for operation in operations {
        assert_eq!(world.code(&bob, &operation).await, "FORBIDDEN", "{operation}");
    }
    let contacts = world.data(&bob, "{ contacts { nodes { accountId account { name } } } }").await;
    assert_eq!(contacts["contacts"]["nodes"], json!([{ "accountId": null, "account": null }]));
}

#[tokio::test]
async fn members_know_themselves_each_other_by_name_and_the_objects() {
    let (world, ada, bob) = with_seller(&["account"], &[]).await;
    let me = world.data(&bob, "{ me { id name email roleId permissions } }").await["me"].take();
    let expected = json!({
        "id": bob.id.to_string(), "name": "Bob", "email": "bob@example.com", "roleId": null, "permissions": [],
    });
    assert_eq!(me, expected);
    let user = format!(r#"{{ user(id: "{}") {{ name }} }}"#, ada.id);
    assert_eq!(world.data(&bob, &user).await["user"]["name"], "Ada");
    let nobody = r#"{ user(id: "user_00000000000000000000000000") { name } }"#;
    assert_eq!(world.data(&bob, nobody).await["user"], Value::Null);

    let document = r#"{ object(name: "opportunity") { label plural nameField
        fields { name type required indexed target picklist { value active } } } objects { name } }"#;
    let data = world.data(&bob, document).await;
    let fields = data["object"]["fields"].as_array().unwrap();
    let field = |name: &str| fields.iter().find(|field| field["name"] == name).unwrap();
    assert_eq!(data["objects"].as_array().unwrap().len(), 9);
    assert_eq!(data["object"]["plural"], "opportunities");
    assert_eq!(field("account")["target"], "account");
    assert_eq!(field("amount")["type"], "MONEY");
    assert_eq!(field("stage")["picklist"][0], json!({ "value": "Prospecting", "active": true }));
}
