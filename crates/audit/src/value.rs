//! The bytes that stand for a value in a commitment and in an opening: `[raw, label, locale]`.

use minicbor::data::Type;
use sutra_kernel::{Decimal, Money, TEXTS_SEPARATOR, Value, ValueKind};

use crate::{
    Opened,
    cbor::{Malformed, Reader, Writer},
};

type Pairs = Vec<(String, String)>;

impl Opened {
    /// The deterministic CBOR of `[raw, label, locale]`.
    ///
    /// Null, booleans and whole numbers from zero on are themselves; everything else is a text.
    #[must_use]
    pub fn to_cbor(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.array(3);
        write_raw(&mut writer, &self.raw);
        writer.optional(self.label.as_deref(), Writer::text).optional(self.locale.as_deref(), Writer::text);
        writer.into_bytes()
    }

    /// Reads it back; whatever was written as a text is a text.
    #[must_use]
    pub fn from_cbor(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let opened = read_opened(&mut reader).ok()?;
        (opened.to_cbor() == bytes).then_some(opened)
    }

    /// The value as a field of this kind holds it: what reads back as a text is a text no longer. Nothing if no
    /// field of this kind could have held it.
    #[must_use]
    pub fn value_of(&self, kind: ValueKind) -> Option<Value> {
        match (kind, &self.raw) {
            (ValueKind::Integer, Value::Text(text)) => text.parse().ok().map(Value::Integer),
            (ValueKind::Texts, Value::Text(text)) => {
                Some(Value::Texts(text.split(TEXTS_SEPARATOR).map(ToOwned::to_owned).collect()))
            }
            (ValueKind::Money, Value::Text(text)) => {
                let (amount, currency) = text.split_once(' ')?;
                let amount = Decimal::from_str_exact(amount).ok()?;
                Some(Value::Money(Money { amount, currency: currency.parse().ok()? }))
            }
            (kind, raw) => Value::from_json(kind, &raw.to_json()).ok(),
        }
    }
}

/// The circumstances of an entry in the same form: the raw value is an array of pairs.
pub(crate) fn detail_to_cbor(pairs: &[(String, String)]) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.array(3).array(pairs.len());
    for (key, value) in pairs {
        writer.array(2).text(key).text(value);
    }
    writer.null().null();
    writer.into_bytes()
}

pub(crate) fn detail_from_cbor(bytes: &[u8]) -> Option<Pairs> {
    let pairs = read_detail(&mut Reader::new(bytes)).ok()?;
    (detail_to_cbor(&pairs) == bytes).then_some(pairs)
}

fn write_raw(writer: &mut Writer, raw: &Value) {
    match raw {
        Value::Null => writer.null(),
        Value::Boolean(value) => writer.bool(*value),
        Value::Integer(value) => match u64::try_from(*value) {
            Ok(value) => writer.uint(value),
            Err(_) => writer.text(&value.to_string()),
        },
        Value::Text(text) => writer.text(text),
        Value::Reference(record) => writer.text(&record.uuid().to_string()),
        Value::Texts(_) | Value::Decimal(_) | Value::Money(_) | Value::Date(_) | Value::Timestamp(_) => {
            writer.text(&raw.to_string())
        }
    };
}

fn read_opened(reader: &mut Reader<'_>) -> Result<Opened, Malformed> {
    reader.array(3)?;
    Ok(Opened {
        raw: read_raw(reader)?,
        label: reader.optional(Reader::text)?,
        locale: reader.optional(Reader::text)?,
    })
}

fn read_raw(reader: &mut Reader<'_>) -> Result<Value, Malformed> {
    match reader.kind()? {
        Type::Null => reader.null().map(|()| Value::Null),
        Type::Bool => reader.bool().map(Value::Boolean),
        Type::String => reader.text().map(Value::Text),
        _ => i64::try_from(reader.uint()?).map(Value::Integer).map_err(|_| Malformed),
    }
}

fn read_detail(reader: &mut Reader<'_>) -> Result<Pairs, Malformed> {
    reader.array(3)?;
    let pairs = (0..reader.list()?)
        .map(|_| {
            reader.array(2)?;
            Ok((reader.text()?, reader.text()?))
        })
        .collect::<Result<_, Malformed>>()?;
    reader.null()?;
    reader.null()?;
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sutra_kernel::{RecordId, Timestamp, Uuid};

    use super::*;

    fn any_value() -> impl Strategy<Value = Value> {
        prop_oneof![
            any::<bool>().prop_map(Value::Boolean),
            any::<i64>().prop_map(Value::Integer),
            (any::<i64>(), 0_u32..10).prop_map(|(n, s)| Value::Decimal(Decimal::new(n, s))),
            any::<i64>().prop_map(|n| Value::Money(Money {
                amount: Decimal::new(n, 2),
                currency: "EUR".parse().unwrap(),
            })),
            ".*".prop_map(Value::Text),
            // A multi-picklist that has no value is null, and none of its values has the separator.
            prop::collection::vec("[^;]+", 1..4).prop_map(Value::Texts),
            any::<i64>().prop_map(|n| Value::Timestamp(Timestamp::from_micros(n))),
            any::<i64>().prop_map(|n| Value::Date(Timestamp::from_micros(n).date())),
            any::<u128>().prop_map(|n| Value::Reference(RecordId::from_uuid(Uuid::from_u128(n)))),
        ]
    }

    proptest! {
        #[test]
        fn a_value_of_the_past_is_the_value_that_was_written(value in any_value()) {
            let kind = value.kind().unwrap();
            let read = Opened::from_cbor(&Opened::value(value.clone()).to_cbor()).unwrap();
            prop_assert_eq!(read.value_of(kind), Some(value));
        }
    }

    #[test]
    fn no_value_is_of_every_kind_and_a_value_of_its_own() {
        assert_eq!(Opened::value(Value::Null).value_of(ValueKind::Money), Some(Value::Null));
        for kind in [ValueKind::Integer, ValueKind::Money, ValueKind::Boolean, ValueKind::Reference] {
            assert_eq!(Opened::value(Value::text("12 apples")).value_of(kind), None, "{kind:?}");
        }
    }
}
