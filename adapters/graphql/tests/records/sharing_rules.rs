//! Sharing rules: made at `/graphql/setup`, felt at `/graphql`, and followed while records are gone through.

use serde_json::{Value, json};

use crate::{
    access::with_seller,
    world::{Member, World},
};

const CREATE: &str = "mutation ($input: SharingRuleInput!, $key: String) {
    createSharingRule(object: \"account\", input: $input, idempotencyKey: $key) {
        receipt sharingRule { id object name condition source { kind id } target { kind id } level } } }";
const UPDATE: &str = "mutation ($id: ID!, $input: SharingRuleInput!) {
    updateSharingRule(id: $id, input: $input) { receipt sharingRule { name condition source { id } level } } }";
const DELETE: &str = "mutation ($id: ID!) { deleteSharingRule(id: $id) { id receipt } }";
const RULES: &str = "{ sharingRules(object: \"account\") { name } }";
const PROGRESS: &str = "{ resharings { object ownerId controlled done total } }";
const SEEN: &str = "{ accounts(orderBy: [{ field: NAME, direction: ASC }]) { totalCount nodes { name } } }";

fn person(who: &Member) -> Value {
    json!({ "kind": "USER", "id": who.id.to_string() })
}

fn for_energy(name: &str, who: &Member) -> Value {
    let condition = json!({ "industry": { "eq": "Energy" } });
    json!({ "name": name, "condition": condition, "target": person(who), "level": "READ" })
}

/// The names of the accounts that somebody sees.
async fn seen(world: &World, who: &Member) -> Vec<String> {
    let accounts = world.data(who, SEEN).await["accounts"].take();
    let nodes = accounts["nodes"].as_array().unwrap();
    assert_eq!(accounts["totalCount"], nodes.len());
    nodes.iter().map(|node| node["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_rule_opens_what_is_there_step_by_step_and_closes_it_at_once() {
    let (world, ada, bob) = with_seller(&[], &[]).await;
    for (name, industry) in [("Acme Power", "Energy"), ("Acme Bank", "Banking")] {
        world.account(&ada, json!({ "name": name, "industry": industry })).await;
    }
    let mut made = world.set_up(&ada, CREATE, json!({ "input": for_energy("One", &bob) })).await.data();
    let rule = made["createSharingRule"]["sharingRule"].take();
    let expected = json!({ "id": rule["id"], "object": "account", "name": "One", "source": null,
        "condition": { "industry": { "eq": "Energy" } }, "target": person(&bob), "level": "READ" });
    assert_eq!(rule, expected);
    let under_way =
        json!([{ "object": "account", "ownerId": null, "controlled": false, "done": 0, "total": 2 }]);
    assert_eq!(world.set_up(&ada, PROGRESS, json!({})).await.data()["resharings"], under_way);
    assert!(seen(&world, &bob).await.is_empty());
    world.work().await;
    assert_eq!(world.set_up(&ada, PROGRESS, json!({})).await.data()["resharings"], json!([]));
    assert_eq!(seen(&world, &bob).await, ["Acme Power"]);

    let of_ada =
        json!({ "name": "All of Ada's", "source": person(&ada), "target": person(&bob), "level": "EDIT" });
    let mut changed = world.set_up(&ada, UPDATE, json!({ "id": rule["id"], "input": of_ada })).await.data();
    let after = changed["updateSharingRule"]["sharingRule"].take();
    let source = json!({ "id": ada.id.to_string() });
    let expected = json!({ "name": "All of Ada's", "condition": null, "source": source, "level": "EDIT" });
    assert_eq!(after, expected);
    assert!(seen(&world, &bob).await.is_empty());
    world.work().await;
    assert_eq!(seen(&world, &bob).await, ["Acme Bank", "Acme Power"]);
    world.set_up(&ada, DELETE, json!({ "id": rule["id"] })).await.data();
    assert!(seen(&world, &bob).await.is_empty());
}

#[tokio::test]
async fn a_rule_has_a_source_or_a_condition() {
    let (world, ada, bob) = with_seller(&[], &[]).await;
    let neither = json!({ "name": "A", "target": person(&bob), "level": "READ" });
    let mut both = for_energy("A", &bob);
    both["source"] = person(&ada);
    for input in [neither, both] {
        let answer = world.set_up(&ada, CREATE, json!({ "input": input })).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT");
        let message = answer.json["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains("a source or a condition"), "{message}");
    }
}

#[tokio::test]
async fn rules_are_for_those_who_manage_sharing() {
    let (world, ada, bob) = with_seller(&[], &[]).await;
    let input = for_energy("One", &bob);
    let made = world.set_up(&ada, CREATE, json!({ "input": input })).await.data();
    let id = &made["createSharingRule"]["sharingRule"]["id"];
    let cases = [
        (CREATE, json!({ "input": input })),
        (UPDATE, json!({ "id": id, "input": input })),
        (DELETE, json!({ "id": id })),
        (RULES, json!({})),
        (PROGRESS, json!({})),
    ];
    for (document, variables) in cases {
        assert_eq!(world.set_up(&bob, document, variables).await.code(), "FORBIDDEN", "{document}");
    }
}

#[tokio::test]
async fn a_repeated_sharing_rule_is_made_once() {
    let (world, ada, bob) = with_seller(&[], &[]).await;
    let make = async || {
        let variables = json!({ "input": for_energy("One", &bob), "key": "k1" });
        world.set_up(&ada, CREATE, variables).await.data()["createSharingRule"].take()
    };
    let (first, again) = (make().await, make().await);
    assert_eq!(first, again);
    let listed = world.set_up(&ada, RULES, json!({})).await.data();
    assert_eq!(listed["sharingRules"], json!([{ "name": "One" }]));
}
