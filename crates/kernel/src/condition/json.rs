//! Conditions as stores and the ledger keep them.

use serde_json::{Map, Value as Json, json};

use super::{Condition, Test};
use crate::{ApiName, Value, ValueKind};

/// A stored condition that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a condition")]
pub struct ConditionError;

/// The words for the kinds of values, none of which tells its kind by itself.
const KINDS: [(&str, ValueKind); 9] = [
    ("boolean", ValueKind::Boolean),
    ("integer", ValueKind::Integer),
    ("decimal", ValueKind::Decimal),
    ("money", ValueKind::Money),
    ("text", ValueKind::Text),
    ("texts", ValueKind::Texts),
    ("date", ValueKind::Date),
    ("timestamp", ValueKind::Timestamp),
    ("reference", ValueKind::Reference),
];

impl Condition {
    /// The stored form, such as `{"all": [{"field": "stage", "eq": {"text": "open"}}]}`.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let each = |parts: &[Self]| parts.iter().map(Self::to_json).collect::<Json>();
        match self {
            Self::All(parts) => json!({ "all": each(parts) }),
            Self::Any(parts) => json!({ "any": each(parts) }),
            Self::Not(part) => json!({ "not": part.to_json() }),
            Self::Field(field, test) => {
                let (operator, operand) = test.to_json();
                json!({ "field": field.as_str(), operator: operand })
            }
            Self::Related(never) => match *never {},
        }
    }

    /// Reads the stored form back.
    ///
    /// # Errors
    /// Whatever [`to_json`](Self::to_json) does not write is refused.
    pub fn from_json(json: &Json) -> Result<Self, ConditionError> {
        let Json::Object(members) = json else { return Err(ConditionError) };
        if let Some(field) = members.get("field") {
            let name = field.as_str().and_then(|name| ApiName::parse(name).ok()).ok_or(ConditionError)?;
            let mut rest = members.iter().filter(|(name, _)| *name != "field");
            let (Some((operator, operand)), None) = (rest.next(), rest.next()) else {
                return Err(ConditionError);
            };
            return Ok(Self::Field(name, Test::from_json(operator, operand)?));
        }
        let each = |parts: &Json| -> Result<Vec<_>, _> {
            parts.as_array().ok_or(ConditionError)?.iter().map(Self::from_json).collect()
        };
        match only(members)? {
            ("all", parts) => Ok(Self::All(each(parts)?)),
            ("any", parts) => Ok(Self::Any(each(parts)?)),
            ("not", part) => Ok(Self::Not(Box::new(Self::from_json(part)?))),
            _ => Err(ConditionError),
        }
    }
}

impl Test {
    fn to_json(&self) -> (&'static str, Json) {
        match self {
            Self::Eq(value) => ("eq", typed(value)),
            Self::Neq(value) => ("neq", typed(value)),
            Self::In(values) => ("in", values.iter().map(typed).collect()),
            Self::Gt(value) => ("gt", typed(value)),
            Self::Gte(value) => ("gte", typed(value)),
            Self::Lt(value) => ("lt", typed(value)),
            Self::Lte(value) => ("lte", typed(value)),
            Self::IsNull(wanted) => ("isNull", json!(wanted)),
            Self::StartsWith(prefix) => ("startsWith", json!(prefix)),
            Self::Includes(texts) => ("includes", json!(texts)),
        }
    }

    fn from_json(operator: &str, operand: &Json) -> Result<Self, ConditionError> {
        Ok(match operator {
            "eq" => Self::Eq(untyped(operand)?),
            "neq" => Self::Neq(untyped(operand)?),
            "in" => {
                let values = operand.as_array().ok_or(ConditionError)?;
                Self::In(values.iter().map(untyped).collect::<Result<_, _>>()?)
            }
            "gt" => Self::Gt(untyped(operand)?),
            "gte" => Self::Gte(untyped(operand)?),
            "lt" => Self::Lt(untyped(operand)?),
            "lte" => Self::Lte(untyped(operand)?),
            "isNull" => Self::IsNull(operand.as_bool().ok_or(ConditionError)?),
            "startsWith" => Self::StartsWith(operand.as_str().ok_or(ConditionError)?.to_owned()),
            "includes" => {
                let texts = operand.as_array().ok_or(ConditionError)?.iter().map(Json::as_str);
                let texts: Option<Vec<_>> = texts.map(|text| text.map(ToOwned::to_owned)).collect();
                Self::Includes(texts.ok_or(ConditionError)?)
            }
            _ => return Err(ConditionError),
        })
    }
}

