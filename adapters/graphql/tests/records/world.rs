//! A workspace to ask: an administrator, and whoever joins, over HTTP on the store in memory.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use poem::{
    Route,
    http::{StatusCode, header},
    test::{TestClient, TestRequestBuilder},
};
use serde_json::{Value, json};
use sutra_acl::{Action, FieldPermission, Grants, ObjectPermissions, Principal};
use sutra_audit::{Actor, Batch, EntryDraft, Event, Target, append};
use sutra_crypto::{LocalVault, RootKeys};
use sutra_engine::{
    Bookkeeping, Caller, Credentials, Edit, Engine, FirstAdministrator, GroupEdit, NewMember, Origin, Ports,
    ProfileEdit, Reads, Registry, SignInStep, Store as _, Unit, memory::MemoryStore,
};
use sutra_graphql::{ERROR_CODES, HttpOptions, routes};
use sutra_identity::Delivery;
use sutra_kernel::{self as kernel, ApiName, PortError, ProfileId, UnitId, UserId, WorkspaceId};
use sutra_records::{Patch, SealedValue, Standing, standard};
use sutra_testkit::{TestClock, TestEntropy, TestNotifier, TestPasswords};

const PASSWORD: &str = "sleepy otters juggle lanterns";

/// A page's origin that may send cookies.
pub(crate) const ORIGIN: &str = "https://crm.example.com";

/// The store in memory, which can be cut off.
struct Store {
    inner: MemoryStore,
    is_gone: AtomicBool,
}

pub(crate) struct World {
    store: Arc<Store>,
    pub(crate) client: TestClient<Route>,
    engine: Engine,
    clock: Arc<TestClock>,
    workspace: WorkspaceId,
    operator: Caller,
}

/// Somebody who has signed in.
pub(crate) struct Member {
    pub(crate) id: UserId,
    pub(crate) token: String,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) json: Value,
}

impl World {
    /// A workspace with its administrator.
    pub(crate) async fn new() -> (Self, Member) {
        let entropy = Arc::new(TestEntropy::seeded(7));
        let clock = Arc::new(TestClock::at_noon());
        let vault = LocalVault::new(RootKeys::generate(entropy.as_ref()), entropy.clone());
        let store = Arc::new(Store { inner: MemoryStore::new(), is_gone: AtomicBool::new(false) });
        let engine = Engine::builder(store.clone()).build(Ports {
            vault: Arc::new(vault),
            passwords: Arc::new(TestPasswords),
            notifier: Arc::new(TestNotifier::default()),
            clock: clock.clone(),
            entropy,
        });
        engine.workspaces().open_instance().await.unwrap();
        let workspace = engine.workspaces().ensure("main", "Main").await.unwrap().id;
        let stranger = Caller::anonymous(workspace, engine.new_request_id(), Origin::default());
        let link = engine.workspaces().offer_setup_link(workspace).await.unwrap().unwrap();
        let (email, name) = ("ada@example.com".to_owned(), "Ada".to_owned());
        let ada = FirstAdministrator { email, name, password: PASSWORD.to_owned() };
        engine.workspaces().complete_setup(&stranger, link.expose(), ada).await.unwrap();
        let operator = engine.sessions().act_as(workspace, "ada@example.com").await.unwrap();
        let options = HttpOptions { allowed_origins: vec![ORIGIN.to_owned()], ..HttpOptions::default() };
        let client = TestClient::new(routes(&engine, options));
        let world = Self { store, client, engine, clock, workspace, operator };
        let ada = world.sign_in("ada@example.com", Delivery::Bearer).await;
        (world, ada)
    }

    /// The same world, where every change needs an idempotency key.
    pub(crate) fn requiring_keys(self) -> Self {
        self.behaving(HttpOptions { require_idempotency_key: true, ..HttpOptions::default() })
    }

    /// The same world behind other endpoints.
    pub(crate) fn behaving(self, options: HttpOptions) -> Self {
        Self { client: TestClient::new(routes(&self.engine, options)), ..self }
    }

    /// Does the work that goes on after changes.
    pub(crate) async fn work(&self) {
        while self.engine.tasks().run_due().await.unwrap() {}
    }

    /// Somebody new, with the profile of this name.
    pub(crate) async fn join(&self, name: &str, profile: ProfileId) -> Member {
        let email = format!("{}@example.com", name.to_lowercase());
        let new = NewMember { email: email.clone(), name: name.to_owned(), profile, role: None };
        let invited = self.engine.members().invite(&self.operator, &new).await.unwrap().value;
        let (members, stranger) = (self.engine.members(), self.stranger());
        let token = invited.token.as_ref().unwrap().expose();
        members.activate(&stranger, &email, token, PASSWORD.to_owned()).await.unwrap();
        self.sign_in(&email, Delivery::Bearer).await
    }

