//! Behind a proxy: whose address counts.

use reqwest::{Client, StatusCode, header::AUTHORIZATION};
use serde_json::{Value, json};

use crate::place::{Place, Server};

const VISITOR: &str = "203.0.113.7";

/// Asks as a proxy does, or as somebody who would like to be one.
async fn ask(server: &Server, said: &[&str], token: &str, query: &str) -> (StatusCode, Value) {
    let url = format!("http://{}/graphql/setup", server.address);
    let mut request = Client::new().post(url).json(&json!({ "query": query }));
    if !token.is_empty() {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    for value in said {
        request = request.header("x-forwarded-for", *value);
    }
    let response = request.send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

fn sign_in(place: &Place) -> String {
    let password = place.demo_password("admin@demo.example");
    format!(
        "mutation {{ signIn(workspace: \"demo\", email: \"admin@demo.example\", password: \"{password}\", \
         deliver: BEARER) {{ ... on SignedIn {{ token session {{ address }} }} }} }}"
    )
}

#[tokio::test]
async fn s17_behind_a_proxy_the_visitor_s_address_is_the_one_that_counts() {
    let place = Place::empty();
    let config = place.write("proxied.toml", "[http]\ntrusted_proxies = ['127.0.0.1', '10.0.0.0/8']");
    let server = place.serve(&["--demo", "--config", &config], "demo-passwords.txt");
    let (_, answer) = ask(&server, &["192.0.2.1, 203.0.113.7, 10.0.0.9"], "", &sign_in(&place)).await;
    let opened = &answer["data"]["signIn"];
    assert_eq!(opened["session"]["address"], VISITOR, "{answer}");
    let token = opened["token"].as_str().unwrap();
    let me = "{ me { email } }";
    assert_eq!(ask(&server, &[VISITOR], token, me).await.1["data"]["me"]["email"], "admin@demo.example");

    // Somebody may work from the office alone; a proxy's word moves nobody there, unless it is the last.
    let office = "mutation { setAccessLimits(input: { allowAddresses: [\"203.0.113.0/24\"], denyAddresses: [] }) { receipt } }";
    let (_, set) = ask(&server, &[VISITOR], token, office).await;
    assert!(set["errors"].is_null(), "{set}");
    assert!(ask(&server, &["192.0.2.1"], token, me).await.1["errors"].is_array());
    assert!(ask(&server, &["203.0.113.7, 192.0.2.1"], token, me).await.1["errors"].is_array());
    assert_eq!(ask(&server, &["192.0.2.1, 203.0.113.8"], token, me).await.0, StatusCode::OK);

    let endless = ["203.0.113.7"; 200].join(",");
    for said in [&[][..], &[VISITOR, VISITOR], &["unknown"], &[""], &[endless.as_str()]] {
        let (status, answer) = ask(&server, said, token, me).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{said:?}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    }
}

#[tokio::test]
async fn s17_whoever_is_no_proxy_is_not_believed() {
    let place = Place::empty();
    let config = place.write("proxied.toml", "[http]\ntrusted_proxies = ['10.0.0.0/8']");
    let server = place.serve(&["--demo", "--config", &config], "demo-passwords.txt");
    let (status, _) = ask(&server, &[VISITOR], "", &sign_in(&place)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let (_, answer) = ask(&server, &[], "", &sign_in(&place)).await;
    assert_eq!(answer["data"]["signIn"]["session"]["address"], "127.0.0.1", "without the header");
}
