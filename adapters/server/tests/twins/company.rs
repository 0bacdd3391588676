//! A world: a workspace with its people and records, served over HTTP to its viewer.

use std::{collections::BTreeMap, time::Duration};

use poem::listener::{Acceptor as _, Listener as _, TcpListener};
use sutra_acl::{FieldPermission, Grants, ObjectPermissions, OrgWideDefault};
use sutra_engine::{
    Caller, Credentials, Edit, Engine, FirstAdministrator, NewMember, Origin, ProfileEdit, SignInStep,
};
use sutra_graphql::{HttpOptions, routes};
use sutra_identity::Delivery;
use sutra_kernel::{ApiName, ProfileId, RecordId, RoleId, UserId, Value, WorkspaceId};
use sutra_records::standard;
use sutra_testkit::{TestClock, TestEntropy};
use tokio::task::JoinHandle;

use crate::{
    answer::Numbers,
    ask::Target,
    case::{Case, Kind, Openness, Permission, Person, THINGS, Thing, World},
    place::Place,
    wording::secret,
};

const PASSWORD: &str = "sleepy otters juggle lanterns";

pub(crate) struct Company {
    pub(crate) world: World,
    pub(crate) client: reqwest::Client,
    pub(crate) address: String,
    pub(crate) token: String,
    pub(crate) numbers: Numbers,
    /// What the viewer has made.
    pub(crate) made: Vec<(Kind, String)>,
    engine: Engine,
    admin: Caller,
    people: BTreeMap<Person, UserId>,
    things: Vec<Held>,
    /// Identifiers of nothing.
    absent: Vec<RecordId>,
    server: JoinHandle<()>,
}

/// A record of the case in this world.
struct Held {
    kind: Kind,
    id: RecordId,
    /// Whether it is there, and others may change it as they like: the viewer does not see it.
    is_free: bool,
    may_hide: bool,
}

impl Company {
    /// The company of the case in one of the worlds.
    pub(crate) async fn found(place: &Place, case: &Case, world: World, number: u32) -> Self {
        let seed = Place::seed(number, world as u64);
        let (engine, clock) = place.engine(seed).await;
        let slug = format!("{}-{number}", if world == World::A { "a" } else { "b" });
        let workspace = engine.workspaces().ensure(&slug, "Company").await.unwrap().id;
        let admin = appoint(&engine, workspace).await;
        let people = hire(&engine, &admin, case).await;
        let token = sign_in(&engine, workspace, &address(Person::Viewer)).await;
        let (server, address) = serve(&engine).await;
        let dice = TestEntropy::seeded(seed ^ 2);
        let absent = (0..3 * THINGS).map(|_| RecordId::generate(engine.now(), &dice)).collect();
        let (client, numbers) = (reqwest::Client::new(), Numbers::default());
        let (made, things) = (Vec::new(), Vec::new());
        let mut company = Self {
            world,
            client,
            address,
            token,
            numbers,
            made,
            engine,
            admin,
            people,
            things,
            absent,
            server,
        };
        company.fill(case, &clock).await;
        company
    }

    /// The identifier of what a request names: of nothing, if that is not in this world.
    pub(crate) fn id(&self, kind: Kind, target: Target) -> String {
        let absent = |number: usize| self.absent[number % self.absent.len()].to_string();
        let made: Vec<_> = self.made.iter().filter(|made| made.0 == kind).collect();
        let things: Vec<_> = self.things.iter().filter(|held| held.kind == kind).collect();
        match target {
            Target::Thing(number) if !things.is_empty() => things[number % things.len()].id.to_string(),
            Target::Made(number) if !made.is_empty() => made[number % made.len()].1.clone(),
            Target::Thing(number) | Target::Made(number) => absent(THINGS + number),
            Target::Absent(number) => absent(2 * THINGS + usize::from(number)),
        }
    }

    pub(crate) fn person(&self, person: Person) -> String {
        self.people[&person].to_string()
    }

    pub(crate) async fn rename(&self, thing: usize, name: &str) {
        let Some(held) = self.things.get(thing).filter(|held| held.is_free) else { return };
        let edit = Edit { fields: [text(held.kind.name_field(), name)].into(), ..Edit::default() };
        // It may be deleted by now.
        let _done = self.engine.records().update(&self.admin, held.kind.object(), held.id, &edit).await;
    }

