//! The people of a world, and what they may do.

use std::collections::BTreeMap;

use sutra_acl::{Audience, FieldPermission, Grants, ObjectPermissions, OrgWideDefault, Owner, Principal};
use sutra_engine::{
    Caller, Credentials, Engine, FirstAdministrator, GroupEdit, NewMember, Origin, ProfileEdit,
    RestrictionEdit, SignInStep,
};
use sutra_identity::Delivery;
use sutra_kernel::{ApiName, Condition, GroupId, ProfileId, RoleId, Test, UserId, Value, WorkspaceId};
use sutra_records::standard;

use crate::case::{Case, Door, Grantee, Kind, Openness, Permission, Person};

const PASSWORD: &str = "sleepy otters juggle lanterns";

/// Who can own records, and with whom they can be shared.
pub(crate) struct People {
    owners: BTreeMap<Person, Owner>,
    grantees: BTreeMap<Grantee, Principal>,
}

impl People {
    /// The viewer and the others, in their roles and groups, and what the objects are open to.
    pub(crate) async fn hire(engine: &Engine, admin: &Caller, case: &Case) -> Self {
        let roles = roles(engine, admin).await;
        let viewer = profile(engine, admin, "Viewer", Some(case)).await;
        let other = profile(engine, admin, "Other", None).await;
        let mut users = BTreeMap::new();
        for person in Person::ALL {
            let role = match person {
                Person::Above => Some(roles[0]),
                Person::Viewer | Person::Peer => Some(roles[1]),
                Person::Below => Some(roles[2]),
                Person::Loner => None,
                Person::Queue => continue,
            };
            let profile = if person == Person::Viewer { viewer } else { other };
            users.insert(person, invite(engine, admin, person, profile, role).await);
        }
        for kind in Kind::BOTH {
            open(engine, admin, kind, case.door(kind), users[&Person::Viewer]).await;
        }
        Self::grouped(engine, admin, users, roles[1]).await
    }

    async fn grouped(engine: &Engine, admin: &Caller, users: BTreeMap<Person, UserId>, role: RoleId) -> Self {
        let user = |person| Principal::User(users[&person]);
        let [viewer, below, peer, loner] =
            [Person::Viewer, Person::Below, Person::Peer, Person::Loner].map(user);
        let queue = group(engine, admin, true, "Queue", [viewer, peer]).await;
        let inner = group(engine, admin, false, "Inner circle", [viewer, loner]).await;
        let circle = group(engine, admin, false, "Circle", [Principal::Group(inner), peer]).await;
        let others = group(engine, admin, false, "Others", [peer, loner]).await;
        let grantees = [
            (Grantee::Viewer, viewer),
            (Grantee::Below, below),
            (Grantee::Circle, Principal::Group(circle)),
            (Grantee::Branch, Principal::RoleAndSubordinates(role)),
            (Grantee::Peer, peer),
            (Grantee::Others, Principal::Group(others)),
        ];
        let owners = users.into_iter().map(|(person, user)| (person, Owner::User(user)));
        let owners = owners.chain([(Person::Queue, Owner::Queue(queue))]).collect();
        Self { owners, grantees: grantees.into() }
    }

    pub(crate) fn owner(&self, person: Person) -> Owner {
        self.owners[&person]
    }

    pub(crate) fn grantee(&self, grantee: Grantee) -> Principal {
        self.grantees[&grantee]
    }
}

/// Three roles, each below the one before.
async fn roles(engine: &Engine, admin: &Caller) -> Vec<RoleId> {
    let mut roles = Vec::new();
    for name in ["Head", "Lead", "Representative"] {
        let parent = roles.last().copied();
        roles.push(engine.permissions().create_role(admin, name, parent).await.unwrap().value.id);
    }
    roles
}

async fn invite(
    engine: &Engine,
    admin: &Caller,
    person: Person,
    profile: ProfileId,
    role: Option<RoleId>,
) -> UserId {
    let email = address(person);
    let new = NewMember { email: email.clone(), name: format!("{person:?}"), profile, role };
    let invited = engine.members().invite(admin, &new).await.unwrap().value;
    let token = invited.token.as_ref().unwrap().expose();
    let stranger = stranger(engine, admin.workspace());
    engine.members().activate(&stranger, &email, token, PASSWORD.to_owned()).await.unwrap();
    invited.user.id
}

async fn group(engine: &Engine, admin: &Caller, queue: bool, name: &str, members: [Principal; 2]) -> GroupId {
    let edit = GroupEdit { name: name.to_owned(), members: members.into() };
    engine.groups().create(admin, queue, &edit).await.unwrap().value.id
}

/// What everybody has of an object, and what is hidden from the viewer.
async fn open(engine: &Engine, admin: &Caller, kind: Kind, door: &Door, viewer: UserId) {
    let default = match door.openness {
        Openness::Private => OrgWideDefault::Private,
        Openness::Read => OrgWideDefault::Read,
        Openness::ReadWrite => OrgWideDefault::ReadWrite,
    };
    engine.permissions().set_default(admin, kind.object(), default, true).await.unwrap();
    let Some(city) = door.closed_city else { return };
    let binds = Audience::Some { profiles: [].into(), principals: [Principal::User(viewer)].into() };
    let field = ApiName::parse(kind.city_field()).unwrap();
    let condition = Condition::test(field, Test::Neq(Value::text(city)));
    let edit = RestrictionEdit { name: "Elsewhere".to_owned(), binds, condition };
    engine.access_rules().create_restriction(admin, kind.object(), &edit).await.unwrap();
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

/// A session of somebody.
pub(crate) async fn sign_in(engine: &Engine, workspace: WorkspaceId, person: Person) -> String {
    let (email, password) = (address(person), PASSWORD.to_owned());
    let credentials = Credentials { email, password, delivery: Delivery::Bearer, device: None };
    let step = engine.sign_in().with_password(&stranger(engine, workspace), credentials).await.unwrap();
    let SignInStep::SignedIn(signed_in) = step else { panic!("the viewer was refused") };
    signed_in.token.expose().to_owned()
}

fn address(person: Person) -> String {
    format!("{person:?}@example.com").to_lowercase()
}

fn stranger(engine: &Engine, workspace: WorkspaceId) -> Caller {
    Caller::anonymous(workspace, engine.new_request_id(), Origin::default())
}

/// Somebody who may do everything.
pub(crate) async fn appoint(engine: &Engine, workspace: WorkspaceId) -> Caller {
    let link = engine.workspaces().offer_setup_link(workspace).await.unwrap().unwrap();
    let (email, name) = ("admin@example.com".to_owned(), "Admin".to_owned());
    let admin = FirstAdministrator { email: email.clone(), name, password: PASSWORD.to_owned() };
    let stranger = stranger(engine, workspace);
    engine.workspaces().complete_setup(&stranger, link.expose(), admin).await.unwrap();
    engine.sessions().act_as(workspace, &email).await.unwrap()
}
