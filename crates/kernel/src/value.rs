//! Typed values of fields.

mod stored;

use std::{cmp::Ordering, fmt, str::FromStr};

use rust_decimal::Decimal;
use serde::de::DeserializeSeed as _;
use serde_json::{Value as Json, json};

use crate::{Date, RecordId, Timestamp, fold};

/// What is between several texts where they are written as one; none of them has it.
pub const TEXTS_SEPARATOR: &str = ";";

/// The value of one field of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// No value.
    Null,
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A decimal number, exact.
    Decimal(Decimal),
    /// An amount in a currency.
    Money(Money),
    /// A text; the value of a picklist is one too.
    Text(String),
    /// Several of a list of texts, in the order of that list, none twice. None of them at all is [`Null`](Self::Null).
    Texts(Vec<String>),
    /// A calendar day.
    Date(Date),
    /// An instant.
    Timestamp(Timestamp),
    /// Another record.
    Reference(RecordId),
}

/// What kind of value a field holds, as far as reading and comparing goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// [`Value::Boolean`]
    Boolean,
    /// [`Value::Integer`]
    Integer,
    /// [`Value::Decimal`]
    Decimal,
    /// [`Value::Money`]
    Money,
    /// [`Value::Text`]
    Text,
    /// [`Value::Texts`]
    Texts,
    /// [`Value::Date`]
    Date,
    /// [`Value::Timestamp`]
    Timestamp,
    /// [`Value::Reference`]
    Reference,
}

impl ValueKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Boolean,
        Self::Integer,
        Self::Decimal,
        Self::Money,
        Self::Text,
        Self::Texts,
        Self::Date,
        Self::Timestamp,
        Self::Reference,
    ];
}

/// An amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    /// How much, exactly.
    pub amount: Decimal,
    /// Of what.
    pub currency: Currency,
}

/// An ISO 4217 currency code: three upper-case letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// A stored or supplied value that is not of its field's kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// The value is of another kind.
    #[error("expected {}", expectation(*.0))]
    Kind(ValueKind),
    /// Not a currency code.
    #[error("expected a currency code of three upper-case letters, such as `EUR`")]
    Currency,
}

impl Value {
    /// A text value.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The kind of the value; nothing for [`Value::Null`], which is of every kind.
    #[must_use]
    pub fn kind(&self) -> Option<ValueKind> {
        Some(match self {
            Self::Null => return None,
            Self::Boolean(_) => ValueKind::Boolean,
            Self::Integer(_) => ValueKind::Integer,
            Self::Decimal(_) => ValueKind::Decimal,
            Self::Money(_) => ValueKind::Money,
            Self::Text(_) => ValueKind::Text,
            Self::Texts(_) => ValueKind::Texts,
            Self::Date(_) => ValueKind::Date,
            Self::Timestamp(_) => ValueKind::Timestamp,
            Self::Reference(_) => ValueKind::Reference,
        })
    }

    /// The stored form: decimals, days and instants as text, references as plain UUIDs.
    #[must_use]
    pub fn to_json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Boolean(value) => json!(value),
            Self::Integer(value) => json!(value),
            Self::Decimal(value) => json!(value.to_string()),
            Self::Money(money) => {
                json!({ "amount": money.amount.to_string(), "currency": money.currency.to_string() })
            }
            Self::Text(value) => json!(value),
            Self::Texts(values) => json!(values),
            Self::Date(value) => json!(value.to_string()),
            Self::Timestamp(value) => json!(value.to_string()),
            Self::Reference(id) => json!(id.uuid().to_string()),
        }
    }

    /// Reads the stored form back.
    ///
    /// # Errors
    /// A value of another kind is refused; nothing is converted.
    pub fn from_json(kind: ValueKind, json: &Json) -> Result<Self, ValueError> {
        kind.deserialize(json).map_err(|_| ValueError::Kind(kind))
    }

    /// Orders two values of one kind: texts by their [folded](fold) form, money by amount and then
    /// currency, and no value before every value. Values of different kinds have no order, and nor have several texts.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        Some(match (self, other) {
            (Self::Null, Self::Null) => Ordering::Equal,
            (Self::Null, _) => Ordering::Less,
            (_, Self::Null) => Ordering::Greater,
            (Self::Boolean(a), Self::Boolean(b)) => a.cmp(b),
            (Self::Integer(a), Self::Integer(b)) => a.cmp(b),
            (Self::Decimal(a), Self::Decimal(b)) => a.cmp(b),
            (Self::Money(a), Self::Money(b)) => (a.amount, a.currency).cmp(&(b.amount, b.currency)),
            (Self::Text(a), Self::Text(b)) => fold(a).cmp(&fold(b)),
            (Self::Date(a), Self::Date(b)) => a.cmp(b),
            (Self::Timestamp(a), Self::Timestamp(b)) => a.cmp(b),
            (Self::Reference(a), Self::Reference(b)) => a.cmp(b),
            _ => return None,
        })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

