//! The query page, as it is served and as a browser shows it.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use sutra_graphql::EXAMPLES;
use sutra_kernel::Timestamp;
use sutra_testkit::authenticator_code;

use crate::{
    browser::{Browser, CTRL_ENTER},
    client::{Client, SETUP},
    place::Place,
};

const QUERY: &str = "//textarea[@id='query']";
const VARIABLES: &str = "//textarea[@id='variables']";
const ACCOUNTS: &str = "//button[@data-opens='list-accounts']";

#[tokio::test]
async fn the_page_has_the_examples_and_loads_nothing() {
    let server = Place::empty().serve(&[], "&token=");
    assert!(server.said.contains(&format!("http://{}/query ", server.address)), "{}", server.said);
    let (_, headers, page) = server.client.get("query").await;
    for example in &EXAMPLES {
        assert!(page.contains(example.document), "{}", example.name);
    }
    for loads in
        [" src=", " href=", "@import", "url(", "import(", "innerHTML", "eval(", " style=", " onclick="]
    {
        assert!(!page.contains(loads), "{loads}");
    }
    let policy = headers["content-security-policy"].to_str().unwrap();
    let expected = "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; \
                    require-trusted-types-for 'script'; trusted-types 'none'";
    assert!(policy.ends_with(expected), "{policy}");
}

#[tokio::test]
async fn the_page_in_a_browser() {
    let Some(browser) = Browser::start().await else { return };
    let place = Place::empty();
    let server = place.serve(&["--demo"], "demo-passwords.txt");
    let password = &place.demo_password("anna@demo.example");

    let origin = format!("http://{}", server.address);
    browser.open(&format!("{origin}/query")).await;
    signing_in_needs_the_right_password(&browser, password).await;
    the_schema_is_listed_and_searched(&browser).await;
    an_example_is_run_by_keys(&browser).await;
    a_document_is_edited_saved_found_and_deleted(&browser).await;
    errors_and_markup_are_shown_as_text(&browser).await;
    the_token_is_out_of_reach(&browser).await;
    signing_out_lasts(&browser).await;
    a_second_factor_is_asked_for(&browser, &server.client, password).await;

    let local = origin.replace("127.0.0.1", "localhost");
    browser.open(&format!("{local}/query")).await;
    sign_in(&browser, password).await;
    browser.wait_for("//p[@id='who'][contains(., 'Anna')]").await;

    let requests = browser.requests().await;
    assert!(requests.len() > 10, "{requests:?}");
    for request in &requests {
        let is_own = [&origin, &local].into_iter().any(|own| request.starts_with(&format!("{own}/")));
        assert!(is_own, "{request}");
    }
    assert_eq!(browser.console().await, Vec::<String>::new());
    markup_is_never_made_from_text(&browser).await;
}

async fn sign_in(browser: &Browser, password: &str) {
    let field = |name: &str| format!("//main[@id='door' and not(@hidden)]//input[@name='{name}']");
    browser.write(&field("workspace"), "demo").await;
    browser.write(&field("email"), "anna@demo.example").await;
    browser.write(&field("password"), password).await;
    browser.click("//main[@id='door']//button").await;
}

