//! Requests, as GraphQL has them.

use serde_json::{Value, json};

use crate::{
    ask::{Change, Field, Filter, Group, List, Query, Target, Test, Values},
    case::Kind,
    company::Company,
};

const ACCOUNT: &str =
    "id version ownerId owner { id name } createdAt updatedAt createdBy { id } updatedBy { id }
    _access { read update delete } name billingCity industry description";
const CONTACT: &str =
    "id version ownerId owner { id name } createdAt updatedAt createdBy { id } updatedBy { id }
    _access { read update delete } lastName mailingCity email title accountId
    account { id name billingCity industry description ownerId }";

fn selection(kind: Kind) -> &'static str {
    match kind {
        Kind::Account => ACCOUNT,
        Kind::Contact => CONTACT,
    }
}

/// The name of the object's type.
pub(crate) fn type_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Account => "Account",
        Kind::Contact => "Contact",
    }
}

/// A request as it is sent.
pub(crate) struct Worded {
    pub(crate) document: String,
    pub(crate) variables: Value,
    pub(crate) key: Option<String>,
}

impl Worded {
    fn new(document: impl Into<String>, variables: Value) -> Self {
        Self { document: document.into(), variables, key: None }
    }

    fn repeating(self, key: Option<u8>) -> Self {
        Self { key: key.map(|key| format!("key-number-{key}-of-this-stream")), ..self }
    }
}

pub(crate) fn query(company: &Company, query: &Query) -> Worded {
    match query {
        Query::Read(kind, target) => {
            let (object, shown) = (kind.object(), selection(*kind));
            let document = format!("query ($id: ID!) {{ {object}(id: $id) {{ {shown} }} }}");
            Worded::new(document, json!({ "id": company.id(*kind, *target) }))
        }
        Query::Version(kind, target, version) => {
            let (object, shown) = (kind.object(), selection(*kind));
            let document = format!(
                "query ($id: ID!, $version: Long) {{ {object}(id: $id, version: $version) {{ {shown} }} }}"
            );
            Worded::new(document, json!({ "id": company.id(*kind, *target), "version": version }))
        }
        Query::History(kind, target) => {
            let changes = "changes { field old { value label } new { value label } }";
            let saves = format!("version at action by {{ id name }} receipt {changes}");
            let document = format!("query ($id: ID!) {{ {}History(id: $id) {{ {saves} }} }}", kind.object());
            Worded::new(document, json!({ "id": company.id(*kind, *target) }))
        }
        Query::Aggregate { kind, filter, by } => aggregate(company, *kind, filter.as_ref(), *by),
        Query::Definition(kind) => {
            let document = "query ($name: String!) {
                object(name: $name) { name fields { name label required } } me { id name } }";
            Worded::new(document, json!({ "name": kind.object() }))
        }
    }
}

pub(crate) fn change(company: &Company, change: &Change) -> Worded {
    match change {
        Change::Create { kind, values, key } => {
            let (object, name, shown) = (kind.object(), type_of(*kind), selection(*kind));
            let payload = format!("{{ id version changedFields receipt {object} {{ {shown} }} }}");
            let document =
                format!("mutation ($input: Create{name}Input!) {{ create{name}(input: $input) {payload} }}");
            Worded::new(document, json!({ "input": input(company, *kind, values) })).repeating(*key)
        }
        Change::Update { kind, target, values, version, key } => {
            let (object, name, shown) = (kind.object(), type_of(*kind), selection(*kind));
            let payload = format!("{{ id version changedFields accessLost receipt {object} {{ {shown} }} }}");
            let document = format!(
                "mutation ($id: ID!, $input: Update{name}Input!, $version: Long) {{
                    update{name}(id: $id, input: $input, version: $version) {payload} }}"
            );
            let (id, input) = (company.id(*kind, *target), input(company, *kind, values));
            Worded::new(document, json!({ "id": id, "input": input, "version": version })).repeating(*key)
        }
        Change::Delete(kind, target) => on_one(company, "delete", *kind, *target),
        Change::Restore(kind, target) => on_one(company, "restore", *kind, *target),
        Change::Purge(kind, target) => on_one(company, "purge", *kind, *target),
        Change::Transfer(kind, targets, to) => {
            let payload = "{ receipt changes { id version changedFields accessLost } }";
            let document = format!(
                "mutation ($ids: [ID!]!, $owner: ID!) {{ transfer{}s(ids: $ids, ownerId: $owner) {payload} }}",
                type_of(*kind)
            );
            let ids: Vec<_> = targets.iter().map(|target| company.id(*kind, *target)).collect();
            Worded::new(document, json!({ "ids": ids, "owner": company.person(*to) }))
        }
    }
}

fn on_one(company: &Company, verb: &str, kind: Kind, target: Target) -> Worded {
    let (object, name) = (kind.object(), type_of(kind));
    let payload = format!("{{ id version changedFields accessLost receipt {object} {{ id version }} }}");
    let document = format!("mutation ($id: ID!) {{ {verb}{name}(id: $id) {payload} }}");
    Worded::new(document, json!({ "id": company.id(kind, target) }))
}