fn typed(value: &Value) -> Json {
    let kind = KINDS.iter().find(|(_, kind)| value.kind() == Some(*kind));
    kind.map_or(Json::Null, |(word, _)| json!({ *word: value.to_json() }))
}

fn untyped(json: &Json) -> Result<Value, ConditionError> {
    let members = match json {
        Json::Null => return Ok(Value::Null),
        Json::Object(members) => members,
        _ => return Err(ConditionError),
    };
    let (word, value) = only(members)?;
    let (_, kind) = KINDS.iter().find(|(known, _)| *known == word).ok_or(ConditionError)?;
    Value::from_json(*kind, value).ok().filter(|value| !value.is_null()).ok_or(ConditionError)
}

/// The one member of an object.
fn only(members: &Map<String, Json>) -> Result<(&str, &Json), ConditionError> {
    let mut members = members.iter();
    match (members.next(), members.next()) {
        (Some((name, value)), None) => Ok((name, value)),
        _ => Err(ConditionError),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::Decimal;
    use uuid::Uuid;

    use super::*;
    use crate::{Date, Money, RecordId, Timestamp};

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Boolean),
            any::<i64>().prop_map(Value::Integer),
            any::<i64>().prop_map(|units| Value::Decimal(Decimal::new(units, 4))),
            any::<i32>().prop_map(|units| {
                Value::Money(Money { amount: Decimal::from(units), currency: "EUR".parse().unwrap() })
            }),
            ".{0,8}".prop_map(Value::Text),
            prop::collection::vec(".{0,3}", 0..3).prop_map(Value::Texts),
            Just(Value::Date("2026-03-01".parse::<Date>().unwrap())),
            (0..i64::from(u32::MAX)).prop_map(|at| Value::Timestamp(Timestamp::from_micros(at))),
            any::<u128>().prop_map(|id| Value::Reference(RecordId::from_uuid(Uuid::from_u128(id)))),
        ]
    }

    fn test() -> impl Strategy<Value = Test> {
        prop_oneof![
            value().prop_map(Test::Eq),
            value().prop_map(Test::Neq),
            prop::collection::vec(value(), 0..3).prop_map(Test::In),
            value().prop_map(Test::Gt),
            value().prop_map(Test::Gte),
            value().prop_map(Test::Lt),
            value().prop_map(Test::Lte),
            any::<bool>().prop_map(Test::IsNull),
            ".{0,8}".prop_map(Test::StartsWith),
            prop::collection::vec(".{0,3}", 0..3).prop_map(Test::Includes),
        ]
    }

    fn condition() -> impl Strategy<Value = Condition> {
        let name = prop_oneof![Just("stage"), Just("amount")].prop_map(|it| ApiName::parse(it).unwrap());
        let leaf = (name, test()).prop_map(|(name, test)| Condition::Field(name, test));
        leaf.prop_recursive(4, 16, 3, |part| {
            let parts = || prop::collection::vec(part.clone(), 0..3);
            prop_oneof![
                parts().prop_map(Condition::All),
                parts().prop_map(Condition::Any),
                part.clone().prop_map(|part| Condition::Not(Box::new(part))),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(condition in condition()) {
            prop_assert_eq!(Condition::from_json(&condition.to_json()), Ok(condition));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let cases = [
            ("no object", json!([])),
            ("nothing", json!({})),
            ("two at once", json!({ "all": [], "any": [] })),
            ("an unknown word", json!({ "none": [] })),
            ("no list", json!({ "all": {} })),
            ("no test", json!({ "field": "stage" })),
            ("two tests", json!({ "field": "stage", "isNull": true, "eq": null })),
            ("no name", json!({ "field": "no name", "isNull": true })),
            ("an unknown operator", json!({ "field": "stage", "like": { "text": "a" } })),
            ("a bare value", json!({ "field": "stage", "eq": "open" })),
            ("a value of another kind", json!({ "field": "stage", "eq": { "integer": "open" } })),
            ("an unknown kind", json!({ "field": "stage", "eq": { "blob": "open" } })),
            ("nothing of a kind", json!({ "field": "stage", "eq": { "text": null } })),
        ];
        for (name, json) in cases {
            assert_eq!(Condition::from_json(&json), Err(ConditionError), "{name}");
        }
    }
}
