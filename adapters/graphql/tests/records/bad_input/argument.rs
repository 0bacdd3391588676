//! What each argument refuses, and with which code.

use serde_json::{Value, json};

use super::{operation::Operation, shelf::Thing};

/// A value in a few words, the value, and the code that it is refused with.
pub(super) type Bad = (&'static str, Value, &'static str);

const BAD: &str = "BAD_USER_INPUT";
const GONE: &str = "NOT_FOUND";
const NOBODY: &str = "user_01h455vb4pex5vsknk084sn02q";
const ABSENT: &str = "rec_01h455vb4pex5vsknk084sn02q";

/// What an argument refuses; nothing if nobody has said so.
pub(super) fn refused(operation: &Operation<'_>, argument: &str) -> Option<Vec<Bad>> {
    let it = operation.thing;
    Some(match (operation.kind, argument) {
        (_, "idempotencyKey: String") => keys(),
        (_, "reason: String") => reasons(),
        (_, "shares: [ShareInput!]!") => {
            let read = |with| json!([{ "with": with, "level": "READ" }]);
            let level = |level| json!([{ "with": { "kind": "USER", "id": it.user }, "level": level }]);
            [named(), within(read, &principals(it)), within(read, &strangers()), within(level, &levels())]
                .concat()
        }
        (_, "members: [TeamMemberInput!]!") => members(it),
        (_, "userIds: [ID!]!") => [named(), within(|id| json!([id]), &no_ids(&it.id))].concat(),
        (_, "with: [PrincipalInput!]!") => [named(), within(|with| json!([with]), &principals(it))].concat(),
        ("user", "id: ID!") => no_ids(&it.id),
        (_, "id: ID!") => [no_ids(&it.user), others(it)].concat(),
        (_, "ids: [ID!]!") => {
            [lists(), within(|id| json!([id]), &[no_ids(&it.user), others(it)].concat())].concat()
        }
        (_, "ownerId: ID!") => [no_ids(&it.id), vec![("nobody", json!(NOBODY), BAD)]].concat(),
        (kind, "territoryId: ID!") => {
            let unlevelled = ("one without a level for it", json!(it.territories[1]), BAD);
            let unlevelled = Some(unlevelled).filter(|_| kind.starts_with("assign"));
            let nowhere = ("nowhere", json!("territory_01h455vb4pex5vsknk084sn02q"), BAD);
            [no_ids(&it.id), vec![nowhere], Vec::from_iter(unlevelled)].concat()
        }
        (_, "name: String!") => no_texts(),
        (_, "first: Int" | "last: Int" | "first: Int!") => sizes(),
        (_, "after: String" | "before: String") => cursors(it),
        ("{one}", "version: Long") => {
            [no_numbers(), vec![("one that is not there", json!(7), GONE)]].concat()
        }
        (_, "version: Long" | "expectedVersion: Long") => {
            [no_numbers(), vec![("an older one", json!(7), "VERSION_CONFLICT")]].concat()
        }
        (_, "version: Long!") => [no_numbers(), vec![("one that is not there", json!(7), BAD)]].concat(),
        (_, "asOf: DateTime") => instants(),
        (_, "fields: [String!]") => names(),
        (_, "search: String") => words(),
        (_, "filter: {One}Filter") => filters(it),
        (_, "orderBy: [{One}Order!]") => orders(),
        (_, "groupBy: [{One}GroupField!]") => groups(),
        (_, "input: Create{One}Input!" | "input: Update{One}Input!") => inputs(it),
        (_, "inputs: [Create{One}Input!]!") => {
            [lists(), within(|input| json!([it.values, input]), &inputs(it))].concat()
        }
        (_, "updates: [Update{Many}Input!]!") => {
            let update = |input| json!([{ "id": it.id, "input": input }]);
            let ids =
                within(|id| json!([{ "id": id, "input": {} }]), &[no_ids(&it.user), others(it)].concat());
            [lists(), within(update, &inputs(it)), ids].concat()
        }
        _ => return None,
    })
}

/// The same values inside something else.
fn within(wrap: impl Fn(Value) -> Value, values: &[Bad]) -> Vec<Bad> {
    values.iter().map(|(name, value, code)| (*name, wrap(value.clone()), *code)).collect()
}

fn groups() -> Vec<Bad> {
    vec![
        ("a number", json!([5]), BAD),
        ("a list of nothing", json!([null]), BAD),
        ("a field that is none", json!(["SPACESHIP"]), BAD),
    ]
}

fn keys() -> Vec<Bad> {
    vec![
        ("a number", json!(5), BAD),
        ("no letter", json!(""), BAD),
        ("too long", json!("k".repeat(256)), BAD),
        ("other letters", json!("ключ"), BAD),
    ]
}