    pub(crate) async fn delete(&self, thing: usize) {
        let Some(held) = self.things.get(thing).filter(|held| held.is_free) else { return };
        let _done = self.engine.records().delete(&self.admin, held.kind.object(), held.id, None).await;
    }

    /// Makes a record that the viewer does not see, unless he would.
    pub(crate) async fn make(&self, kind: Kind, name: &str) {
        if !self.things.iter().any(|held| held.kind == kind && held.may_hide) {
            return;
        }
        let edit = Edit {
            fields: [text(kind.name_field(), name)].into(),
            owner: Some(self.people[&Person::Loner].into()),
            version: None,
        };
        self.engine.records().create(&self.admin, kind.object(), &edit).await.unwrap();
    }

    /// Makes the records, accounts first. What the viewer sees comes in the same order in both worlds.
    async fn fill(&mut self, case: &Case, clock: &TestClock) {
        let mut ids = vec![None; case.things.len()];
        for kind in Kind::BOTH {
            for (number, thing) in case.things.iter().enumerate().filter(|(_, thing)| thing.kind == kind) {
                if case.sees(thing) || thing.is_in[self.world as usize] {
                    clock.advance(Duration::from_millis(1));
                    let edit = self.edit(case, thing, &ids);
                    let made = self.engine.records().create(&self.admin, kind.object(), &edit).await.unwrap();
                    ids[number] = Some(made.value.id);
                }
            }
        }
        let held = |(number, (thing, id)): (usize, (&Thing, &Option<RecordId>))| Held {
            kind: thing.kind,
            id: id.unwrap_or(self.absent[number]),
            is_free: id.is_some() && !case.sees(thing),
            may_hide: !case.sees(thing),
        };
        self.things = case.things.iter().zip(&ids).enumerate().map(held).collect();
    }

    fn edit(&self, case: &Case, thing: &Thing, ids: &[Option<RecordId>]) -> Edit {
        let (kind, half) = (thing.kind, self.world as usize);
        let is_seen = case.sees(thing);
        let name = if is_seen || half == 0 { thing.name } else { thing.other_name };
        let mut fields: BTreeMap<_, _> = [text(kind.name_field(), name)].into();
        fields.extend(thing.city.map(|city| text(kind.city_field(), city)));
        for (place, field) in kind.hideable().into_iter().enumerate() {
            // What the viewer may read is the same in both worlds.
            let may_differ = !is_seen || case.door(kind).hidden[place];
            let word = thing.secrets[if may_differ { half } else { 0 }][place];
            fields.extend(word.map(|word| text(field, &secret(kind, place, word))));
        }
        let account = thing.account.filter(|_| kind == Kind::Contact);
        if let Some(id) = account.and_then(|account| ids.get(account).copied().flatten()) {
            let is_account = account.is_some_and(|account| case.things[account].kind == Kind::Account);
            if is_account {
                fields.insert(name_of("account"), Value::Reference(id));
            }
        }
        Edit { fields, owner: Some(self.people[&thing.owner].into()), version: None }
    }
}

