//! Values on the wire: one scalar a kind, read strictly and written in one way.

use async_graphql::{
    Name, Number, Value,
    dynamic::{InputObject, InputValue, Object, Scalar, SchemaBuilder, TypeRef},
    indexmap::IndexMap,
};
use sutra_engine::Error;
use sutra_kernel::{self as kernel, Date, Decimal, Money, Timestamp, ValueError, ValueKind};
use sutra_records::FieldKind;

use super::build::{items_of, plain};
use crate::id::parse_id;

pub(super) const LONG: &str = "Long";
/// What every client can hold exactly in a JSON number.
const LONG_MAX: i64 = (1 << 53) - 1;
pub(super) const DECIMAL: &str = "Decimal";
pub(super) const DATE: &str = "Date";
pub(super) const DATE_TIME: &str = "DateTime";
pub(super) const MONEY: &str = "Money";
pub(super) const MONEY_INPUT: &str = "MoneyInput";
pub(super) const FIELD_VALUE: &str = "FieldValue";

/// Registers the types that hold values.
pub(super) fn register(schema: SchemaBuilder) -> SchemaBuilder {
    let long = Scalar::new(LONG).validator(|value| long(value).is_some()).description(
        "A whole number from -(2^53 - 1) to 2^53 - 1, written as a JSON number: every client can hold it exactly.",
    );
    let decimal = Scalar::new(DECIMAL).validator(|value| decimal(value).is_some()).description(
        "An exact decimal number, written as a string such as `\"12.50\"`, because JSON numbers lose digits.",
    );
    let date = Scalar::new(DATE)
        .validator(|value| text(value).is_some_and(|text| text.parse::<Date>().is_ok()))
        .description("A calendar day without a time zone, such as `2026-03-01`.");
    let date_time = Scalar::new(DATE_TIME)
        .validator(|value| text(value).is_some_and(|text| text.parse::<Timestamp>().is_ok()))
        .description(
            "An instant, such as `2026-03-01T09:30:00Z`. Any zone is accepted; answers are in UTC, to the microsecond.",
        );
    let field_value = Scalar::new(FIELD_VALUE)
        .description("A value of whichever field it belongs to, written as inputs of records take it.");
    let schema = schema.register(long).register(decimal).register(date).register(date_time);
    schema.register(field_value).register(money_type()).register(money_input())
}

/// The type that a field's values have in answers.
pub(super) fn output_type(kind: &FieldKind) -> TypeRef {
    TypeRef::named(match kind.value_kind() {
        ValueKind::Boolean => TypeRef::BOOLEAN,
        ValueKind::Integer => LONG,
        ValueKind::Decimal => DECIMAL,
        ValueKind::Money => MONEY,
        ValueKind::Text => TypeRef::STRING,
        ValueKind::Texts => return TypeRef::named_nn_list(TypeRef::STRING),
        ValueKind::Date => DATE,
        ValueKind::Timestamp => DATE_TIME,
        ValueKind::Reference => TypeRef::ID,
    })
}

/// The type that a field's values have in inputs.
pub(super) fn input_type(kind: &FieldKind) -> TypeRef {
    match kind.value_kind() {
        ValueKind::Money => TypeRef::named(MONEY_INPUT),
        _ => output_type(kind),
    }
}

/// A value as it is shown. Money is shown by its own type.
pub(super) fn write(value: &kernel::Value) -> Value {
    match value {
        kernel::Value::Null | kernel::Value::Money(_) => Value::Null,
        kernel::Value::Boolean(truth) => Value::from(*truth),
        kernel::Value::Integer(number) => Value::from(*number),
        kernel::Value::Texts(texts) => texts.iter().map(String::as_str).collect(),
        other => Value::from(other.to_string()),
    }
}

/// A value with all its parts, as inputs take it: what [`read`] reads.
pub(crate) fn whole(value: &kernel::Value) -> Value {
    match value {
        kernel::Value::Money(money) => {
            let parts = [("amount", money.amount.to_string()), ("currency", money.currency.to_string())];
            let parts = parts.into_iter().map(|(name, part)| (Name::new(name), Value::from(part)));
            Value::Object(parts.collect())
        }
        other => write(other),
    }
}

/// A whole number that counts something.
pub(super) fn count(number: u64) -> Value {
    Value::from(number)
}

/// Reads a value of this kind; nothing is converted.
///
/// # Errors
/// [`Error::BadInput`] naming what was expected.
pub(crate) fn read(kind: ValueKind, value: &Value) -> Result<kernel::Value, Error> {
    if *value == Value::Null {
        return Ok(kernel::Value::Null);
    }
    let read = match kind {
        ValueKind::Boolean => boolean(value).map(kernel::Value::Boolean),
        ValueKind::Integer => long(value).map(kernel::Value::Integer),
        ValueKind::Decimal => decimal(value).map(kernel::Value::Decimal),
        ValueKind::Money => money(value).map(kernel::Value::Money),
        ValueKind::Text => text(value).map(kernel::Value::text),
        ValueKind::Texts => texts(value).map(kernel::Value::Texts),
        ValueKind::Date => text(value).and_then(|text| text.parse().ok()).map(kernel::Value::Date),
        ValueKind::Timestamp => text(value).and_then(|text| text.parse().ok()).map(kernel::Value::Timestamp),
        ValueKind::Reference => Some(kernel::Value::Reference(parse_id(text(value).unwrap_or_default())?)),
    };
    read.ok_or_else(|| Error::BadInput(ValueError::Kind(kind).to_string()))
}

fn money_type() -> Object {
    let amount = plain("amount", TypeRef::named_nn(DECIMAL), "How much, exactly.", |money: &Money| {
        Value::from(money.amount.to_string())
    });
    let currency = plain(
        "currency",
        TypeRef::named_nn(TypeRef::STRING),
        "Of what: an ISO 4217 code of three upper-case letters, such as `EUR`.",
        |money: &Money| Value::from(money.currency.as_str()),
    );
    Object::new(MONEY).description("An amount of money in its currency.").field(amount).field(currency)
}

fn money_input() -> InputObject {
    let amount = InputValue::new("amount", TypeRef::named_nn(DECIMAL))
        .description("How much: at most four digits after the point.");
    let currency = InputValue::new("currency", TypeRef::named_nn(TypeRef::STRING))
        .description("An ISO 4217 code of three upper-case letters, such as `EUR`.");
    InputObject::new(MONEY_INPUT)
        .description("An amount of money in its currency.")
        .field(amount)
        .field(currency)
}

/// An object of values, as the GraphQL library holds it.
pub(super) type Entries = IndexMap<Name, Value>;

fn money(value: &Value) -> Option<Money> {
    let Value::Object(entries) = value else { return None };
    let amount = decimal(entries.get("amount")?)?;
    Some(Money { amount, currency: text(entries.get("currency")?)?.parse().ok()? })
}

fn boolean(value: &Value) -> Option<bool> {
    if let Value::Boolean(truth) = value { Some(*truth) } else { None }
}

fn long(value: &Value) -> Option<i64> {
    let number = if let Value::Number(number) = value { Number::as_i64(number) } else { None };
    number.filter(|number| (-LONG_MAX..=LONG_MAX).contains(number))
}

fn decimal(value: &Value) -> Option<Decimal> {
    Decimal::from_str_exact(text(value)?).ok()
}

fn texts(value: &Value) -> Option<Vec<String>> {
    items_of(value).iter().map(|item| text(item).map(ToOwned::to_owned)).collect()
}

fn text(value: &Value) -> Option<&str> {
    if let Value::String(text) = value { Some(text) } else { None }
}
