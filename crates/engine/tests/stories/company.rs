//! A small company on the memory store: three levels of roles, and an administrator.

use std::{future::Future, sync::Arc, time::Duration};

use sutra_acl::{FieldPermission, Profile};
use sutra_audit::{Actor, Batch, EntryDraft, Event, append};
use sutra_crypto::{LocalVault, RootKeys};
use sutra_engine::{
    Caller, Credentials, Edit, Engine, EngineBuilder, Error, FirstAdministrator, NewMember, Origin, Ports,
    ProfileEdit, Reads, SignInStep, Store, memory::MemoryStore,
};
use sutra_identity::Delivery;
use sutra_kernel::{ApiName, Entropy, RecordId, RoleId, UnitId, UserId, Value, WorkspaceId};
use sutra_records::{FieldKind, ObjectDef, standard};
use sutra_testkit::{TestClock, TestEntropy, TestNotifier, TestPasswords};

pub(crate) const PASSWORD: &str = "a heron stands in the shallow water";

pub(crate) struct Company {
    pub(crate) engine: Engine,
    store: Arc<dyn Store>,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) workspace: WorkspaceId,
    pub(crate) admin: Caller,
    pub(crate) chief: Caller,
    pub(crate) manager: Caller,
    pub(crate) rep: Caller,
    pub(crate) peer: Caller,
}

pub(crate) fn run<F: Future>(story: F) -> F::Output {
    futures_lite::future::block_on(story)
}

pub(crate) fn engine(clock: &Arc<TestClock>) -> Engine {
    engine_over(Arc::new(MemoryStore::new()), clock, standard::objects())
}

fn engine_over(store: Arc<dyn Store>, clock: &Arc<TestClock>, shipped: Vec<ObjectDef>) -> Engine {
    build(Engine::builder(store).standard_objects(shipped), clock)
}

fn build(builder: EngineBuilder, clock: &Arc<TestClock>) -> Engine {
    let entropy: Arc<dyn Entropy> = Arc::new(TestEntropy::seeded(7));
    let vault = LocalVault::new(RootKeys::generate(entropy.as_ref()), Arc::clone(&entropy));
    builder.build(Ports {
        vault: Arc::new(vault),
        passwords: Arc::new(TestPasswords),
        notifier: Arc::new(TestNotifier::default()),
        clock: Arc::clone(clock) as _,
        entropy,
    })
}

impl Company {
    pub(crate) async fn found() -> Self {
        Self::found_with(standard::objects()).await
    }

    /// A company that was founded when these were the standard objects.
    pub(crate) async fn found_with(shipped: Vec<ObjectDef>) -> Self {
        let clock = Arc::new(TestClock::at_noon());
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
        let engine = engine_over(Arc::clone(&store), &clock, shipped);
        engine.workspaces().open_instance().await.unwrap();
        let workspace = engine.workspaces().ensure("acme", "Acme").await.unwrap().id;
        let admin = first_administrator(&engine, workspace).await;
        let mut company = Self {
            chief: admin.clone(),
            manager: admin.clone(),
            rep: admin.clone(),
            peer: admin.clone(),
            engine,
            store,
            clock,
            workspace,
            admin,
        };
        let top = company.role("Chief executive", None).await;
        let middle = company.role("Sales manager", Some(top)).await;
        let bottom = company.role("Sales rep", Some(middle)).await;
        company.chief = company.hire("chief", "Standard User", Some(top)).await;
        company.manager = company.hire("manager", "Standard User", Some(middle)).await;
        company.rep = company.hire("rep", "Standard User", Some(bottom)).await;
        company.peer = company.hire("peer", "Standard User", Some(bottom)).await;
        company
    }

    pub(crate) async fn role(&self, name: &str, parent: Option<RoleId>) -> RoleId {
        self.engine.permissions().create_role(&self.admin, name, parent).await.unwrap().value.id
    }

    pub(crate) async fn hire(&self, name: &str, profile: &str, role: Option<RoleId>) -> Caller {
        let profiles = self.engine.view(&self.admin).await.unwrap().profiles().await.unwrap();
        let profile = profiles.into_iter().find(|it| it.name == profile).unwrap().id;
        let email = format!("{name}@acme.example");
        let new = NewMember { email: email.clone(), name: name.to_owned(), profile, role };
        let invited = self.engine.members().invite(&self.admin, &new).await.unwrap().value;
        let stranger = self.stranger();
        let token = invited.token.as_ref().unwrap().expose();
        self.engine.members().activate(&stranger, &email, token, PASSWORD.to_owned()).await.unwrap();
        self.sign_in(&email).await
    }

    pub(crate) fn stranger(&self) -> Caller {
        Caller::anonymous(self.workspace, self.engine.new_request_id(), Origin::default())
    }

    pub(crate) async fn sign_in(&self, email: &str) -> Caller {
        sign_in(&self.engine, self.workspace, email).await
    }

