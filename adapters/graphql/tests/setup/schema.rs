//! The schema itself: reviewed as a diff, described to the last argument.

use std::{env, fs, path::Path};

use serde_json::Value;
use sutra_graphql::print_setup;

use crate::house::{House, Who};

#[test]
fn the_schema_is_the_one_that_was_reviewed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/setup.graphql");
    let sdl = print_setup();
    if env::var_os("SUTRA_BLESS").is_some() {
        fs::write(&path, &sdl).unwrap();
    }
    let reviewed = fs::read_to_string(&path).unwrap_or_default();
    assert!(sdl == reviewed, "the schema has changed: run with SUTRA_BLESS=1 and review the diff");
}

#[tokio::test]
async fn everything_is_described() {
    let (house, admin) = House::with_administrator().await;
    let document = "{ __schema { types { name description
        fields { name description args { name description } }
        inputFields { name description }
        enumValues { name description } } } }";
    let types = house.ask(&admin, document).await.data()["__schema"]["types"].take();
    let ours =
        types.as_array().unwrap().iter().filter(|kind| !kind["name"].as_str().unwrap().starts_with("__"));
    let mut bare = Vec::new();
    for kind in ours {
        collect_bare(kind, "", &mut bare);
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
async fn strangers_are_told_nothing_of_the_schema() {
    let house = House::empty().await;
    for document in ["{ __schema { types { name } } }", "{ __type(name: \"User\") { name } }"] {
        assert_eq!(house.ask(&Who::Stranger, document).await.code(), "UNAUTHENTICATED", "{document}");
    }
    let guess = house.ask(&Who::Stranger, "{ user { id } usrs { id } }").await;
    assert!(!guess.body.contains("Did you mean"), "{}", guess.body);
}
