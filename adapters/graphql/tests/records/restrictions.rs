//! Restriction rules: made at `/graphql/setup`, and felt at `/graphql` from the next request on.

use serde_json::{Value, json};

use crate::{
    access::with_seller,
    world::{Answer, Member, World},
};

const CREATE: &str = "mutation ($input: RestrictionRuleInput!, $key: String) {
    createRestrictionRule(object: \"account\", input: $input, idempotencyKey: $key) {
        receipt restrictionRule { id object name condition binds { everybody profileIds principals { kind id } } } } }";
const UPDATE: &str = "mutation ($id: ID!, $input: RestrictionRuleInput!) {
    updateRestrictionRule(id: $id, input: $input) { receipt restrictionRule { name condition } } }";
const DELETE: &str = "mutation ($id: ID!) { deleteRestrictionRule(id: $id) { id receipt } }";
const LIST: &str = "{ restrictionRules(object: \"account\") { name } }";

fn rule(who: &Member, condition: Value) -> Value {
    json!({ "name": "Energy only", "binds": { "principals": [{ "kind": "USER", "id": who.id.to_string() }] },
        "condition": condition })
}

async fn create(world: &World, ada: &Member, input: Value) -> Answer {
    world.set_up(ada, CREATE, json!({ "input": input })).await
}

#[tokio::test]
async fn a_record_that_a_rule_hides_is_nowhere() {
    let (world, ada, bob) = with_seller(&[], &[]).await;
    for (name, industry) in [("Acme Power", "Energy"), ("Acme Bank", "Banking")] {
        let account = world.account(&bob, json!({ "name": name, "industry": industry })).await;
        let person = json!({ "lastName": name, "accountId": account });
        world.create(&bob, "Contact", person).await;
    }
    let mut made = create(&world, &ada, rule(&bob, json!({ "industry": { "eq": "energy" } }))).await.data();
    let id = made["createRestrictionRule"]["restrictionRule"]["id"].take();
    let document = "{ accounts(search: \"acme\") { totalCount nodes { name } }
        accountsAggregate { count }
        contacts(orderBy: [{ field: LAST_NAME, direction: ASC }]) { nodes { lastName account { name } } } }";
    let seen = json!({
        "accounts": { "totalCount": 1, "nodes": [{ "name": "Acme Power" }] },
        "accountsAggregate": [{ "count": 1 }],
        "contacts": { "nodes": [
            { "lastName": "Acme Bank", "account": null },
            { "lastName": "Acme Power", "account": { "name": "Acme Power" } },
        ] },
    });
    assert_eq!(world.data(&bob, document).await, seen);
    world.set_up(&ada, DELETE, json!({ "id": id })).await.data();
    assert_eq!(world.data(&bob, document).await["accounts"]["totalCount"], 2);
}

#[tokio::test]
async fn a_condition_is_written_as_filters_are_and_told_again_so() {
    let (world, ada) = World::new().await;
    let owner = json!({ "ownerId": { "eq": ada.id.to_string() } });
    let conditions = [
        ("one test", json!({ "industry": { "eq": "Energy" } })),
        ("no value", json!({ "industry": { "isNull": false } })),
        ("a text's beginning", json!({ "name": { "startsWith": "Acme" } })),
        ("money", json!({ "annualRevenue": { "gte": { "amount": "1000000.50", "currency": "EUR" } } })),
        ("a number of some", json!({ "numberOfEmployees": { "in": [1, 2] } })),
        ("an owner", owner.clone()),
        ("an opposite", json!({ "not": owner })),
        ("several", json!({ "and": [owner, { "numberOfEmployees": { "lt": 5 } }] })),
        ("one of several", json!({ "or": [{ "name": { "neq": "A" } }, { "industry": { "eq": "B" } }] })),
    ];
    for (number, (what, condition)) in conditions.into_iter().enumerate() {
        let input = json!({ "name": format!("Rule {number}"), "binds": { "everybody": true }, "condition": condition });
        let made = create(&world, &ada, input).await.data()["createRestrictionRule"].take();
        assert!(made["receipt"].is_string(), "{what}");
        let rule = &made["restrictionRule"];
        assert_eq!(rule["condition"], condition, "{what}");
        let everybody = json!({ "everybody": true, "profileIds": [], "principals": [] });
        assert_eq!((&rule["object"], &rule["binds"]), (&json!("account"), &everybody));
    }
}

