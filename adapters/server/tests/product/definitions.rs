//! An object of the workspace's own: made over GraphQL and used at once, the same on every database.

use serde_json::{Value, json};

use crate::client::{Client, RECORDS, SETUP};

const INVOICES: &str = r#"{ invoices(filter: { total: { gt: "10" } }, orderBy: { field: TOTAL, direction: ASC }) {
    nodes { name state total { amount currency } } } }"#;

/// Makes an object with fields and records of it.
pub(crate) async fn an_own_object_works_at_once(client: &Client, admin: &str) {
    let object = r#"mutation { createObject(input: { name: "invoice", label: "Invoice", plural: "invoices",
        pluralLabel: "Invoices", aboutAPerson: false }) { receipt } }"#;
    client.ask(admin, SETUP, object, Value::Null).await;
    let field = r#"mutation ($input: CreateFieldInput!) { createField(object: "invoice", input: $input) { receipt } }"#;
    let state = json!({ "name": "state", "label": "State", "type": "PICKLIST",
        "picklist": [{ "value": "open" }, { "value": "paid" }] });
    let total =
        json!({ "name": "total", "label": "Total", "type": "MONEY", "indexed": true, "required": true });
    for input in [state, total] {
        client.ask(admin, SETUP, field, json!({ "input": input })).await;
    }
    let create = "mutation ($input: CreateInvoiceInput!) { createInvoice(input: $input) { receipt } }";
    for (name, amount) in [("small", "9.99"), ("large", "1200.5"), ("fair", "10.01")] {
        let input = json!({ "name": name, "total": { "amount": amount, "currency": "EUR" } });
        client.ask(admin, RECORDS, create, json!({ "input": input })).await;
    }
    own_records_are_there(client, admin).await;
}

/// The records that the object was made for.
pub(crate) async fn own_records_are_there(client: &Client, admin: &str) {
    let invoice = |name: &str, amount: &str| json!({ "name": name, "state": null, "total": { "amount": amount, "currency": "EUR" } });
    let found = client.ask(admin, RECORDS, INVOICES, Value::Null).await["invoices"]["nodes"].take();
    assert_eq!(found, json!([invoice("fair", "10.01"), invoice("large", "1200.5")]));
}

/// What every record has can become required, and what one lacks cannot.
pub(crate) async fn what_is_missing_is_not_required(client: &Client, admin: &str) {
    let edit = r#"mutation ($field: String!, $required: Boolean!) {
        updateField(object: "invoice", field: $field, input: { required: $required }) { field { required } } }"#;
    for required in [false, true] {
        let variables = json!({ "field": "total", "required": required });
        let edited = client.ask(admin, SETUP, edit, variables).await["updateField"]["field"].take();
        assert_eq!(edited["required"], required);
    }
    let refused = client.refusal(admin, SETUP, edit, json!({ "field": "state", "required": true })).await;
    assert_eq!(refused["extensions"]["code"], "BAD_USER_INPUT", "{refused}");
}

/// A field gets an index; the answer comes before the records of before have it.
pub(crate) async fn an_index_is_asked_for(client: &Client, admin: &str) {
    let edit = r#"mutation { updateField(object: "invoice", field: "state", input: { indexed: true }) {
        field { indexed preparing } } }"#;
    let field = client.ask(admin, SETUP, edit, Value::Null).await["updateField"]["field"].take();
    assert_eq!(field, json!({ "indexed": true, "preparing": true }));
}

/// The index is there, whoever has made it meanwhile.
pub(crate) async fn the_index_comes_by_itself(client: &Client, admin: &str) {
    let under_way = "{ preparations { object done total } }";
    while client.ask(admin, SETUP, under_way, Value::Null).await["preparations"] != json!([]) {}
    let filter = r#"{ invoices(filter: { state: { isNull: true } }) { totalCount } }"#;
    assert_eq!(client.ask(admin, RECORDS, filter, Value::Null).await["invoices"]["totalCount"], 3);
}
