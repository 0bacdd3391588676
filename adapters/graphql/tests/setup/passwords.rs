//! Other passwords, remembered devices, and what administrators decide of both.

use serde_json::{Value, json};
use sutra_identity::Notice;

use crate::house::{ADMIN, Answer, House, PASSWORD, Who};

const OTHER: &str = "tractors hum beneath the larch";

/// How long sessions last where nobody has decided.
fn sessions() -> Value {
    json!({ "idleSeconds": 1_800, "absoluteSeconds": 43_200, "limit": null, "atLimit": "END_OLDEST" })
}

impl House {
    async fn choose(&self, who: &Who, flow: &Value, password: &str, code: Option<(&str, &str)>) -> Answer {
        let document = "mutation ($flow: String!, $password: String!, $method: FactorMethod, $code: String) {
            changePassword(flow: $flow, password: $password, method: $method, code: $code) {
                __typename ... on PasswordRefused { message } } }";
        let (method, code) = code.unzip();
        let variables = json!({ "flow": flow, "password": password, "method": method, "code": code });
        self.send(who, document, variables).await
    }

    /// The code, or the token of the link, that was mailed last.
    async fn mailed(&self) -> Option<String> {
        let sent = self.mail().await;
        sent.iter().rev().find_map(|message| match &message.notice {
            Notice::Code { code: secret, .. } | Notice::ResetLink { token: secret, .. } => {
                Some(secret.expose().to_owned())
            }
            _ => None,
        })
    }

    async fn request_reset(&self, workspace: &str, email: &str) -> Answer {
        let document = "mutation ($workspace: String!, $email: String!) {
            requestPasswordReset(workspace: $workspace, email: $email) { email } }";
        self.send(&Who::Stranger, document, json!({ "workspace": workspace, "email": email })).await
    }
}

#[tokio::test]
async fn a_password_is_changed_with_a_code() {
    let (house, ada) = House::with_administrator().await;
    let begin = "mutation ($password: String!) { beginPasswordChange(password: $password) {
        __typename ... on FactorRequired { flow methods } } }";
    let wrong = house.send(&ada, begin, json!({ "password": OTHER })).await.data();
    assert_eq!(wrong["beginPasswordChange"]["__typename"], "PasswordRefused");
    let step = house.send(&ada, begin, json!({ "password": PASSWORD })).await.data();
    let step = &step["beginPasswordChange"];
    assert_eq!(step["methods"], json!(["EMAIL_CODE", "RECOVERY_CODE"]));
    let send = "mutation ($flow: String!) { sendCode(flow: $flow, method: EMAIL_CODE) { expiresAt } }";
    assert_eq!(house.send(&Who::Stranger, send, json!({ "flow": step["flow"] })).await.code(), "FORBIDDEN");
    house.send(&ada, send, json!({ "flow": step["flow"] })).await.data();
    let code = house.mailed().await.unwrap();
    let code = Some(("EMAIL_CODE", code.as_str()));
    assert_eq!(house.choose(&ada, &step["flow"], "short", code).await.code(), "BAD_USER_INPUT");
    let changed = house.choose(&ada, &step["flow"], OTHER, code).await.data();
    assert_eq!(changed["changePassword"]["__typename"], "PasswordChanged");
    house.ask(&ada, "{ me { id } }").await.data();
    house.sign_in(ADMIN, OTHER).await;
}

