//! A server that executes only what its operator has listed.

use reqwest::StatusCode;
use serde_json::{Value, json};
use sutra_crypto::sha256;
use sutra_graphql::EXAMPLES;

use crate::{
    client::{RECORDS, SETUP},
    place::Place,
};

fn digest(document: &str) -> String {
    sha256(document.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn only_listed_documents_are_executed() {
    let manifest: serde_json::Map<String, Value> =
        EXAMPLES.iter().map(|example| (digest(example.document), json!(example.document))).collect();
    let place = Place::empty();
    let file = place.write("persisted-documents.json", &Value::Object(manifest).to_string());
    let place =
        place.with("SUTRA_HTTP__OPERATIONS", "allow-list").with("SUTRA_HTTP__PERSISTED_DOCUMENTS", file);
    let server = place.serve(&["--demo"], "demo-passwords.txt");
    let client = &server.client;
    let list = std::fs::read_to_string(place.data().join("demo-passwords.txt")).unwrap();
    let anna = list.lines().find(|line| line.starts_with("anna@")).unwrap();
    let password = anna.split_whitespace().nth(1).unwrap();
    let token = client.sign_in("demo", "anna@demo.example", password).await.unwrap();

    let listed = EXAMPLES.iter().find(|example| example.name == "me").unwrap().document;
    let named = json!({ "documentId": format!("sha256:{}", digest(listed)) });
    let (status, answer) = client.post(&token, RECORDS, &named).await;
    assert_eq!((status, &answer["data"]["me"]["name"]), (StatusCode::OK, &json!("Anna Arvidsson")));
    let free = "{ me { name } }";
    let refused = client.refusal(&token, RECORDS, free, Value::Null).await;
    assert_eq!(refused["extensions"]["code"], "BAD_USER_INPUT");
    assert_eq!(client.ask(&token, SETUP, free, Value::Null).await["me"]["name"], "Anna Arvidsson");
    let (_, _, page) = client.get("query").await;
    assert!(page.contains("executes only the documents that its operator has listed"));
}

#[test]
fn a_manifest_that_cannot_be_trusted_stops_the_start() {
    let place = Place::empty();
    let file = place.write("documents.json", &json!({ digest("{ a }"): "{ b }" }).to_string());
    let place = place.with("SUTRA_HTTP__PERSISTED_DOCUMENTS", &file);
    let refused = place.run(&["serve", "--demo", "--listen", "127.0.0.1:0"]);
    let expected = format!(
        "sutra: `http.persisted_documents` names `{file}`, which cannot be used: the entry `{}` holds another \
         document",
        digest("{ a }")
    );
    assert!(refused.err.starts_with(&expected), "{refused:?}");
    assert!(!place.data().exists(), "nothing is begun");
}
