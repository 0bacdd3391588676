//! The stored form of values, read from whatever holds it.

use std::fmt;

use rust_decimal::Decimal;
use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor},
};
use uuid::Uuid;

use super::{Money, Value, ValueKind, expectation};
use crate::RecordId;

/// Reads the stored form of a value of this kind; a value of another is refused, and nothing is converted.
///
/// ```
/// use serde::de::DeserializeSeed as _;
/// use sutra_kernel::{Value, ValueKind};
///
/// let mut json = serde_json::Deserializer::from_str(r#""Acme""#);
/// assert_eq!(ValueKind::Text.deserialize(&mut json)?, Value::text("Acme"));
/// # Ok::<_, serde_json::Error>(())
/// ```
impl<'de> DeserializeSeed<'de> for ValueKind {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, stored: D) -> Result<Value, D::Error> {
        stored.deserialize_any(Stored(self))
    }
}

struct Stored(ValueKind);

impl<'de> Visitor<'de> for Stored {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(expectation(self.0))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        match self.0 {
            ValueKind::Boolean => Ok(Value::Boolean(value)),
            _ => Err(E::invalid_type(Unexpected::Bool(value), &self)),
        }
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        match self.0 {
            ValueKind::Integer => Ok(Value::Integer(value)),
            _ => Err(E::invalid_type(Unexpected::Signed(value), &self)),
        }
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            Err(_) => Err(E::invalid_value(Unexpected::Unsigned(value), &self)),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        let value = match self.0 {
            ValueKind::Decimal => Decimal::from_str_exact(text).ok().map(Value::Decimal),
            ValueKind::Text => Some(Value::text(text)),
            ValueKind::Date => text.parse().ok().map(Value::Date),
            ValueKind::Timestamp => text.parse().ok().map(Value::Timestamp),
            ValueKind::Reference => {
                Uuid::try_parse(text).ok().map(|uuid| Value::Reference(RecordId::from_uuid(uuid)))
            }
            ValueKind::Boolean | ValueKind::Integer | ValueKind::Money | ValueKind::Texts => None,
        };
        value.ok_or_else(|| E::invalid_value(Unexpected::Other("another text"), &self))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        if self.0 != ValueKind::Texts {
            return Err(A::Error::invalid_type(Unexpected::Seq, &self));
        }
        let mut texts = Vec::new();
        while let Some(text) = list.next_element()? {
            texts.push(text);
        }
        Ok(Value::Texts(texts))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        if self.0 != ValueKind::Money {
            return Err(A::Error::invalid_type(Unexpected::Map, &self));
        }
        let (mut amount, mut currency) = (None, None);
        while let Some(name) = members.next_key::<String>()? {
            match name.as_str() {
                "amount" => amount = Decimal::from_str_exact(&members.next_value::<String>()?).ok(),
                "currency" => currency = members.next_value::<String>()?.parse().ok(),
                _ => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        let money = amount.zip(currency).map(|(amount, currency)| Value::Money(Money { amount, currency }));
        money.ok_or_else(|| A::Error::invalid_value(Unexpected::Map, &self))
    }
}