/// With an authenticator app, which is set up for that and removed again.
async fn a_second_factor_is_asked_for(browser: &Browser, client: &Client, password: &str) {
    let token = client.sign_in("demo", "anna@demo.example", password).await.unwrap();
    let ask = async |query: &str, variables: Value| client.ask(&token, SETUP, query, variables).await;
    let offer = ask("mutation { offerTotp { secret } }", json!({})).await;
    let secret = offer["offerTotp"]["secret"].as_str().unwrap().to_owned();
    let code = |ahead: u64| authenticator_code(&secret, now().plus(Duration::from_secs(ahead)));
    let add = "mutation ($secret: String!, $code: String!) {
        addTotp(name: \"App\", secret: $secret, code: $code) { factorId } }";
    let added = ask(add, json!({ "secret": secret, "code": code(0) })).await["addTotp"].take();

    sign_in(browser, password).await;
    let field = "//form[@id='factor' and not(@hidden)]//input[@name='code']";
    browser.write(field, "000000").await;
    browser.click("//form[@id='factor']//button[.='Go on']").await;
    browser.wait_for("//p[@id='wrong'][contains(., 'This was refused.')]").await;
    browser.write(field, &code(30)).await;
    browser.click("//form[@id='factor']//button[.='Go on']").await;
    browser.wait_for("//p[@id='who'][.='Anna Arvidsson']").await;

    let me = ask("{ me { id } }", json!({})).await["me"]["id"].take();
    let remove = "mutation ($me: ID!, $id: ID!) { removeFactor(userId: $me, id: $id) { factorId } }";
    ask(remove, json!({ "me": me, "id": added["factorId"] })).await;
}

async fn signing_in_needs_the_right_password(browser: &Browser, password: &str) {
    sign_in(browser, "not her password").await;
    browser.wait_for("//p[@id='refusal'][contains(., 'This sign-in was refused.')]").await;
    sign_in(browser, password).await;
    browser.wait_for("//p[@id='who'][.='Anna Arvidsson']").await;
}

async fn the_schema_is_listed_and_searched(browser: &Browser) {
    browser.wait_for("//div[@id='types']/details[1]/summary/code[.='Query']").await;
    browser.write("//input[@id='search']", "createAccount").await;
    browser.wait_for("//dt[contains(., 'createAccount') and contains(., 'AccountPayload!')]").await;
    browser.wait_for("//dd[contains(., 'Makes a record of the kind account.')]").await;
    browser.click("//dt//button[.='CreateAccountInput!']").await;
    browser.wait_for("//div[@id='types']/details[1][@open]//dt[contains(., 'billingCity')]").await;
}

async fn an_example_is_run_by_keys(browser: &Browser) {
    browser.click(ACCOUNTS).await;
    browser.press(QUERY, CTRL_ENTER).await;
    answers(browser, "\"totalCount\": 2,").await;
    browser.wait_for("//p[@id='status'][contains(., 'Answer after') and contains(., 'HTTP 200')]").await;
}

async fn a_document_is_edited_saved_found_and_deleted(browser: &Browser) {
    let document = "query Mine($first: Int!) { accounts(first: $first) { nodes { name } } }";
    browser.write(QUERY, document).await;
    browser.write(VARIABLES, r#"{"first": 1}"#).await;
    browser.write("//input[@id='name']", "My accounts\n").await;
    let saved = "//ul[@id='saved']//button[.='My accounts']";
    browser.wait_for(saved).await;

    browser.reload().await;
    browser.wait_for("//p[@id='who'][.='Anna Arvidsson']").await;
    browser.click(saved).await;
    assert_eq!(browser.value("document.getElementById('query').value").await, document);
    browser.click("//button[@id='run']").await;
    answers(browser, "\"nodes\": [").await;

    browser.click("//button[@aria-label='Delete My accounts']").await;
    browser.wait_for("//p[@id='none-saved'][not(@hidden)]").await;
    browser.reload().await;
    browser.wait_for("//p[@id='none-saved'][not(@hidden)]").await;
}

async fn errors_and_markup_are_shown_as_text(browser: &Browser) {
    browser.wait_for("//p[@id='who'][.='Anna Arvidsson']").await;
    let shown = [
        ("{ nonsense }", "{}", "\"errors\": ["),
        (
            "query ($id: ID!) { account(id: $id) { id } }",
            r#"{"id": "rec_00000000000000000000000000"}"#,
            "\"NOT_FOUND\"",
        ),
        (
            r#"mutation { createAccount(input: { name: "<b>bold</b>" }) { account { name } } }"#,
            "",
            "<b>bold</b>",
        ),
    ];
    for (document, variables, expected) in shown {
        browser.write(QUERY, document).await;
        browser.write(VARIABLES, variables).await;
        browser.press(VARIABLES, CTRL_ENTER).await;
        answers(browser, expected).await;
    }
    browser.write(VARIABLES, "{ first: 1 }").await;
    browser.press(VARIABLES, CTRL_ENTER).await;
    browser.wait_for("//p[@id='status'][@class='bad'][contains(., 'nothing was sent')]").await;
}

async fn the_token_is_out_of_reach(browser: &Browser) {
    browser.click("//button[@data-opens='sessions']").await;
    browser.press(QUERY, CTRL_ENTER).await;
    answers(browser, "\"delivery\": \"COOKIE\",").await;
    assert_eq!(browser.value("document.cookie").await, "");
    assert_eq!(
        browser.value("Object.keys(localStorage).sort()").await,
        json!(["sutra.query.saved", "sutra.query.workspace"])
    );
    assert_eq!(browser.value("sessionStorage.length").await, 0);
}

async fn signing_out_lasts(browser: &Browser) {
    browser.click("//button[@id='sign-out']").await;
    browser.wait_for("//main[@id='door' and not(@hidden)]").await;
    assert_eq!(browser.value("document.getElementById('answer').textContent").await, "");
    browser.reload().await;
    browser.wait_for("//main[@id='door' and not(@hidden)]").await;
}

/// Not by a mistake in the page's own script either; and the console says so.
async fn markup_is_never_made_from_text(browser: &Browser) {
    let attempt =
        "(() => { try { document.body.innerHTML = '<b>made</b>' } catch (error) { return error.name } })()";
    assert_eq!(browser.value(attempt).await, "TypeError");
    let said = browser.console().await;
    assert!(said.iter().any(|line| line.contains("TrustedHTML")), "{said:?}");
}

async fn answers(browser: &Browser, text: &str) {
    browser.wait_for(&format!("//pre[@id='answer'][contains(., '{text}')]")).await;
}

fn now() -> Timestamp {
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap())
}
