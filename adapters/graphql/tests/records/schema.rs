//! The schema that every workspace begins with is committed, so that its changes are reviewed.

use std::{fs, path::Path};

use serde_json::{Value, json};
use sutra_records::{Metadata, standard};

use crate::world::World;

#[test]
fn the_committed_schema_is_the_one_that_is_served() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/records-demo.graphql");
    let metadata = Metadata::new(1, standard::objects()).unwrap();
    let printed = sutra_graphql::print_records(metadata).unwrap();
    if std::env::var_os("SUTRA_BLESS").is_some() {
        fs::write(&path, &printed).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == printed, "run this test with SUTRA_BLESS=1, and review the difference");
}

#[tokio::test]
async fn everything_is_described() {
    let (world, ada) = World::new().await;
    let mut bare = Vec::new();
    for lists in [
        "fields { name description args { name description } }",
        "inputFields { name description } enumValues { name description }",
    ] {
        let document = format!("{{ __schema {{ types {{ name description {lists} }} }} }}");
        let types = world.data(&ada, &document).await["__schema"]["types"].take();
        let is_ours =
            |kind: &&Value| kind["name"] != "ID" && !kind["name"].as_str().unwrap().starts_with("__");
        types.as_array().unwrap().iter().filter(is_ours).for_each(|kind| collect_bare(kind, "", &mut bare));
    }
    assert!(bare.is_empty(), "without a description: {bare:?}");
}

fn collect_bare(thing: &Value, above: &str, bare: &mut Vec<String>) {
    let name = format!("{above}{}", thing["name"].as_str().unwrap());
    if thing["description"].as_str().is_none_or(str::is_empty) {
        bare.push(name.clone());
    }
    let parts =
        ["fields", "args", "inputFields", "enumValues"].into_iter().filter_map(|list| thing[list].as_array());
    for part in parts.flatten() {
        collect_bare(part, &format!("{name}."), bare);
    }
}

#[tokio::test]
async fn nobody_is_helped_to_guess_names() {
    let (world, ada) = World::new().await;
    let documents = [
        "{ acounts { nodes { id } } }",
        "{ accounts { nods { id } } }",
        "{ accounts(fist: 1) { totalCount } }",
        "{ accounts(filter: { nam: { eq: \"a\" } }) { totalCount } }",
        "{ accounts(orderBy: [{ field: NAM }]) { totalCount } }",
        "{ ... on Acount { id } }",
        "mutation { createAccount(input: { nam: \"a\" }) { id } }",
    ];
    for document in documents {
        let answer = world.ask(&ada, document, json!({})).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{document}");
        assert!(!answer.json.to_string().to_lowercase().contains("did you mean"), "{}", answer.json);
    }
}
