//! How sessions end, and who may end them.

use serde_json::{Value, json};

use crate::house::{ADMIN, House, PASSWORD, Who};

const REVOKE: &str =
    "mutation ($user: ID!, $id: ID!) { revokeSession(userId: $user, id: $id) { sessionId } }";

async fn sessions(house: &House, who: &Who, user: &str) -> Vec<Value> {
    let document = "query ($user: ID!) { sessions(userId: $user) { id live current } }";
    let answer = house.send(who, document, json!({ "user": user })).await;
    answer.data()["sessions"].as_array().unwrap().clone()
}

async fn is_signed_in(house: &House, who: &Who) -> bool {
    let answer = house.ask(who, "{ me { id } }").await;
    !answer.body.contains("errors") || {
        assert_eq!(answer.code(), "UNAUTHENTICATED");
        false
    }
}

#[tokio::test]
async fn a_session_ends_when_it_is_idle_for_half_an_hour() {
    let (house, ada) = House::with_administrator().await;
    house.wait(29);
    assert!(is_signed_in(&house, &ada).await);
    house.wait(29);
    assert!(is_signed_in(&house, &ada).await, "the last request counts");
    house.wait(30);
    assert!(!is_signed_in(&house, &ada).await);
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_however_much_it_is_used() {
    let (house, ada) = House::with_administrator().await;
    for _ in 0..12 * 60 / 20 - 1 {
        house.wait(20);
        assert!(is_signed_in(&house, &ada).await);
    }
    house.wait(20);
    assert!(!is_signed_in(&house, &ada).await);
}

#[tokio::test]
async fn a_revoked_session_is_refused_by_the_next_request() {
    let (house, here) = House::with_administrator().await;
    let there = house.sign_in(ADMIN, PASSWORD).await;
    let me = house.me(&here).await;
    let listed = sessions(&house, &here, &me).await;
    let other = listed.iter().find(|session| session["current"] == false).unwrap();

    let variables = json!({ "user": me, "id": other["id"] });
    house.send(&here, REVOKE, variables.clone()).await.data();
    assert!(!is_signed_in(&house, &there).await);
    assert!(is_signed_in(&house, &here).await);
    assert_eq!(house.send(&here, REVOKE, variables).await.code(), "NOT_FOUND", "it has ended already");
}

#[tokio::test]
async fn revoking_all_sessions_spares_the_one_that_asks() {
    let (house, here) = House::with_administrator().await;
    let others = [house.sign_in(ADMIN, PASSWORD).await, house.sign_in(ADMIN, PASSWORD).await];
    let document = "mutation ($user: ID!) { revokeAllSessions(userId: $user) { count } }";
    let answer = house.send(&here, document, json!({ "user": house.me(&here).await })).await;
    assert_eq!(answer.data()["revokeAllSessions"]["count"], 2);
    assert!(is_signed_in(&house, &here).await);
    for other in &others {
        assert!(!is_signed_in(&house, other).await);
    }
}

#[tokio::test]
async fn the_sessions_of_others_are_for_those_who_manage_users() {
    let (house, ada) = House::with_administrator().await;
    let bob = house.join(&ada, "bob@example.com", "Standard User").await;
    let (ada_id, bob_id) = (house.me(&ada).await, house.me(&bob).await);

    let document = "query ($user: ID!) { sessions(userId: $user) { id } }";
    assert_eq!(house.send(&bob, document, json!({ "user": ada_id })).await.code(), "FORBIDDEN");
    let of_ada = sessions(&house, &ada, &ada_id).await[0]["id"].take();
    let attempt = house.send(&bob, REVOKE, json!({ "user": ada_id, "id": of_ada })).await;
    assert_eq!(attempt.code(), "FORBIDDEN");
    let misnamed = house.send(&bob, REVOKE, json!({ "user": bob_id, "id": of_ada })).await;
    assert_eq!(misnamed.code(), "NOT_FOUND", "it is not bob's");

    let of_bob = sessions(&house, &ada, &bob_id).await[0]["id"].take();
    house.send(&ada, REVOKE, json!({ "user": bob_id, "id": of_bob })).await.data();
    assert!(!is_signed_in(&house, &bob).await);
    assert!(is_signed_in(&house, &ada).await);
}

#[tokio::test]
async fn deactivating_a_user_ends_their_sessions_at_once() {
    let (house, ada) = House::with_administrator().await;
    let bob = house.join(&ada, "bob@example.com", "Standard User").await;
    let document = "mutation ($id: ID!) { updateUser(id: $id, input: { active: false }) { user { state } } }";
    let answer = house.send(&ada, document, json!({ "id": house.me(&bob).await })).await;
    assert_eq!(answer.data()["updateUser"]["user"]["state"], "DEACTIVATED");
    assert!(!is_signed_in(&house, &bob).await);
}