#[tokio::test]
async fn whoever_asks_for_a_reset_has_the_same_answer() {
    let (house, admin) = House::with_administrator().await;
    house.invite(&admin, "invited@example.com", "Standard User").await;
    house.mail().await;
    let known = house.request_reset("main", ADMIN).await;
    assert_eq!(known.data()["requestPasswordReset"]["email"], ADMIN);
    let token = house.mailed().await.unwrap();
    for (workspace, email) in [
        ("main", "nobody@example.com"),
        ("elsewhere", ADMIN),
        ("main", "invited@example.com"),
        ("main", "none"),
    ] {
        let answer = house.request_reset(workspace, email).await;
        assert_eq!(answer.body.replace(email, ADMIN), known.body, "{workspace} {email}");
        assert_eq!((answer.status, &answer.headers), (known.status, &known.headers));
        assert!(house.mail().await.is_empty(), "{workspace} {email}");
    }
    let begin = "mutation ($token: String!) {
        beginPasswordReset(email: \"ada@example.com\", token: $token) { flow methods } }";
    let step = house.send(&Who::Stranger, begin, json!({ "token": token })).await.data();
    let step = &step["beginPasswordReset"];
    assert_eq!(step["methods"], json!([]));
    let changed = house.choose(&Who::Stranger, &step["flow"], OTHER, None).await.data();
    assert_eq!(changed["changePassword"]["__typename"], "PasswordChanged");
    assert_eq!(house.ask(&admin, "{ me { id } }").await.code(), "UNAUTHENTICATED", "every session is ended");
    house.sign_in(ADMIN, OTHER).await;
}

#[tokio::test]
async fn a_password_that_has_expired_opens_no_session() {
    let (house, ada) = House::with_administrator().await;
    let policy = "mutation { setPasswordPolicy(input: { minLength: 15, minLengthWithFactor: 8, required: [],
        history: 1, maxAgeDays: 1, words: [] }) { receipt } }";
    assert!(house.ask(&ada, policy).await.data()["setPasswordPolicy"]["receipt"].is_string());
    house.wait(24 * 60);
    let document = "mutation ($email: String!, $password: String!) {
        signIn(email: $email, password: $password, deliver: COOKIE) {
            __typename ... on PasswordExpired { flow methods } } }";
    let answer = house.send(&Who::Stranger, document, json!({ "email": ADMIN, "password": PASSWORD })).await;
    assert!(answer.cookies().is_empty());
    let step = answer.data()["signIn"].take();
    assert_eq!(step["__typename"], "PasswordExpired");
    let send = "mutation ($flow: String!) { sendCode(flow: $flow, method: EMAIL_CODE) { expiresAt } }";
    house.send(&Who::Stranger, send, json!({ "flow": step["flow"] })).await.data();
    let code = house.mailed().await.unwrap();
    let changed = house.choose(&Who::Stranger, &step["flow"], OTHER, Some(("EMAIL_CODE", &code))).await;
    assert_eq!(changed.data()["changePassword"]["__typename"], "PasswordChanged");
    house.sign_in(ADMIN, OTHER).await;
}

#[tokio::test]
async fn whoever_comes_from_another_system_can_sign_in_at_once() {
    let (house, ada) = House::with_administrator().await;
    let document = "mutation ($profile: ID!, $hash: String!) {
        importUser(input: { email: \"wim@example.com\", name: \"Wim\", profileId: $profile }, passwordHash: $hash) {
            receipt user { state } } }";
    let import = async |who: &Who, hash: &str| {
        let profile = house.profile(&ada, "Standard User").await;
        house.send(who, document, json!({ "profile": profile, "hash": hash })).await
    };
    let hash = format!("$2y$10${}", "a".repeat(53));
    assert_eq!(import(&ada, "$1$md5").await.code(), "BAD_USER_INPUT");
    let imported = import(&ada, &hash).await;
    assert!(!imported.body.contains(&hash));
    assert_eq!(imported.data()["importUser"]["user"]["state"], "ACTIVE");
    assert_eq!(import(&ada, &hash).await.code(), "BAD_USER_INPUT", "the address is taken");
    let refused = house.try_sign_in("main", "wim@example.com", PASSWORD, "BEARER").await.data();
    assert_eq!(refused["signIn"]["__typename"], "SignInRefused");
}

#[tokio::test]
async fn what_administrators_decide_is_shown_with_the_rules_that_it_breaks() {
    let (house, ada) = House::with_administrator().await;
    let document = "{ securitySettings { sessionPolicy { idleSeconds absoluteSeconds limit atLimit }
        passwordPolicy { minLength required maxAgeDays } passwordFindings { setting rule }
        mfaPolicies { profileId required graceDays rememberDays } } }";
    let settings = house.ask(&ada, document).await.data()["securitySettings"].take();
    assert_eq!(settings["sessionPolicy"], sessions());
    assert_eq!(settings["passwordPolicy"], json!({ "minLength": 15, "required": [], "maxAgeDays": null }));
    assert_eq!(settings["mfaPolicies"], json!([]));
    let profile = house.profile(&ada, "Standard User").await;
    let decide = format!(
        "mutation {{ setMfaPolicy(profileId: \"{profile}\", input: {{ required: true, graceDays: 7 }}) {{ receipt }}
            setPasswordPolicy(input: {{ minLength: 12, minLengthWithFactor: 8, required: [DIGIT], history: 5,
                words: [] }}) {{ receipt }} }}"
    );
    house.ask(&ada, &decide).await.data();
    let settings = house.ask(&ada, document).await.data()["securitySettings"].take();
    let expected = json!([{ "profileId": profile, "required": true, "graceDays": 7, "rememberDays": 30 }]);
    assert_eq!(settings["mfaPolicies"], expected);
    let findings = settings["passwordFindings"].to_string();
    assert!(findings.contains("ASVS 5.0 6.2.5") && findings.contains("min_length"), "{findings}");
}

