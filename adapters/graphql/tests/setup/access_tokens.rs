//! Personal access tokens, as programs use them.

use serde_json::json;

use crate::house::{House, Who};

impl House {
    async fn issue(&self, who: &Who, scopes: &str) -> Who {
        let document = format!(
            "mutation {{ createAccessToken(input: {{ name: \"Nightly\", scopes: [{scopes}],
                expiresAt: \"2026-06-01T00:00:00Z\" }}) {{ token accessToken {{ id scopes lastUsedAt }} receipt }} }}"
        );
        let made = self.ask(who, &document).await.data()["createAccessToken"].take();
        assert!(made["receipt"].is_string() && made["accessToken"]["lastUsedAt"].is_null(), "{made}");
        Who::Bearer(made["token"].as_str().unwrap().to_owned())
    }
}

#[tokio::test]
async fn a_token_reads_and_changes_what_its_scopes_say_and_needs_a_key_for_each_change() {
    let (house, ada) = House::with_administrator().await;
    let reader = house.issue(&ada, "SETUP_READ").await;
    let writer = house.issue(&ada, "SETUP_WRITE").await;
    let records = house.issue(&ada, "RECORDS_WRITE").await;
    let me = "{ me { email } }";
    for program in [&reader, &writer] {
        house.ask(program, me).await.data();
    }
    assert_eq!(house.ask(&records, me).await.code(), "UNAUTHENTICATED");
    let Who::Bearer(secret) = &reader else { panic!("a token") };
    assert_eq!(house.ask(&Who::Cookie(secret.clone()), me).await.code(), "UNAUTHENTICATED");

    let make = "mutation ($key: String) { createRole(input: { name: \"Clerk\" }, idempotencyKey: $key) { receipt } }";
    let with_key = json!({ "key": "once" });
    assert_eq!(house.send(&reader, make, with_key.clone()).await.code(), "FORBIDDEN");
    assert_eq!(house.ask(&writer, make).await.code(), "IDEMPOTENCY_KEY_REQUIRED");
    let made = house.send(&writer, make, with_key.clone()).await.data();
    assert_eq!(house.send(&writer, make, with_key).await.data(), made, "made once");
    house.wait(30);
    house.ask(&writer, me).await.data();
}

#[tokio::test]
async fn a_token_opens_nothing_else_and_is_revoked_by_its_user() {
    let (house, ada) = House::with_administrator().await;
    let writer = house.issue(&ada, "SETUP_WRITE").await;
    for document in [
        "mutation { issueRecoveryCodes { codes } }",
        "mutation { createAccessToken(input: { name: \"More\", scopes: [SETUP_WRITE],
            expiresAt: \"2026-06-01T00:00:00Z\" }) { token } }",
    ] {
        assert_eq!(house.ask(&writer, document).await.code(), "FORBIDDEN", "{document}");
    }
    for document in
        ["mutation { signOut { sessionId } }", "mutation { stepUp(password: \"x\") { __typename } }"]
    {
        assert_eq!(house.ask(&writer, document).await.code(), "UNAUTHENTICATED", "{document}");
    }
    let tokens = house.ask(&ada, "{ accessTokens { id name scopes lastUsedAt } }").await.data();
    let token = &tokens["accessTokens"][0];
    assert_eq!((&token["name"], &token["scopes"]), (&json!("Nightly"), &json!(["SETUP_WRITE"])));
    let revoke = "mutation ($me: ID!, $id: ID!) { revokeAccessToken(userId: $me, id: $id) { receipt } }";
    let variables = json!({ "me": house.me(&ada).await, "id": token["id"] });
    let bob = house.join(&ada, "bob@example.com", "Standard User").await;
    assert_eq!(house.send(&bob, revoke, variables.clone()).await.code(), "FORBIDDEN");
    house.send(&ada, revoke, variables).await.data();
    assert_eq!(house.ask(&writer, "{ me { id } }").await.code(), "UNAUTHENTICATED");
}
