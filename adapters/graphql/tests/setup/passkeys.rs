//! Passkeys, as a front end makes and uses them.

use serde_json::{Value, json};
use sutra_testkit::{Manner, PasskeyDevice};

use crate::house::{Answer, House, Who};

impl House {
    async fn offer(&self, who: &Who, asked: &str) -> Value {
        let document = format!("mutation {{ {asked} {{ options ceremony expiresAt }} }}");
        let mut data = self.ask(who, &document).await.data();
        data.as_object_mut().unwrap().values_mut().next().unwrap().take()
    }

    /// Sets up a passkey.
    async fn add_passkey(&self, who: &Who) -> PasskeyDevice {
        let mut device = PasskeyDevice::new(3).unwrap();
        let offer = self.offer(who, "offerPasskey").await;
        let credential = device.register(offer["options"].as_str().unwrap(), &Manner::default()).unwrap();
        let document = "mutation ($ceremony: String!, $credential: String!) {
            addPasskey(name: \"Laptop\", ceremony: $ceremony, credential: $credential) { factorId receipt } }";
        let variables = json!({ "ceremony": offer["ceremony"], "credential": credential.to_string() });
        assert!(self.send(who, document, variables).await.data()["addPasskey"]["receipt"].is_string());
        device
    }

    async fn passkey_sign_in(&self, ceremony: &Value, credential: &Value) -> Answer {
        let document = "mutation ($ceremony: String!, $credential: String!) {
            signInWithPasskey(ceremony: $ceremony, credential: $credential, deliver: BEARER) {
                __typename ... on SignedIn { token user { email } } } }";
        let variables = json!({ "ceremony": ceremony, "credential": credential.to_string() });
        self.send(&Who::Stranger, document, variables).await
    }
}

fn sign(device: &mut PasskeyDevice, offer: &Value) -> Value {
    device.sign(offer["options"].as_str().unwrap(), &Manner::default()).unwrap()
}

#[tokio::test]
async fn a_passkey_signs_in_alone_and_its_answer_counts_once() {
    let (house, ada) = House::with_administrator().await;
    let mut device = house.add_passkey(&ada).await;
    let offer = house.offer(&Who::Stranger, "beginPasskeySignIn").await;
    let answer = sign(&mut device, &offer);
    let step = house.passkey_sign_in(&offer["ceremony"], &answer).await.data()["signInWithPasskey"].take();
    assert_eq!(step["__typename"], "SignedIn");
    let token = step["token"].as_str().unwrap().to_owned();
    let me =
        house.ask(&Who::Bearer(token), "{ me { email } factors { method name lastUsedAt } }").await.data();
    assert_eq!(me["me"]["email"], crate::house::ADMIN);
    let passkey = me["factors"].as_array().unwrap().iter().find(|it| it["method"] == "PASSKEY").unwrap();
    assert_eq!(passkey["name"], "Laptop");
    assert!(passkey["lastUsedAt"].is_string());

    let again = house.passkey_sign_in(&offer["ceremony"], &answer).await;
    assert_eq!(again.data()["signInWithPasskey"]["__typename"], "SignInRefused", "reused");
    for (ceremony, credential) in [(json!("x"), json!({})), (offer["ceremony"].clone(), json!({}))] {
        let refused = house.passkey_sign_in(&ceremony, &credential).await;
        assert_eq!(
            (refused.status, &refused.headers, &refused.body),
            (again.status, &again.headers, &again.body)
        );
    }
}

#[tokio::test]
async fn a_passkey_is_a_second_factor_and_a_step_up() {
    let (house, ada) = House::with_administrator().await;
    let mut device = house.add_passkey(&ada).await;
    let step = house.challenge("BEARER").await;
    assert_eq!(step["methods"], json!(["PASSKEY", "RECOVERY_CODE"]));
    let document = "mutation ($flow: String!) { challengePasskey(flow: $flow) { options ceremony } }";
    let flow = json!({ "flow": step["flow"] });
    let offer = house.send(&Who::Stranger, document, flow).await.data()["challengePasskey"].take();
    let document = "mutation ($flow: String!, $code: String!, $ceremony: String) {
        answerFactor(flow: $flow, method: PASSKEY, code: $code, ceremony: $ceremony) {
            __typename ... on SignedIn { token } } }";
    let code = sign(&mut device, &offer).to_string();
    let without = json!({ "flow": step["flow"], "code": code });
    let refused = house.send(&Who::Stranger, document, without).await;
    assert_eq!(refused.data()["answerFactor"]["__typename"], "SignInRefused", "without its ceremony");
    let variables = json!({ "flow": step["flow"], "code": code, "ceremony": offer["ceremony"] });
    let step = house.send(&Who::Stranger, document, variables).await.data()["answerFactor"].take();
    let ada = Who::Bearer(step["token"].as_str().unwrap().to_owned());

    house.wait(10);
    let issue = "mutation { issueRecoveryCodes { codes } }";
    assert_eq!(house.ask(&ada, issue).await.code(), "STEP_UP_REQUIRED");
    let offer = house.offer(&ada, "beginPasskeyStepUp").await;
    let document = "mutation ($ceremony: String!, $credential: String!) {
        stepUpWithPasskey(ceremony: $ceremony, credential: $credential) { __typename ... on SteppedUp { token } } }";
    let credential = sign(&mut device, &offer).to_string();
    let variables = json!({ "ceremony": offer["ceremony"], "credential": credential });
    let proved = house.send(&ada, document, variables).await.data()["stepUpWithPasskey"].take();
    let ada = Who::Bearer(proved["token"].as_str().unwrap().to_owned());
    house.ask(&ada, issue).await.data();
}
