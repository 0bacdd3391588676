//! The examples do what they say, on a workspace that has one of everything.

use std::{collections::BTreeSet, fs, path::Path};

use poem::http::header;
use serde_json::{Value, json};
use sutra_graphql::{EXAMPLES, Example};

use crate::world::{Answer, Member, World};

/// One value that each answer must have.
fn expected(name: &str) -> (&'static str, Value) {
    match name {
        "me" => ("/me/name", json!("Ada")),
        "list-accounts" => ("/accounts/nodes/0/name", json!("Acme")),
        "browse-accounts" => ("/accounts/totalCount", json!(1)),
        "filter-opportunities" => ("/opportunities/nodes/0/name", json!("Large")),
        "sum-opportunities" => ("/opportunitiesAggregate/0/values/amount/0/sum", json!("6")),
        "page-contacts" => ("/contacts/nodes/0/lastName", json!("Lovelace")),
        "search-contacts" => ("/contacts/nodes/0/lastName", json!("Lovelace")),
        "read-account" => ("/account/_access/update", json!(true)),
        "account-with-contacts" => ("/contacts/nodes/0/lastName", json!("Lovelace")),
        "create-account" => ("/createAccount/version", json!(1)),
        "create-accounts" => ("/createAccounts/changes/1/version", json!(1)),
        "update-account" => ("/updateAccount/changedFields", json!(["phone"])),
        "account-history" => ("/accountHistory/0/changes/0/new/value", json!("+46 46 12 34 56")),
        "account-as-it-was" => ("/account/version", json!(1)),
        "restore-account-version" => ("/restoreAccountVersion/changedFields", json!(["phone"])),
        "add-account-team-members" => ("/addAccountTeamMembers/version", json!(4)),
        "account-team" => ("/accountTeam/0/role", json!("Sales engineer")),
        "delete-account" => ("/deleteAccount/id", Value::Null),
        "restore-account" => ("/restoreAccount/account/name", json!("Acme")),
        "object" => ("/object/fields/0/name", json!("name")),
        "sign-in" => ("/signIn/__typename", json!("SignInRefused")),
        "ledger" => ("/ledgerEntries/0/action", json!("record.restore")),
        "refusals" => ("/ledgerEntries/0/target/object", json!("account")),
        "users" => ("/users/edges/1/node/name", json!("Bob")),
        "sessions" => ("/sessions/0/current", json!(true)),
        "factors" => ("/factors/0/codesLeft", json!(10)),
        "answer-factor" => ("/answerFactor/__typename", json!("SignInRefused")),
        "step-up" => ("/stepUp/__typename", json!("StepUpRefused")),
        "answer-step-up" => ("/answerStepUp/__typename", json!("StepUpRefused")),
        "sign-out" => ("/signOut/sessionId", Value::Null),
        _ => panic!("nobody says what `{name}` answers"),
    }
}

/// The variables to try, with the ids of this account and this user in place of those that stand for them.
fn variables(example: &Example, account: &str, user: &Member) -> Value {
    let second = example.document.lines().nth(1).unwrap();
    let json = second.strip_prefix("# ").unwrap_or("{}").replace("rec_…", account);
    let json = json.replace("user_…", &user.id.to_string());
    serde_json::from_str(&json).unwrap()
}

async fn run(world: &World, member: &Member, example: &Example, account: &str) -> Answer {
    let request = world.client.post(example.endpoint).content_type("application/json");
    let body = json!({ "query": example.document, "variables": variables(example, account, member) });
    let request = request.header(header::AUTHORIZATION, format!("Bearer {}", member.token));
    Answer::of(request.body(body.to_string())).await
}

#[tokio::test]
async fn every_example_does_what_it_says() {
    let (world, ada) = World::new().await;
    let account = world.account(&ada, json!({ "name": "Acme", "billingCountry": "Sweden" })).await;
    for (name, stage, amount) in
        [("Small", "Prospecting", "1"), ("Large", "Prospecting", "2"), ("Won", "Closed Won", "3")]
    {
        let amount = json!({ "amount": amount, "currency": "EUR" });
        let input = json!({ "name": name, "stage": stage, "closeDate": "2026-06-30", "amount": amount });
        world.create(&ada, "Opportunity", input).await;
    }
    world.create(&ada, "Contact", json!({ "lastName": "Lovelace", "accountId": account })).await;
    let bob = world.join("Bob", world.profile("Seller", &[], &[]).await).await;
    let meddle = format!(r#"mutation {{ deleteAccount(id: "{account}") {{ id }} }}"#);
    assert_eq!(world.code(&bob, &meddle).await, "NOT_FOUND");

    for example in &EXAMPLES {
        let answer = run(&world, &ada, example, &account).await;
        if example.name == "send-code" {
            assert_eq!(answer.code(), "FORBIDDEN", "there is no such flow");
            continue;
        }
        let answer = answer.data();
        let (place, value) = expected(example.name);
        let found = answer.pointer(place).unwrap_or_else(|| panic!("{}: {answer}", example.name));
        match value {
            Value::Null => assert!(!found.is_null(), "{}: {answer}", example.name),
            value => assert_eq!(found, &value, "{}: {answer}", example.name),
        }
    }
}

#[test]
fn every_document_is_an_example_and_can_stand_in_a_page() {
    let files = |folder: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(folder);
        let names =
            fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        names.map(|name| name.trim_end_matches(".graphql").to_owned()).collect::<BTreeSet<_>>()
    };
    for (folder, endpoint) in [("records", "/graphql"), ("setup", "/graphql/setup")] {
        let listed = EXAMPLES.iter().filter(|example| example.endpoint == endpoint);
        assert_eq!(listed.map(|example| example.name.to_owned()).collect::<BTreeSet<_>>(), files(folder));
    }
    for Example { name, document, .. } in &EXAMPLES {
        assert!(document.starts_with("# ") && !document.contains('<'), "{name}");
    }
}
