//! What a rule about access may ask of a record.

use sutra_kernel::{ApiName, Condition, Test, Value, ValueKind};

use crate::{FieldDef, FieldKind, ListError, ObjectDef, SystemField, list::check_test};

/// How many comparisons a rule's condition has at most.
pub const MAX_COMPARISONS: usize = 100;

/// How deep a rule's condition is nested at most.
const DEEPEST: usize = 10;

/// What of a record a rule may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readable {
    /// What lists can be filtered by: the rule becomes part of every list.
    Indexed,
    /// Whatever the record keeps unencrypted: the rule judges one record at a time.
    Stored,
}

/// Why a condition cannot be a rule's. It depends on definitions alone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConditionProblem {
    /// It says nothing.
    #[error("a rule compares at least one field")]
    Empty,
    /// It says too much.
    #[error("a rule has at most {MAX_COMPARISONS} comparisons, nested at most {DEEPEST} deep")]
    TooLong,
    /// It reads what nobody can read without a key.
    #[error("the field `{0}` is encrypted: no rule reads it")]
    Encrypted(ApiName),
    /// It reads what lists cannot be filtered by.
    #[error("the field `{0}` is not indexed: a rule that hides records reads indexed fields")]
    NotIndexed(ApiName),
    /// It reads what is not there, or compares it with what it can never be.
    #[error(transparent)]
    Unfit(ListError),
}

/// Checks that a rule about records of this object may have the condition.
///
/// # Errors
/// The first problem, said so that an administrator can mend it.
pub fn check_condition(
    object: &ObjectDef,
    condition: &Condition,
    readable: Readable,
) -> Result<(), ConditionProblem> {
    let tests = condition.tests();
    if tests.is_empty() {
        return Err(ConditionProblem::Empty);
    }
    if tests.len() > MAX_COMPARISONS || depth(condition) > DEEPEST {
        return Err(ConditionProblem::TooLong);
    }
    tests.into_iter().try_for_each(|(name, test)| check(object, name, test, readable))
}

fn check(
    object: &ObjectDef,
    name: &ApiName,
    test: &Test,
    readable: Readable,
) -> Result<(), ConditionProblem> {
    let field = object.field(name.as_str());
    if field.is_some_and(|field| field.encrypted) {
        return Err(ConditionProblem::Encrypted(name.clone()));
    }
    // Lists compare money by its amount alone, and rules do not.
    let is_money = field.is_some_and(|field| field.kind == FieldKind::Currency);
    let fits = match (check_test(object, name, test), readable) {
        (Ok(()), _) => !is_money || is_comparable(field, name, test),
        (Err(ListError::NotIndexed(_) | ListError::Preparing(_)), Readable::Stored) => {
            is_comparable(field, name, test)
        }
        (Err(ListError::NotIndexed(name)), _) => return Err(ConditionProblem::NotIndexed(name)),
        (Err(error), _) => return Err(ConditionProblem::Unfit(error)),
    };
    if fits { Ok(()) } else { Err(ConditionProblem::Unfit(ListError::WrongKind(name.clone()))) }
}

/// Whether the values of a field, or of what every record has, can be compared so.
fn is_comparable(field: Option<&FieldDef>, name: &ApiName, test: &Test) -> bool {
    let kind = match (field, name.as_str().parse::<SystemField>()) {
        (Some(field), _) => field.kind.value_kind(),
        (None, Ok(system)) => system.value_kind(),
        (None, Err(())) => return false,
    };
    let is_text = kind == ValueKind::Text;
    let fits = |value: &Value| match value {
        Value::Text(text) => is_text && !text.contains('\0'),
        value => value.kind().is_none_or(|of| of == kind),
    };
    match test {
        Test::IsNull(_) => true,
        Test::StartsWith(prefix) => is_text && !prefix.contains('\0'),
        Test::Includes(_) => false,
        test => test.values().iter().all(fits),
    }
}

fn depth(condition: &Condition) -> usize {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            1 + parts.iter().map(depth).max().unwrap_or_default()
        }
        Condition::Not(part) => 1 + depth(part),
        Condition::Field(..) => 1,
        Condition::Related(never) => match *never {},
    }
}
