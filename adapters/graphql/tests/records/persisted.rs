//! Persisted documents: named in place of being sent, and the only ones that are executed if the operator says so.

use poem::http::StatusCode;
use serde_json::{Value, json};
use sutra_crypto::sha256;
use sutra_graphql::{HttpOptions, PersistedDocuments};

use crate::world::{Answer, Member, World};

const ME: &str = "query Me { me { name } }";
const CREATE: &str =
    "mutation Create($name: String!) { createAccount(input: { name: $name }) { account { name } } }";
const TWO: &str = "query Mine { me { name } } query Yours { objects { name } }";
const FREE: &str = "{ me { email } }";
const SCHEMA: &str = "{ __schema { queryType { name } } }";

fn digest(document: &str) -> String {
    sha256(document.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn id(document: &str) -> String {
    format!("sha256:{}", digest(document))
}

/// A world in which these documents are listed.
async fn listing(only_listed_documents: bool) -> (World, Member) {
    let entries = [ME, CREATE, TWO].map(|document| (digest(document), json!(document)));
    let manifest = Value::Object(entries.into_iter().collect()).to_string();
    let documents = PersistedDocuments::parse(&manifest).unwrap();
    let (world, ada) = World::new().await;
    (world.behaving(HttpOptions { documents, only_listed_documents, ..HttpOptions::default() }), ada)
}

#[tokio::test]
async fn a_document_is_executed_by_its_name_in_both_spellings() {
    for only_listed in [false, true] {
        let (world, ada) = listing(only_listed).await;
        let older = json!({ "persistedQuery": { "version": 1, "sha256Hash": digest(ME) } });
        let create = json!({ "documentId": id(CREATE), "variables": { "name": "Acme" } });
        let yours = json!({ "documentId": id(TWO), "operationName": "Yours" });
        let cases = [
            ("by name", json!({ "documentId": id(ME) }), "/me/name", "Ada"),
            ("the older way", json!({ "extensions": older }), "/me/name", "Ada"),
            ("with variables", create, "/createAccount/account/name", "Acme"),
            ("one of two operations", yours, "/objects/0/name", "account"),
            ("sent as it is listed", json!({ "query": ME }), "/me/name", "Ada"),
        ];
        for (name, body, place, expected) in cases {
            let data = world.send(&ada, &body).await.data();
            assert_eq!(data.pointer(place), Some(&json!(expected)), "{name}: {data}");
        }
    }
}

#[tokio::test]
async fn only_listed_documents_are_executed_where_it_is_so() {
    let (world, ada) = listing(true).await;
    let cases = [
        ("another document", json!({ "query": FREE }), "only listed documents"),
        ("a listed one with a space more", json!({ "query": format!("{ME} ") }), "only listed documents"),
        ("the schema", json!({ "query": SCHEMA }), "only listed documents"),
        ("what no parser reads", json!({ "query": "{".repeat(50_000) }), "only listed documents"),
        ("another document, named", json!({ "documentId": id(FREE) }), "no document of this identifier"),
        (
            "another document under a listed name",
            json!({ "query": FREE, "documentId": id(ME) }),
            "leave one of them",
        ),
        ("nothing", json!({}), "send a document as `query`"),
    ];
    for (name, body, sentence) in cases {
        let answer = world.send(&ada, &body).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::OK, "BAD_USER_INPUT"), "{name}");
        let message = answer.json["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(sentence), "{name}: {message}");
    }
}

#[tokio::test]
async fn no_request_adds_to_the_list() {
    let (world, ada) = listing(false).await;
    let register = json!({ "query": FREE, "extensions": { "persistedQuery": { "version": 1, "sha256Hash": digest(FREE) } } });
    assert_eq!(world.send(&ada, &register).await.data()["me"]["email"], "ada@example.com");
    let named = world.send(&ada, &json!({ "documentId": id(FREE) })).await;
    assert_eq!(named.code(), "BAD_USER_INPUT");
}

#[tokio::test]
async fn a_stranger_does_not_learn_what_is_listed() {
    let (world, _) = listing(true).await;
    for body in [json!({ "documentId": id(ME) }), json!({ "documentId": id(FREE) }), json!({ "query": FREE })]
    {
        let answer = Answer::of(world.post().body(body.to_string())).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"),
            "{body}"
        );
    }
}

#[tokio::test]
async fn the_other_endpoint_executes_any_document() {
    let (world, ada) = listing(true).await;
    let me = world.set_up(&ada, FREE, json!({})).await.data();
    assert_eq!(me["me"]["email"], "ada@example.com");
}

#[tokio::test]
async fn what_is_listed_is_held_to_the_limits_like_any_other() {
    let deep = format!("{{ contacts {{ nodes {{ {}id{} }} }} }}", "account { ".repeat(9), " }".repeat(9));
    let documents = PersistedDocuments::parse(&json!({ digest(&deep): deep }).to_string()).unwrap();
    let (world, ada) = World::new().await;
    let world = world.behaving(HttpOptions { documents, ..HttpOptions::default() });
    let answer = world.send(&ada, &json!({ "documentId": id(&deep) })).await;
    assert_eq!(answer.code(), "QUERY_TOO_COMPLEX");
}
