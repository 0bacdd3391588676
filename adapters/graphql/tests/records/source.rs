//! Where requests may come from, as far as browsers tell: other sites, other origins, upgrades.

use poem::{
    Response,
    http::{Method, StatusCode, header},
};
use serde_json::json;
use sutra_identity::Delivery;

use crate::world::{Member, ORIGIN, World};

const PATHS: [&str; 2] = ["/graphql", "/graphql/setup"];

/// What looks like the origin that is allowed, and is none.
const ALMOST: [&str; 9] = [
    "https://evil.example",
    "http://crm.example.com",
    "https://crm.example.com:8443",
    "https://crm.example.com.evil.example",
    "https://evil-crm.example.com",
    "https://CRM.example.com",
    "https://crm.example.com/",
    "null",
    "",
];

type Headers = Vec<(&'static str, String)>;

fn with(mut headers: Headers, more: &[(&'static str, &str)]) -> Headers {
    headers.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    headers
}

fn bearer(member: &Member) -> Headers {
    vec![("authorization", format!("Bearer {}", member.token))]
}

fn cookie(member: &Member) -> Headers {
    with(vec![("cookie", format!("__Host-sutra={}", member.token))], &[("sutra-request", "1")])
}

/// Sends a question that everybody who is signed in may ask.
async fn send(world: &World, method: Method, path: &str, headers: &Headers) -> Response {
    let request = world.client.request(method, path).content_type("application/json");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
    request.body(json!({ "query": "{ me { name } }" }).to_string()).send().await.0
}

#[tokio::test]
async fn no_page_of_another_origin_is_answered_whatever_it_carries() {
    let (world, ada) = World::new().await;
    let at_the_browser = world.sign_in("ada@example.com", Delivery::Cookie).await;
    let carried =
        [("nothing", Headers::new()), ("a token", bearer(&ada)), ("a cookie", cookie(&at_the_browser))];
    for path in PATHS {
        for (what, headers) in &carried {
            for origin in ALMOST {
                let headers = with(headers.clone(), &[("origin", origin)]);
                let response = send(&world, Method::POST, path, &headers).await;
                assert_eq!(response.status(), StatusCode::FORBIDDEN, "{path}, {what}, from `{origin}`");
                assert!(!response.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN), "{origin}");
                assert_eq!(response.header(header::VARY), Some("origin"));
            }
            let two = with(headers.clone(), &[("origin", ORIGIN), ("origin", ORIGIN)]);
            let response = send(&world, Method::POST, path, &two).await;
            assert_eq!(response.status(), StatusCode::FORBIDDEN, "{path}, {what}, from two origins");
            let hidden = with(headers.clone(), &[("sec-fetch-site", "cross-site")]);
            let response = send(&world, Method::POST, path, &hidden).await;
            assert_eq!(response.status(), StatusCode::FORBIDDEN, "{path}, {what}, from a hidden origin");
        }
    }
}

#[tokio::test]
async fn a_page_of_an_allowed_origin_reads_the_answer() {
    let (world, ada) = World::new().await;
    let at_the_browser = world.sign_in("ada@example.com", Delivery::Cookie).await;
    let cases = [
        ("a token, of another site", with(bearer(&ada), &[("sec-fetch-site", "cross-site")]), StatusCode::OK),
        (
            "a cookie, of the same site",
            with(cookie(&at_the_browser), &[("sec-fetch-site", "same-site")]),
            StatusCode::OK,
        ),
        (
            "a cookie, of another site",
            with(cookie(&at_the_browser), &[("sec-fetch-site", "cross-site")]),
            StatusCode::FORBIDDEN,
        ),
    ];
    for (name, headers, status) in cases {
        let headers = with(headers, &[("origin", ORIGIN)]);
        let response = send(&world, Method::POST, "/graphql", &headers).await;
        assert_eq!(response.status(), status, "{name}");
        assert_eq!(response.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), Some(ORIGIN), "{name}");
        assert_eq!(response.header(header::ACCESS_CONTROL_ALLOW_CREDENTIALS), Some("true"), "{name}");
    }
    let program = send(&world, Method::POST, "/graphql", &bearer(&ada)).await;
    assert!(!program.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN));
}

#[tokio::test]
async fn a_browser_that_asks_first_is_told_of_allowed_origins_alone() {
    let (world, _) = World::new().await;
    let asking = || with(Headers::new(), &[("access-control-request-method", "POST")]);
    for path in PATHS {
        let response = send(&world, Method::OPTIONS, path, &with(asking(), &[("origin", ORIGIN)])).await;
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        assert_eq!(response.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), Some(ORIGIN));
        assert_eq!(response.header(header::ACCESS_CONTROL_ALLOW_METHODS), Some("POST"));
        let names = response.header(header::ACCESS_CONTROL_ALLOW_HEADERS).unwrap();
        assert_eq!(names, "authorization, content-type, idempotency-key, sutra-request");

        for origin in ALMOST {
            let response = send(&world, Method::OPTIONS, path, &with(asking(), &[("origin", origin)])).await;
            assert_eq!(response.status(), StatusCode::FORBIDDEN, "{origin}");
            assert!(!response.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN), "{origin}");
        }
        let response = send(&world, Method::OPTIONS, path, &asking()).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "no browser asks so");
    }
}

#[tokio::test]
async fn nothing_but_a_post_does_anything_and_nothing_is_upgraded() {
    let (world, ada) = World::new().await;
    let upgrade = [
        ("connection", "Upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-protocol", "graphql-transport-ws"),
    ];
    for path in PATHS {
        for method in [Method::GET, Method::HEAD, Method::PUT, Method::PATCH, Method::DELETE] {
            let response = send(&world, method.clone(), path, &bearer(&ada)).await;
            assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
        }
        let response = send(&world, Method::GET, path, &with(bearer(&ada), &upgrade)).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        let elsewhere = with(with(bearer(&ada), &upgrade), &[("origin", "https://evil.example")]);
        let response = send(&world, Method::GET, path, &elsewhere).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "where it comes from is looked at first");
    }
}
