//! Signing in and out.

use poem::http::StatusCode;
use serde_json::json;

use crate::house::{ADMIN, House, PASSWORD, Who};

#[tokio::test]
async fn a_bearer_token_is_in_the_answer_and_in_no_cookie() {
    let (house, _) = House::with_administrator().await;
    let answer = house.try_sign_in("main", ADMIN, PASSWORD, "BEARER").await;
    assert!(answer.cookies().is_empty(), "{answer:?}");

    let step = answer.data()["signIn"].take();
    assert_eq!(step["user"], json!({ "email": ADMIN, "name": "Ada", "state": "ACTIVE" }));
    assert_eq!((&step["session"]["delivery"], &step["session"]["current"]), (&json!("BEARER"), &json!(true)));
    let token = step["token"].as_str().unwrap().to_owned();
    assert_eq!(house.ask(&Who::Bearer(token.clone()), "{ me { email } }").await.data()["me"]["email"], ADMIN);
    assert_eq!(house.ask(&Who::Cookie(token), "{ me { email } }").await.code(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_cookie_is_out_of_reach_of_scripts_and_the_answer_has_no_token() {
    let (house, _) = House::with_administrator().await;
    let answer = house.try_sign_in("main", ADMIN, PASSWORD, "COOKIE").await;
    assert_eq!(answer.data()["signIn"]["token"], json!(null));

    let [cookie] = answer.cookies()[..] else { panic!("{answer:?}") };
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(attributes, "Path=/; Secure; HttpOnly; SameSite=Lax");
    let (name, token) = pair.split_once('=').unwrap();
    assert_eq!(name, "__Host-sutra");
    assert!(!answer.body.contains(token));
    let token = token.to_owned();
    assert_eq!(house.ask(&Who::Cookie(token.clone()), "{ me { email } }").await.data()["me"]["email"], ADMIN);
    assert_eq!(house.ask(&Who::Bearer(token), "{ me { email } }").await.code(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn every_refused_sign_in_has_the_same_answer() {
    let (house, admin) = House::with_administrator().await;
    house.invite(&admin, "invited@example.com", "Standard User").await;
    let gone = house.join(&admin, "gone@example.com", "Standard User").await;
    let id = house.me(&gone).await;
    let document = "mutation ($id: ID!) { updateUser(id: $id, input: { active: false }) { user { state } } }";
    house.send(&admin, document, json!({ "id": id })).await.data();

    let cases = [
        ("wrong password", "main", ADMIN, "not the right password"),
        ("empty password", "main", ADMIN, ""),
        ("unknown user", "main", "nobody@example.com", PASSWORD),
        ("no address at all", "main", "nobody", PASSWORD),
        ("unknown workspace", "elsewhere", ADMIN, PASSWORD),
        ("no slug at all", "", ADMIN, PASSWORD),
        ("invited user", "main", "invited@example.com", PASSWORD),
        ("deactivated user", "main", "gone@example.com", PASSWORD),
    ];
    for deliver in ["BEARER", "COOKIE"] {
        let first = house.try_sign_in(cases[0].1, cases[0].2, cases[0].3, deliver).await;
        assert_eq!(first.status, StatusCode::OK);
        assert_eq!(first.data()["signIn"]["__typename"], "SignInRefused");
        for (name, workspace, email, password) in cases {
            let answer = house.try_sign_in(workspace, email, password, deliver).await;
            assert_eq!(answer.body.as_bytes(), first.body.as_bytes(), "{name}");
            assert_eq!((answer.status, &answer.headers), (first.status, &first.headers), "{name}");
        }
    }
}

#[tokio::test]
async fn signing_out_ends_the_session_at_once() {
    let (house, _) = House::with_administrator().await;
    let answer = house.try_sign_in("main", ADMIN, PASSWORD, "COOKIE").await;
    let token = answer.cookies()[0].split(['=', ';']).nth(1).unwrap().to_owned();
    let ada = Who::Cookie(token);

    let out = house.ask(&ada, "mutation { signOut { sessionId } }").await;
    assert_eq!(out.data()["signOut"]["sessionId"], answer.data()["signIn"]["session"]["id"]);
    assert_eq!(out.cookies(), ["__Host-sutra=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"]);
    assert_eq!(house.ask(&ada, "{ me { id } }").await.code(), "UNAUTHENTICATED");
    assert_eq!(house.ask(&ada, "mutation { signOut { sessionId } }").await.code(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_stale_token_does_not_keep_anybody_from_signing_in() {
    let (house, _) = House::with_administrator().await;
    let stale = Who::Cookie("sutra_ses_stale".to_owned());
    let document = format!(
        "mutation {{ signIn(email: \"{ADMIN}\", password: \"{PASSWORD}\", deliver: COOKIE) {{ __typename }} }}"
    );
    assert_eq!(house.ask(&stale, &document).await.data()["signIn"]["__typename"], "SignedIn");
}
