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
