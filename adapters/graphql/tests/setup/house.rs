//! An installation to test: one workspace on the store in memory, behind its HTTP endpoints.

use std::{sync::Arc, time::Duration};

use poem::{
    Route,
    http::{StatusCode, header},
    test::TestClient,
};
use serde_json::{Value, json};
use sutra_crypto::{LocalVault, RootKeys};
use sutra_engine::{Edit, Engine, Ports, memory::MemoryStore};
use sutra_graphql::{ERROR_CODES, HttpOptions, routes};
use sutra_identity::{Message, RelyingParty};
use sutra_kernel::{ApiName, WorkspaceId};
use sutra_testkit::{TestClock, TestEntropy, TestNotifier, TestPasswords};

/// A password that every policy likes, and whose it is does not matter.
pub(crate) const PASSWORD: &str = "sleepy otters juggle lanterns";

/// The first administrator's address.
pub(crate) const ADMIN: &str = "ada@example.com";

pub(crate) struct House {
    client: TestClient<Route>,
    pub(crate) engine: Engine,
    clock: Arc<TestClock>,
    post: Arc<TestNotifier>,
    pub(crate) workspace: WorkspaceId,
}

/// The site that the passkeys of the tests are made for.
fn site() -> RelyingParty {
    RelyingParty::new("https://crm.example.com", "Acme").unwrap()
}

/// Who sends a request.
#[derive(Clone)]
pub(crate) enum Who {
    Stranger,
    Bearer(String),
    Cookie(String),
    /// Nobody yet, on a device that is remembered.
    Device(String),
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// Every header but the request's own id.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl House {
    /// A workspace `main` in which nobody is yet.
    pub(crate) async fn empty() -> Self {
        let entropy = Arc::new(TestEntropy::seeded(1));
        let (clock, post) = (Arc::new(TestClock::at_noon()), Arc::new(TestNotifier::default()));
        let vault = LocalVault::new(RootKeys::generate(entropy.as_ref()), entropy.clone());
        let engine = Engine::builder(Arc::new(MemoryStore::new())).relying_party(site()).build(Ports {
            vault: Arc::new(vault),
            passwords: Arc::new(TestPasswords),
            notifier: post.clone(),
            clock: clock.clone(),
            entropy,
        });
        engine.workspaces().open_instance().await.unwrap();
        let workspace = engine.workspaces().ensure("main", "Main").await.unwrap().id;
        let client = TestClient::new(routes(&engine, HttpOptions::default()));
        Self { client, engine, clock, post, workspace }
    }

    /// The same, with its first administrator, who is signed in.
    pub(crate) async fn with_administrator() -> (Self, Who) {
        let house = Self::empty().await;
        let link = house.setup_link().await.unwrap();
        house.complete_setup(&link, ADMIN).await.data();
        let admin = house.sign_in(ADMIN, PASSWORD).await;
        (house, admin)
    }

    /// An account that the first administrator makes.
    pub(crate) async fn account(&self, name: &str) -> String {
        let ada = self.engine.sessions().act_as(self.workspace, ADMIN).await.unwrap();
        let fields = [(ApiName::parse("name").unwrap(), sutra_kernel::Value::text(name))].into();
        let edit = Edit { fields, ..Edit::default() };
        self.engine.records().create(&ada, "account", &edit).await.unwrap().value.id.to_string()
    }

    /// What was sent to users since the last time.
    pub(crate) async fn mail(&self) -> Vec<Message> {
        while self.engine.notices().send_due().await.unwrap() {}
        self.post.take()
    }

    /// Prints a set-up link, as an operator does; nothing if there is an administrator.
    pub(crate) async fn setup_link(&self) -> Option<String> {
        let token = self.engine.workspaces().offer_setup_link(self.workspace).await.unwrap();
        token.map(|token| token.expose().to_owned())
    }

    pub(crate) async fn complete_setup(&self, token: &str, email: &str) -> Answer {
        let document = "mutation ($token: String!, $email: String!, $password: String!) {
            completeSetup(token: $token, email: $email, name: \"Ada\", password: $password) { email } }";
        let variables = json!({ "token": token, "email": email, "password": PASSWORD });
        self.send(&Who::Stranger, document, variables).await
    }

    /// Tries to sign in to a workspace.
    pub(crate) async fn try_sign_in(
        &self,
        workspace: &str,
        email: &str,
        password: &str,
        deliver: &str,
    ) -> Answer {
        let document =
            "mutation ($workspace: String!, $email: String!, $password: String!, $deliver: Delivery!) {
            signIn(workspace: $workspace, email: $email, password: $password, deliver: $deliver) {
                __typename
                ... on SignedIn { token session { id delivery live current } user { email name state } }
                ... on SignInRefused { message } } }";
        let variables =
            json!({ "workspace": workspace, "email": email, "password": password, "deliver": deliver });
        self.send(&Who::Stranger, document, variables).await
    }

