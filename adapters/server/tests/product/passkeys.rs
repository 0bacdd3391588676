//! Passkeys in a browser, with an authenticator that is plugged in for the test.

use serde_json::{Value, json};

use crate::{browser::Browser, place::Place};

/// What a front end needs, and no more: it asks the set-up endpoint, and the browser's authenticator.
const PAGE: &str = include_str!("passkeys.js");

async fn run(browser: &Browser, what: &str) -> Value {
    browser.resolved(&format!("sutra.{what}")).await
}

/// Opens the page of this origin, and gives it what a front end needs.
async fn open(browser: &Browser, origin: &str) {
    browser.open(&format!("{origin}/query")).await;
    browser.run(PAGE).await;
}

/// The page's own ways: a button beside the password, and one of the second factors.
async fn the_page_takes_passkeys(browser: &Browser, origin: &str, password: &str) {
    let sign_out = async || {
        browser.click("//button[@id='sign-out']").await;
        browser.wait_for("//main[@id='door' and not(@hidden)]").await;
    };
    let field = |name: &str| format!("//form[@id='sign-in']//input[@name='{name}']");
    browser.reload().await;
    sign_out().await;
    browser.write(&field("workspace"), "demo").await;
    browser.click("//button[@id='use-passkey']").await;
    browser.wait_for("//p[@id='who'][.='Anna Arvidsson']").await;
    sign_out().await;
    browser.write(&field("email"), "anna@demo.example").await;
    browser.write(&field("password"), password).await;
    browser.click("//button[.='Sign in']").await;
    browser.click("//select[@id='method']/option[@value='PASSKEY']").await;
    browser.click("//form[@id='factor']//button[.='Go on']").await;
    browser.wait_for("//p[@id='who'][.='Anna Arvidsson']").await;
    open(browser, origin).await;
}

fn is_refused(step: &Value) -> bool {
    step["__typename"] == "SignInRefused"
}

#[tokio::test]
async fn passkeys_in_a_browser() {
    let Some(browser) = Browser::start().await else { return };
    let place = Place::empty();
    let server = place.serve(&["--demo"], "demo-passwords.txt");
    let password = place.demo_password("anna@demo.example");
    let origin = format!("http://{}", server.address.replace("127.0.0.1", "localhost"));
    open(&browser, &origin).await;
    let device = browser.plug_in(true).await;
    let sign_in = format!(
        "one(`mutation ($password: String!) {{ signIn(workspace: \"demo\", email: \"anna@demo.example\", \
         password: $password, deliver: COOKIE) {{ __typename }} }}`, {})",
        json!({ "password": password })
    );
    assert_eq!(run(&browser, &sign_in).await["__typename"], "SignedIn");
    let added = run(&browser, "add()").await;
    assert!(added["factorId"].is_string(), "{added}");
    assert_eq!(browser.passkeys(&device).await.len(), 1);
    let again = run(&browser, "add()").await;
    assert!(again.as_str().is_some_and(|error| error.starts_with("InvalidStateError")), "{again}");

    // Alone, without a name, by a button and by the list of a form's field.
    for mediation in ["undefined", "'conditional'"] {
        let step = run(&browser, &format!("signIn({mediation})")).await;
        assert_eq!(step["user"]["email"], "anna@demo.example", "{mediation}: {step}");
    }
    assert!(is_refused(&run(&browser, "finish()").await), "the same answer once more");
    assert_eq!(run(&browser, "stepUp()").await["__typename"], "SteppedUp");
    assert_eq!(run(&browser, &sign_in).await["__typename"], "FactorRequired", "beside a password");
    the_page_takes_passkeys(&browser, &origin, &password).await;

    browser.verify(&device, false).await;
    let step = run(&browser, "signIn()").await;
    assert!(
        step.as_str().is_some_and(|error| error.starts_with("NotAllowedError")) || is_refused(&step),
        "{step}"
    );
    browser.verify(&device, true).await;

    // A copy that was made before the last uses has counted fewer.
    let copied = browser.passkeys(&device).await.remove(0);
    assert_eq!(run(&browser, "signIn()").await["__typename"], "SignedIn");
    browser.unplug(&device).await;
    let copy = browser.plug_in(true).await;
    browser.copy(&copied, &copy).await;
    assert!(is_refused(&run(&browser, "signIn()").await), "a copy");

    // Another origin is no party to it: the browser gives it nothing, and an answer from it counts for nothing.
    let elsewhere = format!("http://other.localhost:{}", server.address.rsplit(':').next().unwrap());
    open(&browser, &elsewhere).await;
    let step = run(&browser, "signIn()").await;
    assert!(step.is_string() || is_refused(&step), "{step}");
}
