//! Scalars of the set-up schema.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use sutra_kernel::Timestamp;

/// An instant.
#[derive(Clone, Copy)]
pub(super) struct DateTime(Timestamp);

/// A whole number that may be larger than `Int` can hold.
#[derive(Clone, Copy)]
pub(super) struct Long(u64);

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
