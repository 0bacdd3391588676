//! An installation of one's own: the set-up link, the first administrator, and a file with mistakes in it.

use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt};

use serde_json::json;
use tokio::task::JoinSet;
use url::{Url, form_urlencoded};

use crate::{
    client::{Client, RECORDS, SETUP},
    place::Place,
};

const PASSWORD: &str = "eleven violet kites in march";
const COMPLETE: &str = "mutation ($token: String!, $password: String!) {
    completeSetup(token: $token, email: \"ada@example.com\", name: \"Ada\", password: $password) { email } }";

#[tokio::test]
async fn the_link_makes_one_administrator_and_then_no_more() {
    let place = Place::empty();
    let server = place.serve(&[], "&token=");
    let printed = server.said.trim().rsplit_once("&token=").unwrap().1.to_owned();
    let another = place.run(&["setup-link"]);
    let token = another.out.trim().rsplit_once("/setup#workspace=main&token=").unwrap().1.to_owned();

    let client = &server.client;
    let with = |token: &str| json!({ "token": token, "password": PASSWORD });
    let stale = client.refusal("", SETUP, COMPLETE, with(&printed)).await;
    assert_eq!(stale["extensions"]["code"], "FORBIDDEN", "a newer link ends the older one");
    client.ask("", SETUP, COMPLETE, with(&token)).await;
    let spent = client.refusal("", SETUP, COMPLETE, with(&token)).await;
    assert_eq!(spent["extensions"]["code"], "FORBIDDEN");
    assert!(client.sign_in("main", "ada@example.com", PASSWORD).await.is_some());
    let none = place.run(&["setup-link"]);
    assert_eq!(none.err, "sutra: the workspace `main` has an administrator already\n");
    server.stop();

    let again = place.serve(&[], "/readyz");
    assert!(!again.said.contains("token"), "{}", again.said);
    again.stop();
}

/// What the page does: it reads the link, and sends the mutation that it shows.
#[tokio::test]
async fn the_page_sends_what_the_link_says() {
    let place = Place::empty();
    let server = place.serve(&[], "&token=");
    let link = Url::parse(server.said.lines().last().unwrap()).unwrap();
    let said = form_urlencoded::parse(link.fragment().unwrap().as_bytes());
    let mut variables: BTreeMap<_, _> = said.into_owned().collect();
    assert_eq!(variables["workspace"], "main");
    let typed = [("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD)];
    variables.extend(typed.map(|(name, value)| (name.to_owned(), value.to_owned())));

    let (_, _, page) = server.client.get("setup").await;
    let mutation = page.split("<pre>").nth(1).unwrap().split("</pre>").next().unwrap();
    for name in variables.keys() {
        assert!(mutation.contains(&format!("{name}: ${name}")), "{mutation}");
        let is_sent = page.contains("{ workspace, token, ...") || page.contains(&format!("name=\"{name}\""));
        assert!(is_sent, "{name}: {page}");
    }
    server.client.ask("", SETUP, mutation, json!(variables)).await;
    assert!(server.client.sign_in("main", "ada@example.com", PASSWORD).await.is_some());
}

/// More requests than there are connections: none may hold one while it waits for another.
#[tokio::test]
async fn many_sign_ins_with_a_session_do_not_wait_for_each_other() {
    let place = Place::empty();
    let server = place.serve(&[], "&token=");
    let token = server.said.trim().rsplit_once("&token=").unwrap().1;
    server.client.ask("", SETUP, COMPLETE, json!({ "token": token, "password": PASSWORD })).await;
    let session = server.client.sign_in("main", "ada@example.com", PASSWORD).await.unwrap();
    // Of one account, no more than five are looked at together, so each is of its own.
    let document = "mutation ($email: String!, $password: String!) {
        signIn(email: $email, password: $password, deliver: BEARER) { __typename } }";
    let mut sign_ins = JoinSet::new();
    for number in 0..16 {
        let (client, session) = (Client::new(&format!("http://{}", server.address)), session.clone());
        let variables = json!({ "email": format!("user{number}@example.com"), "password": PASSWORD });
        let sign_in = async move { client.ask(&session, SETUP, document, variables).await };
        sign_ins.spawn(sign_in);
    }
    for answer in sign_ins.join_all().await {
        assert_eq!(answer["signIn"]["__typename"], "SignInRefused");
    }
}

#[tokio::test]
async fn every_page_is_sealed_and_nothing_comes_from_elsewhere() {
    let server = Place::empty().serve(&[], "&token=");
    let cases =
        [("livez", 200), ("readyz", 200), ("setup", 200), ("query", 200), ("nowhere", 404), ("graphql", 405)];
    for (path, expected) in cases {
        let (status, headers, text) = server.client.get(path).await;
        assert_eq!(status, expected, "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{path}: {policy}");
        assert!(!text.contains("http://") && !text.contains("https://"), "{path}: {text}");
    }
}

#[tokio::test]
async fn rows_with_mistakes_are_listed_and_the_others_are_in() {
    let place = Place::empty();
    let server = place.serve(&[], "&token=");
    let token = server.said.trim().rsplit_once("&token=").unwrap().1;
    server.client.ask("", SETUP, COMPLETE, json!({ "token": token, "password": PASSWORD })).await;
    let session = server.client.sign_in("main", "ada@example.com", PASSWORD).await.unwrap();

    let file = place.write(
        "people.csv",
        "Surname,E-mail,Shoe size\nLovelace,ada@analytical.example,38\n,nobody@analytical.example,40\n\
         Babbage,not an address,44\n\"Somerville\",\"mary@analytical.example\",37,more\nHerschel,,41\n",
    );
    let import = ["import", "--as", "ada@example.com", "--object", "contact", "--file", &file];
    let mapped = [&import[..], &["--map", "Surname=lastName"]].concat();
    let first = place.run(&mapped);
    assert_eq!((first.code, first.out.as_str()), (2, "2 rows taken in, 0 were in already, 3 refused\n"));
    let expected = [
        "column `Shoe size` is no field of `contact` and is left out; `--map \"Shoe size=FIELD\"` takes it in",
        &format!("{file}:3: column `Surname`: "),
        &format!("{file}:4: column `E-mail`: "),
        &format!("{file}:5: expected 3 columns and found 4"),
    ];
    for line in expected {
        assert!(first.err.contains(line), "`{line}` is not in {}", first.err);
    }
    let kept = first.err.lines().last().unwrap().rsplit_once(' ').unwrap().1;
    let kept = place.home().join(kept);
    assert_eq!(fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o600);
    let lines: Vec<_> = fs::read_to_string(&kept)
        .unwrap()
        .lines()
        .map(|line| line.split(',').next().unwrap().to_owned())
        .collect();
    assert_eq!(lines, ["line", "3", "4", "5"]);

    let second = place.run(&mapped);
    assert_eq!((second.code, second.out.as_str()), (2, "0 rows taken in, 2 were in already, 3 refused\n"));
    let names =
        server.client.ask(&session, RECORDS, "{ contacts { nodes { lastName } } }", json!(null)).await;
    assert_eq!(names["contacts"]["nodes"], json!([{ "lastName": "Herschel" }, { "lastName": "Lovelace" }]));
    server.stop();
}

#[test]
fn schemas_are_printed() {
    let place = Place::empty();
    let setup = place.run(&["schema", "print", "--setup"]);
    assert!(setup.code == 0 && setup.out.contains("completeSetup("), "{setup:?}");
    assert!(!place.data().exists(), "printing what is the same everywhere opens nothing");
    place.serve(&[], "&token=").stop();
    let records = place.run(&["schema", "print"]);
    assert!(records.code == 0 && records.out.contains("createAccount("), "{records:?}");
}
