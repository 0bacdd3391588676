//! Fields that get an index, or words, when there are records already.

use serde_json::{Value, json};

use crate::world::World;

const UPDATE: &str = "mutation ($field: String!, $input: UpdateFieldInput!) {
    updateField(object: \"account\", field: $field, input: $input) {
        receipt field { name indexed searchable preparing } } }";
const PREPARATIONS: &str = "{ preparations { object fields done total } }";
const FILTERED: &str = r#"{ accounts(filter: { fax: { startsWith: "+49" } }) { nodes { name } } }"#;
const SEARCHED: &str = r#"{ accounts(search: "steel") { nodes { name } } }"#;

#[tokio::test]
async fn a_field_is_prepared_and_then_lists_use_it() {
    let (world, ada) = World::new().await;
    world.account(&ada, json!({ "name": "Acme", "fax": "+49 30", "description": "Steel" })).await;
    world.account(&ada, json!({ "name": "Birch", "fax": "030" })).await;
    let change = async |field: &str, input: Value| {
        let variables = json!({ "field": field, "input": input });
        world.set_up(&ada, UPDATE, variables).await.data()["updateField"]["field"].take()
    };
    let preparations =
        async || world.set_up(&ada, PREPARATIONS, json!({})).await.data()["preparations"].take();
    assert_eq!(preparations().await, json!([]));

    let fax = change("fax", json!({ "indexed": true })).await;
    assert_eq!(fax, json!({ "name": "fax", "indexed": true, "searchable": false, "preparing": true }));
    let description = change("description", json!({ "searchable": true })).await;
    assert_eq!((&description["searchable"], &description["preparing"]), (&json!(true), &json!(true)));
    let under_way = json!({ "object": "account", "fields": ["fax", "description"], "done": 0, "total": 2 });
    assert_eq!(preparations().await, json!([under_way]));
    assert_eq!(world.code(&ada, FILTERED).await, "BAD_USER_INPUT");
    assert_eq!(world.data(&ada, SEARCHED).await["accounts"]["nodes"], json!([]));
    let usable = r#"{ object(name: "account") { fields { name indexed searchable } } }"#;
    let fields = world.data(&ada, usable).await["object"]["fields"].take();
    let fax = fields.as_array().unwrap().iter().find(|field| field["name"] == "fax").unwrap();
    assert_eq!(fax["indexed"], false, "to whoever asks what lists can use");

    world.work().await;
    assert_eq!(preparations().await, json!([]));
    for document in [FILTERED, SEARCHED] {
        assert_eq!(world.data(&ada, document).await["accounts"]["nodes"], json!([{ "name": "Acme" }]));
    }
    let fax = change("fax", json!({ "indexed": false })).await;
    assert_eq!((&fax["indexed"], &fax["preparing"]), (&json!(false), &json!(false)));
    assert_eq!(world.code(&ada, FILTERED).await, "BAD_USER_INPUT");
}
