//! References that delete along, over HTTP.

use serde_json::{Value, json};

use crate::world::{Member, World};

const CREATE_OBJECT: &str =
    "mutation ($name: String!, $plural: String!) { createObject(input: { name: $name, label: $name,
    plural: $plural, pluralLabel: $plural, aboutAPerson: false }) { receipt } }";
const CREATE_FIELD: &str = "mutation ($object: String!, $input: CreateFieldInput!) {
    createField(object: $object, input: $input) { field { type required onDelete target } } }";

async fn create_object(world: &World, ada: &Member, name: &str) {
    let variables = json!({ "name": name, "plural": format!("{name}s") });
    world.set_up(ada, CREATE_OBJECT, variables).await.data();
}

fn parent(target: &str) -> Value {
    json!({ "name": "parent", "label": "Parent", "type": "REFERENCE", "target": target, "onDelete": "CASCADE",
        "required": true })
}

#[tokio::test]
async fn what_belongs_to_a_record_goes_and_comes_along() {
    let (world, ada) = World::new().await;
    create_object(&world, &ada, "folder").await;
    let variables = json!({ "object": "folder", "input": parent("account") });
    let made = world.set_up(&ada, CREATE_FIELD, variables).await.data()["createField"]["field"].take();
    let expected =
        json!({ "type": "REFERENCE", "required": true, "onDelete": "CASCADE", "target": "account" });
    assert_eq!(made, expected);

    let account = world.account(&ada, json!({ "name": "Acme" })).await;
    let folder = world.create(&ada, "Folder", json!({ "name": "1", "parentId": account })).await;
    let folders = "{ folders { nodes { id parent { name } } } }";
    let there = json!([{ "id": folder, "parent": { "name": "Acme" } }]);
    let steps = [("delete", json!([])), ("restore", there), ("delete", json!([])), ("purge", json!([]))];
    for (step, expected) in steps {
        world.data(&ada, &format!("mutation {{ {step}Account(id: \"{account}\") {{ id }} }}")).await;
        assert_eq!(world.data(&ada, folders).await["folders"]["nodes"], expected, "{step}");
    }
    let restore = format!("mutation {{ restoreFolder(id: \"{folder}\") {{ id }} }}");
    assert_eq!(world.code(&ada, &restore).await, "NOT_FOUND");
}

#[tokio::test]
async fn references_that_make_no_tree_are_refused_with_a_sentence() {
    let (world, ada) = World::new().await;
    create_object(&world, &ada, "folder").await;
    create_object(&world, &ada, "page").await;
    let variables = json!({ "object": "page", "input": parent("folder") });
    world.set_up(&ada, CREATE_FIELD, variables).await.data();
    let with = |name: &str, value: Value| {
        let mut input = parent("account");
        input[name] = value;
        input
    };
    let cases = [
        ("folder", parent("page"), "or itself"),
        ("folder", parent("folder"), "or itself"),
        ("page", with("name", json!("other")), "can have one"),
        ("folder", with("required", json!(false)), "is required"),
        (
            "folder",
            json!({ "name": "x", "label": "X", "type": "TEXT", "onDelete": "KEEP" }),
            "REFERENCE alone",
        ),
    ];
    for (object, input, named) in cases {
        let answer = world.set_up(&ada, CREATE_FIELD, json!({ "object": object, "input": input })).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{input}");
        let message = answer.json["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(named), "{input}: {message}");
    }
}
