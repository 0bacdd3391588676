//! The one filter tree of the product, and what it means.

mod json;

use std::{cmp::Ordering, convert::Infallible};

use crate::{ApiName, Value, fold};

pub use json::ConditionError;

/// A condition on the fields of one record.
///
/// It is either true or false, never unknown: a comparison with an empty field is false, and `Not` is
/// the plain opposite. Stores compile conditions to SQL and are tested against [`Condition::holds`].
///
/// A plain `Condition` is about one record alone. Whoever knows how records refer to each other adds conditions on
/// other records as `R`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition<R = Infallible> {
    /// True if every part is; true if there is none.
    All(Vec<Self>),
    /// True if some part is; false if there is none.
    Any(Vec<Self>),
    /// True if the part is not.
    Not(Box<Self>),
    /// A test of one field.
    Field(ApiName, Test),
    /// A condition on another record, which this one refers to.
    Related(R),
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
    /// Several texts, of which at least one is one of these.
    Includes(Vec<String>),
}

impl Condition {
    /// Whether it is true of a record whose fields are read by `value`.
    pub fn holds(&self, value: &dyn Fn(&ApiName) -> Value) -> bool {
        self.holds_with(&|field, test| test.holds(&value(field)), &|never| match *never {})
    }
}

impl<R> Condition<R> {
    /// A condition on one field.
    #[must_use]
    pub fn test(field: ApiName, test: Test) -> Self {
        Self::Field(field, test)
    }

    /// Whether it is true, if `test` judges the tests of fields and `related` the conditions on other records.
    pub fn holds_with(&self, test: &dyn Fn(&ApiName, &Test) -> bool, related: &dyn Fn(&R) -> bool) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds_with(test, related)),
            Self::Any(parts) => parts.iter().any(|part| part.holds_with(test, related)),
            Self::Not(part) => !part.holds_with(test, related),
            Self::Field(field, wanted) => test(field, wanted),
            Self::Related(condition) => related(condition),
        }
    }

    /// Every test of the record's own fields, in order.
    #[must_use]
    pub fn tests(&self) -> Vec<(&ApiName, &Test)> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::tests).collect(),
            Self::Not(part) => part.tests(),
            Self::Field(field, test) => vec![(field, test)],
            Self::Related(_) => Vec::new(),
        }
    }

    /// Every condition on another record, in order.
    #[must_use]
    pub fn related(&self) -> Vec<&R> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::related).collect(),
            Self::Not(part) => part.related(),
            Self::Field(..) => Vec::new(),
            Self::Related(condition) => vec![condition],
        }
    }

    /// The same tree with other leaves: each test replaced by `test`, and each condition on another record by
    /// `related`.
    ///
    /// # Errors
    /// The first that either returns.
    pub fn try_map<S, E>(
        &self,
        test: &dyn Fn(&ApiName, &Test) -> Result<Test, E>,
        related: &dyn Fn(&R) -> Result<S, E>,
    ) -> Result<Condition<S>, E> {
        let each = |parts: &[Self]| -> Result<Vec<_>, E> {
            parts.iter().map(|part| part.try_map(test, related)).collect()
        };
        Ok(match self {
            Self::All(parts) => Condition::All(each(parts)?),
            Self::Any(parts) => Condition::Any(each(parts)?),
            Self::Not(part) => Condition::Not(Box::new(part.try_map(test, related)?)),
            Self::Field(field, wanted) => Condition::Field(field.clone(), test(field, wanted)?),
            Self::Related(condition) => Condition::Related(related(condition)?),
        })
    }

    /// As [`try_map`](Self::try_map), where nothing can go wrong.
    #[must_use]
    pub fn map<S>(&self, test: &dyn Fn(&ApiName, &Test) -> Test, related: &dyn Fn(&R) -> S) -> Condition<S> {
        let Ok(mapped) = self
            .try_map(&|field, wanted| Ok::<_, Infallible>(test(field, wanted)), &|condition| {
                Ok(related(condition))
            });
        mapped
    }
}

impl Test {
    /// The values that it compares with; none for what is asked of parts of a text or of several texts.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        match self {
            Self::Eq(value)
            | Self::Neq(value)
            | Self::Gt(value)
            | Self::Gte(value)
            | Self::Lt(value)
            | Self::Lte(value) => std::slice::from_ref(value),
            Self::In(values) => values,
            Self::IsNull(_) | Self::StartsWith(_) | Self::Includes(_) => &[],
        }
    }

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
            Self::Includes(wanted) => {
                let is_wanted = |text: &String| wanted.iter().any(|wanted| fold(wanted) == fold(text));
                matches!(value, Value::Texts(texts) if texts.iter().any(is_wanted))
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
            ("includes", Test::Includes(vec!["a".into()]), false),
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
        assert!(
            Test::Includes(vec!["x".into(), "STRASSE".into()]).holds(&Value::Texts(vec!["Straße".into()]))
        );
        assert!(!Test::Eq(Value::text("a")).holds(&Value::Integer(1)));
    }
}
