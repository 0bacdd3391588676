//! Multi-picklists: several values of a list, from the definition to the history.

use serde_json::{Value, json};

use crate::world::{Member, World};

const CREATE_FIELD: &str = "mutation ($input: CreateFieldInput!) {
    createField(object: \"account\", input: $input) { field { type indexed defaultValue picklist { value active } } } }";
const UPDATE_FIELD: &str = "mutation ($input: UpdateFieldInput!) {
    updateField(object: \"account\", field: \"topics\", input: $input) { receipt } }";
const UPDATE: &str = "mutation ($id: ID!, $input: UpdateAccountInput!) {
    updateAccount(id: $id, input: $input) { version changedFields account { topics } } }";

/// A workspace whose accounts have topics.
async fn world() -> (World, Member) {
    let (world, ada) = World::new().await;
    let values =
        ["Red", "Green", "Blue"].map(|value| json!({ "value": value, "label": format!("{value}ish") }));
    let input = json!({ "name": "topics", "label": "Topics", "type": "MULTI_PICKLIST", "picklist": values,
        "category": "BUSINESS", "defaultValue": ["Blue", "Green"] });
    let made = world.set_up(&ada, CREATE_FIELD, json!({ "input": input })).await.data();
    let field = &made["createField"]["field"];
    assert_eq!((&field["type"], &field["indexed"]), (&json!("MULTI_PICKLIST"), &json!(false)));
    assert_eq!(field["defaultValue"], json!(["Green", "Blue"]));
    assert_eq!(field["picklist"][0], json!({ "value": "Red", "active": true }));
    (world, ada)
}

async fn update(world: &World, ada: &Member, id: &str, topics: Value) -> Value {
    let variables = json!({ "id": id, "input": { "topics": topics } });
    world.ask(ada, UPDATE, variables).await.data()["updateAccount"].take()
}

#[tokio::test]
async fn several_values_are_written_read_and_described() {
    let (world, ada) = world().await;
    let id = world.account(&ada, json!({ "name": "Acme" })).await;
    let cases = [
        (json!(["Blue", "Red", "Blue"]), 2, json!(["Red", "Blue"])),
        (json!(["Blue", "Red"]), 2, json!(["Red", "Blue"])),
        (json!("Green"), 3, json!(["Green"])),
        (json!([]), 4, Value::Null),
        (Value::Null, 4, Value::Null),
    ];
    for (topics, version, shown) in cases {
        let answer = update(&world, &ada, &id, topics.clone()).await;
        assert_eq!((&answer["version"], &answer["account"]["topics"]), (&json!(version), &shown), "{topics}");
    }
    let document =
        "{ object(name: \"account\") { fields { name type defaultValue picklist { value label } } }
        __type(name: \"CreateAccountInput\") { inputFields { name description } } }";
    let told = world.data(&ada, document).await;
    let of_name =
        |list: &Value| list.as_array().unwrap().iter().find(|it| it["name"] == "topics").cloned().unwrap();
    let field = of_name(&told["object"]["fields"]);
    assert_eq!(
        (&field["type"], &field["picklist"][2]["label"]),
        (&json!("MULTI_PICKLIST"), &json!("Blueish"))
    );
    let described = of_name(&told["__type"]["inputFields"])["description"].take();
    assert!(described.as_str().unwrap().ends_with("Left out, it is `Green;Blue`."), "{described}");
}

#[tokio::test]
async fn lists_are_filtered_by_what_is_chosen() {
    let (world, ada) = world().await;
    for (name, topics) in [("a", json!(["Red", "Green"])), ("b", json!(["Green"])), ("c", Value::Null)] {
        world.account(&ada, json!({ "name": name, "topics": topics })).await;
    }
    let cases = [
        (json!({ "includesAny": ["Red", "Blue"] }), "a"),
        (json!({ "includesAny": "green" }), "ab"),
        (json!({ "includesAny": ["Yellow"] }), ""),
        (json!({ "includesAny": [] }), ""),
        (json!({ "includesAll": ["Red", "GREEN"] }), "a"),
        (json!({ "includesAll": ["Red", "Yellow"] }), ""),
        (json!({ "includesAll": [] }), "abc"),
        (json!({ "excludes": ["Red"] }), "bc"),
        (json!({ "excludes": ["Red"], "isNull": false }), "b"),
        (json!({ "isNull": true }), "c"),
    ];
    let document = "query ($filter: AccountFilter!) {
        accounts(filter: $filter, orderBy: { field: NAME }) { nodes { name } totalCount } }";
    for (topics, expected) in cases {
        let filter = json!({ "filter": { "topics": topics } });
        let found = world.ask(&ada, document, filter).await.data()["accounts"].take();
        let names: String =
            found["nodes"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
        assert_eq!((names.as_str(), &found["totalCount"]), (expected, &json!(expected.len())), "{topics}");
    }
    let refused = [
        json!({ "includesAny": null }),
        json!({ "includesAny": [null] }),
        json!({ "includesAll": [5] }),
        json!({ "includesAll": vec!["Red"; 101] }),
        json!({ "excludes": vec!["Red"; 201] }),
        json!({ "isNull": null }),
        json!({ "eq": "Red" }),
    ];
    for topics in refused {
        let answer = world.ask(&ada, document, json!({ "filter": { "topics": topics } })).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{topics}");
    }
    let order = "{ accounts(orderBy: { field: TOPICS }) { totalCount } }";
    assert_eq!(world.code(&ada, order).await, "BAD_USER_INPUT");
}

#[tokio::test]
async fn whoever_may_not_read_what_is_chosen_may_not_ask_for_it() {
    let (world, ada) = world().await;
    let profile = world.profile("Seller", &[], &[]).await;
    let bob = world.join("Bob", profile).await;
    let owner = bob.id.to_string();
    world.account(&ada, json!({ "name": "a", "topics": ["Red"], "ownerId": owner })).await;
    let answer = world.ask(&bob, "{ accounts { nodes { name topics } } }", json!({})).await;
    assert_eq!(answer.json["data"]["accounts"]["nodes"], json!([{ "name": "a", "topics": null }]));
    assert_eq!(answer.json["extensions"]["redacted"], json!([["accounts", "nodes", 0, "topics"]]));
    for filter in [r#"includesAny: ["Red"]"#, r#"excludes: ["Red"]"#, "isNull: true"] {
        let document = format!("{{ accounts(filter: {{ topics: {{ {filter} }} }}) {{ totalCount }} }}");
        assert_eq!(world.code(&bob, &document).await, "FIELD_NOT_READABLE", "{filter}");
    }
}

#[tokio::test]
async fn a_retired_value_stays_where_it_is_and_goes_nowhere_else() {
    let (world, ada) = world().await;
    let id = world.account(&ada, json!({ "name": "Acme", "topics": ["Red", "Green"] })).await;
    let retire = |value: &str| json!({ "input": { "picklist": [{ "value": value, "active": false }] } });
    world.set_up(&ada, UPDATE_FIELD, retire("Red")).await.data();
    assert_eq!(
        world.set_up(&ada, UPDATE_FIELD, retire("Green")).await.code(),
        "BAD_USER_INPUT",
        "the default"
    );
    let kept = update(&world, &ada, &id, json!(["Blue", "Red"])).await;
    assert_eq!(kept["account"]["topics"], json!(["Red", "Blue"]));
    let other =
        json!({ "id": world.account(&ada, json!({ "name": "Bolt" })).await, "input": { "topics": ["Red"] } });
    let refused = world.ask(&ada, UPDATE, other).await;
    assert_eq!(refused.code(), "VALIDATION_FAILED");
    assert_eq!(refused.json["errors"][0]["extensions"]["fields"][0]["code"], "NOT_IN_PICKLIST");
}

#[tokio::test]
async fn the_past_tells_what_was_chosen_and_gives_it_back() {
    let (world, ada) = world().await;
    let id = world.account(&ada, json!({ "name": "Acme", "topics": ["Blue", "Red"] })).await;
    update(&world, &ada, &id, json!(["Green"])).await;
    let document = "query ($id: ID!) { account(id: $id, version: 1) { topics }
        accountHistory(id: $id) { changes { field old { value label } new { value label } } } }";
    let past = world.ask(&ada, document, json!({ "id": id })).await.data();
    assert_eq!(past["account"]["topics"], json!(["Red", "Blue"]));
    let change = json!({ "field": "topics", "old": { "value": "Red;Blue", "label": "Redish; Blueish" },
        "new": { "value": "Green", "label": "Greenish" } });
    assert_eq!(past["accountHistory"][0]["changes"], json!([change]));
    let document = "mutation ($id: ID!) { restoreAccountVersion(id: $id, version: 1) {
        changedFields account { topics } } }";
    let restored =
        world.ask(&ada, document, json!({ "id": id })).await.data()["restoreAccountVersion"].take();
    assert_eq!(restored, json!({ "changedFields": ["topics"], "account": { "topics": ["Red", "Blue"] } }));
}