    /// Signs in with a bearer token.
    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Who {
        let step = self.try_sign_in("main", email, password, "BEARER").await.data()["signIn"].take();
        Who::Bearer(step["token"].as_str().unwrap_or_else(|| panic!("no token in {step}")).to_owned())
    }

    /// Shows the password once more; what comes back holds the new token.
    pub(crate) async fn step_up(&self, who: &Who) -> Who {
        let step = self.try_step_up(who, PASSWORD).await.data()["stepUp"].take();
        Who::Bearer(step["token"].as_str().unwrap_or_else(|| panic!("no token in {step}")).to_owned())
    }

    pub(crate) async fn try_step_up(&self, who: &Who, password: &str) -> Answer {
        let document = "mutation ($password: String!) { stepUp(password: $password) {
            __typename ... on SteppedUp { token session { id provedAt } } ... on StepUpRefused { message } } }";
        self.send(who, document, json!({ "password": password })).await
    }

    /// Invites somebody with this profile, who activates and signs in.
    pub(crate) async fn join(&self, admin: &Who, email: &str, profile: &str) -> Who {
        let token = self.invite(admin, email, profile).await;
        self.activate(email, &token).await.data();
        self.sign_in(email, PASSWORD).await
    }

    /// Invites somebody with this profile, and returns the token of the invitation.
    pub(crate) async fn invite(&self, admin: &Who, email: &str, profile: &str) -> String {
        let answer = self.try_invite(admin, email, &self.profile(admin, profile).await).await;
        answer.data()["inviteUser"]["activationToken"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn try_invite(&self, who: &Who, email: &str, profile_id: &str) -> Answer {
        let document = "mutation ($email: String!, $profile: ID!) {
            inviteUser(input: { email: $email, name: \"New\", profileId: $profile }) {
                activationToken receipt user { id state } } }";
        self.send(who, document, json!({ "email": email, "profile": profile_id })).await
    }

    pub(crate) async fn activate(&self, email: &str, token: &str) -> Answer {
        let document = "mutation ($email: String!, $token: String!, $password: String!) {
            activate(email: $email, token: $token, password: $password) { email } }";
        let variables = json!({ "email": email, "token": token, "password": PASSWORD });
        self.send(&Who::Stranger, document, variables).await
    }

    /// The id of the profile of this name.
    pub(crate) async fn profile(&self, admin: &Who, name: &str) -> String {
        let profiles = self.ask(admin, "{ profiles { id name } }").await.data()["profiles"].take();
        let found = profiles.as_array().unwrap().iter().find(|profile| profile["name"] == name);
        found.unwrap()["id"].as_str().unwrap().to_owned()
    }

    /// The id of the one who asks.
    pub(crate) async fn me(&self, who: &Who) -> String {
        self.ask(who, "{ me { id } }").await.data()["me"]["id"].as_str().unwrap().to_owned()
    }

    /// Sends a document without variables.
    pub(crate) async fn ask(&self, who: &Who, document: &str) -> Answer {
        self.send(who, document, json!({})).await
    }

    pub(crate) async fn send(&self, who: &Who, document: &str, variables: Value) -> Answer {
        let request = self.client.post("/graphql/setup").content_type("application/json");
        let request = match who {
            Who::Stranger => request,
            Who::Device(token) => request.header(header::COOKIE, format!("__Host-sutra-device={token}")),
            Who::Bearer(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
            Who::Cookie(token) => {
                request.header(header::COOKIE, format!("__Host-sutra={token}")).header("sutra-request", "1")
            }
        };
        let body = json!({ "query": document, "variables": variables });
        let response = request.body(body.to_string()).send().await.0;
        let headers = response.headers().iter().filter(|(name, _)| *name != "x-request-id");
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        let (status, headers) = (response.status(), headers.collect());
        Answer { status, headers, body: response.into_body().into_string().await.unwrap() }
    }

    /// Lets time pass.
    pub(crate) fn wait(&self, minutes: u64) {
        self.clock.advance(Duration::from_secs(60 * minutes));
    }
}

impl Answer {
    /// The data, of an answer without errors.
    pub(crate) fn data(&self) -> Value {
        let mut json = self.json();
        assert!(json.get("errors").is_none(), "{}", self.body);
        json["data"].take()
    }

    /// The code of the first error; an answer without one fails.
    pub(crate) fn code(&self) -> String {
        let json = self.json();
        let code = json["errors"][0]["extensions"]["code"].as_str();
        let code = code.unwrap_or_else(|| panic!("expected an error: {}", self.body));
        assert!(ERROR_CODES.iter().any(|known| known.code == code), "`{code}` is on no list");
        code.to_owned()
    }

    /// What the browser is told to remember.
    pub(crate) fn cookies(&self) -> Vec<&str> {
        let cookies = self.headers.iter().filter(|(name, _)| name == "set-cookie");
        cookies.map(|(_, value)| value.as_str()).collect()
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}
