//! Removing for good what was deleted.

use serde_json::{Value, json};

use crate::world::{Member, World};

async fn binned(world: &World, member: &Member, name: &str) -> String {
    let id = world.account(member, json!({ "name": name })).await;
    world.data(member, &format!("mutation {{ deleteAccount(id: \"{id}\") {{ id }} }}")).await;
    id
}

fn purge(id: &str) -> String {
    format!(
        "mutation {{ purgeAccount(id: \"{id}\") {{ id version accessLost changedFields receipt account {{ id }} }} }}"
    )
}

#[tokio::test]
async fn a_purged_record_answers_nothing_any_more() {
    let (world, ada) = World::new().await;
    let id = binned(&world, &ada, "Acme").await;
    let mut purged = world.data(&ada, &purge(&id)).await["purgeAccount"].take();
    assert!(purged["receipt"].take().is_string());
    let expected = json!({ "id": id, "version": 3, "accessLost": true, "changedFields": [], "receipt": null, "account": null });
    assert_eq!(purged, expected);
    for read in
        [format!("account(id: \"{id}\") {{ id }}"), format!("accountHistory(id: \"{id}\") {{ version }}")]
    {
        assert_eq!(world.code(&ada, &format!("{{ {read} }}")).await, "NOT_FOUND", "{read}");
    }
    for change in ["restore", "purge", "delete"] {
        let again = format!("mutation {{ {change}Account(id: \"{id}\") {{ id }} }}");
        assert_eq!(world.code(&ada, &again).await, "NOT_FOUND", "{change}");
    }
}

#[tokio::test]
async fn purging_is_for_those_who_may_and_for_what_is_deleted() {
    let (world, ada) = World::new().await;
    let seller = world.profile("Seller", &[], &[]).await;
    let bob = world.join("Bob", seller).await;
    let (mine, hers) = (binned(&world, &bob, "Acme").await, binned(&world, &ada, "Apex").await);
    let live = world.account(&ada, json!({ "name": "Aqua" })).await;
    let cases = [
        ("his own, without the permission", &bob, &mine, "FORBIDDEN"),
        ("one that he does not see", &bob, &hers, "NOT_FOUND"),
        ("one that is not deleted", &ada, &live, "BAD_USER_INPUT"),
    ];
    for (case, who, id, code) in cases {
        assert_eq!(world.code(who, &purge(id)).await, code, "{case}");
    }
}

#[tokio::test]
async fn many_are_purged_at_once_or_none() {
    let (world, ada) = World::new().await;
    let ids = [binned(&world, &ada, "Acme").await, binned(&world, &ada, "Apex").await];
    let live = world.account(&ada, json!({ "name": "Aqua" })).await;
    let document = "mutation ($ids: [ID!]!) { purgeAccounts(ids: $ids) { receipt changes { id } } }";
    let refused = world.ask(&ada, document, json!({ "ids": [ids[0], live] })).await;
    assert_eq!(refused.json["errors"][0]["extensions"], json!({ "code": "BAD_USER_INPUT", "index": 1 }));
    let purged = world.ask(&ada, document, json!({ "ids": ids })).await.data()["purgeAccounts"].take();
    let gone: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
    assert_eq!(purged["changes"], json!(gone));
}
