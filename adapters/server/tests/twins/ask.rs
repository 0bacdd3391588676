//! What the viewer may think of asking.

use proptest::{collection::vec, option, prelude::*, sample::select};

use crate::case::{CITIES, Kind, Person, THINGS, WORDS};

/// A record, as a request names it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    /// One of the company's that is of the kind, seen or not; it may be there in one world only.
    Thing(usize),
    /// One that a request before has made.
    Made(usize),
    /// None.
    Absent(u8),
}

/// A request of the viewer; or something that others do in one world, where he cannot see it.
#[derive(Debug, Clone)]
pub(crate) enum Request {
    Query(Query),
    List(List),
    Change(Change),
    Elsewhere(Elsewhere),
}

/// A question that is answered at once.
#[derive(Debug, Clone)]
pub(crate) enum Query {
    Read(Kind, Target),
    History(Kind, Target),
    /// A record in one of its versions.
    Version(Kind, Target, u8),
    Aggregate {
        kind: Kind,
        filter: Option<Filter>,
        by: Option<Group>,
    },
    Definition(Kind),
}

#[derive(Debug, Clone)]
pub(crate) enum Change {
    Create { kind: Kind, values: Values, key: Option<u8> },
    Update { kind: Kind, target: Target, values: Values, version: Option<u8>, key: Option<u8> },
    Delete(Kind, Target),
    Restore(Kind, Target),
    Purge(Kind, Target),
    Transfer(Kind, Vec<Target>, Person),
}

/// A list, read page by page.
#[derive(Debug, Clone)]
pub(crate) struct List {
    pub(crate) kind: Kind,
    pub(crate) filter: Option<Filter>,
    pub(crate) search: Option<&'static str>,
    pub(crate) order: Option<(Field, bool)>,
    pub(crate) size: u8,
    pub(crate) is_backward: bool,
    pub(crate) pages: u8,
}

/// A field that lists are filtered or ordered by.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Field {
    Name,
    City,
    /// One of the fields that may be hidden.
    Secret(usize),
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Group {
    Owner,
    /// Accounts by their type, contacts by their account.
    Other,
}

