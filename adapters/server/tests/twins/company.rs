//! A world: a workspace with its people and records, served over HTTP to its viewer.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use poem::listener::{Acceptor as _, Listener as _, TcpListener};
use sutra_acl::Owner;
use sutra_engine::{Caller, Edit, Engine, NewShare};
use sutra_graphql::{HttpOptions, routes};
use sutra_kernel::{ApiName, RecordId, Value};
use sutra_testkit::{TestClock, TestEntropy};
use tokio::task::JoinHandle;

use crate::{
    answer::Numbers,
    ask::Target,
    case::{Case, Kind, Person, THINGS, Thing, World},
    people::{People, appoint, sign_in},
    place::Place,
    wording::secret,
};

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
    people: People,
    /// Of which objects the viewer does not see what everybody has.
    private: BTreeSet<Kind>,
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
}

impl Company {
    /// The company of the case in one of the worlds.
    pub(crate) async fn found(place: &Place, case: &Case, world: World, number: u32) -> Self {
        let seed = Place::seed(number, world as u64);
        let (engine, clock) = place.engine(seed).await;
        let slug = format!("{}-{number}", if world == World::A { "a" } else { "b" });
        let workspace = engine.workspaces().ensure(&slug, "Company").await.unwrap().id;
        let admin = appoint(&engine, workspace).await;
        let people = People::hire(&engine, &admin, case).await;
        let private = Kind::BOTH.into_iter().filter(|kind| !case.is_open(*kind)).collect();
        let token = sign_in(&engine, workspace, Person::Viewer).await;
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
            private,
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
        match self.people.owner(person) {
            Owner::User(user) => user.to_string(),
            Owner::Queue(queue) => queue.to_string(),
        }
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
        if !self.private.contains(&kind) {
            return;
        }
        let edit = Edit {
            fields: [text(kind.name_field(), name)].into(),
            owner: Some(self.people.owner(Person::Loner)),
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
                    ids[number] = Some(self.put(thing, &self.edit(case, thing, &ids)).await);
                }
            }
        }
        let held = |(number, (thing, id)): (usize, (&Thing, &Option<RecordId>))| Held {
            kind: thing.kind,
            id: id.unwrap_or(self.absent[number]),
            is_free: id.is_some() && !case.sees(thing),
        };
        self.things = case.things.iter().zip(&ids).enumerate().map(held).collect();
    }

    /// Makes a record, and shares it.
    async fn put(&self, thing: &Thing, edit: &Edit) -> RecordId {
        let object = thing.kind.object();
        let id = self.engine.records().create(&self.admin, object, edit).await.unwrap().value.id;
        if let Some((grantee, level)) = thing.shared {
            let share = NewShare { with: self.people.grantee(grantee), level };
            self.engine.sharing().share(&self.admin, object, id, &[share], None).await.unwrap();
        }
        id
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
        Edit { fields, owner: Some(self.people.owner(thing.owner)), version: None }
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

/// Serves the endpoints on a port of its own.
async fn serve(engine: &Engine) -> (JoinHandle<()>, String) {
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
    let address = acceptor.local_addr()[0].as_socket_addr().unwrap().to_string();
    let app = routes(engine, HttpOptions::default());
    let server = poem::Server::new_with_acceptor(acceptor).run(app);
    (tokio::spawn(async move { server.await.unwrap() }), format!("http://{address}"))
}
