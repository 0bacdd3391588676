//! Who is let in, and in which form requests must come.

use poem::http::{StatusCode, header};
use serde_json::json;
use sutra_crypto::{Token, TokenKind};
use sutra_identity::Delivery;
use sutra_kernel::{Uuid, WorkspaceId};
use sutra_testkit::TestEntropy;

use crate::world::{Answer, ORIGIN, World};

const ME: &str = "{ me { name } }";

fn body(document: &str) -> String {
    json!({ "query": document }).to_string()
}

#[tokio::test]
async fn a_stranger_is_told_nothing_not_even_the_schema() {
    let (world, _) = World::new().await;
    let documents = [ME, "{ __schema { types { name } } }", "{ __typename }", "{ nothing }", "not GraphQL"];
    for document in documents {
        let answer = Answer::of(world.post().body(body(document))).await;
        assert_eq!(answer.code(), "UNAUTHENTICATED", "{document}");
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{document}");
    }
    let elsewhere = WorkspaceId::from_uuid(Uuid::from_u128(1));
    let forged = Token::generate(TokenKind::Session, elsewhere, &TestEntropy::seeded(1));
    for token in ["sutra_ses_x_y", "", forged.expose()] {
        let request = world.post().header(header::AUTHORIZATION, format!("Bearer {token}"));
        assert_eq!(Answer::of(request.body(body(ME))).await.code(), "UNAUTHENTICATED", "{token}");
    }
}

#[tokio::test]
async fn a_member_may_read_the_schema() {
    let (world, ada) = World::new().await;
    let types = world.data(&ada, "{ __schema { queryType { name } } }").await;
    assert_eq!(types["__schema"]["queryType"]["name"], "Query");
}

#[tokio::test]
async fn only_one_json_object_by_post_is_a_request() {
    let (world, ada) = World::new().await;
    let bearer = format!("Bearer {}", ada.token);
    let get = world.client.get("/graphql").query("query", &ME).header(header::AUTHORIZATION, &bearer);
    let answer = Answer::of(get).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::METHOD_NOT_ALLOWED, "BAD_USER_INPUT".to_owned()));

    let form = world.client.post("/graphql").content_type("application/x-www-form-urlencoded");
    let answer = Answer::of(form.header(header::AUTHORIZATION, &bearer).body(body(ME))).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);

    let long = format!("{{ me {{ name }} }} #{}", "x".repeat(300_000));
    let answer = Answer::of(world.post().header(header::AUTHORIZATION, &bearer).body(body(&long))).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);

    let batch = json!([{ "query": ME }, { "query": ME }]).to_string();
    for (name, body) in
        [("a batch", batch.as_str()), ("a list of one", "[{}]"), ("not JSON", "{"), ("nothing", "")]
    {
        let request = world.post().header(header::AUTHORIZATION, &bearer).body(body.to_owned());
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name}");
    }
}

#[tokio::test]
async fn a_cookie_counts_only_with_the_signs_of_an_own_page() {
    let (world, _) = World::new().await;
    let ada = world.sign_in("ada@example.com", Delivery::Cookie).await;
    let cookie = format!("theme=dark; __Host-sutra={}", ada.token);
    let cases = [
        ("with the header", vec![("sutra-request", "1")], None),
        (
            "from an own page",
            vec![("sutra-request", "1"), ("origin", ORIGIN), ("sec-fetch-site", "same-origin")],
            None,
        ),
        ("without the header", vec![], Some("FORBIDDEN")),
        ("another value", vec![("sutra-request", "0")], Some("FORBIDDEN")),
        ("another site", vec![("sutra-request", "1"), ("sec-fetch-site", "cross-site")], Some("FORBIDDEN")),
        (
            "another origin",
            vec![("sutra-request", "1"), ("origin", "https://evil.example")],
            Some("FORBIDDEN"),
        ),
    ];
    for (name, headers, expected) in cases {
        let request = world.post().header(header::COOKIE, &cookie);
        let request = headers.iter().fold(request, |request, (key, value)| request.header(*key, *value));
        let answer = Answer::of(request.body(body(ME))).await;
        match expected {
            Some(code) => assert_eq!(answer.code(), code, "{name}"),
            None => assert_eq!(answer.data()["me"]["name"], "Ada", "{name}"),
        }
    }
}

#[tokio::test]
async fn a_token_is_good_only_in_the_way_it_was_handed_out() {
    let (world, ada) = World::new().await;
    let as_cookie = |token: &str| {
        world.post().header(header::COOKIE, format!("__Host-sutra={token}")).header("sutra-request", "1")
    };
    let bearer_as_cookie = as_cookie(&ada.token).body(body(ME));
    assert_eq!(Answer::of(bearer_as_cookie).await.code(), "UNAUTHENTICATED");
    let cookie = world.sign_in("ada@example.com", Delivery::Cookie).await;
    assert_eq!(world.code(&cookie, ME).await, "UNAUTHENTICATED");
    let both = as_cookie(&cookie.token).header(header::AUTHORIZATION, format!("Bearer {}", ada.token));
    assert_eq!(Answer::of(both.body(body(ME))).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn without_its_store_the_answer_is_unavailable_and_says_no_more() {
    let (world, ada) = World::new().await;
    world.lose_store();
    let request = world.post().header(header::AUTHORIZATION, format!("Bearer {}", ada.token));
    let response = request.body(body(ME)).send().await.0;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.header(header::RETRY_AFTER), Some("5"));
    let text = response.into_body().into_string().await.unwrap();
    assert!(text.contains("UNAVAILABLE") && !text.contains("10.0.0.7"), "{text}");
}

/// Also to who asks for nothing that is looked at before GraphQL is: a sign-in that waited too long for its turn.
#[tokio::test]
async fn a_sign_in_that_cannot_be_looked_at_is_told_to_come_back() {
    let (world, _) = World::new().await;
    world.lose_store();
    let sign_in =
        "mutation { signIn(email: \"a@example.com\", password: \"no\", deliver: BEARER) { __typename } }";
    let request = world.client.post("/graphql/setup").content_type("application/json");
    let response = request.body(body(sign_in)).send().await.0;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.header(header::RETRY_AFTER), Some("5"));
    let text = response.into_body().into_string().await.unwrap();
    assert!(text.contains("UNAVAILABLE") && !text.contains("10.0.0.7"), "{text}");
}
