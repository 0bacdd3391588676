//! The story of a demo company, the same on every database.

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde_json::{Value, json};

use crate::{
    client::{Client, RECORDS, SETUP},
    definitions,
    place::{Place, Server},
};

const READY: &str = "demo-passwords.txt";
/// What a file becomes, the file, and how many rows it has.
const FILES: [(&str, &str, u64); 4] = [
    ("account", "Accounts.csv", 50),
    ("contact", "Contacts.csv", 150),
    ("opportunity", "Opportunities.csv", 50),
    ("campaign", "Campaigns.csv", 15),
];
/// Who of the thirty takes part in the story.
const WHO: [&str; 8] = ["admin", "anna", "ben", "carla", "edda", "nils", "sofia", "tilda"];
const ADMIN: &str = "admin@demo.example";

/// Tells the whole story, and leaves the server stopped.
pub(crate) async fn tell(place: &Place) {
    let first = place.serve(&["--demo"], READY);
    let people = People::read(place);
    let tokens = people.sign_in(&first.client).await;
    lists_differ_by_rank(&first.client, &tokens).await;
    two_years_lie_behind(&first.client, &tokens["carla"]).await;
    let receipt = an_edit_is_in_the_history(&first.client, &tokens).await;
    a_refusal_is_in_the_ledger(&first.client, &tokens).await;
    definitions::an_own_object_works_at_once(&first.client, &tokens["admin"]).await;
    definitions::what_is_missing_is_not_required(&first.client, &tokens["admin"]).await;
    files_are_taken_in(place);
    imported_records_are_there(&first.client, &tokens).await;
    the_same_files_write_nothing(place, &first.client, &tokens).await;
    definitions::an_index_is_asked_for(&first.client, &tokens["admin"]).await;
    first.stop();
    the_ledger_is_sound(place);

    let second = place.serve(&["--demo"], READY);
    everything_is_as_it_was(&second, &tokens, &receipt).await;
    definitions::the_index_comes_by_itself(&second.client, &tokens["admin"]).await;
    a_thousand_are_changed_at_once(&second.client, &tokens).await;
    second.stop();
    the_ledger_is_sound(place);
    nothing_secret_was_logged(place, &people, &tokens);
}

/// Passwords, by the name before the `@`.
struct People(BTreeMap<String, String>);
type Tokens = BTreeMap<String, String>;

impl People {
    fn read(place: &Place) -> Self {
        let list = fs::read_to_string(place.data().join("demo-passwords.txt")).unwrap();
        let person = |line: &str| {
            let mut words = line.split_whitespace();
            let name = words.next().unwrap().split('@').next().unwrap();
            (name.to_owned(), words.next().unwrap().to_owned())
        };
        let people = Self(list.lines().map(person).collect());
        assert_eq!(people.0.len(), 30);
        people
    }

    async fn sign_in(&self, client: &Client) -> Tokens {
        assert_eq!(client.sign_in("demo", "anna@demo.example", "not her password").await, None);
        assert_eq!(client.sign_in("demo", "nobody@demo.example", "nobody's password").await, None);
        let mut tokens = Tokens::new();
        for name in WHO {
            let password = &self.0[name];
            let token = client.sign_in("demo", &format!("{name}@demo.example"), password).await;
            tokens.insert(name.to_owned(), token.unwrap());
        }
        tokens
    }
}

const ACCOUNTS: &str = "{ accounts(first: 200) { totalCount nodes { id version name owner { name } } } }";

async fn accounts(client: &Client, token: &str) -> Vec<Value> {
    let mut list = client.ask(token, RECORDS, ACCOUNTS, Value::Null).await;
    let Value::Array(nodes) = list["accounts"]["nodes"].take() else { panic!("no list: {list}") };
    assert_eq!(list["accounts"]["totalCount"], nodes.len());
    nodes
}

async fn lists_differ_by_rank(client: &Client, tokens: &Tokens) {
    let cases = [
        ("anna", 2),
        ("ben", 2),
        ("tilda", 6),
        ("nils", 12),
        ("sofia", 12),
        ("edda", 24),
        ("carla", 24),
        ("admin", 24),
    ];
    for (who, expected) in cases {
        assert_eq!(accounts(client, &tokens[who]).await.len(), expected, "{who}");
    }
    let (annas, bens) = (accounts(client, &tokens["anna"]).await, accounts(client, &tokens["ben"]).await);
    assert!(annas.iter().all(|account| account["owner"]["name"] == "Anna Arvidsson"));
    assert!(annas.iter().all(|account| !bens.contains(account)));
}