#[tokio::test]
async fn limits_of_access_are_decided_shown_and_tried_without_signing_in() {
    let (house, ada) = House::with_administrator().await;
    let (bob, me) = (house.join(&ada, "bob@example.com", "Standard User").await, house.me(&ada).await);
    let bob = house.me(&bob).await;
    let decide =
        "mutation ($user: ID) { setAccessLimits(userId: $user, input: { allowAddresses: [\"192.0.2.0/24\"],
        hours: { zone: \"Europe/Stockholm\", windows: [\"monday 08:00-18:00\"] } }) { receipt } }";
    let own = house.send(&ada, decide, json!({ "user": me })).await;
    assert_eq!(own.code(), "BAD_USER_INPUT", "nobody locks themselves out");
    house.send(&ada, decide, json!({ "user": bob })).await.data();
    let shown =
        "{ securitySettings { accessLimits { userId allowAddresses countryRule hours { zone windows } } } }";
    let limits = house.ask(&ada, shown).await.data()["securitySettings"]["accessLimits"].take();
    let hours = json!({ "zone": "Europe/Stockholm", "windows": ["monday 08:00-18:00"] });
    let expected =
        json!([{ "userId": bob, "allowAddresses": ["192.0.2.0/24"], "countryRule": "ANY", "hours": hours }]);
    assert_eq!(limits, expected);
    let ask = "query ($user: ID!, $address: String) {
        signInDecision(userId: $user, address: $address, at: \"2026-03-02T09:00:00Z\") {
            allowed reasons { level rule denial } } }";
    let office = house.send(&ada, ask, json!({ "user": bob, "address": "192.0.2.7" })).await.data();
    assert_eq!(office["signInDecision"]["allowed"], true);
    let abroad = house.send(&ada, ask, json!({ "user": bob, "address": "198.51.100.9" })).await.data();
    let reasons = json!([
        { "level": "USER", "rule": "ADDRESS", "denial": "address_not_allowed" },
        { "level": "USER", "rule": "HOURS", "denial": null },
    ]);
    assert_eq!(abroad["signInDecision"]["reasons"], reasons);
}

#[tokio::test]
async fn a_device_is_remembered_by_a_cookie_and_forgotten_by_its_user() {
    let (house, ada) = House::with_administrator().await;
    let app = house.add_app(&ada).await;
    let step = house.challenge("COOKIE").await;
    let document = "mutation ($flow: String!, $code: String!) {
        answerFactor(flow: $flow, method: TOTP, code: $code, rememberDevice: true) {
            __typename ... on SignedIn { token deviceToken } } }";
    let variables = json!({ "flow": step["flow"], "code": house.app_code(&app) });
    let answer = house.send(&Who::Stranger, document, variables).await;
    assert_eq!(answer.data()["answerFactor"]["deviceToken"], json!(null));
    let cookies = answer.cookies();
    let device = cookies.iter().find(|cookie| cookie.starts_with("__Host-sutra-device=")).unwrap();
    let (pair, attributes) = device.split_once("; ").unwrap();
    assert_eq!(attributes, "Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=2592000");
    let device = Who::Device(pair.split_once('=').unwrap().1.to_owned());

    let sign_in = "mutation ($email: String!, $password: String!) {
        signIn(email: $email, password: $password, deliver: BEARER) { __typename ... on SignedIn { token } } }";
    let variables = json!({ "email": ADMIN, "password": PASSWORD });
    let step = house.send(&device, sign_in, variables.clone()).await.data()["signIn"].take();
    assert_eq!(step["__typename"], "SignedIn");
    let ada = Who::Bearer(step["token"].as_str().unwrap().to_owned());
    let devices = house.ask(&ada, "{ rememberedDevices { id } }").await.data()["rememberedDevices"].take();
    let forget = "mutation ($me: ID!, $id: ID!) { forgetDevice(userId: $me, id: $id) { receipt } }";
    let me = house.me(&ada).await;
    house.send(&ada, forget, json!({ "me": me, "id": devices[0]["id"] })).await.data();
    let step = house.send(&device, sign_in, variables).await.data()["signIn"].take();
    assert_eq!(step["__typename"], "FactorRequired");
}
