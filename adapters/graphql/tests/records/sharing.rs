//! Sharing records by hand, and with whom they are shared.

use serde_json::{Value, json};

use crate::world::{Member, World};

const SHARE: &str = "mutation ($id: ID!, $shares: [ShareInput!]!) {
    shareAccount(id: $id, shares: $shares) { version changedFields receipt account { _access { share } } }
}";

const UNSHARE: &str = "mutation ($id: ID!, $with: [PrincipalInput!]!) {
    unshareAccount(id: $id, with: $with) { version accessLost }
}";

const SHARES: &str = "query ($id: ID!) {
    accountShares(id: $id) { kind principalId name user { name } level cause ruleId }
}";

async fn with_two_sellers() -> (World, Member, Member, Member) {
    let (world, ada) = World::new().await;
    let profile = world.profile("Seller", &[], &[]).await;
    let (bob, cleo) = (world.join("Bob", profile).await, world.join("Cleo", profile).await);
    (world, ada, bob, cleo)
}

fn to(member: &Member, level: &str) -> Value {
    json!({ "with": { "kind": "USER", "id": member.id.to_string() }, "level": level })
}

async fn rights(world: &World, member: &Member, id: &str) -> Value {
    let document =
        format!("{{ account(id: \"{id}\") {{ _access {{ read update delete share transfer }} }} }}");
    world.data(member, &document).await["account"]["_access"].take()
}

#[tokio::test]
async fn a_shared_record_can_be_used_as_far_as_it_is_shared() {
    let (world, _, bob, cleo) = with_two_sellers().await;
    let id = world.account(&bob, json!({ "name": "Acme" })).await;
    assert_eq!(world.code(&cleo, &format!("{{ account(id: \"{id}\") {{ id }} }}")).await, "NOT_FOUND");
    for (level, update, all) in [("READ", false, false), ("EDIT", true, false), ("FULL", true, true)] {
        let shared = world.ask(&bob, SHARE, json!({ "id": id, "shares": [to(&cleo, level)] })).await.data();
        assert_eq!(shared["shareAccount"]["account"]["_access"]["share"], true);
        assert!(shared["shareAccount"]["receipt"].is_string());
        assert_eq!(shared["shareAccount"]["changedFields"], json!([]));
        let expected =
            json!({ "read": true, "update": update, "delete": all, "share": all, "transfer": all });
        assert_eq!(rights(&world, &cleo, &id).await, expected, "{level}");
    }
    let with = json!([{ "kind": "USER", "id": cleo.id.to_string() }]);
    let ended = world.ask(&cleo, UNSHARE, json!({ "id": id, "with": with })).await.data();
    assert_eq!(ended["unshareAccount"], json!({ "version": 5, "accessLost": true }));
    assert_eq!(world.code(&cleo, &format!("{{ account(id: \"{id}\") {{ id }} }}")).await, "NOT_FOUND");
}

#[tokio::test]
async fn the_shares_of_a_record_are_told_to_those_who_may_share_it() {
    let (world, ada, bob, cleo) = with_two_sellers().await;
    let id = world.account(&bob, json!({ "name": "Acme" })).await;
    let ask = async |who: &Member| world.ask(who, SHARES, json!({ "id": id })).await;
    assert_eq!(ask(&bob).await.data()["accountShares"], json!([]));
    assert_eq!(ask(&cleo).await.code(), "NOT_FOUND");
    world.ask(&bob, SHARE, json!({ "id": id, "shares": [to(&cleo, "READ")] })).await.data();
    assert_eq!(ask(&cleo).await.code(), "FORBIDDEN");
    let shown = json!([{
        "kind": "USER",
        "principalId": cleo.id.to_string(),
        "name": null,
        "user": { "name": "Cleo" },
        "level": "READ",
        "cause": "MANUAL",
        "ruleId": null,
    }]);
    for who in [&bob, &ada] {
        assert_eq!(ask(who).await.data()["accountShares"], shown);
    }
}

#[tokio::test]
async fn a_share_is_in_the_history_and_who_has_it_is_not() {
    let (world, _, bob, cleo) = with_two_sellers().await;
    let id = world.account(&bob, json!({ "name": "Acme" })).await;
    world.ask(&bob, SHARE, json!({ "id": id, "shares": [to(&cleo, "READ")] })).await.data();
    let document = format!("{{ accountHistory(id: \"{id}\") {{ action version changes {{ field }} }} }}");
    let history = world.data(&cleo, &document).await["accountHistory"].take();
    assert_eq!(history[0], json!({ "action": "record.share", "version": 2, "changes": [] }));
}

#[tokio::test]
async fn many_records_are_shared_at_once_or_none() {
    let (world, ada, _, cleo) = with_two_sellers().await;
    let ids = [
        world.account(&ada, json!({ "name": "Acme" })).await,
        world.account(&ada, json!({ "name": "Apex" })).await,
    ];
    let share = "mutation ($ids: [ID!]!, $shares: [ShareInput!]!) {
        shareAccounts(ids: $ids, shares: $shares) { receipt changes { version } }
    }";
    let foreign = world.foreign_account().await;
    let refused =
        world.ask(&ada, share, json!({ "ids": [ids[0], foreign], "shares": [to(&cleo, "READ")] })).await;
    assert_eq!(refused.json["errors"][0]["extensions"], json!({ "code": "NOT_FOUND", "index": 1 }));
    let shared = world.ask(&ada, share, json!({ "ids": ids, "shares": [to(&cleo, "READ")] })).await.data();
    assert_eq!(shared["shareAccounts"]["changes"], json!([{ "version": 2 }, { "version": 2 }]));
    for id in &ids {
        assert_eq!(rights(&world, &cleo, id).await["read"], true);
    }
    let unshare = "mutation ($ids: [ID!]!, $with: [PrincipalInput!]!) {
        unshareAccounts(ids: $ids, with: $with) { changes { version } }
    }";
    let with = json!([{ "kind": "USER", "id": cleo.id.to_string() }]);
    world.ask(&ada, unshare, json!({ "ids": ids, "with": with })).await.data();
    assert_eq!(world.code(&cleo, &format!("{{ account(id: \"{}\") {{ id }} }}", ids[0])).await, "NOT_FOUND");
}
