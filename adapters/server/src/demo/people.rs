//! Who works at the demo company.

use std::collections::BTreeMap;

use sutra_crypto::Token;
use sutra_engine::{Caller, Engine, FirstAdministrator, NewMember, Origin};
use sutra_kernel::{Entropy, ProfileId, RoleId, WorkspaceId};
use zeroize::Zeroizing;

use crate::failure::Failure;

/// Somebody who works there.
pub(super) struct Person {
    pub(super) email: &'static str,
    name: &'static str,
    title: &'static str,
    /// The place in the hierarchy; the administrator has none.
    role: Option<&'static str>,
}

pub(super) const ADMINISTRATOR: Person =
    Person { email: "admin@demo.example", name: "Ada Adler", title: "administrator", role: None };

pub(super) const MANAGERS: [Person; 2] = [
    Person {
        email: "nils@demo.example",
        name: "Nils Norberg",
        title: "sales manager",
        role: Some("Sales Manager North"),
    },
    Person {
        email: "sofia@demo.example",
        name: "Sofia Sandoval",
        title: "sales manager",
        role: Some("Sales Manager South"),
    },
];

pub(super) const REPS: [Person; 4] = [
    Person {
        email: "anna@demo.example",
        name: "Anna Arvidsson",
        title: "sales rep",
        role: Some("Sales North"),
    },
    Person { email: "ben@demo.example", name: "Ben Boateng", title: "sales rep", role: Some("Sales North") },
    Person {
        email: "chloe@demo.example",
        name: "Chloé Clément",
        title: "sales rep",
        role: Some("Sales South"),
    },
    Person {
        email: "david@demo.example",
        name: "David Duarte",
        title: "sales rep",
        role: Some("Sales South"),
    },
];

const CHIEF: Person = Person {
    email: "carla@demo.example",
    name: "Carla Conti",
    title: "chief executive",
    role: Some("Chief Executive"),
};

/// Each role and the one above it, which comes first.
const ROLES: [(&str, Option<&str>); 5] = [
    ("Chief Executive", None),
    ("Sales Manager North", Some("Chief Executive")),
    ("Sales Manager South", Some("Chief Executive")),
    ("Sales North", Some("Sales Manager North")),
    ("Sales South", Some("Sales Manager South")),
];

/// What everybody but the administrator may do.
const PROFILE: &str = "Standard User";

/// Each person's password, by address.
pub(super) type Passwords = BTreeMap<&'static str, Zeroizing<String>>;

fn everybody() -> impl Iterator<Item = &'static Person> {
    [&ADMINISTRATOR, &CHIEF].into_iter().chain(&MANAGERS).chain(&REPS)
}

/// A random password for everybody.
pub(super) fn passwords(entropy: &dyn Entropy) -> Passwords {
    everybody().map(|person| (person.email, password(entropy))).collect()
}

/// Four groups of four signs: 80 bits, and easy to copy.
fn password(entropy: &dyn Entropy) -> Zeroizing<String> {
    const SIGNS: &[u8; 32] = b"23456789abcdefghijkmnpqrstuvwxyz";
    let mut bytes = Zeroizing::new([0; 16]);
    entropy.fill(bytes.as_mut_slice());
    let mut text = Zeroizing::new(String::with_capacity(19));
    for (place, byte) in bytes.iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        let sign = SIGNS.get(usize::from(byte & 31)).copied().unwrap_or(b'2');
        text.push(char::from(sign));
    }
    text
}

/// A line for everybody: address, password, and who it is.
pub(super) fn list(passwords: &Passwords) -> Zeroizing<String> {
    let line = |person: &Person| {
        let password = passwords.get(person.email).map_or("", |password| password.as_str());
        format!("{:<20} {password}  {}, {}\n", person.email, person.name, person.title)
    };
    Zeroizing::new(everybody().map(line).collect())
}

/// Makes the roles and the users, each of whom chooses a password.
pub(super) async fn hire(
    engine: &Engine,
    workspace: WorkspaceId,
    passwords: &Passwords,
) -> Result<(), Failure> {
    let nobody = Caller::anonymous(workspace, engine.new_request_id(), Origin::default());
    appoint_administrator(engine, &nobody, passwords).await?;
    let admin = engine.sessions().act_as(workspace, ADMINISTRATOR.email).await?;
    let roles = make_roles(engine, &admin).await?;
    let profile = find_profile(engine, &admin).await?;
    for person in everybody().filter(|person| person.role.is_some()) {
        let role = person.role.and_then(|role| roles.get(role)).copied();
        let new = NewMember { email: person.email.to_owned(), name: person.name.to_owned(), profile, role };
        let invited = engine.members().invite(&admin, &new).await?.value;
        let password = password_of(person, passwords);
        let token = invited.token.as_ref().map(Token::expose).unwrap_or_default();
        engine.members().activate(&nobody, person.email, token, password).await?;
    }
    Ok(())
}

async fn appoint_administrator(
    engine: &Engine,
    nobody: &Caller,
    passwords: &Passwords,
) -> Result<(), Failure> {
    let link = engine.workspaces().offer_setup_link(nobody.workspace()).await?;
    let link = link.ok_or_else(|| Failure::new("the demo has an administrator already"))?;
    let administrator = FirstAdministrator {
        email: ADMINISTRATOR.email.to_owned(),
        name: ADMINISTRATOR.name.to_owned(),
        password: password_of(&ADMINISTRATOR, passwords),
    };
    Ok(engine.workspaces().complete_setup(nobody, link.expose(), administrator).await?)
}

async fn make_roles(engine: &Engine, admin: &Caller) -> Result<BTreeMap<&'static str, RoleId>, Failure> {
    let mut made = BTreeMap::new();
    for (name, above) in ROLES {
        let parent = above.and_then(|above| made.get(above)).copied();
        let role = engine.permissions().create_role(admin, name, parent).await?.value;
        made.insert(name, role.id);
    }
    Ok(made)
}

async fn find_profile(engine: &Engine, admin: &Caller) -> Result<ProfileId, Failure> {
    let viewing = engine.view(admin).await?;
    let profiles = viewing.profiles().await?;
    viewing.close().await?;
    let found = profiles.into_iter().find(|profile| profile.name == PROFILE);
    Ok(found.ok_or_else(|| Failure::new(format!("there is no profile `{PROFILE}`")))?.id)
}

fn password_of(person: &Person, passwords: &Passwords) -> String {
    passwords.get(person.email).map(|password| password.to_string()).unwrap_or_default()
}
