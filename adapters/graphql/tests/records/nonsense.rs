//! Whatever a client sends, the mistake is the client's, and is named so: nothing is an internal error.

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_document_that_makes_no_sense_is_the_clients_mistake() {
    let (world, ada) = World::new().await;
    let cases = [
        ("nothing", ""),
        ("a number for an id", "{ account(id: 5) { id } }"),
        ("a number for a user", "{ user(id: 5) { id } }"),
        ("a number for a name", "{ object(name: 5) { name } }"),
        ("null for an id", "{ account(id: null) { id } }"),
        ("a text for a page", r#"{ accounts(first: "5") { nodes { id } } }"#),
        ("a huge page", "{ accounts(first: 99999999999) { nodes { id } } }"),
        ("a broken page", "{ accounts(first: 1.5) { nodes { id } } }"),
        ("a variable nobody defined", "{ accounts(first: $n) { nodes { id } } }"),
        ("an order that is null", "{ accounts(orderBy: [null]) { nodes { id } } }"),
        ("an owner that is a number", "mutation { createAccount(input: { ownerId: 5 }) { id } }"),
        ("a version below zero", r#"mutation { deleteAccount(id: "rec_0", version: -1) { id } }"#),
        ("a subscription", "subscription { accounts { id } }"),
        ("two operations without a name", "query a { me { id } } query b { me { id } }"),
    ];
    for (name, document) in cases {
        assert_eq!(world.code(&ada, document).await, "BAD_USER_INPUT", "{name}");
    }
}

#[tokio::test]
async fn variables_that_make_no_sense_are_the_clients_mistake() {
    let (world, ada) = World::new().await;
    let id = "query ($v: ID!) { account(id: $v) { id } }";
    let word = "query ($v: String) { accounts(first: $v) { totalCount } }";
    let filter = "query ($v: AccountFilter) { accounts(filter: $v) { totalCount } }";
    let order = "query ($v: [AccountOrder!]) { accounts(orderBy: $v) { totalCount } }";
    let after = "query ($v: Int) { accounts(after: $v) { totalCount } }";
    let create = "mutation ($v: CreateAccountInput!) { createAccount(input: $v) { id } }";
    let cases = [
        ("a page of another type", word, json!({ "v": "x" })),
        ("an id that is not given", id, json!({})),
        ("an id that is null", id, json!({ "v": null })),
        ("a cursor of another type", after, json!({ "v": 5 })),
        ("an order that is no word", order, json!({ "v": [{ "field": 5 }] })),
        ("a filter that is a text", filter, json!({ "v": "x" })),
        ("a filter deep in a list", filter, json!({ "v": { "and": [[{}]] } })),
        ("an input that is a list", create, json!({ "v": [] })),
    ];
    for (name, document, variables) in cases {
        let answer = world.ask(&ada, document, variables).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{name}");
    }
}

#[tokio::test]
async fn an_error_says_where_in_the_answer_it_belongs() {
    let (world, ada) = World::new().await;
    let absent = "rec_01h455vb4pex5vsknk084sn02q";
    let cases = [
        (format!("{{ me {{ id }} gone: account(id: \"{absent}\") {{ id }} }}"), "gone"),
        (format!("mutation {{ deleteAccount(id: \"{absent}\") {{ id }} }}"), "deleteAccount"),
        ("{ accounts(first: 0) { nodes { id } } }".to_owned(), "accounts"),
    ];
    for (document, place) in cases {
        let answer = world.ask(&ada, &document, json!({})).await;
        assert_eq!(answer.json["errors"][0]["path"], json!([place]), "{}", answer.json);
    }
}

#[tokio::test]
async fn variables_may_be_left_out() {
    let (world, ada) = World::new().await;
    let document = "query ($first: Int, $filter: AccountFilter, $after: String, $order: [AccountOrder!]) {
        accounts(first: $first, filter: $filter, after: $after, orderBy: $order) { totalCount } }";
    let nulls = json!({ "first": null, "filter": null, "after": null, "order": null });
    for variables in [json!({}), nulls, json!(null)] {
        let data = world.ask(&ada, document, variables).await.data();
        assert_eq!(data["accounts"]["totalCount"], 0);
    }
}

#[tokio::test]
async fn a_text_that_nobody_can_keep_is_refused_wherever_it_is() {
    let (world, ada) = World::new().await;
    let cursor = "query ($v: String) { accounts(after: $v) { totalCount } }";
    let filter = "query ($v: AccountFilter) { accounts(filter: $v) { totalCount } }";
    let default = r#"query ($v: String = "\u0000") { accounts(after: $v) { totalCount } }"#;
    let fragment = r#"{ ...f } fragment f on Query { ... { object(name: "a\u0000") { name } } }"#;
    let nested = r#"{ accounts(filter: { or: [{ name: { in: ["a", "\u0000"] } }] }) { totalCount } }"#;
    let cases = [
        ("a cursor", cursor, json!({ "v": "\0" })),
        ("a filter", filter, json!({ "v": { "and": [{ "name": { "startsWith": "a\0b" } }] } })),
        ("a default", default, json!({})),
        ("an argument in a fragment", fragment, json!({})),
        ("a value in a list", nested, json!({})),
    ];
    for (name, document, variables) in cases {
        let answer = world.ask(&ada, document, variables).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{name}");
        assert!(answer.json.to_string().contains("U+0000"), "{name}: {}", answer.json);
    }
}