    /// Leaves these people no more of a field than this.
    pub(crate) async fn restrict(&self, profile: &str, object: &str, field: &str, left: FieldPermission) {
        let viewing = self.engine.view(&self.admin).await.unwrap();
        let field = viewing.metadata().object_named(object).unwrap().field(field).unwrap().id;
        let profile = viewing.profiles().await.unwrap().into_iter().find(|it| it.name == profile).unwrap();
        viewing.close().await.unwrap();
        let Profile { id, name, mut grants } = profile;
        grants.fields.insert(field, left);
        let edit = ProfileEdit { name, grants };
        // Time may have passed: this needs a fresh proof.
        let admin = self.sign_in("admin@acme.example").await;
        self.engine.permissions().update_profile(&admin, id, &edit).await.unwrap();
    }

    /// Retires a value of a picklist.
    pub(crate) async fn retire(&self, object: &str, field: &str, value: &str) {
        let viewing = self.engine.view(&self.admin).await.unwrap();
        let mut object = ObjectDef::clone(viewing.metadata().object_named(object).unwrap());
        viewing.close().await.unwrap();
        let field = object.fields.iter_mut().find(|it| it.name.as_str() == field).unwrap();
        let FieldKind::Picklist { values } = &mut field.kind else { panic!("no picklist") };
        values.iter_mut().find(|it| it.value == value).unwrap().active = false;

        let dice = TestEntropy::seeded(8);
        let mut unit = self.store.begin(self.workspace, UnitId::generate(self.now(), &dice)).await.unwrap();
        let seen = unit.epochs().await.unwrap();
        unit.put_object(&object).await.unwrap();
        unit.bump_metadata_version().await.unwrap();
        let batch = Batch::new(Actor::operator()).entry(EntryDraft::new(Event::ObjectUpdate));
        let receipt = append(unit.as_mut(), batch, seen, self.now(), &dice).await.unwrap();
        unit.commit(receipt).await.unwrap();
    }

    /// Everything goes but what is stored.
    pub(crate) fn restart(&mut self) {
        self.restart_with(standard::objects());
    }

    /// The same, by a version of the product that has these standard objects.
    pub(crate) fn restart_with(&mut self, shipped: Vec<ObjectDef>) {
        self.engine = engine_over(Arc::clone(&self.store), &self.clock, shipped);
    }

    /// The same, by a process in which so many records follow the one that controls them at once.
    pub(crate) fn restart_following(&mut self, at_once: usize) {
        self.engine = build(Engine::builder(Arc::clone(&self.store)).follow_at_once(at_once), &self.clock);
    }

    pub(crate) async fn account(&self, owner: &Caller, name: &str) -> RecordId {
        self.create(owner, "account", &[("name", Value::text(name))]).await.unwrap()
    }

    pub(crate) async fn create(
        &self,
        by: &Caller,
        object: &str,
        fields: &[(&str, Value)],
    ) -> Result<RecordId, Error> {
        Ok(self.engine.records().create(by, object, &edit(fields)).await?.value.id)
    }

    /// The store as it is, past the use cases.
    pub(crate) async fn reads(&self) -> Box<dyn Reads> {
        self.store.reads(self.workspace).await.unwrap()
    }

    /// What time it is.
    pub(crate) fn now(&self) -> sutra_kernel::Timestamp {
        sutra_kernel::Clock::now(self.clock.as_ref())
    }

    pub(crate) fn pass(&self, minutes: u64) {
        self.clock.advance(Duration::from_secs(minutes * 60));
    }
}

pub(crate) fn edit(fields: &[(&str, Value)]) -> Edit {
    let fields = fields.iter().map(|(name, value)| (ApiName::parse(name).unwrap(), value.clone()));
    Edit { fields: fields.collect(), ..Edit::default() }
}

pub(crate) fn id_of(caller: &Caller) -> UserId {
    caller.user_id().unwrap()
}

async fn first_administrator(engine: &Engine, workspace: WorkspaceId) -> Caller {
    let link = engine.workspaces().offer_setup_link(workspace).await.unwrap().unwrap();
    let caller = Caller::anonymous(workspace, engine.new_request_id(), Origin::default());
    let administrator = FirstAdministrator {
        email: "admin@acme.example".to_owned(),
        name: "Ada Admin".to_owned(),
        password: PASSWORD.to_owned(),
    };
    engine.workspaces().complete_setup(&caller, link.expose(), administrator).await.unwrap();
    sign_in(engine, workspace, "admin@acme.example").await
}

async fn sign_in(engine: &Engine, workspace: WorkspaceId, email: &str) -> Caller {
    let caller = Caller::anonymous(workspace, engine.new_request_id(), Origin::default());
    let credentials = Credentials {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        delivery: Delivery::Bearer,
        device: None,
    };
    match engine.sign_in().with_password(&caller, credentials).await.unwrap() {
        SignInStep::SignedIn(signed_in) => signed_in.caller,
        SignInStep::FactorRequired(_) | SignInStep::PasswordExpired(_) | SignInStep::Refused => {
            panic!("{email} cannot sign in")
        }
    }
}
