//! Teams of accounts, as clients see them.

use serde_json::{Value, json};

use crate::world::{Member, World};

const ADD: &str = "mutation ($id: ID!, $members: [TeamMemberInput!]!) {
    addAccountTeamMembers(id: $id, members: $members) { version changedFields receipt account { id } }
}";

const REMOVE: &str = "mutation ($id: ID!, $users: [ID!]!) {
    removeAccountTeamMembers(id: $id, userIds: $users) { version accessLost }
}";

const TEAM: &str = "query ($id: ID!) { accountTeam(id: $id) { userId user { name } level role } }";

fn engineer(member: &Member, level: &str) -> Value {
    json!([{ "userId": member.id.to_string(), "level": level, "role": "Engineer" }])
}

#[tokio::test]
async fn a_team_is_made_seen_and_ended() {
    let (world, _) = World::new().await;
    let profile = world.profile("Seller", &[], &[]).await;
    let (bob, cleo) = (world.join("Bob", profile).await, world.join("Cleo", profile).await);
    let id = world.account(&bob, json!({ "name": "Acme" })).await;
    let stranger = world.ask(&cleo, ADD, json!({ "id": id, "members": engineer(&cleo, "EDIT") })).await;
    assert_eq!(stranger.code(), "NOT_FOUND");
    assert_eq!(world.ask(&cleo, TEAM, json!({ "id": id })).await.code(), "NOT_FOUND");

    let added = world.ask(&bob, ADD, json!({ "id": id, "members": engineer(&cleo, "EDIT") })).await.data();
    assert!(added["addAccountTeamMembers"]["receipt"].is_string());
    assert_eq!(added["addAccountTeamMembers"]["version"], 2);
    let shown = json!([{
        "userId": cleo.id.to_string(),
        "user": { "name": "Cleo" },
        "level": "EDIT",
        "role": "Engineer",
    }]);
    for who in [&bob, &cleo] {
        assert_eq!(world.ask(who, TEAM, json!({ "id": id })).await.data()["accountTeam"], shown);
    }
    let widened = world.ask(&cleo, ADD, json!({ "id": id, "members": engineer(&cleo, "READ") })).await;
    assert_eq!(widened.code(), "FORBIDDEN");
    let ended = world.ask(&bob, REMOVE, json!({ "id": id, "users": [cleo.id.to_string()] })).await.data();
    assert_eq!(ended["removeAccountTeamMembers"], json!({ "version": 3, "accessLost": false }));
    assert_eq!(world.ask(&cleo, TEAM, json!({ "id": id })).await.code(), "NOT_FOUND");
}
