//! Requests that ask for too much fail before anything is read, and answers that get too long are not given.

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_request_that_asks_for_too_much_is_refused() {
    let (world, ada) = World::new().await;
    let fields = |count: usize, field: &str| vec![field; count].join(" ");
    let aliases: Vec<String> = (0..31).map(|n| format!("a{n}: __typename")).collect();
    let bomb: Vec<String> =
        (0..30).map(|n| format!("fragment f{n} on Query {{ ...f{m} ...f{m} }}", m = n + 1)).collect();
    let bomb = format!("{{ ...f0 }} {} fragment f30 on Query {{ me {{ id }} }}", bomb.join(" "));
    let deep = format!("{{ contacts {{ nodes {{ {}id{} }} }} }}", "account { ".repeat(9), " }".repeat(9));
    let rows = fields(
        20,
        "contacts(first: 200) { nodes { account { id } owner { id } createdBy { id } updatedBy { id } } }",
    );
    let last_rows = rows.replace("first", "last");
    let unrolled = "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } }";
    let cycle = "{ ...f } fragment f on Query { me { id } ...f }";
    let id = "rec_00000000000000000000000000";
    let history =
        format!("accountHistory(id: \"{id}\", first: 200) {{ by {{ id }} changes {{ old {{ value }} }} }}");
    let histories = fields(3, &history);
    let fields_of_fields = fields(20, "objects { fields { picklist { value } } }");
    let nested = format!("{}{}", "{ me ".repeat(35_000), "}".repeat(35_000));
    let braces = "{".repeat(100_000);
    let lists =
        format!("{{ accounts(filter: {}{}) {{ nodes {{ id }} }} }}", "[".repeat(50_000), "]".repeat(50_000));
    let cases = [
        ("too deep", deep, "QUERY_TOO_COMPLEX"),
        ("too many aliases", format!("{{ {} }}", aliases.join(" ")), "QUERY_TOO_COMPLEX"),
        ("too many fields at the root", format!("{{ {} }}", fields(21, "me { id }")), "QUERY_TOO_COMPLEX"),
        ("too many rows", format!("{{ {rows} }}"), "QUERY_TOO_COMPLEX"),
        ("too many rows from the end", format!("{{ {last_rows} }}"), "QUERY_TOO_COMPLEX"),
        ("too many saves and changes", format!("{{ {histories} }}"), "QUERY_TOO_COMPLEX"),
        ("too many objects and fields", format!("{{ {fields_of_fields} }}"), "QUERY_TOO_COMPLEX"),
        ("fragments that double", bomb, "QUERY_TOO_COMPLEX"),
        ("fragments in a circle", cycle.to_owned(), "QUERY_TOO_COMPLEX"),
        ("a schema unrolled", format!("{unrolled} }}"), "QUERY_TOO_COMPLEX"),
        ("more selections than a parser bears", nested, "BAD_USER_INPUT"),
        ("more braces than a parser bears", braces, "BAD_USER_INPUT"),
        ("more lists than a parser bears", lists, "BAD_USER_INPUT"),
    ];
    for (name, document, expected) in cases {
        assert_eq!(world.code(&ada, &document).await, expected, "{name}");
    }
}

/// What is limited, to how much, and a document with so much of it.
type Limit<'a> = (&'a str, usize, &'a dyn Fn(usize) -> String);

/// Limits are judged before a document is compared with the schema: what is within them here is a mistake of another kind.
#[tokio::test]
async fn a_limit_is_what_is_promised_and_the_refusal_names_it() {
    let (world, ada) = World::new().await;
    let fields = |count: usize, field: &dyn Fn(usize) -> String| {
        format!("{{ {} }}", (0..count).map(field).collect::<Vec<_>>().join(" "))
    };
    let within = |inner: String| format!("{{ a {{ b {inner} }} }}");
    let nested = |count: usize| format!("{}a{}", "{ a ".repeat(count - 1) + "{ ", " }".repeat(count));
    let pages = |rows: usize| format!("{{ accounts(first: {}) {{ nodes {{ owner {{ id }} }} }} }}", rows);
    let cases: [Limit<'_>; 4] = [
        ("levels", 10, &nested),
        ("aliases", 30, &|count| within(fields(count, &|n| format!("a{n}: x")))),
        ("fields at its root", 20, &|count| fields(count, &|_| "x".to_owned())),
        ("selections", 2_000, &|count| within(fields(count - 2, &|_| "x".to_owned()))),
    ];
    for (what, limit, document) in cases {
        let answer = world.ask(&ada, &document(limit), json!({})).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{what}: {}", answer.json);
        let answer = world.ask(&ada, &document(limit + 1), json!({})).await;
        let sentence = format!("the request asks for too much: it may have at most {limit} {what}");
        assert_eq!(
            (answer.code().as_str(), &answer.json["errors"][0]["message"]),
            ("QUERY_TOO_COMPLEX", &json!(sentence))
        );
    }
    world.data(&ada, &pages(200)).await;
    assert_eq!(world.code(&ada, &pages(201)).await, "BAD_USER_INPUT");
}

#[tokio::test]
async fn what_is_within_the_limits_is_answered() {
    let (world, ada) = World::new().await;
    let aliases: Vec<String> = (0..20).map(|n| format!("a{n}: me {{ id }}")).collect();
    let lists =
        ["accounts(first: 200) { nodes { owner { id } createdBy { id } } pageInfo { endCursor } }"; 5];
    let types = "kind name ofType { kind name ofType { kind name ofType { kind name } } }";
    let cases = [
        ("twenty fields at the root", format!("{{ {} }}", aliases.join(" "))),
        ("long pages", format!("{{ {} }}", lists.join(" "))),
        (
            "the usual introspection",
            format!(
                "{{ __schema {{ types {{ name fields {{ name args {{ name type {{ {types} }} }} type {{ {types} }} }}
                inputFields {{ name type {{ {types} }} }} enumValues {{ name }} }} }} }}"
            ),
        ),
    ];
    for (name, document) in cases {
        let answer = world.ask(&ada, &document, json!({})).await;
        assert!(answer.json.get("errors").is_none(), "{name}: {}", answer.json);
    }
}

#[tokio::test]
async fn an_answer_that_gets_too_long_is_refused_as_a_whole() {
    let (world, ada) = World::new().await;
    for _ in 0..3 {
        let story = "x".repeat(100_000);
        world.account(&ada, json!({ "name": "Acme", "description": story })).await;
    }
    for (times, expected) in [(20, None), (30, Some("QUERY_TOO_COMPLEX"))] {
        let stories: Vec<_> = (0..times).map(|n| format!("a{n}: description")).collect();
        let document = format!("{{ accounts {{ nodes {{ {} }} }} }}", stories.join(" "));
        let answer = world.ask(&ada, &document, json!({})).await;
        match expected {
            Some(code) => assert_eq!((answer.code().as_str(), &answer.json["data"]), (code, &json!(null))),
            None => assert_eq!(answer.data()["accounts"]["nodes"].as_array().unwrap().len(), 3),
        }
    }
}