#[derive(Debug, Clone)]
pub(crate) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Text(Field, Test),
    Owner(Person),
    Id(Vec<Target>),
    NotId(Target),
    Account(Vec<Target>),
    AccountHas(Box<Filter>),
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Test {
    Eq(&'static str),
    Neq(&'static str),
    StartsWith(&'static str),
    IsNull(bool),
}

/// The values of a new record or of a change.
#[derive(Debug, Clone)]
pub(crate) struct Values {
    pub(crate) name: Option<&'static str>,
    pub(crate) city: Option<&'static str>,
    pub(crate) secret: Option<(usize, &'static str)>,
    pub(crate) account: Option<Target>,
    pub(crate) owner: Option<Person>,
}

/// What happens in the first world only.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Elsewhere {
    /// Somebody renames a record that the viewer does not see.
    Rename(usize, &'static str),
    /// Somebody deletes one.
    Delete(usize),
    /// Somebody makes one that the viewer does not see.
    Make(Kind, &'static str),
}

pub(crate) fn requests() -> impl Strategy<Value = Request> {
    prop_oneof![
        11 => query().prop_map(Request::Query),
        10 => list().prop_map(Request::List),
        13 => change().prop_map(Request::Change),
        3 => elsewhere().prop_map(Request::Elsewhere),
    ]
}

fn kind() -> impl Strategy<Value = Kind> {
    select(&Kind::BOTH[..])
}

fn query() -> impl Strategy<Value = Query> {
    let by = option::of(prop_oneof![Just(Group::Owner), Just(Group::Other)]);
    prop_oneof![
        4 => (kind(), target()).prop_map(|(kind, target)| Query::Read(kind, target)),
        2 => (kind(), target()).prop_map(|(kind, target)| Query::History(kind, target)),
        1 => (kind(), target(), 0_u8..3).prop_map(|(kind, target, version)| Query::Version(kind, target, version)),
        3 => (kind(), option::of(filter()), by).prop_map(|(kind, filter, by)| Query::Aggregate { kind, filter, by }),
        1 => kind().prop_map(Query::Definition),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let key = || option::weighted(0.3, 0_u8..4);
    let create = (kind(), values(), key());
    let update = (kind(), target(), values(), option::weighted(0.4, 1_u8..4), key());
    let transfer = (kind(), vec(target(), 1..3), person());
    prop_oneof![
        3 => create.prop_map(|(kind, values, key)| Change::Create { kind, values, key }),
        4 => update.prop_map(|(kind, target, values, version, key)| {
            Change::Update { kind, target, values, version, key }
        }),
        2 => (kind(), target()).prop_map(|(kind, target)| Change::Delete(kind, target)),
        2 => (kind(), target()).prop_map(|(kind, target)| Change::Restore(kind, target)),
        1 => (kind(), target()).prop_map(|(kind, target)| Change::Purge(kind, target)),
        1 => transfer.prop_map(|(kind, targets, to)| Change::Transfer(kind, targets, to)),
    ]
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        8 => (0..THINGS).prop_map(Target::Thing),
        2 => (0_usize..4).prop_map(Target::Made),
        1 => (0_u8..2).prop_map(Target::Absent),
    ]
}

fn person() -> impl Strategy<Value = Person> {
    select(&Person::ALL[..])
}

fn field() -> impl Strategy<Value = Field> {
    prop_oneof![Just(Field::Name), Just(Field::City), (0_usize..2).prop_map(Field::Secret)]
}

fn list() -> impl Strategy<Value = List> {
    let shape = (select(&Kind::BOTH[..]), option::of(filter()), option::weighted(0.2, select(&WORDS[..])));
    let order = option::of((field(), any::<bool>()));
    (shape, order, (1_u8..5, any::<bool>(), 1_u8..5)).prop_map(
        |((kind, filter, search), order, (size, is_backward, pages))| List {
            kind,
            filter,
            search,
            order,
            size,
            is_backward,
            pages,
        },
    )
}

fn filter() -> impl Strategy<Value = Filter> {
    let leaf = prop_oneof![
        4 => (field(), test()).prop_map(|(field, test)| Filter::Text(field, test)),
        1 => person().prop_map(Filter::Owner),
        1 => vec(target(), 1..4).prop_map(Filter::Id),
        1 => target().prop_map(Filter::NotId),
        2 => vec(target(), 1..3).prop_map(Filter::Account),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Filter::All),
            vec(inner.clone(), 0..3).prop_map(Filter::Any),
            inner.clone().prop_map(|part| Filter::Not(Box::new(part))),
            inner.prop_map(|part| Filter::AccountHas(Box::new(part))),
        ]
    })
}

fn test() -> impl Strategy<Value = Test> {
    let word = || prop_oneof![select(&WORDS[..]), select(&CITIES[..])];
    prop_oneof![
        word().prop_map(Test::Eq),
        word().prop_map(Test::Neq),
        select(&["a", "Al", "bir", "L"][..]).prop_map(Test::StartsWith),
        any::<bool>().prop_map(Test::IsNull),
    ]
}

fn values() -> impl Strategy<Value = Values> {
    let name = option::weighted(0.8, select(&WORDS[..]));
    let city = option::of(select(&CITIES[..]));
    let secret = option::weighted(0.2, (0_usize..2, select(&WORDS[..])));
    let (account, owner) = (option::weighted(0.4, target()), option::weighted(0.1, person()));
    (name, city, secret, account, owner).prop_map(|(name, city, secret, account, owner)| Values {
        name,
        city,
        secret,
        account,
        owner,
    })
}

fn elsewhere() -> impl Strategy<Value = Elsewhere> {
    prop_oneof![
        (0..THINGS, select(&WORDS[..])).prop_map(|(thing, name)| Elsewhere::Rename(thing, name)),
        (0..THINGS).prop_map(Elsewhere::Delete),
        (select(&Kind::BOTH[..]), select(&WORDS[..])).prop_map(|(kind, name)| Elsewhere::Make(kind, name)),
    ]
}
