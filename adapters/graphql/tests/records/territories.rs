//! Records that are assigned to territories, as clients see them.

use serde_json::{Value, json};
use sutra_kernel::ProfileId;

use crate::world::{Member, World};

const ASSIGN: &str = "mutation ($ids: [ID!]!, $to: ID!, $key: String) {
    assignAccountsToTerritory(ids: $ids, territoryId: $to, idempotencyKey: $key) {
        receipt changes { version receipt } } }";

const REMOVE: &str = "mutation ($ids: [ID!]!, $from: ID!) {
    removeAccountsFromTerritory(ids: $ids, territoryId: $from) { receipt changes { version accessLost } } }";

const SHARES: &str = "query ($id: ID!) { accountShares(id: $id) { kind principalId name level cause } }";

/// A territory where somebody works, that lets accounts be read.
async fn territory(world: &World, ada: &Member, who: &Member) -> String {
    let create = "mutation { createTerritory(input: { name: \"France\" }) { territory { id } } }";
    let made = world.set_up(ada, create, json!({})).await.data();
    let id = made["createTerritory"]["territory"]["id"].as_str().unwrap().to_owned();
    let furnish = "mutation ($id: ID!, $who: ID!) {
        assignTerritoryUsers(id: $id, userIds: [$who]) { receipt }
        setTerritoryLevels(id: $id, levels: [{ object: \"account\", level: READ }]) { receipt } }";
    world.set_up(ada, furnish, json!({ "id": id, "who": who.id.to_string() })).await.data();
    id
}

/// A profile that lets act on many accounts at once.
async fn seller(world: &World, ada: &Member) -> ProfileId {
    let create = "mutation { createProfile(input: { name: \"Seller\", systemPermissions: [],
        objectPermissions: [{ object: \"account\", permissions: [CREATE, UPDATE, MASS] }],
        fieldPermissions: [{ object: \"account\", field: \"name\", read: true, edit: true }]
    }) { profile { id } } }";
    let made = world.set_up(ada, create, json!({})).await.data();
    made["createProfile"]["profile"]["id"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn accounts_are_assigned_and_removed_all_or_none() {
    let (world, ada) = World::new().await;
    let profile = seller(&world, &ada).await;
    let (bob, cleo) = (world.join("Bob", profile).await, world.join("Cleo", profile).await);
    let [one, two] = [
        world.account(&bob, json!({ "name": "One" })).await,
        world.account(&bob, json!({ "name": "Two" })).await,
    ];
    let foreign = world.account(&cleo, json!({ "name": "Hers" })).await;
    let france = territory(&world, &ada, &cleo).await;
    let seen = async |who: &Member| {
        let list = world.data(who, "{ accounts { nodes { name } } }").await["accounts"]["nodes"].take();
        list.as_array().map(Vec::len)
    };
    let mixed = world.ask(&bob, ASSIGN, json!({ "ids": [one, foreign], "to": france })).await;
    assert_eq!(
        (mixed.code().as_str(), mixed.json["errors"][0]["extensions"]["index"].clone()),
        ("NOT_FOUND", json!(1))
    );
    assert_eq!(seen(&cleo).await, Some(1));

    let both = json!({ "ids": [one, two], "to": france, "key": "k1" });
    let assigned = world.ask(&bob, ASSIGN, both.clone()).await.data()["assignAccountsToTerritory"].take();
    assert_eq!(assigned["changes"][1], json!({ "version": 2, "receipt": assigned["receipt"] }));
    let again = world.ask(&bob, ASSIGN, both).await.data()["assignAccountsToTerritory"].take();
    assert_eq!(again, assigned);
    assert_eq!(seen(&cleo).await, Some(3));
    let shares = world.ask(&bob, SHARES, json!({ "id": one })).await.data()["accountShares"].take();
    let shown = json!([{ "kind": "TERRITORY_AND_ABOVE", "principalId": france, "name": "France", "level": "READ",
        "cause": "TERRITORY" }]);
    assert_eq!(shares, shown);
    assert_eq!(world.ask(&cleo, SHARES, json!({ "id": one })).await.code(), "FORBIDDEN");
    let widened = world.ask(&cleo, REMOVE, json!({ "ids": [one], "from": france })).await;
    assert_eq!(widened.code(), "FORBIDDEN", "whoever may read it may not take it away");

    let removed = world.ask(&bob, REMOVE, json!({ "ids": [one, two], "from": france })).await.data();
    let changes: &Value = &removed["removeAccountsFromTerritory"]["changes"];
    assert_eq!(changes[0], json!({ "version": 3, "accessLost": false }));
    assert_eq!(seen(&cleo).await, Some(1));
    let nothing = world.ask(&bob, REMOVE, json!({ "ids": [one], "from": france })).await.data();
    assert_eq!(nothing["removeAccountsFromTerritory"]["receipt"], Value::Null);
}
