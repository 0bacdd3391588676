//! Filters through references, as a client writes them.

use serde_json::{Value, json};

use crate::{access::with_seller, world::World};

#[tokio::test]
async fn l09_a_condition_on_a_parent_that_cannot_be_read_is_as_on_none() {
    let (world, ada, bob) = with_seller(&[], &[]).await;
    let hidden = world.account(&ada, json!({ "name": "Acme", "numberOfEmployees": 5 })).await;
    let own = world.account(&bob, json!({ "name": "Acme too", "numberOfEmployees": 7 })).await;
    for (name, account) in [("Hidden", json!(hidden)), ("Own", json!(own)), ("None", Value::Null)] {
        let person = json!({ "lastName": name, "accountId": account, "ownerId": bob.id.to_string() });
        world.create(&ada, "Contact", person).await;
    }
    let cases = [
        ("such a parent", r#"{ account: { name: { startsWith: "acme" } } }"#, "O", "OH"),
        ("any parent", "{ account: {} }", "O", "OH"),
        ("not such a parent", r#"{ not: { account: { name: { startsWith: "acme" } } } }"#, "NH", "N"),
        ("no parent", "{ not: { account: {} } }", "NH", "N"),
        ("a number", "{ account: { numberOfEmployees: { lt: 6 } } }", "", "H"),
        ("its id", &format!(r#"{{ account: {{ id: {{ eq: "{hidden}" }} }} }}"#), "", "H"),
        ("not its id", &format!(r#"{{ account: {{ id: {{ neq: "{hidden}" }} }} }}"#), "O", "O"),
        (
            "or something else",
            r#"{ or: [{ account: { name: { eq: "acme" } } }, { lastName: { eq: "none" } }] }"#,
            "N",
            "NH",
        ),
        ("and more", r#"{ lastName: { startsWith: "h" }, account: { name: { eq: "acme" } } }"#, "", "H"),
        ("not in it", r#"{ account: { not: { name: { eq: "acme" } } } }"#, "O", "O"),
    ];
    for (name, filter, bobs, adas) in cases {
        let document = format!("{{ contacts(filter: {filter}) {{ totalCount nodes {{ lastName }} }} }}");
        for (who, member, expected) in [("bob", &bob, bobs), ("ada", &ada, adas)] {
            let list = world.data(member, &document).await["contacts"].take();
            let found = list["nodes"].as_array().unwrap().iter();
            let found: String = found.filter_map(|it| it["lastName"].as_str()?.chars().next()).collect();
            assert_eq!(found, expected, "{name}, {who}");
            assert_eq!(list["totalCount"], expected.len(), "{name}, {who}");
        }
    }
}

#[tokio::test]
async fn a_filter_goes_from_reference_to_reference() {
    let (world, ada) = World::new().await;
    for (account, subject) in [("Acme", "Squeaks"), ("Birch", "Creaks")] {
        let account = world.account(&ada, json!({ "name": account })).await;
        let person = json!({ "lastName": "Lovelace", "accountId": account });
        let contact = world.create(&ada, "Contact", person).await;
        world.create(&ada, "Case", json!({ "subject": subject, "contactId": contact })).await;
    }
    let document = r#"query ($filter: CaseFilter) { cases(filter: $filter) { nodes { subject } } }"#;
    let filter =
        json!({ "contact": { "lastName": { "eq": "Lovelace" }, "account": { "name": { "eq": "acme" } } } });
    let data = world.ask(&ada, document, json!({ "filter": filter })).await.data();
    assert_eq!(data["cases"]["nodes"], json!([{ "subject": "Squeaks" }]));
}

/// l04: the refusal is the same whether there are records or not.
#[tokio::test]
async fn l04_a_condition_on_a_parent_reads_nothing_that_is_hidden() {
    let (world, ada, bob) = with_seller(&["lead"], &["account.phone", "task.contact"]).await;
    let cases = [
        ("a hidden field", r#"contacts(filter: { account: { phone: { eq: "1" } } })"#, "FIELD_NOT_READABLE"),
        (
            "deep inside",
            "contacts(filter: { not: { or: [{ account: { and: [{ phone: { isNull: true } }] } }] } })",
            "FIELD_NOT_READABLE",
        ),
        (
            "a step further",
            r#"cases(filter: { contact: { account: { phone: { eq: "1" } } } })"#,
            "FIELD_NOT_READABLE",
        ),
        ("a hidden reference", "tasks(filter: { contact: {} })", "FIELD_NOT_READABLE"),
        ("a closed object", "notes(filter: { lead: {} })", "FORBIDDEN"),
        ("a null", "contacts(filter: { account: null })", "BAD_USER_INPUT"),
        ("an id by its order", "notes(filter: { case: { accountId: { eq: 5 } } })", "BAD_USER_INPUT"),
    ];
    for round in 0..2 {
        for (name, list, expected) in &cases {
            let document = format!("{{ {list} {{ totalCount }} }}");
            assert_eq!(world.code(&bob, &document).await, *expected, "{name}, round {round}");
        }
        let account = world.account(&ada, json!({ "name": "Acme", "ownerId": bob.id.to_string() })).await;
        world.create(&bob, "Contact", json!({ "lastName": "Doe", "accountId": account })).await;
    }
}
