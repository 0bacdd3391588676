//! What nobody may ask, signed in or not.

use serde_json::json;

use crate::house::{ADMIN, House, PASSWORD, Who};

#[tokio::test]
async fn a_text_that_nobody_can_keep_is_refused_at_the_door() {
    let (house, admin) = House::with_administrator().await;
    for (workspace, email) in [("\0", ADMIN), ("main", "ada\0@example.com")] {
        let answer = house.try_sign_in(workspace, email, PASSWORD, "BEARER").await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{email:?}");
    }
    let document = "query ($filter: LedgerFilter!) { ledgerEntries(filter: $filter) { seq } }";
    let target = json!({ "object": "\0", "id": house.me(&admin).await });
    for filter in [json!({ "action": "\0" }), json!({ "target": target })] {
        let answer = house.send(&admin, document, json!({ "filter": filter })).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{filter}");
    }
    let document =
        r#"mutation { completeSetup(token: "\u0000", email: "", name: "", password: "") { email } }"#;
    assert_eq!(house.ask(&Who::Stranger, document).await.code(), "BAD_USER_INPUT");
}

#[tokio::test]
async fn every_list_counts() {
    let (house, admin) = House::with_administrator().await;
    let entries = |first: &str| {
        format!(
            "ledgerEntries{first} {{ actor {{ id }} detail {{ key }} changes {{ old {{ value }} new {{ value }} }} }}"
        )
    };
    let (default, longest) = (entries(""), entries("(first: 200)"));
    let cases = [
        ("the longest page", format!("{{ {longest} }}"), None),
        ("pages of the default length", format!("{{ {} }}", [default.as_str(); 4].join(" ")), None),
        ("two of the longest pages", format!("{{ {longest} {longest} }}"), Some("QUERY_TOO_COMPLEX")),
        (
            "a page as long as a variable says",
            format!("query ($n: Int! = 200) {{ {} {longest} }}", entries("(first: $n)")),
            Some("QUERY_TOO_COMPLEX"),
        ),
    ];
    for (name, document, expected) in cases {
        let answer = house.ask(&admin, &document).await;
        match expected {
            Some(code) => assert_eq!(answer.code(), code, "{name}"),
            None => assert!(answer.data()["ledgerEntries"].is_array(), "{name}"),
        }
    }
}

#[tokio::test]
async fn sessions_come_by_the_page() {
    let (house, admin) = House::with_administrator().await;
    house.sign_in(ADMIN, PASSWORD).await;
    for (first, expected) in [("", 2), ("(first: 1)", 1), ("(first: 200)", 2)] {
        let answer = house.ask(&admin, &format!("{{ sessions{first} {{ id }} }}")).await;
        assert_eq!(answer.data()["sessions"].as_array().unwrap().len(), expected, "{first}");
    }
    assert_eq!(house.ask(&admin, "{ sessions(first: 201) { id } }").await.code(), "BAD_USER_INPUT");
}