impl Currency {
    /// The code's letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for Currency {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        match text.as_bytes() {
            [a, b, c] if text.bytes().all(|byte| byte.is_ascii_uppercase()) => Ok(Self([*a, *b, *c])),
            _ => Err(ValueError::Currency),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// As it is shown to people: nothing for no value, and several texts with [`TEXTS_SEPARATOR`] between them.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Decimal(value) => write!(f, "{value}"),
            Self::Money(value) => write!(f, "{value}"),
            Self::Text(value) => f.write_str(value),
            Self::Texts(values) => f.write_str(&values.join(TEXTS_SEPARATOR)),
            Self::Date(value) => write!(f, "{value}"),
            Self::Timestamp(value) => write!(f, "{value}"),
            Self::Reference(value) => write!(f, "{value}"),
        }
    }
}

fn expectation(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Boolean => "true or false",
        ValueKind::Integer => "a whole number",
        ValueKind::Decimal => "a decimal number as text, such as `12.50`",
        ValueKind::Money => "an amount and a currency, such as `{ amount: \"12.50\", currency: \"EUR\" }`",
        ValueKind::Text => "a text",
        ValueKind::Texts => "a list of texts",
        ValueKind::Date => "a date such as `2026-03-01`",
        ValueKind::Timestamp => "a date and time with a zone, such as `2026-03-01T09:30:00Z`",
        ValueKind::Reference => "the id of a record",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn any_value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Boolean),
            any::<i64>().prop_map(Value::Integer),
            (any::<i64>(), 0_u32..10).prop_map(|(n, s)| Value::Decimal(Decimal::new(n, s))),
            any::<i64>().prop_map(|n| Value::Money(Money {
                amount: Decimal::new(n, 2),
                currency: "EUR".parse().unwrap(),
            })),
            ".*".prop_map(Value::Text),
            prop::collection::vec(".*", 0..4).prop_map(Value::Texts),
            any::<i64>().prop_map(|n| Value::Timestamp(Timestamp::from_micros(n))),
            any::<i64>().prop_map(|n| Value::Date(Timestamp::from_micros(n).date())),
            any::<u128>().prop_map(|n| Value::Reference(RecordId::from_uuid(Uuid::from_u128(n)))),
        ]
    }

    proptest! {
        #[test]
        fn what_is_stored_is_what_is_read(value in any_value()) {
            let kind = value.kind().unwrap_or(ValueKind::Text);
            prop_assert_eq!(Value::from_json(kind, &value.to_json()), Ok(value));
        }

        #[test]
        fn what_is_read_as_another_kind_is_not_converted(
            value in any_value(),
            kind in proptest::sample::select(ValueKind::ALL.to_vec()),
        ) {
            let stored = value.to_json();
            if let Ok(read) = Value::from_json(kind, &stored) {
                prop_assert_eq!(read.to_json(), stored);
            }
        }

        #[test]
        fn no_value_sorts_before_every_value(value in any_value()) {
            let expected = if value.is_null() { Ordering::Equal } else { Ordering::Less };
            prop_assert_eq!(Value::Null.compare(&value), Some(expected));
        }
    }
}
