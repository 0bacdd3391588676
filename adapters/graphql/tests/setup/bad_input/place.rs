//! Where an operation takes something: its arguments, and the fields of inputs within them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::operation::Operation;
use crate::house::{House, Who};

/// What the schema tells of itself.
pub(super) struct Schema {
    /// The fields of the root types: `query` or `mutation`, and the field.
    pub(super) roots: Vec<(&'static str, Value)>,
    inputs: BTreeMap<String, Vec<Value>>,
    enums: BTreeSet<String>,
}

/// A place that takes a value.
#[derive(Clone)]
pub(super) struct Place {
    /// The steps to it, from the operation's arguments: names, and the numbers of items.
    steps: Vec<Value>,
    /// As `CreateFieldInput.name`, or `updateField.object` for an argument.
    pub(super) key: String,
    /// As `[String!]`, without what may not be null.
    pub(super) ty: String,
    /// Whether there is no default and may be no null.
    pub(super) is_required: bool,
    /// Whether null is refused, be there a default or not.
    pub(super) is_present: bool,
}

const TYPE: &str = "type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

impl Schema {
    pub(super) async fn read(house: &House, admin: &Who) -> Self {
        let argument = format!("name defaultValue {TYPE}");
        let fields = format!("fields {{ name args {{ {argument} }} {TYPE} }}");
        let types = format!("types {{ kind name inputFields {{ {argument} }} }}");
        let document =
            format!("{{ __schema {{ queryType {{ {fields} }} mutationType {{ {fields} }} {types} }} }}");
        let schema = house.ask(admin, &document).await.data()["__schema"].take();
        let list = |value: &Value| value.as_array().unwrap().clone();
        let roots = [("query", "queryType"), ("mutation", "mutationType")];
        let roots = roots.into_iter().flat_map(|(keyword, root)| {
            list(&schema[root]["fields"]).into_iter().map(move |field| (keyword, field))
        });
        let kinds = |kind: &'static str| {
            let types = schema["types"].as_array().unwrap().iter().filter(move |ty| ty["kind"] == kind);
            types.map(|ty| (text(&ty["name"]), ty["inputFields"].clone()))
        };
        Self {
            roots: roots.collect(),
            inputs: kinds("INPUT_OBJECT").map(|(name, fields)| (name, list(&fields))).collect(),
            enums: kinds("ENUM").map(|(name, _)| name).collect(),
        }
    }

    /// Every place of an operation that its good arguments reach.
    pub(super) fn places(&self, operation: &Operation) -> Vec<Place> {
        let mut places = Vec::new();
        for argument in &operation.arguments {
            self.add(argument, &operation.name, &[], &operation.good, &mut places);
        }
        places
    }

    fn add(&self, member: &Value, of: &str, above: &[Value], good: &Value, places: &mut Vec<Place>) {
        let (name, written) = (text(&member["name"]), written(&member["type"]));
        let place = Place {
            steps: above.iter().chain([&member["name"]]).cloned().collect(),
            key: format!("{of}.{name}"),
            is_required: written.ends_with('!') && member["defaultValue"].is_null(),
            is_present: written.ends_with('!'),
            ty: written.replace('!', ""),
        };
        let (steps, ty) = (place.steps.clone(), place.ty.clone());
        places.push(place);
        let value = &good[&name];
        let (item, value, steps) = match ty.strip_prefix('[').and_then(|ty| ty.strip_suffix(']')) {
            Some(item) => (item.to_owned(), &value[0], [steps, vec![json!(0)]].concat()),
            None => (ty.clone(), value, steps),
        };
        if item != ty {
            let key = format!("{of}.{name}[]");
            let item =
                Place { steps: steps.clone(), key, ty: item.clone(), is_required: false, is_present: true };
            places.push(item);
        }
        if let (Some(fields), false) = (self.inputs.get(&item), value.is_null()) {
            for field in fields {
                self.add(field, &item, &steps, value, places);
            }
        }
    }

    pub(super) fn is_input(&self, ty: &str) -> bool {
        self.inputs.contains_key(ty)
    }

    pub(super) fn is_enum(&self, ty: &str) -> bool {
        self.enums.contains(ty)
    }
}

impl Place {
    pub(super) fn path(&self, operation: &Operation) -> String {
        format!("{}({})", operation.name, self.steps.iter().map(|it| format!("/{it}")).collect::<String>())
    }

    /// The good arguments with this in its place.
    pub(super) fn filled(&self, operation: &Operation, value: Value) -> Value {
        let mut arguments = operation.good.clone();
        let (last, above) = self.steps.split_last().unwrap();
        let mut inner = &mut arguments;
        for step in above {
            inner = member(inner, step);
        }
        *member(inner, last) = value;
        arguments
    }

    /// The good arguments without it.
    pub(super) fn emptied(&self, operation: &Operation) -> Value {
        let mut arguments = operation.good.clone();
        let (last, above) = self.steps.split_last().unwrap();
        let mut inner = &mut arguments;
        for step in above {
            inner = member(inner, step);
        }
        inner.as_object_mut().map(|inner: &mut Map<_, _>| inner.remove(last.as_str().unwrap()));
        arguments
    }
}

/// What is there, made if it is not.
fn member<'a>(value: &'a mut Value, step: &Value) -> &'a mut Value {
    let Some(place) = step.as_u64() else { return &mut value[step.as_str().unwrap()] };
    let items = value.as_array_mut();
    if items.is_none_or(|items| items.is_empty()) {
        *value = json!([null]);
    }
    &mut value[usize::try_from(place).unwrap()]
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

pub(super) fn written(ty: &Value) -> String {
    match ty["kind"].as_str().unwrap() {
        "NON_NULL" => format!("{}!", written(&ty["ofType"])),
        "LIST" => format!("[{}]", written(&ty["ofType"])),
        _ => text(&ty["name"]),
    }
}
