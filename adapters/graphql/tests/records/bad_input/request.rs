//! What is refused before any operation is looked at, and what only some callers are refused.

use poem::http::{StatusCode, header};
use serde_json::{Value, json};

use crate::world::{Answer, Member, World};

/// A request in a few words, its answer, and what it should be refused with.
pub(super) type Refused = (&'static str, Answer, StatusCode, &'static str);

type Headers<'a> = &'a [(&'a str, &'a str)];

const ME: &str = "{ me { name } }";
const ABSENT: &str = "rec_01h455vb4pex5vsknk084sn02q";
const BAD: &str = "BAD_USER_INPUT";

/// Bodies that are no request.
pub(super) async fn bodies(world: &World, ada: &Member) -> Vec<Refused> {
    let deep = format!("{{\"variables\":{{\"a\":{}{}}}}}", "[".repeat(200), "]".repeat(200));
    let long = json!({ "query": format!("{ME} #{}", "x".repeat(300_000)) }).to_string();
    let (bad, large) = (StatusCode::BAD_REQUEST, StatusCode::PAYLOAD_TOO_LARGE);
    let cases: [(&str, &[u8], StatusCode); 16] = [
        ("nothing", b"", bad),
        ("no UTF-8", b"{\"query\":\"{ me { \xff } }\"}", bad),
        ("half of JSON", br#"{"query":"#, bad),
        ("a text", br#""{ me { name } }""#, bad),
        ("a number", b"5", bad),
        ("a list of values", br#"["{ me { name } }", null, null, {}, null]"#, bad),
        ("a batch", br#"[{"query":"{ me { name } }"}]"#, bad),
        ("a document that is a number", br#"{"query":5}"#, bad),
        ("variables that are a list", br#"{"query":"{ me { name } }","variables":[]}"#, bad),
        ("variables that are a text", br#"{"query":"{ me { name } }","variables":"{}"}"#, bad),
        ("an operation's name that is a number", br#"{"query":"{ me { name } }","operationName":5}"#, bad),
        ("an identifier that is a number", br#"{"documentId":5}"#, bad),
        ("extensions that are a text", br#"{"query":"{ me { name } }","extensions":"{}"}"#, bad),
        ("two documents", br#"{"query":"{ a }","query":"{ me { name } }"}"#, bad),
        ("deeper than anybody reads", deep.as_bytes(), bad),
        ("too long", long.as_bytes(), large),
    ];
    let mut refused = Vec::new();
    for (what, body, status) in cases {
        let request = world.post().header(header::AUTHORIZATION, format!("Bearer {}", ada.token));
        refused.push((what, Answer::of(request.body(body.to_vec())).await, status, BAD));
    }
    refused
}

/// Requests that say wrongly what they are, or whose.
pub(super) async fn headers(world: &World, ada: &Member) -> Vec<Refused> {
    let (bearer, cookie) = (format!("Bearer {}", ada.token), format!("__Host-sutra={}", ada.token));
    let (half, json) = (bearer.get(..40).unwrap(), ("content-type", "application/json"));
    let (token, key) = (("authorization", bearer.as_str()), "idempotency-key");
    let bad = (StatusCode::BAD_REQUEST, BAD);
    let ty = (StatusCode::UNSUPPORTED_MEDIA_TYPE, BAD);
    let forbidden = (StatusCode::FORBIDDEN, "FORBIDDEN");
    let nobody = (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED");
    let cases: [(&str, Headers<'_>, (StatusCode, &str)); 16] = [
        ("no type", &[token], ty),
        ("a text", &[token, ("content-type", "text/plain")], ty),
        ("a document", &[token, ("content-type", "application/graphql")], ty),
        ("a form", &[token, ("content-type", "application/x-www-form-urlencoded")], ty),
        ("a form with files", &[token, ("content-type", "multipart/form-data; boundary=a")], ty),
        ("an empty key", &[token, json, (key, "")], bad),
        ("two keys", &[token, json, (key, "k1"), (key, "k2")], bad),
        ("two tokens", &[token, token, json], bad),
        ("another scheme", &[json, ("authorization", "Basic YTpi")], bad),
        ("a token and a cookie", &[token, json, ("cookie", &cookie)], bad),
        ("a cookie alone", &[json, ("cookie", &cookie)], forbidden),
        ("from elsewhere", &[json, ("origin", "https://evil.example")], forbidden),
        ("by a link from elsewhere", &[json, ("sec-fetch-site", "cross-site")], forbidden),
        ("from a proxy that is none", &[token, json, ("x-forwarded-for", "192.0.2.1")], bad),
        ("half a token", &[json, ("authorization", half)], nobody),
        ("nobody's", &[json], nobody),
    ];
    let body = json!({ "query": ME }).to_string();
    let mut refused = Vec::new();
    for (what, headers, (status, code)) in cases {
        let request = world.client.post("/graphql").body(body.clone());
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        refused.push((what, Answer::of(request).await, status, code));
    }
    let get = world.client.get("/graphql").query("query", &ME).header("authorization", &bearer);
    refused.push(("no POST", Answer::of(get).await, StatusCode::METHOD_NOT_ALLOWED, BAD));
    refused
}

/// Documents that are none, or ask for too much.
pub(super) async fn documents(world: &World, ada: &Member) -> Vec<Refused> {
    const MUCH: &str = "QUERY_TOO_COMPLEX";
    let times = |count: usize, field: &str| vec![field; count].join(" ");
    let aliases: Vec<String> = (0..31).map(|n| format!("a{n}: id")).collect();
    let nested = |count: usize, inner: &str| format!("{}{inner}{}", "{ a ".repeat(count), "}".repeat(count));
    let fragments = |count: usize| format!("{}id{}", "... { ".repeat(count), " }".repeat(count));
    let rows =
        "contacts(first: 200) { nodes { account { id } owner { id } createdBy { id } updatedBy { id } } }";
    let cases = [
        ("half a document", "{ me".to_owned(), BAD),
        ("two without names", "query A { me { id } } query B { me { id } }".to_owned(), BAD),
        ("a fragment that is not there", "{ ...nothing }".to_owned(), BAD),
        ("a fragment on nothing", "{ ... on Spaceship { id } }".to_owned(), BAD),
        ("a variable that is not defined", "{ account(id: $id) { id } }".to_owned(), BAD),
        ("a variable of no type", "query ($id: Spaceship) { account(id: $id) { id } }".to_owned(), BAD),
        ("a directive that is not there", "{ me @spaceship { id } }".to_owned(), BAD),
        ("a subscription", "subscription { accounts { totalCount } }".to_owned(), BAD),
        ("from both ends", "{ accounts(first: 1, last: 1) { totalCount } }".to_owned(), BAD),
        (
            "of two moments",
            format!("{{ account(id: \"{ABSENT}\", version: 1, asOf: \"2026-03-01T00:00:00Z\") {{ id }} }}"),
            BAD,
        ),
        ("too deep", nested(11, "x"), MUCH),
        ("too many aliases", format!("{{ me {{ {} }} }}", aliases.join(" ")), MUCH),
        ("too many fields at the root", format!("{{ {} }}", times(21, "me { id }")), MUCH),
        ("too many selections", format!("{{ me {{ {} }} }}", times(2_000, "id")), MUCH),
        ("too many rows", format!("{{ {} }}", times(20, rows)), MUCH),
        ("too many fragments inside each other", format!("{{ {} }}", fragments(41)), MUCH),
    ];
    let mut refused = Vec::new();
    for (what, document, code) in cases {
        refused.push((what, world.ask(ada, &document, json!({})).await, StatusCode::OK, code));
    }
    refused
}

/// What only some are refused, or only sometimes.
pub(super) async fn callers(world: World, ada: &Member) -> Vec<Refused> {
    let bob = world.join("Carl", world.profile("Seller", &["campaign"], &["account.phone"]).await).await;
    let create = |name: &str| {
        json!({ "query": "mutation ($name: String!) { createAccount(input: { name: $name }) { id } }",
        "variables": { "name": name } })
    };
    let hidden = "{ accounts(filter: { phone: { eq: \"1\" } }) { totalCount } }";
    let written = "mutation { createAccount(input: { name: \"Acme\", phone: \"1\" }) { id } }";
    let ask = async |document: &str| world.ask(&bob, document, json!({})).await;
    let keyed = async |body: &Value| {
        let request = world.post().header(header::AUTHORIZATION, format!("Bearer {}", ada.token));
        Answer::of(request.header("Idempotency-Key", "k1").body(body.to_string())).await
    };
    let mut refused = vec![
        ("a closed object", ask("{ campaigns { totalCount } }").await, StatusCode::OK, "FORBIDDEN"),
        (
            "a closed record",
            ask("mutation { createCampaign(input: { name: \"A\" }) { id } }").await,
            StatusCode::OK,
            "FORBIDDEN",
        ),
        ("a hidden field, written", ask(written).await, StatusCode::OK, "FORBIDDEN"),
        ("a hidden field, filtered by", ask(hidden).await, StatusCode::OK, "FIELD_NOT_READABLE"),
        (
            "a hidden field, ordered by",
            ask("{ accounts(orderBy: { field: PHONE }) { totalCount } }").await,
            StatusCode::OK,
            "FIELD_NOT_READABLE",
        ),
    ];
    keyed(&create("Acme")).await.data();
    refused.push((
        "a key for another change",
        keyed(&create("Other")).await,
        StatusCode::OK,
        "IDEMPOTENCY_CONFLICT",
    ));
    let world = world.requiring_keys();
    refused.push((
        "no key",
        world.send(ada, &create("Acme")).await,
        StatusCode::OK,
        "IDEMPOTENCY_KEY_REQUIRED",
    ));
    world.lose_store();
    refused.push((
        "no store",
        world.send(ada, &create("Acme")).await,
        StatusCode::SERVICE_UNAVAILABLE,
        "UNAVAILABLE",
    ));
    refused
}
