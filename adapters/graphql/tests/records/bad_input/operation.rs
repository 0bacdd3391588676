//! The operations of the schema, as the schema itself lists them, and arguments that they take gladly.

use serde_json::{Map, Value, json};

use super::shelf::{Shelf, Thing};
use crate::world::{Answer, Member, World};

/// Arguments that are taken gladly.
type Good = fn(&Thing) -> Value;

/// An operation of every object, and what it takes gladly. They can be asked for in the order of the schema.
const OPERATIONS: [(&str, Good); 30] = [
    ("me", |_| json!({})),
    ("user", |it| json!({ "id": it.user })),
    ("objects", |_| json!({})),
    ("object", |it| json!({ "name": it.one })),
    ("{one}", |it| json!({ "id": it.id })),
    ("{many}", |_| json!({ "first": 1 })),
    ("{many}Aggregate", |_| json!({ "groupBy": ["OWNER_ID"] })),
    ("{one}History", |it| json!({ "id": it.id })),
    ("{one}Shares", |it| json!({ "id": it.id })),
    ("{one}Team", |it| json!({ "id": it.id })),
    ("create{One}", |it| json!({ "input": it.values })),
    ("update{One}", |it| json!({ "id": it.id, "version": 1, "input": it.values })),
    ("delete{One}", |it| json!({ "id": it.id })),
    ("restore{One}", |it| json!({ "id": it.id })),
    ("purge{One}", |it| json!({ "id": it.binned[0] })),
    ("restore{One}Version", |it| json!({ "id": it.id, "version": 1 })),
    ("create{Many}", |it| json!({ "inputs": [it.values, it.values] })),
    ("update{Many}", |it| json!({ "updates": [{ "id": it.id, "input": it.values }] })),
    ("delete{Many}", |it| json!({ "ids": [it.id] })),
    ("restore{Many}", |it| json!({ "ids": [it.id] })),
    ("purge{Many}", |it| json!({ "ids": [it.binned[1]] })),
    ("transfer{Many}", |it| json!({ "ids": [it.id], "ownerId": it.user })),
    ("share{One}", |it| json!({ "id": it.id, "shares": [{ "with": user(it), "level": "READ" }] })),
    ("unshare{One}", |it| json!({ "id": it.id, "with": [user(it)] })),
    ("share{Many}", |it| json!({ "ids": [it.id], "shares": [{ "with": user(it), "level": "READ" }] })),
    ("unshare{Many}", |it| json!({ "ids": [it.id], "with": [user(it)] })),
    ("assign{Many}ToTerritory", |it| json!({ "ids": [it.id], "territoryId": it.territories[0] })),
    ("remove{Many}FromTerritory", |it| json!({ "ids": [it.id], "territoryId": it.territories[0] })),
    (
        "add{One}TeamMembers",
        |it| json!({ "id": it.id, "members": [{ "userId": it.user, "level": "READ", "role": "Sponsor" }] }),
    ),
    ("remove{One}TeamMembers", |it| json!({ "id": it.id, "userIds": [it.user] })),
];

fn user(it: &Thing) -> Value {
    json!({ "kind": "USER", "id": it.user })
}

/// An operation, of an object if it is of one.
pub(super) struct Operation<'a> {
    /// As `update{One}`.
    pub(super) kind: &'static str,
    /// The object it is of, or any.
    pub(super) thing: &'a Thing,
    /// What it takes.
    pub(super) arguments: Vec<Argument>,
    name: String,
    keyword: &'static str,
    good: Good,
}

/// An argument of an operation.
pub(super) struct Argument {
    pub(super) name: String,
    /// As `[Update{One}Input!]!`.
    pub(super) kind: String,
    ty: String,
}