impl Drop for Company {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn name_of(name: &str) -> ApiName {
    ApiName::parse(name).unwrap()
}

fn text(name: &str, value: &str) -> (ApiName, Value) {
    (name_of(name), Value::text(value))
}

fn address(person: Person) -> String {
    format!("{person:?}@example.com").to_lowercase()
}

fn stranger(engine: &Engine, workspace: WorkspaceId) -> Caller {
    Caller::anonymous(workspace, engine.new_request_id(), Origin::default())
}

async fn appoint(engine: &Engine, workspace: WorkspaceId) -> Caller {
    let link = engine.workspaces().offer_setup_link(workspace).await.unwrap().unwrap();
    let (email, name) = ("admin@example.com".to_owned(), "Admin".to_owned());
    let admin = FirstAdministrator { email: email.clone(), name, password: PASSWORD.to_owned() };
    let stranger = stranger(engine, workspace);
    engine.workspaces().complete_setup(&stranger, link.expose(), admin).await.unwrap();
    engine.sessions().act_as(workspace, &email).await.unwrap()
}

/// The viewer and the others, in their roles, and what the objects are open to.
async fn hire(engine: &Engine, admin: &Caller, case: &Case) -> BTreeMap<Person, UserId> {
    let mut parent = None;
    let mut roles = Vec::new();
    for name in ["Head", "Lead", "Representative"] {
        let role = engine.permissions().create_role(admin, name, parent).await.unwrap().value.id;
        parent = Some(role);
        roles.push(role);
    }
    let viewer = profile(engine, admin, "Viewer", Some(case)).await;
    let other = profile(engine, admin, "Other", None).await;
    let mut people = BTreeMap::new();
    for person in Person::ALL {
        let role: Option<RoleId> = match person {
            Person::Above => Some(roles[0]),
            Person::Viewer | Person::Peer => Some(roles[1]),
            Person::Below => Some(roles[2]),
            Person::Loner => None,
        };
        let profile = if person == Person::Viewer { viewer } else { other };
        let email = address(person);
        let new = NewMember { email: email.clone(), name: format!("{person:?}"), profile, role };
        let invited = engine.members().invite(admin, &new).await.unwrap().value;
        let token = invited.token.as_ref().unwrap().expose();
        let stranger = stranger(engine, admin.workspace());
        engine.members().activate(&stranger, &email, token, PASSWORD.to_owned()).await.unwrap();
        people.insert(person, invited.user.id);
    }
    for kind in Kind::BOTH {
        let default = match case.door(kind).openness {
            Openness::Private => OrgWideDefault::Private,
            Openness::Read => OrgWideDefault::Read,
            Openness::ReadWrite => OrgWideDefault::ReadWrite,
        };
        engine.permissions().set_default(admin, kind.object(), default, true).await.unwrap();
    }
    people
}

/// What the viewer of the case may do; or, without a case, everything that his colleagues may.
async fn profile(engine: &Engine, admin: &Caller, name: &str, case: Option<&Case>) -> ProfileId {
    let work = ObjectPermissions::CREATE.union(ObjectPermissions::DELETE).union(ObjectPermissions::MASS);
    let mut grants = Grants::default();
    for object in standard::objects() {
        let kind = Kind::BOTH.into_iter().find(|kind| kind.object() == object.name.as_str());
        let door = kind.zip(case).map(|(kind, case)| (kind, case.door(kind)));
        let permissions = match door.map(|(_, door)| door.permission) {
            None | Some(Permission::Work) => work,
            Some(Permission::Nothing) => ObjectPermissions::NONE,
            Some(Permission::Read) => ObjectPermissions::READ,
            Some(Permission::ViewAll) => work.union(ObjectPermissions::VIEW_ALL),
        };
        grants.objects.insert(object.id, permissions);
        for field in &object.fields {
            let hidden = door.is_some_and(|(kind, door)| {
                let place = kind.hideable().iter().position(|name| *name == field.name.as_str());
                place.is_some_and(|place| door.hidden[place])
            });
            grants.fields.insert(field.id, FieldPermission::new(!hidden, !hidden));
        }
    }
    let edit = ProfileEdit { name: name.to_owned(), grants };
    engine.permissions().create_profile(admin, &edit).await.unwrap().value.id
}

async fn sign_in(engine: &Engine, workspace: WorkspaceId, email: &str) -> String {
    let (email, password) = (email.to_owned(), PASSWORD.to_owned());
    let credentials = Credentials { email, password, delivery: Delivery::Bearer };
    let step = engine.sign_in().with_password(&stranger(engine, workspace), credentials).await.unwrap();
    let SignInStep::SignedIn(signed_in) = step else { panic!("the viewer was refused") };
    signed_in.token.expose().to_owned()
}

/// Serves the endpoints on a port of its own.
async fn serve(engine: &Engine) -> (JoinHandle<()>, String) {
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
    let address = acceptor.local_addr()[0].as_socket_addr().unwrap().to_string();
    let app = routes(engine, HttpOptions::default());
    let server = poem::Server::new_with_acceptor(acceptor).run(app);
    (tokio::spawn(async move { server.await.unwrap() }), format!("http://{address}"))
}
