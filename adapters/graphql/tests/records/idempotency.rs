//! Requests that come twice.

use poem::http::{StatusCode, header};
use serde_json::{Value, json};

use crate::world::{Answer, Member, World};

const CREATE: &str = "mutation ($input: CreateAccountInput!) { createAccount(input: $input) {
    id version changedFields receipt accessLost account { name phone } } }";

/// Asks under the key in the header.
async fn ask(world: &World, member: &Member, key: &str, document: &str, variables: Value) -> Answer {
    let request = world.post().header(header::AUTHORIZATION, format!("Bearer {}", member.token));
    let body = json!({ "query": document, "variables": variables }).to_string();
    Answer::of(request.header("Idempotency-Key", key).body(body)).await
}

async fn count(world: &World, member: &Member) -> Value {
    world.data(member, "{ accounts { totalCount } }").await["accounts"]["totalCount"].take()
}

#[tokio::test]
async fn a_request_that_comes_twice_has_one_effect_and_one_answer() {
    let (world, ada) = World::new().await;
    let input = json!({ "input": { "name": "Acme", "phone": "+49 30 1" } });
    let first = ask(&world, &ada, "k1", CREATE, input.clone()).await.data();
    assert!(first["createAccount"]["receipt"].as_str().unwrap().starts_with("rcpt_"));
    let turned = json!({ "input": { "phone": "+49 30 1", "name": "Acme" } });
    for variables in [input.clone(), turned] {
        assert_eq!(ask(&world, &ada, "k1", CREATE, variables).await.data(), first);
    }
    let argument = "mutation ($input: CreateAccountInput!) {
        createAccount(input: $input, idempotencyKey: \"k1\") { id } }";
    let by_argument = world.ask(&ada, argument, input).await.data();
    assert_eq!(
        by_argument["createAccount"]["id"], first["createAccount"]["id"],
        "whichever way the key comes"
    );
    assert_eq!(count(&world, &ada).await, 1);
}

#[tokio::test]
async fn every_change_of_a_request_is_told_apart() {
    let (world, ada) = World::new().await;
    let document = "mutation { a: createAccount(input: { name: \"A\" }) { id }
        b: createAccount(input: { name: \"A\" }) { id } }";
    let first = ask(&world, &ada, "k1", document, json!({})).await.data();
    assert_ne!(first["a"], first["b"]);
    assert_eq!(ask(&world, &ada, "k1", document, json!({})).await.data(), first);
    assert_eq!(count(&world, &ada).await, 2);
}

#[tokio::test]
async fn many_records_are_changed_once() {
    let (world, ada) = World::new().await;
    let document = "mutation { createAccounts(inputs: [{ name: \"A\" }, { name: \"B\" }]) {
        receipt changes { id version receipt account { name } } } }";
    let first = ask(&world, &ada, "k1", document, json!({})).await.data();
    assert_eq!(ask(&world, &ada, "k1", document, json!({})).await.data(), first);
    assert_eq!(count(&world, &ada).await, 2);
}

#[tokio::test]
async fn another_change_under_the_same_key_is_a_conflict() {
    let (world, ada) = World::new().await;
    let input = |name: &str| json!({ "input": { "name": name } });
    let id = ask(&world, &ada, "k1", CREATE, input("Acme")).await.data()["createAccount"]["id"].take();
    let refused = ask(&world, &ada, "k1", CREATE, input("Bolt")).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::OK, "IDEMPOTENCY_CONFLICT".to_owned()));
    let id = id.as_str().unwrap();
    let delete = format!("mutation {{ createAccount: deleteAccount(id: \"{id}\") {{ id }} }}");
    assert_eq!(ask(&world, &ada, "k1", &delete, json!({})).await.code(), "IDEMPOTENCY_CONFLICT");
    assert_eq!(count(&world, &ada).await, 1);
}

#[tokio::test]
async fn what_was_refused_may_be_tried_again_under_its_key() {
    let (world, ada) = World::new().await;
    let refused = ask(&world, &ada, "k1", CREATE, json!({ "input": { "phone": "1" } })).await;
    assert_eq!(refused.code(), "VALIDATION_FAILED");
    ask(&world, &ada, "k1", CREATE, json!({ "input": { "name": "Acme" } })).await.data();
}

