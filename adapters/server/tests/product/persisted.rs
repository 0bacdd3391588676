//! A server that executes only what its operator has listed.

use std::{collections::BTreeMap, fs};

use reqwest::StatusCode;
use serde_json::{Value, json};
use sutra_crypto::sha256;

use crate::{
    client::{RECORDS, SETUP},
    place::Place,
    typescript::manifest,
};

#[tokio::test]
async fn only_listed_documents_are_executed() {
    let place = Place::empty()
        .with("SUTRA_HTTP__OPERATIONS", "allow-list")
        .with("SUTRA_HTTP__PERSISTED_DOCUMENTS", manifest().display().to_string());
    let server = place.serve(&["--demo"], "demo-passwords.txt");
    let (client, anna) = (&server.client, "anna@demo.example");
    let token = client.sign_in("demo", anna, &place.demo_password(anna)).await.unwrap();

    let listed: BTreeMap<String, String> =
        serde_json::from_str(&fs::read_to_string(manifest()).unwrap()).unwrap();
    let (digest, _) = listed.iter().find(|(_, document)| document.starts_with("query Me ")).unwrap();
    let (status, answer) =
        client.post(&token, RECORDS, &json!({ "documentId": format!("sha256:{digest}") })).await;
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
    let digest: String = sha256(b"{ a }").iter().map(|byte| format!("{byte:02x}")).collect();
    let file = place.write("documents.json", &json!({ &digest: "{ b }" }).to_string());
    let place = place.with("SUTRA_HTTP__PERSISTED_DOCUMENTS", &file);
    let refused = place.run(&["serve", "--demo", "--listen", "127.0.0.1:0"]);
    let expected = format!(
        "sutra: `http.persisted_documents` names `{file}`, which cannot be used: the entry `{digest}` holds another \
         document"
    );
    assert!(refused.err.starts_with(&expected), "{refused:?}");
    assert!(!place.data().exists(), "nothing is begun");
}
