//! A field that fails leaves null, and an error that says where.

use serde_json::{Value, json};

use crate::world::World;

#[tokio::test]
async fn a_field_that_fails_is_null_and_its_neighbours_are_told() {
    let (world, ada) = World::new().await;
    let acme = world.account(&ada, json!({ "name": "Acme" })).await;
    let absent = "rec_01h455vb4pex5vsknk084sn02q";
    let document = format!(
        r#"{{
            good: account(id: "{acme}") {{ name }}
            absent: account(id: "{absent}") {{ name }}
            early: account(id: "{acme}", version: 7) {{ name }}
            none: user(id: "x") {{ name }}
        }}"#
    );
    let answer = world.ask(&ada, &document, json!({})).await.json;
    let expected = json!({ "good": { "name": "Acme" }, "absent": null, "early": null, "none": null });
    assert_eq!(answer["data"], expected, "every key is there");

    let mut failed: Vec<_> = answer["errors"].as_array().unwrap().iter().map(place_and_code).collect();
    failed.sort();
    let [missing, bad] = ["NOT_FOUND", "BAD_USER_INPUT"].map(str::to_owned);
    let at = |place: &str| json!([place]).to_string();
    assert_eq!(failed, [(at("absent"), missing.clone()), (at("early"), missing), (at("none"), bad)]);
}

fn place_and_code(error: &Value) -> (String, String) {
    assert_eq!(error["locations"].as_array().map(Vec::len), Some(1), "{error}");
    (error["path"].to_string(), error["extensions"]["code"].as_str().unwrap().to_owned())
}
