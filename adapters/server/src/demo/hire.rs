//! Hiring the people of the demo company: roles, invitations, and passwords that they choose.

use std::collections::BTreeMap;

use sutra_crypto::Token;
use sutra_engine::{Caller, Engine, FirstAdministrator, NewMember, Origin};
use sutra_kernel::{Entropy, RoleId, WorkspaceId};
use zeroize::Zeroizing;

use super::{
    fields,
    people::{ADMINISTRATOR, Person, ROLES, everybody},
    profiles,
};
use crate::failure::Failure;

/// Each person's password, by address.
pub(super) struct Passwords(BTreeMap<&'static str, Zeroizing<String>>);

impl Passwords {
    /// A random password for everybody.
    pub(super) fn random(entropy: &dyn Entropy) -> Self {
        Self(everybody().map(|person| (person.email, password(entropy))).collect())
    }

    /// A line for everybody: address, password, and who it is.
    pub(super) fn list(&self) -> Zeroizing<String> {
        self.lines(everybody())
    }

    /// The lines of one in each position.
    pub(super) fn introductions(&self) -> Zeroizing<String> {
        self.lines(everybody().filter(|person| person.is_introduced))
    }

    fn lines(&self, people: impl Iterator<Item = &'static Person>) -> Zeroizing<String> {
        let line = |person: &Person| {
            let password = self.0.get(person.email).map_or("", |password| password.as_str());
            format!("{:<20} {password}  {}, {}\n", person.email, person.name, person.title)
        };
        Zeroizing::new(people.map(line).collect())
    }

    fn of(&self, person: &Person) -> String {
        self.0.get(person.email).map(|password| password.to_string()).unwrap_or_default()
    }
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

/// Makes the fields, the profiles, the roles and the users, each of whom chooses a password; answers who acts for each.
pub(super) async fn everyone(
    engine: &Engine,
    workspace: WorkspaceId,
    passwords: &Passwords,
) -> Result<BTreeMap<&'static str, Caller>, Failure> {
    let nobody = Caller::anonymous(workspace, engine.new_request_id(), Origin::default());
    appoint_administrator(engine, &nobody, passwords).await?;
    let admin = engine.sessions().act_as(workspace, ADMINISTRATOR.email).await?;
    let roles = make_roles(engine, &admin).await?;
    fields::make(engine, &admin).await?;
    let profiles = profiles::make(engine, &admin).await?;
    for person in everybody().filter(|person| person.role.is_some()) {
        let role = person.role.and_then(|role| roles.get(role)).copied();
        let profile = profiles.get(&person.job).copied();
        let profile = profile.ok_or_else(|| Failure::new("somebody's job has no profile"))?;
        let new = NewMember { email: person.email.to_owned(), name: person.name.to_owned(), profile, role };
        let invited = engine.members().invite(&admin, &new).await?.value;
        let token = invited.token.as_ref().map(Token::expose).unwrap_or_default();
        engine.members().activate(&nobody, person.email, token, passwords.of(person)).await?;
    }
    let mut callers = BTreeMap::new();
    for person in everybody() {
        callers.insert(person.email, engine.sessions().act_as(workspace, person.email).await?);
    }
    Ok(callers)
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
        password: passwords.of(&ADMINISTRATOR),
    };
    engine.workspaces().complete_setup(nobody, link.expose(), administrator).await?;
    Ok(())
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
