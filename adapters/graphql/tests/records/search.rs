//! Lists searched by words.

use serde_json::json;

use crate::world::{Member, World};

/// The names of the accounts that are found, and how many there are said to be.
async fn found(world: &World, member: &Member, arguments: &str) -> Vec<String> {
    let document = format!("{{ accounts({arguments}) {{ totalCount nodes {{ name }} }} }}");
    let list = world.data(member, &document).await["accounts"].take();
    let nodes = list["nodes"].as_array().unwrap();
    assert_eq!(list["totalCount"], nodes.len());
    nodes.iter().map(|node| node["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn lists_are_searched_by_the_beginnings_of_words() {
    let (world, ada) = World::new().await;
    for (name, phone) in [("Acme Berlin", "+49 30 1234"), ("Acme Bern", "+41 31 5678"), ("Birch", "030 99")] {
        world.account(&ada, json!({ "name": name, "phone": phone })).await;
    }
    let cases: [(&str, &str, &[&str]); 6] = [
        ("a word", r#"search: "ACM""#, &["Acme Bern", "Acme Berlin"]),
        ("two words", r#"search: "ber acme""#, &["Acme Bern", "Acme Berlin"]),
        ("words of two fields", r#"search: "acme 1234""#, &["Acme Berlin"]),
        (
            "and a filter",
            r#"search: "acme", filter: { name: { startsWith: "acme berl" } }"#,
            &["Acme Berlin"],
        ),
        ("and an order", r#"search: "acme", orderBy: [{ field: NAME }]"#, &["Acme Berlin", "Acme Bern"]),
        ("no search", "search: null", &["Birch", "Acme Bern", "Acme Berlin"]),
    ];
    for (name, arguments, expected) in cases {
        assert_eq!(found(&world, &ada, arguments).await, expected, "{name}");
    }
    for (name, text) in
        [("empty", ""), ("marks", "-"), ("short", "a"), ("many", "aa bb cc dd ee ff gg hh ii")]
    {
        let list = format!(r#"{{ accounts(search: "{text}") {{ nodes {{ id }} }} }}"#);
        assert_eq!(world.code(&ada, &list).await, "BAD_USER_INPUT", "{name}");
    }
    let fields = r#"{ object(name: "account") { fields { name searchable } } }"#;
    let fields = world.data(&ada, fields).await["object"]["fields"].take();
    let searchable = fields.as_array().unwrap().iter().filter(|field| field["searchable"] == true);
    assert_eq!(searchable.map(|field| &field["name"]).collect::<Vec<_>>(), ["name", "phone", "website"]);
}

/// l13: what is hidden, a field or a record, is not found.
#[tokio::test]
async fn l13_nothing_is_found_by_what_is_hidden() {
    let (world, ada) = World::new().await;
    let bob = world.join("Bob", world.profile("Seller", &[], &["account.phone"]).await).await;
    world.account(&ada, json!({ "name": "Acme of Ada" })).await;
    let his = json!({ "name": "Acme", "phone": "+49 30 1234", "ownerId": bob.id.to_string() });
    world.account(&ada, his).await;
    assert_eq!(found(&world, &bob, r#"search: "acme""#).await, ["Acme"]);
    for text in ["1234", "acme 1234", "4930", "ada"] {
        assert!(found(&world, &bob, &format!("search: \"{text}\"")).await.is_empty(), "{text}");
    }
    assert_eq!(found(&world, &ada, r#"search: "acme 1234""#).await, ["Acme"]);
}