    /// A profile that may do everything with every object but those `closed`, and reads and edits every field
    /// but those `hidden`, written `account.phone`.
    pub(crate) async fn profile(&self, name: &str, closed: &[&str], hidden: &[&str]) -> ProfileId {
        let work = ObjectPermissions::CREATE.union(ObjectPermissions::DELETE);
        let (mut objects, mut fields) = (BTreeMap::new(), BTreeMap::new());
        for object in standard::objects() {
            if !closed.contains(&object.name.as_str()) {
                objects.insert(object.id, work);
            }
            for field in &object.fields {
                let shown = !hidden.contains(&format!("{}.{}", object.name, field.name).as_str());
                fields.insert(field.id, FieldPermission::new(shown, shown));
            }
        }
        let grants = Grants { objects, fields, ..Grants::default() };
        let edit = ProfileEdit { name: name.to_owned(), grants };
        self.engine.permissions().create_profile(&self.operator, &edit).await.unwrap().value.id
    }

    /// A queue with one member.
    pub(crate) async fn queue(&self, member: &Member, name: &str) -> String {
        let edit = GroupEdit { name: name.to_owned(), members: [Principal::User(member.id)].into() };
        self.engine.groups().create(&self.operator, true, &edit).await.unwrap().value.id.to_string()
    }

    /// Signs in.
    pub(crate) async fn sign_in(&self, email: &str, delivery: Delivery) -> Member {
        let credentials =
            Credentials { email: email.to_owned(), password: PASSWORD.to_owned(), delivery, device: None };
        let step = self.engine.sign_in().with_password(&self.stranger(), credentials).await.unwrap();
        let SignInStep::SignedIn(signed_in) = step else { panic!("`{email}` was refused") };
        Member { id: signed_in.session.user, token: signed_in.token.expose().to_owned() }
    }

    /// Asks without variables, and expects data.
    pub(crate) async fn data(&self, member: &Member, document: &str) -> Value {
        self.ask(member, document, json!({})).await.data()
    }

    /// Asks without variables, and expects an error with this code.
    pub(crate) async fn code(&self, member: &Member, document: &str) -> String {
        self.ask(member, document, json!({})).await.code()
    }

    pub(crate) async fn ask(&self, member: &Member, document: &str, variables: Value) -> Answer {
        self.send(member, &json!({ "query": document, "variables": variables })).await
    }

    /// Sends this body.
    pub(crate) async fn send(&self, member: &Member, body: &Value) -> Answer {
        let request = self.post().header(header::AUTHORIZATION, format!("Bearer {}", member.token));
        Answer::of(request.body(body.to_string())).await
    }

    /// Asks without variables, with the token of a session.
    pub(crate) async fn ask_as(&self, token: &str, document: &str) -> Answer {
        let request = self.post().header(header::AUTHORIZATION, format!("Bearer {token}"));
        Answer::of(request.body(json!({ "query": document }).to_string())).await
    }

    /// Asks the other endpoint, `/graphql/setup`.
    pub(crate) async fn set_up(&self, member: &Member, document: &str, variables: Value) -> Answer {
        let request = self.client.post("/graphql/setup").content_type("application/json");
        let request = request.header(header::AUTHORIZATION, format!("Bearer {}", member.token));
        let body = json!({ "query": document, "variables": variables }).to_string();
        Answer::of(request.body(body)).await
    }

    /// Makes an account and returns its id.
    pub(crate) async fn account(&self, member: &Member, input: Value) -> String {
        self.create(member, "Account", input).await
    }

    /// Makes a record and returns its id. A moment later, so that its id sorts after those before.
    pub(crate) async fn create(&self, member: &Member, kind: &str, input: Value) -> String {
        self.clock.advance(Duration::from_millis(1));
        let document =
            format!("mutation ($input: Create{kind}Input!) {{ create{kind}(input: $input) {{ id }} }}");
        let data = self.ask(member, &document, json!({ "input": input })).await.data();
        data[format!("create{kind}")]["id"].as_str().unwrap().to_owned()
    }

