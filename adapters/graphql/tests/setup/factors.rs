//! Second factors, as a front end sets them up and asks for them.

use serde_json::{Value, json};
use sutra_identity::Notice;
use sutra_testkit::authenticator_code;

use crate::house::{ADMIN, Answer, House, PASSWORD, Who};

impl House {
    /// Sets up an authenticator app, which is the secret.
    pub(crate) async fn add_app(&self, who: &Who) -> String {
        let secret = self.ask(who, "mutation { offerTotp { secret uri } }").await.data()["offerTotp"].take();
        let secret = secret["secret"].as_str().unwrap().to_owned();
        let document = "mutation ($secret: String!, $code: String!) {
            addTotp(name: \"App\", secret: $secret, code: $code) { factorId receipt } }";
        let variables = json!({ "secret": secret, "code": self.app_code(&secret) });
        self.send(who, document, variables).await.data();
        self.wait(1);
        secret
    }

    pub(crate) fn app_code(&self, secret: &str) -> String {
        authenticator_code(secret, self.engine.now())
    }

    /// A sign-in that asks for a second factor: its step.
    pub(crate) async fn challenge(&self, deliver: &str) -> Value {
        let document = "mutation ($email: String!, $password: String!, $deliver: Delivery!) {
            signIn(email: $email, password: $password, deliver: $deliver) {
                __typename ... on FactorRequired { flow methods expiresAt } } }";
        let variables = json!({ "email": ADMIN, "password": PASSWORD, "deliver": deliver });
        let answer = self.send(&Who::Stranger, document, variables).await;
        assert!(answer.cookies().is_empty(), "{answer:?}");
        answer.data()["signIn"].take()
    }

    async fn answer(&self, who: &Who, flow: &Value, method: &str, code: &str) -> Answer {
        let document = "mutation ($flow: String!, $method: FactorMethod!, $code: String!) {
            answerFactor(flow: $flow, method: $method, code: $code) {
                __typename ... on SignedIn { token } ... on SignInRefused { message } } }";
        self.send(who, document, json!({ "flow": flow, "method": method, "code": code })).await
    }
}

#[tokio::test]
async fn a_second_factor_is_asked_for_by_a_flow_and_opens_the_session_the_way_that_was_asked_for() {
    let (house, ada) = House::with_administrator().await;
    let app = house.add_app(&ada).await;
    let step = house.challenge("COOKIE").await;
    assert_eq!(step["__typename"], "FactorRequired");
    assert_eq!(step["methods"], json!(["TOTP", "RECOVERY_CODE"]));
    let wrong = house.answer(&Who::Stranger, &step["flow"], "TOTP", "000000").await;
    assert_eq!(wrong.data()["answerFactor"]["__typename"], "SignInRefused");
    // Whoever is signed in already signs in again all the same.
    let answer = house.answer(&ada, &step["flow"], "TOTP", &house.app_code(&app)).await;
    assert_eq!(answer.data()["answerFactor"], json!({ "__typename": "SignedIn", "token": null }));
    let cookie = answer.cookies()[0].split(['=', ';']).nth(1).unwrap().to_owned();
    assert_eq!(house.ask(&Who::Cookie(cookie), "{ me { email } }").await.data()["me"]["email"], ADMIN);

    house.wait(1);
    let step = house.challenge("BEARER").await;
    let answer = house.answer(&Who::Stranger, &step["flow"], "TOTP", &house.app_code(&app)).await;
    assert!(answer.data()["answerFactor"]["token"].is_string());
}

#[tokio::test]
async fn a_flow_that_is_none_is_refused_like_a_wrong_code() {
    let (house, ada) = House::with_administrator().await;
    house.add_app(&ada).await;
    let step = house.challenge("BEARER").await;
    let wrong = house.answer(&Who::Stranger, &step["flow"], "TOTP", "000000").await;
    for flow in ["", "nonsense", "sutra_flw_00000000000000000000000000_x"] {
        let answer = house.answer(&Who::Stranger, &json!(flow), "TOTP", "000000").await;
        assert_eq!(
            (answer.status, &answer.headers, &answer.body),
            (wrong.status, &wrong.headers, &wrong.body)
        );
    }
}