#[tokio::test]
async fn l34_the_same_key_of_another_user_is_another() {
    let (world, ada) = World::new().await;
    let bob = world.join("Bob", world.profile("Work", &[], &["account.phone"]).await).await;
    let input = json!({ "input": { "name": "Acme" } });
    let mine = ask(&world, &ada, "k1", CREATE, input.clone()).await.data();
    let theirs = ask(&world, &bob, "k1", CREATE, input).await.data();
    assert_ne!(mine["createAccount"]["id"], theirs["createAccount"]["id"]);
    assert_eq!(
        ask(&world, &bob, "k1", CREATE, json!({ "input": { "name": "B" } })).await.code(),
        "IDEMPOTENCY_CONFLICT"
    );
}

#[tokio::test]
async fn a_replay_shows_what_may_be_seen_by_now() {
    let (world, ada) = World::new().await;
    let bob = world.join("Bob", world.profile("Work", &[], &[]).await).await;
    let input = json!({ "input": { "name": "Acme" } });
    let first = ask(&world, &bob, "k1", CREATE, input.clone()).await.data()["createAccount"].take();
    let take = "mutation ($id: ID!, $owner: ID!) {
        updateAccount(id: $id, input: { ownerId: $owner, name: \"Secret\" }) { id } }";
    world.ask(&ada, take, json!({ "id": first["id"], "owner": ada.id.to_string() })).await.data();
    let again = ask(&world, &bob, "k1", CREATE, input).await.data()["createAccount"].take();
    assert_eq!((&again["id"], &again["receipt"]), (&first["id"], &first["receipt"]));
    assert_eq!((&again["account"], &again["accessLost"]), (&Value::Null, &json!(true)));
}

#[tokio::test]
async fn what_is_no_key_is_refused() {
    let (world, ada) = World::new().await;
    let create = |key: &str| {
        format!("mutation {{ createAccount(input: {{ name: \"A\" }}, idempotencyKey: \"{key}\") {{ id }} }}")
    };
    for (name, key) in [("empty", String::new()), ("too long", "k".repeat(256)), ("not ASCII", "ключ".into())]
    {
        assert_eq!(world.code(&ada, &create(&key)).await, "BAD_USER_INPUT", "{name}");
    }
    let long = ask(&world, &ada, &"k".repeat(256), CREATE, json!({ "input": { "name": "A" } })).await;
    assert_eq!((long.status, long.code()), (StatusCode::BAD_REQUEST, "BAD_USER_INPUT".to_owned()));
    let differing = ask(&world, &ada, "k1", &create("k2"), json!({})).await;
    assert_eq!(differing.code(), "BAD_USER_INPUT", "the argument and the header differ");
    let twice = world.post().header(header::AUTHORIZATION, format!("Bearer {}", ada.token));
    let twice = twice.header("Idempotency-Key", "k1").header("Idempotency-Key", "k2");
    let twice = Answer::of(twice.body(json!({ "query": create("k1") }).to_string())).await;
    assert_eq!((twice.status, twice.code()), (StatusCode::BAD_REQUEST, "BAD_USER_INPUT".to_owned()));
    assert_eq!(count(&world, &ada).await, 0);
}

#[tokio::test]
async fn where_keys_are_required_nothing_changes_without_one() {
    let (world, ada) = World::new().await;
    let world = world.requiring_keys();
    let create = "mutation { createAccount(input: { name: \"Acme\" }) { id } }";
    assert_eq!(world.code(&ada, create).await, "IDEMPOTENCY_KEY_REQUIRED");
    assert_eq!(count(&world, &ada).await, 0, "and reading needs none");
    ask(&world, &ada, "k1", create, json!({})).await.data();
    let setup = async |document: &str| {
        let request = world.client.post("/graphql/setup").content_type("application/json");
        let request = request.header(header::AUTHORIZATION, format!("Bearer {}", ada.token));
        Answer::of(request.body(json!({ "query": document }).to_string())).await
    };
    let role = setup("mutation { createRole(input: { name: \"Clerk\" }) { receipt } }").await;
    assert_eq!(role.code(), "IDEMPOTENCY_KEY_REQUIRED");
    let sign_in = "mutation { signIn(workspace: \"main\", email: \"a@example.com\", password: \"no\", deliver: BEARER) {
        __typename } }";
    assert_eq!(setup(sign_in).await.data()["signIn"]["__typename"], "SignInRefused", "a sign-in takes none");
    setup("mutation { signOut { sessionId } }").await.data();
}
