//! What there is to be asked wrongly for: two records of each object, and what belongs to others.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::world::{Member, World};

/// No object has a field of this type by itself.
const TOPICS: &str = r#"mutation { createField(object: "account", input: {
    name: "topics", label: "Topics", type: MULTI_PICKLIST, picklist: [{ value: "Red" }] }) { receipt } }"#;

const LEVELS: &str = "mutation ($id: ID!, $levels: [TerritoryLevelInput!]!) {
    setTerritoryLevels(id: $id, levels: $levels) { receipt } }";

/// An object, with a record of it.
pub(super) struct Thing {
    /// As `opportunity`.
    pub(super) one: String,
    /// As `opportunities`.
    pub(super) many: String,
    /// What every object needs, and this one's fields.
    pub(super) fields: Vec<Value>,
    /// Values that a record may have.
    pub(super) values: Value,
    /// A record of it.
    pub(super) id: String,
    /// Two records of it that are deleted.
    pub(super) binned: [String; 2],
    /// A record of another object.
    pub(super) other: String,
    /// A place in the list of its records.
    pub(super) cursor: String,
    /// The same place, as somebody else is told it.
    pub(super) theirs: String,
    /// A record of another workspace.
    pub(super) foreign: String,
    /// A user, who is no record.
    pub(super) user: String,
    /// A territory that records of it can be assigned to, and one that none can be.
    pub(super) territories: [String; 2],
}

pub(super) struct Shelf {
    pub(super) things: Vec<Thing>,
    /// The newest entry of the ledger.
    seq: u64,
}

impl Shelf {
    /// Makes two records of each object: the administrator's and somebody else's.
    pub(super) async fn fill(world: &World, ada: &Member) -> Self {
        let bob = world.join("Bob", world.profile("Work", &[], &[]).await).await;
        let foreign = world.foreign_account().await;
        world.set_up(ada, TOPICS, json!({})).await.data();
        let document = "{ objects { name plural fields { name type required target picklist { value } } } }";
        let objects = world.data(ada, document).await["objects"].take();
        let territories = [territory(world, ada, "One").await, territory(world, ada, "Two").await];
        let names = objects.as_array().unwrap().iter().map(|object| &object["name"]);
        let levels: Vec<_> = names.map(|name| json!({ "object": name, "level": "READ" })).collect();
        world.set_up(ada, LEVELS, json!({ "id": territories[0], "levels": levels })).await.data();
        let mut ids = BTreeMap::new();
        let mut things = Vec::new();
        for object in objects.as_array().unwrap() {
            let (one, many) = (text(&object["name"]), text(&object["plural"]));
            let fields = object["fields"].as_array().unwrap().clone();
            let required = fields.iter().filter(|field| field["required"] == true);
            let values: Map<_, _> = required.map(|field| (input_name(field), good(field, &ids))).collect();
            let values = Value::Object(values);
            let id = world.create(ada, &capital(&one), values.clone()).await;
            world.create(&bob, &capital(&one), values.clone()).await;
            let binned = [binned(world, ada, &one, &values).await, binned(world, ada, &one, &values).await];
            let cursor = cursor(world, ada, &many).await;
            let theirs = self::cursor(world, &bob, &many).await;
            let (foreign, user) = (foreign.clone(), ada.id.to_string());
            ids.insert(one.clone(), id.clone());
            things.push(Thing {
                one,
                many,
                fields,
                values,
                id,
                binned,
                other: String::new(),
                cursor,
                theirs,
                foreign,
                user,
                territories: territories.clone(),
            });
        }
        let ids: Vec<_> = things.iter().map(|thing| thing.id.clone()).collect();
        for (thing, other) in things.iter_mut().zip(ids.iter().cycle().skip(1)) {
            thing.other.clone_from(other);
        }
        let entry = newest(world, ada).await;
        Self { things, seq: entry["seq"].as_u64().unwrap() }
    }

    /// Nothing was done, not even by half: there is what there was, in its first version, and the ledger knows of refusals alone.
    pub(super) async fn assert_untouched(&self, world: &World, ada: &Member) {
        for Thing { one, many, .. } in &self.things {
            let list = world.data(ada, &format!("{{ {many} {{ nodes {{ version }} totalCount }} }}")).await;
            let versions = json!([{ "version": 1 }, { "version": 1 }]);
            assert_eq!(list[many], json!({ "nodes": versions, "totalCount": 2 }), "{one}");
        }
        let document = "{ ledgerEntries(first: 200) { seq action } }";
        let entries = world.set_up(ada, document, json!({})).await.data()["ledgerEntries"].take();
        let later =
            entries.as_array().unwrap().iter().filter(|entry| entry["seq"].as_u64().unwrap() > self.seq);
        for entry in later {
            assert_eq!(entry["action"], "access.refuse", "{entry}");
        }
    }
}

impl Thing {
    /// As `Opportunity`.
    pub(super) fn type_name(&self) -> String {
        capital(&self.one)
    }

    /// As `Opportunities`.
    pub(super) fn plural_name(&self) -> String {
        capital(&self.many)
    }
}

/// What a field is called in inputs.
pub(super) fn input_name(field: &Value) -> String {
    let name = text(&field["name"]);
    if field["type"] == "REFERENCE" { format!("{name}Id") } else { name }
}

fn good(field: &Value, ids: &BTreeMap<String, String>) -> Value {
    match field["type"].as_str().unwrap() {
        "PICKLIST" => field["picklist"][0]["value"].clone(),
        "DATE" => json!("2026-03-01"),
        "MONEY" => json!({ "amount": "1", "currency": "EUR" }),
        "REFERENCE" => json!(ids[field["target"].as_str().unwrap()]),
        "TEXT" | "LONG_TEXT" => json!("Acme"),
        "BOOLEAN" => json!(false),
        other => panic!("nobody says what a required field of type {other} holds"),
    }
}

async fn cursor(world: &World, member: &Member, many: &str) -> String {
    let list = world.data(member, &format!("{{ {many}(first: 1) {{ pageInfo {{ endCursor }} }} }}")).await;
    text(&list[many]["pageInfo"]["endCursor"])
}

async fn territory(world: &World, ada: &Member, name: &str) -> String {
    let document =
        format!("mutation {{ createTerritory(input: {{ name: \"{name}\" }}) {{ territory {{ id }} }} }}");
    text(&world.set_up(ada, &document, json!({})).await.data()["createTerritory"]["territory"]["id"])
}

async fn newest(world: &World, ada: &Member) -> Value {
    let document = "{ ledgerEntries(first: 1) { seq } }";
    world.set_up(ada, document, json!({})).await.data()["ledgerEntries"][0].take()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// A record of this object that is deleted.
async fn binned(world: &World, ada: &Member, one: &str, values: &Value) -> String {
    let id = world.create(ada, &capital(one), values.clone()).await;
    world.data(ada, &format!("mutation {{ delete{}(id: \"{id}\") {{ id }} }}", capital(one))).await;
    id
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}