    /// Puts something that does not open in the place of a contact's sealed value, past the use cases.
    pub(crate) async fn damage(&self, member: &Member, id: &str, field: &str) {
        let caller = self.engine.sessions().act_as(self.workspace, "ada@example.com").await.unwrap();
        assert_eq!(caller.user_id(), Some(member.id));
        let viewing = self.engine.view(&caller).await.unwrap();
        let def = Arc::clone(viewing.metadata().object_named("contact").unwrap());
        let view = viewing.find_record("contact", id.parse().unwrap()).await.unwrap().unwrap();
        let plan = viewing.plan().object(def.id);
        let now = self.engine.now();
        let permit = plan.decide(Action::Update, &view.record.facts(Standing::NONE)).permit().unwrap();
        let patch = Patch {
            fields: [(ApiName::parse(field).unwrap(), kernel::Value::text("replaced"))].into(),
            owner: None,
        };
        let draft = view.record.update(&def, plan, permit, patch, now).unwrap();
        let draft = draft.seal(|_, _| Ok::<_, Infallible>(SealedValue::from_stored("?.?"))).unwrap();
        let permit = plan.confirm(draft.action(), &draft.after_facts()).permit().unwrap();
        let rules = viewing.metadata().rules(def.id);
        let change = draft.confirm(plan, &rules, permit, Vec::new()).unwrap();

        let dice = TestEntropy::seeded(8);
        let mut unit = self.store.inner.begin(self.workspace, UnitId::generate(now, &dice)).await.unwrap();
        let seen = unit.epochs().await.unwrap();
        let target = Target::record("contact", change.after().id, change.after().version);
        unit.put_records(vec![change]).await.unwrap();
        let batch = Batch::new(Actor::operator()).entry(EntryDraft::new(Event::RecordUpdate).target(target));
        let receipt = append(unit.as_mut(), batch, seen, now, &dice).await.unwrap();
        unit.commit(receipt).await.unwrap();
        viewing.close().await.unwrap();
    }

    /// An account of another workspace.
    pub(crate) async fn foreign_account(&self) -> String {
        let (engine, email) = (&self.engine, "eve@example.com");
        let workspace = engine.workspaces().ensure("other", "Other").await.unwrap().id;
        let stranger = Caller::anonymous(workspace, engine.new_request_id(), Origin::default());
        let link = engine.workspaces().offer_setup_link(workspace).await.unwrap().unwrap();
        let (name, password) = ("Eve".to_owned(), PASSWORD.to_owned());
        let eve = FirstAdministrator { email: email.to_owned(), name, password };
        engine.workspaces().complete_setup(&stranger, link.expose(), eve).await.unwrap();
        let eve = engine.sessions().act_as(workspace, email).await.unwrap();
        let name = (ApiName::parse("name").unwrap(), kernel::Value::text("Elsewhere"));
        let edit = Edit { fields: [name].into_iter().collect(), owner: None, version: None };
        engine.records().create(&eve, "account", &edit).await.unwrap().value.id.to_string()
    }

    /// Cuts the store off.
    pub(crate) fn lose_store(&self) {
        self.store.is_gone.store(true, Ordering::SeqCst);
    }

    /// A request without credentials and without a body.
    pub(crate) fn post(&self) -> TestRequestBuilder<'_, Route> {
        self.client.post("/graphql").content_type("application/json")
    }

    fn stranger(&self) -> Caller {
        Caller::anonymous(self.workspace, self.engine.new_request_id(), Origin::default())
    }
}

impl Store {
    fn require_there(&self) -> Result<(), PortError> {
        if self.is_gone.load(Ordering::SeqCst) {
            return Err(PortError::unavailable("a cable of the database at 10.0.0.7 is cut"));
        }
        Ok(())
    }
}

#[async_trait]
impl sutra_engine::Store for Store {
    async fn reads(&self, workspace: WorkspaceId) -> Result<Box<dyn Reads>, PortError> {
        self.require_there()?;
        self.inner.reads(workspace).await
    }

    async fn begin(&self, workspace: WorkspaceId, unit: UnitId) -> Result<Box<dyn Unit>, PortError> {
        self.require_there()?;
        self.inner.begin(workspace, unit).await
    }

    async fn bookkeeping(&self, workspace: WorkspaceId) -> Result<Box<dyn Bookkeeping>, PortError> {
        self.require_there()?;
        self.inner.bookkeeping(workspace).await
    }

    fn registry(&self) -> &dyn Registry {
        self.inner.registry()
    }
}

impl Answer {
    pub(crate) async fn of(request: TestRequestBuilder<'_, Route>) -> Self {
        let response = request.send().await.0;
        let status = response.status();
        assert_eq!(response.header(header::CACHE_CONTROL), Some("no-store"));
        assert!(response.header("x-request-id").is_some_and(|id| id.starts_with("req_")));
        let text = response.into_body().into_string().await.unwrap();
        Self { status, json: serde_json::from_str(&text).unwrap() }
    }

    /// The data, of an answer without errors.
    pub(crate) fn data(mut self) -> Value {
        assert!(self.json.get("errors").is_none(), "{}", self.json);
        self.json["data"].take()
    }

    /// The code of the first error; an answer without one fails.
    pub(crate) fn code(&self) -> String {
        let code = self.json["errors"][0]["extensions"]["code"].as_str();
        let code = code.unwrap_or_else(|| panic!("expected an error: {}", self.json));
        assert!(ERROR_CODES.iter().any(|known| known.code == code), "`{code}` is on no list");
        code.to_owned()
    }
}