fn reasons() -> Vec<Bad> {
    vec![
        ("a number", json!(5), BAD),
        ("a list", json!(["because"]), BAD),
        ("too long", json!("x".repeat(501)), BAD),
        ("a hidden character", json!("be\u{7}cause"), BAD),
        ("a null character", json!("\u{0}"), BAD),
    ]
}

/// What is no id where ids of another kind than this one's are asked for.
fn no_ids(another: &str) -> Vec<Bad> {
    vec![
        ("null", Value::Null, BAD),
        ("a number", json!(5), BAD),
        ("a list", json!([[]]), BAD),
        ("an object", json!({ "id": 5 }), BAD),
        ("no letter", json!(""), BAD),
        ("a word", json!("Acme"), BAD),
        ("capitals", json!(ABSENT.to_uppercase()), BAD),
        ("of another kind", json!(another), BAD),
        ("endless", json!(format!("rec_{}", "0".repeat(100_000))), BAD),
    ]
}

/// Ids of what is not there, or not for the caller: nobody can tell these apart.
fn others(it: &Thing) -> Vec<Bad> {
    vec![
        ("of no record", json!(ABSENT), GONE),
        ("of another object", json!(it.other), GONE),
        ("of another workspace", json!(it.foreign), GONE),
    ]
}

fn lists() -> Vec<Bad> {
    vec![
        ("null", Value::Null, BAD),
        ("a word", json!("Acme"), BAD),
        ("a number", json!(5), BAD),
        ("a list of nothing", json!([null]), BAD),
        ("a list of lists", json!([[]]), BAD),
        ("empty", json!([]), BAD),
        ("too many", json!(vec![json!({}); 1_001]), BAD),
    ]
}

/// What is no list of people.
fn named() -> Vec<Bad> {
    let mut lists = lists();
    lists.push(("more than can be named", json!(vec![json!({}); 51]), BAD));
    lists
}

/// What names nobody.
fn principals(it: &Thing) -> Vec<Bad> {
    let user = |id| json!({ "kind": "USER", "id": id });
    let kind = |kind| json!({ "kind": kind, "id": it.user });
    let kinds = [
        ("of no kind", Value::Null, BAD),
        ("of a kind that is none", json!("EVERYBODY"), BAD),
        ("of another kind than its id", json!("GROUP"), BAD),
        ("nobody's boss", json!("ROLE"), BAD),
    ];
    let bare = vec![("a word", json!("Bob"), BAD), ("nothing", json!({}), BAD)];
    [bare, within(user, &no_ids(&it.id)), within(kind, &kinds)].concat()
}

/// Who is not there.
fn strangers() -> Vec<Bad> {
    let of = |kind: &str, prefix: &str| json!({ "kind": kind, "id": format!("{prefix}_01h455vb4pex5vsknk084sn02q") });
    vec![
        ("a stranger", of("USER", "user"), BAD),
        ("no group", of("GROUP", "group"), BAD),
        ("no role", of("ROLE", "role"), BAD),
        ("no role and those below", of("ROLE_AND_SUBORDINATES", "role"), BAD),
        ("no territory", of("TERRITORY_AND_ABOVE", "territory"), BAD),
    ]
}

/// Who cannot be of a team.
fn members(it: &Thing) -> Vec<Bad> {
    let member = |name: &str, value: Value| {
        let mut member = json!({ "userId": it.user, "level": "EDIT", "role": "Sponsor" });
        member[name] = value;
        json!([member])
    };
    let levels = [levels(), vec![("more than a team gives", json!("FULL"), BAD)]].concat();
    let users = [no_ids(&it.id), vec![("a stranger", json!(NOBODY), BAD)]].concat();
    [
        named(),
        within(|level| member("level", level), &levels),
        within(|role| member("role", role), &roles()),
        within(|user| member("userId", user), &users),
    ]
    .concat()
}

/// What is no role in a team.
fn roles() -> Vec<Bad> {
    vec![
        ("null", Value::Null, BAD),
        ("a number", json!(5), BAD),
        ("blank", json!("  "), BAD),
        ("too long", json!("x".repeat(81)), BAD),
        ("two lines", json!("Spon\nsor"), BAD),
        ("U+0000", json!("\0"), BAD),
    ]
}

/// What is no level.
fn levels() -> Vec<Bad> {
    vec![("null", Value::Null, BAD), ("none", json!("NONE"), BAD), ("a number", json!(2), BAD)]
}

fn no_texts() -> Vec<Bad> {
    vec![
        ("null", Value::Null, BAD),
        ("a number", json!(5), BAD),
        ("a list", json!(["a"]), BAD),
        ("U+0000", json!("\0"), BAD),
    ]
}

fn no_numbers() -> Vec<Bad> {
    vec![
        ("negative", json!(-1), BAD),
        ("zero", json!(0), BAD),
        ("a text", json!("1"), BAD),
        ("a part", json!(1.5), BAD),
        ("a truth", json!(true), BAD),
        ("a list", json!([[1]]), BAD),
        ("more than there can be", json!(9_007_199_254_740_992_u64), BAD),
    ]
}

