//! Filters by reference: a record that the caller may not read cannot be asked for.
//!
//! Such a reference reads as null. If a filter found it nevertheless, one could try out identifiers and learn
//! what refers to what. So identifiers of records that are hidden, deleted or absent are taken out of the
//! filter, and what is left finds nothing by them.

use std::collections::HashSet;

use async_graphql::{Context, Result};
use sutra_kernel::{ApiName, Condition, RecordId, Test, Value};
use sutra_records::{FieldDef, ObjectDef};

use super::build::{loader, shared};
use crate::loader::RecordKey;

/// The filter without the identifiers of records that the caller may not read.
pub(super) async fn readable(ctx: &Context<'_>, def: &ObjectDef, filter: Condition) -> Result<Condition> {
    let mut keys = HashSet::new();
    collect(def, &filter, &mut keys);
    if keys.is_empty() {
        return Ok(filter);
    }
    let shown = loader(ctx)?.load_many(keys).await.map_err(shared)?.into_keys().collect();
    Ok(restrict(def, filter, &shown))
}

fn collect(def: &ObjectDef, filter: &Condition, keys: &mut HashSet<RecordKey>) {
    match filter {
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter().for_each(|part| collect(def, part, keys));
        }
        Condition::Not(part) => collect(def, part, keys),
        Condition::Field(name, test) => {
            if let Some(target) = target(def, name) {
                keys.extend(named(test).into_iter().map(|id| RecordKey { object: target.clone(), id }));
            }
        }
    }
}

fn restrict(def: &ObjectDef, filter: Condition, shown: &HashSet<RecordKey>) -> Condition {
    let all = |parts: Vec<Condition>| parts.into_iter().map(|part| restrict(def, part, shown)).collect();
    match filter {
        Condition::All(parts) => Condition::All(all(parts)),
        Condition::Any(parts) => Condition::Any(all(parts)),
        Condition::Not(part) => Condition::Not(Box::new(restrict(def, *part, shown))),
        Condition::Field(name, test) => match target(def, &name) {
            None => Condition::Field(name, test),
            Some(target) => {
                let is_shown = |id: &RecordId| shown.contains(&RecordKey { object: target.clone(), id: *id });
                let ids = named(&test).into_iter().filter(is_shown);
                Condition::test(name.clone(), Test::In(ids.map(Value::Reference).collect()))
            }
        },
    }
}

fn target<'a>(def: &'a ObjectDef, name: &ApiName) -> Option<&'a ApiName> {
    def.field(name.as_str()).and_then(FieldDef::target)
}

/// The identifiers that a test accepts: references are asked for with `eq` and `in` alone.
fn named(test: &Test) -> Vec<RecordId> {
    let values = match test {
        Test::Eq(value) => std::slice::from_ref(value),
        Test::In(values) => values.as_slice(),
        _ => &[],
    };
    let id = |value: &Value| if let Value::Reference(id) = value { Some(*id) } else { None };
    values.iter().filter_map(id).collect()
}