/// The oldest account was made two years ago and changed since, and can be read as it was then.
async fn two_years_lie_behind(client: &Client, token: &str) {
    let ask = "{ accounts(last: 1) { nodes { id createdAt updatedAt version } } }";
    let oldest = client.ask(token, RECORDS, ask, Value::Null).await["accounts"]["nodes"][0].take();
    assert!(oldest["version"].as_u64().unwrap() > 1, "{oldest}");
    assert!(oldest["createdAt"].as_str() < oldest["updatedAt"].as_str(), "{oldest}");
    let then = "query ($id: ID!, $at: DateTime!) { account(id: $id, asOf: $at) { version }
        now: account(id: $id) { version } }";
    let arguments = json!({ "id": oldest["id"], "at": oldest["createdAt"] });
    let found = client.ask(token, RECORDS, then, arguments).await;
    assert_eq!(found, json!({ "account": { "version": 1 }, "now": { "version": oldest["version"] } }));
}

/// The receipt of the edit.
async fn an_edit_is_in_the_history(client: &Client, tokens: &Tokens) -> Value {
    let anna = &tokens["anna"];
    let mut account = accounts(client, anna).await.swap_remove(0);
    let (id, version) = (account["id"].take(), account["version"].as_u64().unwrap() + 1);
    let edit = "mutation ($id: ID!) { updateAccount(id: $id, input: { industry: \"Rockets\" }) {
        version changedFields receipt account { industry } } }";
    let edited = client.ask(anna, RECORDS, edit, json!({ "id": id })).await["updateAccount"].take();
    assert_eq!(edited["version"], version);
    assert_eq!(edited["changedFields"], json!(["industry"]));
    assert_eq!(edited["account"]["industry"], "Rockets");

    let history = "query ($id: ID!) { accountHistory(id: $id) {
        version action by { name } receipt changes { field old { value } new { value } } } }";
    for who in ["anna", "carla"] {
        let saves =
            client.ask(&tokens[who], RECORDS, history, json!({ "id": id })).await["accountHistory"].take();
        let saves = saves.as_array().unwrap();
        let versions: Vec<_> = saves.iter().map(|save| save["version"].as_u64().unwrap()).collect();
        assert_eq!(versions, (1..=version).rev().collect::<Vec<_>>(), "{who}");
        assert_eq!(saves[0]["by"]["name"], "Anna Arvidsson");
        assert_eq!(saves[0]["receipt"], edited["receipt"]);
        assert_eq!(saves[0]["changes"][0]["new"]["value"], "Rockets");
        let created = saves[saves.len() - 1]["changes"].as_array().unwrap();
        let before = created.iter().find(|change| change["field"] == "industry").unwrap();
        assert_eq!(saves[0]["changes"][0]["old"], before["new"]);
    }
    edited["receipt"].clone()
}

async fn a_refusal_is_in_the_ledger(client: &Client, tokens: &Tokens) {
    let carlas = accounts(client, &tokens["carla"]).await;
    let davids = carlas.iter().find(|account| account["owner"]["name"] == "David Duarte").unwrap();
    let delete = "mutation ($id: ID!) { deleteAccount(id: $id) { receipt } }";
    let hidden = client.refusal(&tokens["anna"], RECORDS, delete, json!({ "id": davids["id"] })).await;
    let absent = json!({ "id": "rec_00000000000000000000000000" });
    let absent = client.refusal(&tokens["anna"], RECORDS, delete, absent).await;
    assert_eq!(hidden["extensions"]["code"], "NOT_FOUND");
    assert_eq!(hidden, absent, "a hidden record answers as an absent one");

    let ledger = "{ ledgerEntries(filter: { action: \"access.refuse\" }) {
        actor { id } target { object id } detail { key value } } }";
    let refused = client.refusal(&tokens["anna"], SETUP, ledger, Value::Null).await;
    assert_eq!(refused["extensions"]["code"], "FORBIDDEN");
    let anna = client.ask(&tokens["anna"], RECORDS, "{ me { id } }", Value::Null).await["me"]["id"].take();
    let entries = client.ask(&tokens["admin"], SETUP, ledger, Value::Null).await["ledgerEntries"].take();
    let found = entries.as_array().unwrap().iter().find(|entry| entry["target"]["id"] == davids["id"]);
    let found = found.unwrap_or_else(|| panic!("no refusal about David's account: {entries}"));
    assert_eq!(found["actor"]["id"], anna);
    assert!(found["detail"].as_array().unwrap().contains(&json!({ "key": "answer", "value": "NOT_FOUND" })));
}