#[tokio::test]
async fn codes_by_mail_are_set_up_and_sent_for_a_flow() {
    let (house, ada) = House::with_administrator().await;
    house.ask(&ada, "mutation { sendEnrolmentCode { expiresAt } }").await.data();
    let code = async || {
        let sent = house.mail().await;
        let code = sent.iter().find_map(|message| match &message.notice {
            Notice::Code { code, .. } => Some(code.expose().to_owned()),
            _ => None,
        });
        code.unwrap_or_else(|| panic!("{sent:?}"))
    };
    let document = "mutation ($code: String!) { addEmailCode(code: $code) { receipt } }";
    house.send(&ada, document, json!({ "code": code().await })).await.data();
    let step = house.challenge("BEARER").await;
    let send = "mutation ($flow: String!) { sendCode(flow: $flow, method: EMAIL_CODE) { expiresAt } }";
    house.send(&Who::Stranger, send, json!({ "flow": step["flow"] })).await.data();
    let answer = house.answer(&Who::Stranger, &step["flow"], "EMAIL_CODE", &code().await).await;
    assert_eq!(answer.data()["answerFactor"]["__typename"], "SignedIn");
}

#[tokio::test]
async fn a_step_up_asks_for_the_second_factor() {
    let (house, ada) = House::with_administrator().await;
    let app = house.add_app(&ada).await;
    house.wait(10);
    let issue = "mutation { issueRecoveryCodes { codes } }";
    assert_eq!(house.ask(&ada, issue).await.code(), "STEP_UP_REQUIRED");
    let document = "mutation ($password: String!) { stepUp(password: $password) {
        __typename ... on FactorRequired { flow methods } } }";
    let step = house.send(&ada, document, json!({ "password": PASSWORD })).await.data()["stepUp"].take();
    assert_eq!(step["__typename"], "FactorRequired");
    let document = "mutation ($flow: String!, $code: String!) {
        answerStepUp(flow: $flow, method: TOTP, code: $code) { __typename ... on SteppedUp { token } } }";
    let variables = json!({ "flow": step["flow"], "code": house.app_code(&app) });
    let proved = house.send(&ada, document, variables).await.data()["answerStepUp"].take();
    let ada = Who::Bearer(proved["token"].as_str().unwrap().to_owned());
    let codes = house.ask(&ada, issue).await.data()["issueRecoveryCodes"]["codes"].take();
    assert_eq!(codes.as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn account_security_shows_what_is_set_up_and_never_what_it_is_checked_against() {
    let (house, ada) = House::with_administrator().await;
    let app = house.add_app(&ada).await;
    let answer = house.ask(&ada, "{ factors { id method name hint codesLeft createdAt lastUsedAt } }").await;
    assert!(!answer.body.contains(&app));
    let factors = answer.data()["factors"].take();
    let seen = |place: usize| (factors[place]["method"].clone(), factors[place]["codesLeft"].clone());
    assert_eq!(seen(0), (json!("RECOVERY_CODE"), json!(10)));
    assert_eq!(seen(1), (json!("TOTP"), json!(null)));
    let document = "mutation ($user: ID!, $id: ID!) { removeFactor(userId: $user, id: $id) { factorId } }";
    let bob = house.join(&ada, "bob@example.com", "Standard User").await;
    let variables = json!({ "user": house.me(&ada).await, "id": factors[1]["id"] });
    assert_eq!(house.send(&bob, document, variables.clone()).await.code(), "FORBIDDEN");
    house.send(&ada, document, variables).await.data();
    house.sign_in(ADMIN, PASSWORD).await;
}
