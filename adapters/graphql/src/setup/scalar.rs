//! Scalars of the set-up schema.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use sutra_engine::Error;
use sutra_kernel::{self as kernel, Condition, Timestamp, ValueKind};
use sutra_records::ObjectDef;

use crate::record::{condition, scalar};

/// An instant.
#[derive(Clone, Copy)]
pub(super) struct DateTime(Timestamp);

/// A whole number that may be larger than `Int` can hold.
#[derive(Clone, Copy)]
pub(super) struct Long(u64);

/// A value of a field.
#[derive(Clone)]
pub(super) struct FieldValue(Value);

/// A condition on a record.
#[derive(Clone)]
pub(super) struct RecordCondition(Value);

/// An instant, as RFC 3339 writes it. Answers are in UTC and to the microsecond, such as
/// `2026-03-01T09:30:00.000000Z`.
#[Scalar(name = "DateTime")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => Ok(Self(text.parse()?)),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A whole number from zero up that may be larger than an `Int` can hold, written as a JSON number.
#[Scalar(name = "Long")]
impl ScalarType for Long {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::Number(number) => {
                let number = number.as_u64();
                number
                    .map(Self)
                    .ok_or_else(|| InputValueError::custom("expected a whole number from zero up"))
            }
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::from(self.0)
    }
}

/// A value of whichever field it belongs to, written as `/graphql` takes it: a text for texts, picklists, addresses,
/// dates and exact decimals, a list of texts for a MULTI_PICKLIST, `true` or `false`, a number for an INTEGER, `{ amount: "12.50", currency: "EUR" }` for MONEY.
#[Scalar(name = "FieldValue")]
impl ScalarType for FieldValue {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(value))
    }

    fn to_value(&self) -> Value {
        self.0.clone()
    }
}

/// A condition on a record, written as filters of lists at `/graphql` are: `{ "stage": { "eq": "Closed Won" } }`, also with
/// `and`, `or` and `not`. It is about the record alone, so what a reference refers to is compared by its id, as in
/// `{ "accountId": { "eq": "rec_…" } }`. Money is compared whole: by its amount, and among equal amounts by its currency.
#[Scalar(name = "RecordCondition")]
impl ScalarType for RecordCondition {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::Object(_) => Ok(Self(value)),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        self.0.clone()
    }
}

impl RecordCondition {
    /// The condition as it is shown.
    pub(super) fn of(object: &ObjectDef, condition: &Condition) -> Self {
        Self(condition::write(object, condition))
    }

    /// The condition on records of this object.
    ///
    /// # Errors
    /// [`Error::BadInput`] for a field or an operator that is none, and for values that are not of its kind.
    pub(super) fn read(&self, object: &ObjectDef) -> Result<Condition, Error> {
        condition::read(object, &self.0)
    }
}

impl FieldValue {
    /// The value as it is shown.
    pub(super) fn of(value: &kernel::Value) -> Self {
        Self(scalar::whole(value))
    }

    /// The value that a field of this kind takes.
    ///
    /// # Errors
    /// [`Error::BadInput`] naming what was expected.
    pub(super) fn read(&self, kind: ValueKind) -> Result<kernel::Value, Error> {
        scalar::read(kind, &self.0)
    }
}

impl From<DateTime> for Timestamp {
    fn from(time: DateTime) -> Self {
        time.0
    }
}

impl From<Timestamp> for DateTime {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

impl From<u64> for Long {
    fn from(number: u64) -> Self {
        Self(number)
    }
}

impl From<Long> for u64 {
    fn from(number: Long) -> Self {
        number.0
    }
}