fn aggregate(company: &Company, kind: Kind, filter: Option<&Filter>, by: Option<Group>) -> Worded {
    let (group, key) = match (kind, by) {
        (_, None) => (Vec::new(), ""),
        (_, Some(Group::Owner)) => (vec!["OWNER_ID"], "key { ownerId owner { id name } }"),
        (Kind::Account, Some(Group::Other)) => (vec!["TYPE"], "key { type }"),
        (Kind::Contact, Some(Group::Other)) => (vec!["ACCOUNT"], "key { accountId account { id name } }"),
    };
    let (object, kind_name) = (kind.object(), type_of(kind));
    let values = "values { createdAt { min max } updatedAt { min max } }";
    let document = format!(
        "query ($filter: {kind_name}Filter, $by: [{kind_name}GroupField!]) {{
            {object}sAggregate(filter: $filter, groupBy: $by) {{ count {key} {values} }} }}"
    );
    let filter = filter.map(|filter| filter_of(company, kind, filter));
    Worded::new(document, json!({ "filter": filter, "by": group }))
}

pub(crate) fn page(company: &Company, list: &List, cursor: &Value) -> Worded {
    let (kind, object, shown) = (type_of(list.kind), list.kind.object(), selection(list.kind));
    let (size, from) = if list.is_backward { ("last", "before") } else { ("first", "after") };
    let document = format!(
        "query ($filter: {kind}Filter, $search: String, $order: [{kind}Order!], $size: Int, $from: String) {{
            page: {object}s(filter: $filter, search: $search, orderBy: $order, {size}: $size, {from}: $from) {{
                totalCount totalCountIsExact edges {{ cursor node {{ {shown} }} }}
                pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
    );
    let order = list.order.map(|(field, is_descending)| {
        let direction = if is_descending { "DESC" } else { "ASC" };
        json!([{ "field": shouted(name_of(list.kind, field)), "direction": direction }])
    });
    let filter = list.filter.as_ref().map(|filter| filter_of(company, list.kind, filter));
    let variables =
        json!({ "filter": filter, "search": list.search, "order": order, "size": list.size, "from": cursor });
    Worded::new(document, variables)
}

fn name_of(kind: Kind, field: Field) -> &'static str {
    match field {
        Field::Name => kind.name_field(),
        Field::City => kind.city_field(),
        // Accounts are not listed by their description.
        Field::Secret(_) if kind == Kind::Account => kind.hideable()[0],
        Field::Secret(number) => kind.hideable()[number],
    }
}

/// `billingCity` as `BILLING_CITY`.
fn shouted(name: &str) -> String {
    name.chars().fold(String::new(), |text, sign| {
        let gap = if sign.is_ascii_uppercase() { "_" } else { "" };
        text + gap + &sign.to_uppercase().to_string()
    })
}

fn filter_of(company: &Company, kind: Kind, filter: &Filter) -> Value {
    let ids = |kind: Kind, targets: &[Target]| -> Vec<_> {
        targets.iter().map(|target| company.id(kind, *target)).collect()
    };
    let each =
        |parts: &[Filter]| -> Vec<_> { parts.iter().map(|part| filter_of(company, kind, part)).collect() };
    match (filter, kind) {
        (Filter::All(parts), _) => json!({ "and": each(parts) }),
        (Filter::Any(parts), _) => json!({ "or": each(parts) }),
        (Filter::Not(part), _) => json!({ "not": filter_of(company, kind, part) }),
        (Filter::Text(field, test), _) => json!({ name_of(kind, *field): test_of(*test) }),
        (Filter::Owner(person), _) => json!({ "ownerId": { "eq": company.person(*person) } }),
        (Filter::Id(targets), _) => json!({ "id": { "in": ids(kind, targets) } }),
        (Filter::NotId(target), _) => json!({ "id": { "neq": company.id(kind, *target) } }),
        (Filter::Account(targets), Kind::Contact) => {
            json!({ "accountId": { "in": ids(Kind::Account, targets) } })
        }
        (Filter::AccountHas(part), Kind::Contact) => {
            json!({ "account": filter_of(company, Kind::Account, part) })
        }
        // Accounts refer to no account.
        (Filter::Account(targets), Kind::Account) => json!({ "id": { "in": ids(Kind::Account, targets) } }),
        (Filter::AccountHas(part), Kind::Account) => filter_of(company, kind, part),
    }
}

fn test_of(test: Test) -> Value {
    match test {
        Test::Eq(word) => json!({ "eq": word }),
        Test::Neq(word) => json!({ "neq": word }),
        Test::StartsWith(word) => json!({ "startsWith": word }),
        Test::IsNull(is_null) => json!({ "isNull": is_null }),
    }
}

fn input(company: &Company, kind: Kind, values: &Values) -> Value {
    let mut input = json!({});
    if let Some(name) = values.name {
        input[kind.name_field()] = name.into();
    }
    if let Some(city) = values.city {
        input[kind.city_field()] = city.into();
    }
    if let Some((number, word)) = values.secret {
        input[kind.hideable()[number]] = secret(kind, number, word).into();
    }
    if let (Kind::Contact, Some(account)) = (kind, values.account) {
        input["accountId"] = company.id(Kind::Account, account).into();
    }
    if let Some(owner) = values.owner {
        input["ownerId"] = company.person(owner).into();
    }
    input
}

/// A value that the field can have: one of them is an address.
pub(crate) fn secret(kind: Kind, number: usize, word: &str) -> String {
    if kind.hideable()[number] == "email" {
        let letters: String = word.chars().filter(char::is_ascii_alphabetic).collect();
        return format!("{letters}@example.com").to_lowercase();
    }
    word.to_owned()
}
