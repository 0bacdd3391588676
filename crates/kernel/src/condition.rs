//! The one filter tree of the product, and what it means.

use std::cmp::Ordering;

use crate::{ApiName, Value, fold};

/// A condition on the fields of one record.
///
/// It is either true or false, never unknown: a comparison with an empty field is false, and `Not` is
/// the plain opposite. Stores compile conditions to SQL and are tested against [`Condition::holds`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// True if every part is; true if there is none.
    All(Vec<Condition>),
    /// True if some part is; false if there is none.
    Any(Vec<Condition>),
    /// True if the part is not.
    Not(Box<Condition>),
    /// A test of one field.
    Field(ApiName, Test),
}

/// A test of one field's value. Texts are compared [folded](fold), that is without regard to case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// Equal; `Eq(Null)` is true of an empty field.
    Eq(Value),
    /// The opposite of `Eq`, hence true of an empty field unless compared with `Null`.
    Neq(Value),
    /// Equal to one of these.
    In(Vec<Value>),
    /// Greater.
    Gt(Value),
    /// Greater or equal.
    Gte(Value),
    /// Less.
    Lt(Value),
    /// Less or equal.
    Lte(Value),
    /// Empty, or not.
    IsNull(bool),
    /// A text that starts so.
    StartsWith(String),
}

impl Condition {
    /// A condition on one field.
    #[must_use]
    pub fn test(field: ApiName, test: Test) -> Self {
        Self::Field(field, test)
    }

    /// Whether it is true of a record whose fields are read by `value`.
    pub fn holds(&self, value: &dyn Fn(&ApiName) -> Value) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(value)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(value)),
            Self::Not(part) => !part.holds(value),
            Self::Field(field, test) => test.holds(&value(field)),
        }
    }

    /// Every field it reads, in order, with repetitions.
    #[must_use]
    pub fn fields(&self) -> Vec<&ApiName> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::fields).collect(),
            Self::Not(part) => part.fields(),
            Self::Field(field, _) => vec![field],
        }
    }
}

impl Test {
    /// Whether it is true of this value.
    #[must_use]
    pub fn holds(&self, value: &Value) -> bool {
        let ordered = |wanted: &Value, accept: fn(Ordering) -> bool| {
            !value.is_null() && !wanted.is_null() && value.compare(wanted).is_some_and(accept)
        };
        match self {
            Self::Eq(wanted) => value.compare(wanted) == Some(Ordering::Equal),
            Self::Neq(wanted) => value.compare(wanted) != Some(Ordering::Equal),
            Self::In(wanted) => wanted.iter().any(|w| value.compare(w) == Some(Ordering::Equal)),
            Self::Gt(wanted) => ordered(wanted, Ordering::is_gt),
            Self::Gte(wanted) => ordered(wanted, Ordering::is_ge),
            Self::Lt(wanted) => ordered(wanted, Ordering::is_lt),
            Self::Lte(wanted) => ordered(wanted, Ordering::is_le),
            Self::IsNull(wanted) => value.is_null() == *wanted,
            Self::StartsWith(prefix) => {
                matches!(value, Value::Text(text) if fold(text).starts_with(&fold(prefix)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_with_an_empty_field_is_false_and_its_opposite_true() {
        let cases = [
            ("eq", Test::Eq(Value::Integer(1)), false),
            ("eq null", Test::Eq(Value::Null), true),
            ("neq", Test::Neq(Value::Integer(1)), true),
            ("gt", Test::Gt(Value::Integer(1)), false),
            ("lt", Test::Lt(Value::Integer(1)), false),
            ("lt null", Test::Lte(Value::Null), false),
            ("in", Test::In(vec![Value::Integer(1)]), false),
            ("is null", Test::IsNull(true), true),
            ("starts with", Test::StartsWith(String::new()), false),
        ];
        let name = ApiName::parse("field").unwrap();
        for (case, test, expected) in cases {
            let condition = Condition::test(name.clone(), test);
            assert_eq!(condition.holds(&|_| Value::Null), expected, "{case}");
            let opposite = Condition::Not(Box::new(condition));
            assert_eq!(opposite.holds(&|_| Value::Null), !expected, "not {case}");
        }
    }

    #[test]
    fn texts_are_compared_without_regard_to_case() {
        assert!(Test::Eq(Value::text("ÅSA")).holds(&Value::text("åsa")));
        assert!(Test::StartsWith("stra".into()).holds(&Value::text("STRASSE")));
        assert!(!Test::Eq(Value::text("a")).holds(&Value::Integer(1)));
    }
}
