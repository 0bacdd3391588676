//! Lists: filters, orders, pages and counts.

use serde_json::{Value, json};

use crate::world::{Member, World};

const INDUSTRIES: [(&str, i64, &str); 5] = [
    ("Acme", 50, "Steel"),
    ("Birch", 10, "Paper"),
    ("Cobalt", 200, "steel"),
    ("Dune", 10, "Glass"),
    ("Ember", 75, ""),
];

async fn five_accounts() -> (World, Member) {
    let (world, ada) = World::new().await;
    for (name, employees, industry) in INDUSTRIES {
        let revenue = json!({ "amount": format!("{employees}000.50"), "currency": "EUR" });
        let input = json!({
            "name": name, "numberOfEmployees": employees, "industry": industry, "annualRevenue": revenue,
        });
        world.account(&ada, input).await;
    }
    (world, ada)
}

fn names(list: &Value) -> Vec<&str> {
    list["nodes"].as_array().unwrap().iter().map(|node| node["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn filters_select_by_every_operator() {
    let (world, ada) = five_accounts().await;
    let cases = [
        ("everything", "", "EDCBA"),
        ("an empty filter", "filter: {}", "EDCBA"),
        ("equal, whatever the case", r#"filter: { industry: { eq: "STEEL" } }"#, "CA"),
        ("not equal, or empty", r#"filter: { industry: { neq: "Steel" } }"#, "EDB"),
        ("one of", r#"filter: { name: { in: ["Acme", "dune", "None"] } }"#, "DA"),
        ("one of none", "filter: { name: { in: [] } }", ""),
        ("starts so", r#"filter: { name: { startsWith: "b" } }"#, "B"),
        ("empty", "filter: { industry: { isNull: true } }", "E"),
        ("two operators", "filter: { numberOfEmployees: { gt: 10, lte: 75 } }", "EA"),
        ("two fields", r#"filter: { numberOfEmployees: { lt: 60 }, industry: { eq: "steel" } }"#, "A"),
        ("an amount", r#"filter: { annualRevenue: { gte: "75000.5" } }"#, "EC"),
        ("not", r#"filter: { not: { name: { in: ["Acme", "Birch"] } } }"#, "EDC"),
        ("or", r#"filter: { or: [{ name: { eq: "Acme" } }, { name: { eq: "Ember" } }] }"#, "EA"),
        ("or of nothing", "filter: { or: [] }", ""),
        ("and", r#"filter: { and: [{ numberOfEmployees: { eq: 10 } }, { name: { eq: "Dune" } }] }"#, "D"),
        ("an instant", r#"filter: { createdAt: { gt: "2026-03-01T00:00:00Z" } }"#, "EDCBA"),
        ("the owner", &format!(r#"filter: {{ ownerId: {{ eq: "{}" }} }}"#, ada.id), "EDCBA"),
        ("not the owner", &format!(r#"filter: {{ ownerId: {{ neq: "{}" }} }}"#, ada.id), ""),
    ];
    for (name, arguments, expected) in cases {
        let arguments = if arguments.is_empty() { String::new() } else { format!("({arguments})") };
        let document =
            format!("{{ accounts{arguments} {{ nodes {{ name }} totalCount totalCountIsExact }} }}");
        let list = world.data(&ada, &document).await["accounts"].take();
        let initials: String = names(&list).iter().filter_map(|name| name.chars().next()).collect();
        assert_eq!(initials, expected, "{name}");
        assert_eq!(list["totalCount"], expected.len(), "{name}");
        assert_eq!(list["totalCountIsExact"], true, "{name}");
    }
}

#[tokio::test]
async fn orders_are_by_one_field_and_then_by_id() {
    let (world, ada) = five_accounts().await;
    let cases = [
        ("by name", "[{ field: NAME }]", "ABCDE"),
        ("by name, down", "[{ field: NAME, direction: DESC }]", "EDCBA"),
        ("a single one", "{ field: NAME, direction: DESC }", "EDCBA"),
        ("ties go by id", "[{ field: NUMBER_OF_EMPLOYEES }]", "BDAEC"),
        ("ties go by id, down", "[{ field: NUMBER_OF_EMPLOYEES, direction: DESC }]", "CEADB"),
        ("empty is lowest", "[{ field: INDUSTRY }]", "EDBAC"),
        ("none", "[]", "EDCBA"),
        ("as they were made", "[{ field: CREATED_AT }]", "ABCDE"),
    ];
    for (name, order, expected) in cases {
        let document = format!("{{ accounts(orderBy: {order}) {{ nodes {{ name }} }} }}");
        let list = world.data(&ada, &document).await["accounts"].take();
        let initials: String = names(&list).iter().filter_map(|name| name.chars().next()).collect();
        assert_eq!(initials, expected, "{name}");
    }
    let two = "{ accounts(orderBy: [{ field: NAME }, { field: ID }]) { nodes { id } } }";
    assert_eq!(world.code(&ada, two).await, "BAD_USER_INPUT");
}

#[tokio::test]
async fn pages_follow_each_other_by_cursor() {
    let (world, ada) = five_accounts().await;
    let document = "query ($after: String, $order: [AccountOrder!]) {
        accounts(first: 2, after: $after, orderBy: $order) {
            edges { cursor node { name } }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
    let order = json!([{ "field": "NUMBER_OF_EMPLOYEES", "direction": "ASC" }]);
    let (mut after, mut seen) = (Value::Null, Vec::new());
    loop {
        let variables = json!({ "after": after, "order": order });
        let page = world.ask(&ada, document, variables).await.data()["accounts"].take();
        let edges = page["edges"].as_array().unwrap();
        let info = &page["pageInfo"];
        assert_eq!(info["hasPreviousPage"], after != Value::Null);
        assert_eq!(info["startCursor"], edges.first().unwrap()["cursor"]);
        assert_eq!(info["endCursor"], edges.last().unwrap()["cursor"]);
        seen.extend(edges.iter().map(|edge| edge["node"]["name"].as_str().unwrap().to_owned()));
        after = info["endCursor"].clone();
        if info["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(seen, ["Birch", "Dune", "Acme", "Ember", "Cobalt"]);
    // A cursor is good for its own list alone.
    let other = world.ask(&ada, document, json!({ "after": after, "order": null })).await;
    assert_eq!(other.code(), "BAD_USER_INPUT");
}

#[tokio::test]
async fn pages_are_turned_back_by_cursor_too() {
    let (world, ada) = five_accounts().await;
    let document = "query ($first: Int, $after: String, $last: Int, $before: String) {
        accounts(first: $first, after: $after, last: $last, before: $before, orderBy: [{ field: NAME }]) {
            nodes { name } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
    let page = async |variables: Value| world.ask(&ada, document, variables).await.data()["accounts"].take();
    let told = |page: &Value| {
        let initials: String = names(page).iter().filter_map(|name| name.chars().next()).collect();
        let info = &page["pageInfo"];
        (initials, info["hasPreviousPage"].as_bool().unwrap(), info["hasNextPage"].as_bool().unwrap())
    };
    let last = page(json!({ "last": 2 })).await;
    assert_eq!(told(&last), ("DE".to_owned(), true, false));
    let middle = page(json!({ "last": 2, "before": last["pageInfo"]["startCursor"] })).await;
    assert_eq!(told(&middle), ("BC".to_owned(), true, true));
    let start = page(json!({ "last": 2, "before": middle["pageInfo"]["startCursor"] })).await;
    assert_eq!(told(&start), ("A".to_owned(), false, true));
    // The same cursors lead forward again.
    let again = page(json!({ "first": 2, "after": start["pageInfo"]["endCursor"] })).await;
    assert_eq!(told(&again), ("BC".to_owned(), true, true));
    let nothing = page(json!({ "last": 2, "before": start["pageInfo"]["startCursor"] })).await;
    assert_eq!(told(&nothing), (String::new(), false, true));
    let end = page(json!({ "first": 2, "after": last["pageInfo"]["endCursor"] })).await;
    assert_eq!(told(&end), (String::new(), true, false));
}

/// l11: whether there is more before or after a page is told of what the caller may see, and of it as it is now.
#[tokio::test]
async fn l11_the_neighbours_of_a_page_are_records_the_caller_sees() {
    let (world, ada) = World::new().await;
    let bob = world.join("Bob", world.profile("Seller", &[], &[]).await).await;
    world.account(&ada, json!({ "name": "Before" })).await;
    world.account(&bob, json!({ "name": "Mine" })).await;
    let other = world.account(&bob, json!({ "name": "Mine too" })).await;
    world.account(&ada, json!({ "name": "After" })).await;
    let neighbours = async |arguments: &str| {
        let info = "pageInfo { hasPreviousPage hasNextPage startCursor }";
        let page = format!("{{ accounts({arguments}) {{ {info} }} }}");
        world.data(&bob, &page).await["accounts"]["pageInfo"].take()
    };
    let first = neighbours("first: 1").await;
    let cursor = first["startCursor"].as_str().unwrap().to_owned();
    assert_eq!((&first["hasPreviousPage"], &first["hasNextPage"]), (&json!(false), &json!(true)));
    let rest = format!("first: 1, after: \"{cursor}\"");
    assert_eq!(neighbours(&rest).await["hasPreviousPage"], true);
    // The record of the cursor goes, and nothing is before the page any more.
    let delete = format!(r#"mutation {{ deleteAccount(id: "{other}") {{ id }} }}"#);
    world.data(&bob, &delete).await;
    assert_eq!(neighbours(&rest).await["hasPreviousPage"], false);
    assert_eq!(neighbours("last: 1").await["hasPreviousPage"], false);
}

#[tokio::test]
async fn what_cannot_be_asked_of_a_list_is_refused() {
    let (world, ada) = five_accounts().await;
    let many: Vec<String> = (0..201).map(|n| format!("\"{n}\"")).collect();
    let many = format!("filter: {{ name: {{ in: [{}] }} }}", many.join(","));
    let tests: Vec<&str> = vec![r#"{ name: { eq: "a" } }"#; 101];
    let tests = format!("filter: {{ or: [{}] }}", tests.join(","));
    let cases = [
        ("no records", "first: 0"),
        ("a negative page", "first: -1"),
        ("too long a page", "first: 201"),
        ("a cursor that is none", r#"after: "x""#),
        ("a cursor before that is none", r#"last: 1, before: "x""#),
        ("no records at the end", "last: 0"),
        ("too long a page at the end", "last: 201"),
        ("from both ends", "first: 1, last: 1"),
        ("before, from the start", r#"first: 1, before: "x""#),
        ("after, from the end", r#"last: 1, after: "x""#),
        ("a field without an index", r#"filter: { website: { eq: "x" } }"#),
        ("an order without an index", "orderBy: [{ field: WEBSITE }]"),
        ("a text for a number", r#"filter: { numberOfEmployees: { eq: "10" } }"#),
        ("a number for a text", "filter: { name: { eq: 10 } }"),
        ("an empty operand", "filter: { name: { eq: null } }"),
        ("an empty condition", "filter: { name: null }"),
        ("an empty part", "filter: { and: [null] }"),
        ("an id of another kind", r#"filter: { ownerId: { eq: "rec_00000000000000000000000000" } }"#),
        ("a decimal that is none", r#"filter: { annualRevenue: { eq: "1e3x" } }"#),
        ("too many values", many.as_str()),
        ("too many comparisons", tests.as_str()),
    ];
    for (name, arguments) in cases {
        let code = world.code(&ada, &format!("{{ accounts({arguments}) {{ nodes {{ id }} }} }}")).await;
        assert_eq!(code, "BAD_USER_INPUT", "{name}");
    }
}
