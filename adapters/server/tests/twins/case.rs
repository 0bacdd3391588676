//! What a company has in either world, and what its viewer asks.

use proptest::{collection::vec, option, prelude::*, sample::select};
use sutra_acl::Level;

use crate::ask::{Request, requests};

/// Which of the twins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum World {
    A,
    B,
}

/// People, told by where they stand to the viewer, and a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Person {
    Viewer,
    /// His role is below the viewer's.
    Below,
    /// He has the viewer's role.
    Peer,
    /// His role is above the viewer's.
    Above,
    /// He has no role.
    Loner,
    /// It is nobody alone: the viewer and his peer are in it.
    Queue,
}

impl Person {
    pub(crate) const ALL: [Self; 6] =
        [Self::Viewer, Self::Below, Self::Peer, Self::Above, Self::Loner, Self::Queue];
}

/// With whom a record is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grantee {
    Viewer,
    /// Somebody whose role is below the viewer's.
    Below,
    /// A group that has a group in it that the viewer is in.
    Circle,
    /// The viewer's role, and those below.
    Branch,
    /// Somebody with the viewer's role, who is not the viewer.
    Peer,
    /// A group that the viewer is not in.
    Others,
}

impl Grantee {
    pub(crate) const ALL: [Self; 6] =
        [Self::Viewer, Self::Below, Self::Circle, Self::Branch, Self::Peer, Self::Others];
}

/// What everybody may do to the records of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Openness {
    Private,
    Read,
    ReadWrite,
}

/// What the viewer may do with an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Permission {
    Nothing,
    Read,
    Work,
    ViewAll,
}

/// An object as the viewer meets it.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    pub(crate) openness: Openness,
    pub(crate) permission: Permission,
    /// Which of [`HIDEABLE`](Kind::hideable) fields he may not read, by their number.
    pub(crate) hidden: Vec<bool>,
    /// Whose records a restriction hides from him: those in this city.
    pub(crate) closed_city: Option<&'static str>,
}

/// The two objects of these worlds: contacts refer to accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Account,
    Contact,
}

impl Kind {
    pub(crate) const BOTH: [Self; 2] = [Self::Account, Self::Contact];

    pub(crate) fn object(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Contact => "contact",
        }
    }

    /// The fields that may be hidden from the viewer: what is in them then differs between the worlds.
    pub(crate) fn hideable(self) -> [&'static str; 2] {
        match self {
            Self::Account => ["industry", "description"],
            Self::Contact => ["email", "title"],
        }
    }

    pub(crate) fn name_field(self) -> &'static str {
        match self {
            Self::Account => "name",
            Self::Contact => "lastName",
        }
    }

    pub(crate) fn city_field(self) -> &'static str {
        match self {
            Self::Account => "billingCity",
            Self::Contact => "mailingCity",
        }
    }
}

/// A record, in both worlds or in one.
#[derive(Debug, Clone)]
pub(crate) struct Thing {
    pub(crate) kind: Kind,
    pub(crate) owner: Person,
    pub(crate) name: &'static str,
    pub(crate) city: Option<&'static str>,
    /// The values of the hideable fields in one world, and in the other if the viewer does not see them.
    pub(crate) secrets: [[Option<&'static str>; 2]; 2],
    /// The number of the account that a contact refers to, if it is one.
    pub(crate) account: Option<usize>,
    pub(crate) shared: Option<(Grantee, Level)>,
    /// In which worlds it is, if the viewer does not see it.
    pub(crate) is_in: [bool; 2],
    /// What it is called in the other world, if the viewer does not see it.
    pub(crate) other_name: &'static str,
}

/// Both worlds and a stream of requests.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) doors: [Door; 2],
    pub(crate) things: Vec<Thing>,
    pub(crate) requests: Vec<Request>,
}

impl Case {
    pub(crate) fn door(&self, kind: Kind) -> &Door {
        match kind {
            Kind::Account => &self.doors[0],
            Kind::Contact => &self.doors[1],
        }
    }

    /// Whether the viewer sees a record: the reference rule, in the words of these worlds.
    pub(crate) fn sees(&self, thing: &Thing) -> bool {
        let door = self.door(thing.kind);
        let is_his = matches!(thing.owner, Person::Viewer | Person::Below | Person::Queue);
        let is_shared = match thing.shared {
            Some((Grantee::Viewer | Grantee::Below | Grantee::Circle | Grantee::Branch, _)) => true,
            Some((Grantee::Peer | Grantee::Others, _)) | None => false,
        };
        let is_closed = door.closed_city.is_some() && thing.city == door.closed_city;
        let is_reached = is_his || is_shared || self.is_open(thing.kind);
        door.permission != Permission::Nothing && is_reached && !is_closed
    }

    /// Whether the viewer sees the records of everybody, but for those that a restriction hides.
    pub(crate) fn is_open(&self, kind: Kind) -> bool {
        let door = self.door(kind);
        let is_open = door.openness != Openness::Private || door.permission == Permission::ViewAll;
        door.permission != Permission::Nothing && is_open
    }
}

/// Few words, so that much is equal.
pub(crate) const WORDS: [&str; 6] = ["Alder", "Birch", "alder wood", "Cedar", "Ébène", "birch bark"];
/// How many records a company has, at most.
pub(crate) const THINGS: usize = 20;
pub(crate) const CITIES: [&str; 3] = ["Lund", "Oslo", "Turku"];

pub(crate) fn cases() -> impl Strategy<Value = Case> {
    let things = vec(thing(), 0..THINGS);
    ([door(), door()], things, vec(requests(), 1..60)).prop_map(|(doors, things, requests)| Case {
        doors,
        things,
        requests,
    })
}

fn door() -> impl Strategy<Value = Door> {
    let openness = prop_oneof![
        4 => Just(Openness::Private),
        1 => Just(Openness::Read),
        1 => Just(Openness::ReadWrite),
    ];
    let permission = prop_oneof![
        1 => Just(Permission::Nothing),
        2 => Just(Permission::Read),
        12 => Just(Permission::Work),
        1 => Just(Permission::ViewAll),
    ];
    let closed_city = option::weighted(0.3, select(&CITIES[..]));
    let door =
        |(openness, permission, hidden, closed_city)| Door { openness, permission, hidden, closed_city };
    (openness, permission, vec(any::<bool>(), 2), closed_city).prop_map(door)
}

fn thing() -> impl Strategy<Value = Thing> {
    let secret = || option::of(select(&WORDS[..]));
    let secrets = [[secret(), secret()], [secret(), secret()]];
    let (kind, owner) = (select(&Kind::BOTH[..]), select(&Person::ALL[..]));
    let city = option::weighted(0.7, select(&CITIES[..]));
    let account = option::weighted(0.7, 0..THINGS);
    let level = select(&[Level::Read, Level::Edit, Level::Full][..]);
    let shared = option::weighted(0.4, (select(&Grantee::ALL[..]), level));
    let names = (select(&WORDS[..]), select(&WORDS[..]));
    (kind, owner, names, city, secrets, account, shared, any::<[bool; 2]>()).prop_map(
        |(kind, owner, (name, other_name), city, secrets, account, shared, is_in)| Thing {
            kind,
            owner,
            name,
            city,
            secrets,
            account,
            shared,
            is_in,
            other_name,
        },
    )
}