/// Made, changed, read as they were, and deleted: each a unit of its own.
async fn a_thousand_are_changed_at_once(client: &Client, tokens: &Tokens) {
    let admin = &tokens["admin"];
    let before = accounts(client, admin).await.len();
    let inputs: Vec<Value> = (0..1_000).map(|number| json!({ "name": format!("Branch {number}") })).collect();
    let create = "mutation ($inputs: [CreateAccountInput!]!) {
        createAccounts(inputs: $inputs) { changes { id } } }";
    let made = client.ask(admin, RECORDS, create, json!({ "inputs": inputs })).await;
    let made = made["createAccounts"]["changes"].as_array().unwrap();
    let ids: Vec<&Value> = made.iter().map(|it| &it["id"]).collect();
    assert_eq!(ids.len(), 1_000);

    let change = |id: &&Value| json!({ "id": id, "version": 1, "input": { "industry": "Retail" } });
    let updates: Vec<Value> = ids.iter().map(change).collect();
    let update = "mutation ($updates: [UpdateAccountsInput!]!) {
        updateAccounts(updates: $updates) { changes { version } } }";
    let updated = client.ask(admin, RECORDS, update, json!({ "updates": updates })).await;
    let updated = updated["updateAccounts"]["changes"].as_array().unwrap();
    assert!(updated.len() == 1_000 && updated.iter().all(|it| it["version"] == 2));

    let revert = "mutation ($id: ID!) { restoreAccountVersion(id: $id, version: 1) {
        version changedFields account { industry } } }";
    let reverted = client.ask(admin, RECORDS, revert, json!({ "id": ids[7] })).await;
    let expected = json!({ "version": 3, "changedFields": ["industry"], "account": { "industry": null } });
    assert_eq!(reverted["restoreAccountVersion"], expected);
    let was = "query ($id: ID!) { account(id: $id, version: 2) { version name industry } }";
    let was = client.ask(admin, RECORDS, was, json!({ "id": ids[7] })).await;
    assert_eq!(was["account"], json!({ "version": 2, "name": "Branch 7", "industry": "Retail" }));

    let delete = "mutation ($ids: [ID!]!) { deleteAccounts(ids: $ids) { receipt } }";
    client.ask(admin, RECORDS, delete, json!({ "ids": ids })).await;
    assert_eq!(accounts(client, admin).await.len(), before);
    let twice = client.refusal(admin, RECORDS, delete, json!({ "ids": [ids[0]] })).await;
    assert_eq!(twice["extensions"], json!({ "code": "NOT_FOUND", "index": 0 }));
}

fn file(name: &str) -> String {
    let files = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    files.join(name).display().to_string()
}

fn import(place: &Place, object: &str, name: &str) -> String {
    let file = file(name);
    let outcome =
        place.run(&["import", "--workspace", "demo", "--as", ADMIN, "--object", object, "--file", &file]);
    assert_eq!(outcome.code, 0, "{name}: {outcome:?}");
    outcome.out
}

/// While the server runs.
fn files_are_taken_in(place: &Place) {
    for (object, name, rows) in FILES {
        let said = import(place, object, name);
        assert_eq!(said, format!("{rows} rows taken in, 0 were in already, 0 refused\n"), "{name}");
    }
}

const IMPORTED: &str = "query ($admin: ID!, $after: String) {
    accounts(filter: { ownerId: { eq: $admin } }) { totalCount }
    contacts(filter: { ownerId: { eq: $admin } }, first: 100, after: $after) {
        totalCount nodes { lastName email account { name } } pageInfo { hasNextPage endCursor } }
    opportunities(filter: { ownerId: { eq: $admin } }) { totalCount }
    campaigns(filter: { ownerId: { eq: $admin } }) { totalCount } }";