impl<'a> Operation<'a> {
    /// Every operation of the schema.
    ///
    /// # Panics
    /// If there is one that [`OPERATIONS`] does not know, or one that is not there.
    pub(super) async fn all(world: &World, ada: &Member, shelf: &'a Shelf) -> Vec<Self> {
        let ty = "type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";
        let fields = format!("fields {{ name args {{ name {ty} }} }}");
        let document = format!("{{ __schema {{ queryType {{ {fields} }} mutationType {{ {fields} }} }} }}");
        let schema = world.data(ada, &document).await["__schema"].take();
        let mut operations = Vec::new();
        for (keyword, root) in [("query", "queryType"), ("mutation", "mutationType")] {
            let fields = schema[root]["fields"].as_array().unwrap();
            operations.extend(fields.iter().map(|field| Self::of(keyword, field, shelf)));
        }
        for (kind, _) in OPERATIONS {
            assert!(
                operations.iter().any(|operation| operation.kind == kind),
                "there is no operation `{kind}`"
            );
        }
        operations
    }

    fn of(keyword: &'static str, field: &Value, shelf: &'a Shelf) -> Self {
        let name = field["name"].as_str().unwrap().to_owned();
        let found = OPERATIONS.into_iter().find_map(|(kind, good)| {
            let thing = shelf.things.iter().find(|thing| spelt(kind, thing) == name)?;
            Some((kind, good, thing))
        });
        let (kind, good, thing) =
            found.unwrap_or_else(|| panic!("nobody says what `{name}` takes: add a row"));
        let arguments =
            field["args"].as_array().unwrap().iter().map(|argument| Argument::of(argument, thing));
        Self { kind, thing, arguments: arguments.collect(), name, keyword, good }
    }

    /// What it takes gladly.
    pub(super) fn good(&self) -> Map<String, Value> {
        let Value::Object(arguments) = (self.good)(self.thing) else { panic!("arguments are an object") };
        arguments
    }

    /// What it takes gladly but for this argument, and for those that cannot stand beside it.
    pub(super) fn bad(&self, argument: &Argument, value: Value) -> Map<String, Value> {
        let mut arguments = self.good();
        if matches!(argument.name.as_str(), "last" | "before") {
            arguments.remove("first");
            arguments.insert("last".to_owned(), json!(1));
        }
        arguments.insert(argument.name.clone(), value);
        arguments
    }

    /// Asks for it with these arguments, as variables.
    pub(super) async fn ask(&self, world: &World, member: &Member, arguments: Map<String, Value>) -> Answer {
        let given = || self.arguments.iter().filter(|argument| arguments.contains_key(&argument.name));
        let define: String = given().map(|it| format!("${}: {} ", it.name, it.ty)).collect();
        let pass: String = given().map(|it| format!("{0}: ${0} ", it.name)).collect();
        let within = |list: String| if list.is_empty() { list } else { format!("({list})") };
        let (define, pass) = (within(define), within(pass));
        let document = format!("{} Bad{define} {{ {}{pass} {{ __typename }} }}", self.keyword, self.name);
        world.ask(member, &document, Value::Object(arguments)).await
    }

    /// Asks for it in a document that says this in place of its arguments and what it answers.
    pub(super) async fn ask_so(&self, world: &World, member: &Member, rest: &str) -> Answer {
        world.ask(member, &format!("{} {{ {}{rest} }}", self.keyword, self.name), json!({})).await
    }
}

impl Argument {
    fn of(argument: &Value, thing: &Thing) -> Self {
        let ty = written(&argument["type"]);
        let kind = ty.replace(&thing.plural_name(), "{Many}").replace(&thing.type_name(), "{One}");
        Self { name: argument["name"].as_str().unwrap().to_owned(), kind, ty }
    }

    /// As `version: Long`.
    pub(super) fn key(&self) -> String {
        format!("{}: {}", self.name, self.kind)
    }

    /// Whether it must be given.
    pub(super) fn is_required(&self) -> bool {
        self.ty.ends_with('!')
    }
}

fn spelt(kind: &str, thing: &Thing) -> String {
    let kind = kind.replace("{one}", &thing.one).replace("{many}", &thing.many);
    kind.replace("{One}", &thing.type_name()).replace("{Many}", &thing.plural_name())
}

fn written(ty: &Value) -> String {
    match ty["kind"].as_str().unwrap() {
        "NON_NULL" => format!("{}!", written(&ty["ofType"])),
        "LIST" => format!("[{}]", written(&ty["ofType"])),
        _ => ty["name"].as_str().unwrap().to_owned(),
    }
}