#[tokio::test]
async fn a_condition_that_is_none_is_refused_with_the_reason() {
    let (world, ada) = World::new().await;
    let cases = [
        (json!({}), "at least one field"),
        (json!({ "spaceship": { "eq": 1 } }), "no field `spaceship`"),
        (json!({ "industry": { "like": "E%" } }), "no operator `like`"),
        (json!({ "industry": { "isNull": "yes" } }), "`isNull` is true or false"),
        (json!({ "industry": { "eq": null } }), "`eq` needs a value"),
        (json!({ "industry": 5 }), "a condition cannot be null"),
        (json!({ "numberOfEmployees": { "eq": "five" } }), "expected"),
        (json!({ "numberOfEmployees": { "startsWith": "5" } }), "expected"),
        (json!({ "annualRevenue": { "gte": "1.50" } }), "expected"),
        (json!({ "description": { "eq": "Old" } }), "not indexed"),
        (json!({ "parentAccount": { "name": { "eq": "A" } } }), "a rule"),
        (json!("industry"), "RecordCondition"),
    ];
    for (condition, expected) in cases {
        let answer = create(&world, &ada, rule(&ada, condition.clone())).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{condition}");
        let message = answer.json["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(expected), "{condition}: {message}");
    }
    let both = json!({ "name": "A", "binds": { "everybody": true, "principals": [{ "kind": "USER", "id": ada.id.to_string() }] },
        "condition": { "industry": { "eq": "B" } } });
    assert_eq!(create(&world, &ada, both).await.code(), "BAD_USER_INPUT");
}

#[tokio::test]
async fn rules_are_for_those_who_manage_sharing() {
    let (world, ada, bob) = with_seller(&[], &[]).await;
    let input = rule(&bob, json!({ "industry": { "eq": "Energy" } }));
    let made = create(&world, &ada, input.clone()).await.data()["createRestrictionRule"].take();
    let id = &made["restrictionRule"]["id"];
    let cases = [
        (CREATE, json!({ "input": input })),
        (UPDATE, json!({ "id": id, "input": input })),
        (DELETE, json!({ "id": id })),
        (LIST, json!({})),
    ];
    for (document, variables) in cases {
        assert_eq!(world.set_up(&bob, document, variables).await.code(), "FORBIDDEN", "{document}");
    }
    let wider = rule(&ada, json!({ "industry": { "startsWith": "E" } }));
    let changed = world.set_up(&ada, UPDATE, json!({ "id": id, "input": wider })).await.data();
    let rule = &changed["updateRestrictionRule"]["restrictionRule"];
    assert_eq!(rule["condition"], json!({ "industry": { "startsWith": "E" } }));
    let listed = world.set_up(&ada, LIST, json!({})).await.data();
    assert_eq!(listed["restrictionRules"], json!([{ "name": "Energy only" }]));
}

#[tokio::test]
async fn a_repeated_restriction_is_made_once() {
    let (world, ada) = World::new().await;
    let input = rule(&ada, json!({ "industry": { "eq": "Energy" } }));
    let make = async || {
        let variables = json!({ "input": input, "key": "k1" });
        world.set_up(&ada, CREATE, variables).await.data()["createRestrictionRule"].take()
    };
    let (first, again) = (make().await, make().await);
    assert_eq!(first, again);
    let listed = world.set_up(&ada, LIST, json!({})).await.data();
    assert_eq!(listed["restrictionRules"].as_array().unwrap().len(), 1);
}