fn sizes() -> Vec<Bad> {
    vec![
        ("none", json!(0), BAD),
        ("negative", json!(-1), BAD),
        ("too many", json!(201), BAD),
        ("more than there can be", json!(99_999_999_999_u64), BAD),
        ("a text", json!("5"), BAD),
        ("a part", json!(1.5), BAD),
        ("a list", json!([[5]]), BAD),
    ]
}

fn cursors(it: &Thing) -> Vec<Bad> {
    let (start, end) = it.cursor.split_at(it.cursor.len() / 2);
    let rest = end.strip_prefix('A');
    let altered =
        rest.map_or_else(|| format!("{start}A{}", end.split_at(1).1), |rest| format!("{start}B{rest}"));
    vec![
        ("a number", json!(5), BAD),
        ("a list", json!([["a"]]), BAD),
        ("no letter", json!(""), BAD),
        ("a word", json!("Acme"), BAD),
        ("a half", json!(start), BAD),
        ("altered", json!(altered), BAD),
        ("longer", json!(format!("{}A", it.cursor)), BAD),
        ("somebody else's", json!(it.theirs), BAD),
        ("endless", json!("A".repeat(100_000)), BAD),
    ]
}

fn words() -> Vec<Bad> {
    vec![
        ("a number", json!(5), BAD),
        ("a list", json!([["Acme"]]), BAD),
        ("too short", json!("A"), BAD),
        ("too many", json!("aa bb cc dd ee ff gg hh ii"), BAD),
        ("U+0000", json!("Acme\0"), BAD),
    ]
}

fn instants() -> Vec<Bad> {
    vec![
        ("a number", json!(5), BAD),
        ("a word", json!("yesterday"), BAD),
        ("a day", json!("2026-03-01"), BAD),
        ("a day that is none", json!("2026-02-30T00:00:00Z"), BAD),
        ("before there was anything", json!("2000-01-01T00:00:00Z"), GONE),
    ]
}

fn names() -> Vec<Bad> {
    vec![
        ("a number", json!([5]), BAD),
        ("nothing", json!([null]), BAD),
        ("no name", json!(["no name"]), BAD),
        ("no field", json!(["spaceship"]), BAD),
        ("what no field is", json!(["id"]), BAD),
        ("a word of the language", json!(["__proto__"]), BAD),
    ]
}

fn filters(it: &Thing) -> Vec<Bad> {
    let many = vec![json!({ "id": { "eq": it.id } }); 101];
    vec![
        ("a word", json!("Acme"), BAD),
        ("a list", json!([[]]), BAD),
        ("no field", json!({ "spaceship": { "eq": "Acme" } }), BAD),
        ("a word of the language", json!({ "__typename": { "eq": "Acme" } }), BAD),
        ("no operator", json!({ "id": { "like": it.id } }), BAD),
        ("no condition", json!({ "id": null }), BAD),
        ("no operand", json!({ "id": { "eq": null } }), BAD),
        ("an operand of another type", json!({ "id": { "eq": 5 } }), BAD),
        ("an operand of another kind", json!({ "id": { "eq": it.user } }), BAD),
        ("no part", json!({ "and": [null] }), BAD),
        ("too many parts", json!({ "or": many }), BAD),
        ("too many operands", json!({ "id": { "in": vec![&it.id; 201] } }), BAD),
    ]
}

fn orders() -> Vec<Bad> {
    vec![
        ("a word", json!("NAME"), BAD),
        ("no field", json!([{ "field": "SPACESHIP" }]), BAD),
        ("no field at all", json!([{}]), BAD),
        ("a number", json!([{ "field": 5 }]), BAD),
        ("no direction", json!([{ "field": "ID", "direction": "UP" }]), BAD),
        ("nothing", json!([null]), BAD),
        ("two", json!([{ "field": "ID" }, { "field": "CREATED_AT" }]), BAD),
    ]
}

fn inputs(it: &Thing) -> Vec<Bad> {
    let with = |name: &str, value: Value| {
        let mut values = it.values.clone();
        values[name] = value;
        values
    };
    vec![
        ("null", Value::Null, BAD),
        ("a word", json!("Acme"), BAD),
        ("a list", json!([[]]), BAD),
        ("no field", with("spaceship", json!("Acme")), BAD),
        ("an id", with("id", json!(ABSENT)), BAD),
        ("a version", with("version", json!(7)), BAD),
        ("a time", with("createdAt", json!("2026-03-01T00:00:00Z")), BAD),
        ("a word of the language", with("__typename", json!("Acme")), BAD),
        ("no owner", with("ownerId", Value::Null), BAD),
        ("an owner who is a record", with("ownerId", json!(it.id)), BAD),
        ("an owner who is nobody", with("ownerId", json!(NOBODY)), BAD),
    ]
}