async fn imported_records_are_there(client: &Client, tokens: &Tokens) {
    let admin = &tokens["admin"];
    let id = client.ask(admin, RECORDS, "{ me { id } }", Value::Null).await["me"]["id"].take();
    let (mut contacts, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = client.ask(admin, RECORDS, IMPORTED, json!({ "admin": id, "after": after })).await;
        for (plural, expected) in
            [("accounts", 50), ("contacts", 150), ("opportunities", 50), ("campaigns", 15)]
        {
            assert_eq!(page[plural]["totalCount"], expected, "{plural}");
        }
        contacts.extend(page["contacts"]["nodes"].as_array().unwrap().clone());
        if page["contacts"]["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["contacts"]["pageInfo"]["endCursor"].clone();
    }
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut found: Vec<_> = contacts
        .iter()
        .map(|contact| [&contact["lastName"], &contact["email"], &contact["account"]["name"]].map(word))
        .collect();
    found.sort();
    assert_eq!(found, contacts_of_the_files());
}

/// Last name, address, and the name of the account that each contact's reference means.
fn contacts_of_the_files() -> Vec<[String; 3]> {
    let column = |headers: &csv::StringRecord, name: &str| headers.iter().position(|it| it == name).unwrap();
    let rows = |name: &str| {
        let mut reader = csv::Reader::from_path(file(name)).unwrap();
        let headers = reader.headers().unwrap().clone();
        (headers, reader.records().map(Result::unwrap).collect::<Vec<_>>())
    };
    let (headers, accounts) = rows("Accounts.csv");
    let names: Vec<_> = accounts.iter().map(|row| row[column(&headers, "name")].to_owned()).collect();
    let (headers, contacts) = rows("Contacts.csv");
    let [last, email, account] = ["lastName", "email", "accountId"].map(|name| column(&headers, name));
    let contact = |row: &csv::StringRecord| {
        let number: usize = row[account].strip_prefix("@AccountRef").unwrap().parse().unwrap();
        [row[last].to_owned(), row[email].to_owned(), names[number - 1].clone()]
    };
    let mut expected: Vec<_> = contacts.iter().map(contact).collect();
    expected.sort();
    expected
}

async fn the_same_files_write_nothing(place: &Place, client: &Client, tokens: &Tokens) {
    for (object, name, rows) in FILES {
        let said = import(place, object, name);
        assert_eq!(said, format!("nothing written: all {rows} rows of this file are in already\n"), "{name}");
    }
    imported_records_are_there(client, tokens).await;
}

pub(crate) fn the_ledger_is_sound(place: &Place) {
    let verified = place.run(&["audit", "verify"]);
    assert_eq!(verified.code, 0, "{verified:?}");
    assert_eq!(
        verified.out.lines().filter(|line| line.ends_with(" 0 closed: OK")).count(),
        2,
        "{verified:?}"
    );
}

async fn everything_is_as_it_was(server: &Server, tokens: &Tokens, receipt: &Value) {
    assert!(server.said.contains("the passwords are in"), "{}", server.said);
    let client = &server.client;
    assert_eq!(client.get("readyz").await.0, 200);
    assert_eq!(accounts(client, &tokens["anna"]).await.len(), 2, "a session outlives the server");
    imported_records_are_there(client, tokens).await;
    definitions::own_records_are_there(client, &tokens["admin"]).await;
    let entries = "query ($action: String!) { ledgerEntries(filter: { action: $action }) { receipt } }";
    let edits = client.ask(&tokens["admin"], SETUP, entries, json!({ "action": "record.update" })).await;
    assert_eq!(edits["ledgerEntries"][0], json!({ "receipt": receipt }));
}

fn nothing_secret_was_logged(place: &Place, people: &People, tokens: &Tokens) {
    let log = place.log();
    let keys = fs::read_to_string(place.data().join("root.keys")).unwrap();
    let key = keys.split_whitespace().last().unwrap();
    assert!(log.contains("serving"), "the log is the server's");
    for secret in
        people.0.values().chain(tokens.values()).map(String::as_str).chain([key, "not her password"])
    {
        assert!(!log.contains(secret), "a secret is in the log");
    }
}
