//! Conditions of rules: as filters of lists are, about one record alone.

use async_graphql::{Name, Value};
use sutra_engine::Error;
use sutra_kernel::{self as kernel, ApiName, Condition, Test, UserId};
use sutra_records::ObjectDef;

use super::{
    filter::{Operand, every_member, read_alone},
    scalar::{self, Entries},
};

/// Reads a condition on the records of an object.
///
/// # Errors
/// [`Error::BadInput`] for what is no condition on one record of the object.
pub(crate) fn read(object: &ObjectDef, condition: &Value) -> Result<Condition, Error> {
    Ok(simplified(read_alone(object, condition)?))
}

/// A condition as [`read`] reads it.
pub(crate) fn write(object: &ObjectDef, condition: &Condition) -> Value {
    let each = |parts: &[Condition]| parts.iter().map(|part| write(object, part)).collect::<Value>();
    match condition {
        Condition::All(parts) => entry("and", each(parts)),
        Condition::Any(parts) => entry("or", each(parts)),
        Condition::Not(part) => entry("not", write(object, part)),
        Condition::Field(field, test) => comparison(object, field, test),
        Condition::Related(never) => match *never {},
    }
}

/// The same without lists of one, and lists in lists of their kind.
fn simplified(condition: Condition) -> Condition {
    match condition {
        Condition::All(parts) => {
            let flat = parts.into_iter().flat_map(|part| match simplified(part) {
                Condition::All(parts) => parts,
                part => vec![part],
            });
            one_of(flat.collect()).unwrap_or_else(Condition::All)
        }
        Condition::Any(parts) => {
            one_of(parts.into_iter().map(simplified).collect()).unwrap_or_else(Condition::Any)
        }
        Condition::Not(part) => Condition::Not(Box::new(simplified(*part))),
        leaf => leaf,
    }
}

/// The only part, or else all of them.
fn one_of(mut parts: Vec<Condition>) -> Result<Condition, Vec<Condition>> {
    match parts.pop() {
        Some(only) if parts.is_empty() => Ok(only),
        Some(last) => {
            parts.push(last);
            Err(parts)
        }
        None => Err(parts),
    }
}

fn comparison(object: &ObjectDef, field: &ApiName, test: &Test) -> Value {
    let member = every_member(object).find(|member| member.field == *field);
    let is_user = member.as_ref().is_some_and(|member| matches!(member.operand, Operand::User));
    let one = |value: &kernel::Value| match value {
        kernel::Value::Reference(id) if is_user => Value::from(UserId::from_uuid(id.uuid()).to_string()),
        value => scalar::whole(value),
    };
    let (operator, operand) = match test {
        Test::Eq(value) => ("eq", one(value)),
        Test::Neq(value) => ("neq", one(value)),
        Test::In(values) => ("in", values.iter().map(one).collect()),
        Test::Gt(value) => ("gt", one(value)),
        Test::Gte(value) => ("gte", one(value)),
        Test::Lt(value) => ("lt", one(value)),
        Test::Lte(value) => ("lte", one(value)),
        Test::IsNull(wanted) => ("isNull", Value::from(*wanted)),
        Test::Includes(texts) => ("includesAny", texts.iter().map(String::as_str).collect()),
        Test::StartsWith(prefix) => ("startsWith", Value::from(prefix.as_str())),
    };
    let name = member.map_or_else(|| field.to_string(), |member| member.name);
    entry(&name, entry(operator, operand))
}

fn entry(name: &str, value: Value) -> Value {
    Value::Object(Entries::from_iter([(Name::new(name), value)]))
}
