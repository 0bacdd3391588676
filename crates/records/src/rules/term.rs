//! What an expression means: a tree of terms, of which every record makes one value.
//!
//! Evaluation looks at each term at most once, and each is linear in the texts it is given, so that it costs no more
//! than the tree has terms times the size of the record. There is nothing to call, nothing to repeat and no clock.

use std::cmp::Ordering;

use sutra_kernel::{ApiName, Currency, Date, Decimal, Money, Timestamp, UserId, Value};

use super::number;
use crate::{Record, SystemField};

/// A part of a condition.
#[derive(Debug, PartialEq)]
pub(super) enum Term {
    Literal(Literal),
    Field(ApiName),
    System(SystemField),
    Amount(Box<Term>),
    Currency(Box<Term>),
    Not(Box<Term>),
    All(Box<[Term; 2]>),
    Any(Box<[Term; 2]>),
    Choice(Box<[Term; 3]>),
    Equal(Box<[Term; 2]>),
    Less(Box<[Term; 2]>),
    LessOrEqual(Box<[Term; 2]>),
    OneOf(Box<Term>, Vec<Term>),
    Negative(Box<Term>),
    Sum(Box<[Term; 2]>),
    Difference(Box<[Term; 2]>),
    Product(Box<[Term; 2]>),
    StartsWith(Box<[Term; 2]>),
    EndsWith(Box<[Term; 2]>),
    Contains(Box<[Term; 2]>),
    Includes(Box<[Term; 2]>),
    Size(Box<Term>),
    DateOf(Box<Term>),
}

/// A value that the expression itself names.
#[derive(Debug, PartialEq)]
pub(super) enum Literal {
    Null,
    Boolean(bool),
    Number(Decimal),
    Text(String),
    Date(Date),
    Timestamp(Timestamp),
    Currency(Currency),
}

/// The value of a term for one record. Texts are equal if they are the same, letter for letter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Operand<'a> {
    Null,
    Boolean(bool),
    Number(Decimal),
    Text(&'a str),
    Texts(&'a [String]),
    Date(Date),
    Timestamp(Timestamp),
    Money(Money),
    Currency(Currency),
    User(UserId),
}

/// A term has no value for this record: something that it needs is empty, or too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Undecided;

type Decided<T> = Result<T, Undecided>;

impl Term {
    /// Whether it is true of a record.
    pub(super) fn truth(&self, record: &Record) -> Decided<bool> {
        match self.value(record)? {
            Operand::Boolean(truth) => Ok(truth),
            _ => Err(Undecided),
        }
    }

    fn value<'a>(&'a self, record: &'a Record) -> Decided<Operand<'a>> {
        Ok(match self {
            Self::Literal(literal) => literal.value(),
            Self::Field(name) => return field(record.fields.get(name)),
            Self::System(field) => system(record, *field)?,
            Self::Amount(money) => Operand::Number(money.money(record)?.amount),
            Self::Currency(money) => Operand::Currency(money.money(record)?.currency),
            Self::Choice(terms) => {
                let [condition, then, otherwise] = terms.as_ref();
                return if condition.truth(record)? { then } else { otherwise }.value(record);
            }
            Self::Negative(_) | Self::Sum(_) | Self::Difference(_) | Self::Product(_) | Self::Size(_) => {
                Operand::Number(self.number(record)?)
            }
            Self::DateOf(instant) => match instant.value(record)? {
                Operand::Timestamp(instant) => Operand::Date(instant.date()),
                _ => return Err(Undecided),
            },
            _ => Operand::Boolean(self.test(record)?),
        })
    }

    /// Terms that are true or false. Like everywhere in the language, half of an `&&` or an `||` is enough if it
    /// decides, whichever half it is and whatever the other lacks.
    fn test(&self, record: &Record) -> Decided<bool> {
        match self {
            Self::Not(term) => Ok(!term.truth(record)?),
            Self::All(pair) => either(pair, record, false),
            Self::Any(pair) => either(pair, record, true),
            Self::Equal(pair) => {
                let [left, right] = pair.as_ref();
                Ok(left.value(record)? == right.value(record)?)
            }
            Self::Less(pair) => order(pair, record).map(Ordering::is_lt),
            Self::LessOrEqual(pair) => order(pair, record).map(Ordering::is_le),
            Self::OneOf(term, known) => {
                let value = term.value(record)?;
                let known: Vec<_> = known.iter().map(|term| term.value(record)).collect::<Result<_, _>>()?;
                Ok(known.contains(&value))
            }
            Self::StartsWith(pair) => texts(pair, record).map(|(text, part)| text.starts_with(part)),
            Self::EndsWith(pair) => texts(pair, record).map(|(text, part)| text.ends_with(part)),
            Self::Contains(pair) => texts(pair, record).map(|(text, part)| text.contains(part)),
            Self::Includes(pair) => includes(pair, record),
            _ => Err(Undecided),
        }
    }

    fn number(&self, record: &Record) -> Decided<Decimal> {
        let reckoned = match self {
            Self::Negative(term) => Some(-term.number(record)?),
            Self::Sum(pair) => numbers(pair, record, number::sum)?,
            Self::Difference(pair) => numbers(pair, record, number::difference)?,
            Self::Product(pair) => numbers(pair, record, number::product)?,
            Self::Size(term) => Some(Decimal::from(size(term.value(record)?)?)),
            _ => match self.value(record)? {
                Operand::Number(number) => Some(number),
                _ => None,
            },
        };
        reckoned.ok_or(Undecided)
    }

    fn text<'a>(&'a self, record: &'a Record) -> Decided<&'a str> {
        match self.value(record)? {
            Operand::Text(text) => Ok(text),
            _ => Err(Undecided),
        }
    }

    fn money(&self, record: &Record) -> Decided<Money> {
        match self.value(record)? {
            Operand::Money(money) => Ok(money),
            _ => Err(Undecided),
        }
    }
}

impl Literal {
    fn value(&self) -> Operand<'_> {
        match self {
            Self::Null => Operand::Null,
            Self::Boolean(truth) => Operand::Boolean(*truth),
            Self::Number(number) => Operand::Number(*number),
            Self::Text(text) => Operand::Text(text),
            Self::Date(date) => Operand::Date(*date),
            Self::Timestamp(instant) => Operand::Timestamp(*instant),
            Self::Currency(currency) => Operand::Currency(*currency),
        }
    }
}

fn field(value: Option<&Value>) -> Decided<Operand<'_>> {
    Ok(match value {
        None | Some(Value::Null) => Operand::Null,
        Some(Value::Boolean(truth)) => Operand::Boolean(*truth),
        Some(Value::Integer(number)) => Operand::Number(Decimal::from(*number)),
        Some(Value::Decimal(number)) => Operand::Number(*number),
        Some(Value::Money(money)) => Operand::Money(*money),
        Some(Value::Text(text)) => Operand::Text(text),
        Some(Value::Texts(texts)) => Operand::Texts(texts),
        Some(Value::Date(date)) => Operand::Date(*date),
        Some(Value::Timestamp(instant)) => Operand::Timestamp(*instant),
        Some(Value::Reference(_)) => return Err(Undecided),
    })
}

fn system<'a>(record: &Record, field: SystemField) -> Decided<Operand<'a>> {
    Ok(match field {
        // A queue is none of the users that it is compared with.
        SystemField::OwnerId => Operand::User(UserId::from_uuid(record.owner.uuid())),
        SystemField::CreatedAt => Operand::Timestamp(record.created_at),
        SystemField::CreatedById => Operand::User(record.created_by),
        SystemField::UpdatedAt => Operand::Timestamp(record.updated_at),
        SystemField::UpdatedById => Operand::User(record.updated_by),
        SystemField::Id => return Err(Undecided),
    })
}

/// One of two tests decides if it comes out like this; if neither does, both are needed.
fn either([left, right]: &[Term; 2], record: &Record, decisive: bool) -> Decided<bool> {
    let left = left.truth(record);
    if left == Ok(decisive) {
        return left;
    }
    let right = right.truth(record);
    if right == Ok(decisive) {
        return right;
    }
    left.and(right)
}

fn order([left, right]: &[Term; 2], record: &Record) -> Decided<Ordering> {
    match (left.value(record)?, right.value(record)?) {
        (Operand::Number(left), Operand::Number(right)) => Ok(left.cmp(&right)),
        (Operand::Date(left), Operand::Date(right)) => Ok(left.cmp(&right)),
        (Operand::Timestamp(left), Operand::Timestamp(right)) => Ok(left.cmp(&right)),
        _ => Err(Undecided),
    }
}

fn texts<'a>([text, part]: &'a [Term; 2], record: &'a Record) -> Decided<(&'a str, &'a str)> {
    Ok((text.text(record)?, part.text(record)?))
}

/// Whether the text is one of those that were chosen.
fn includes([chosen, text]: &[Term; 2], record: &Record) -> Decided<bool> {
    match (chosen.value(record)?, text.value(record)?) {
        (Operand::Texts(chosen), Operand::Text(text)) => Ok(chosen.iter().any(|known| known == text)),
        (Operand::Texts(_), Operand::Null) => Ok(false),
        _ => Err(Undecided),
    }
}

/// How many characters, or how many values that were chosen.
fn size(value: Operand<'_>) -> Decided<usize> {
    match value {
        Operand::Text(text) => Ok(text.chars().count()),
        Operand::Texts(chosen) => Ok(chosen.len()),
        _ => Err(Undecided),
    }
}

fn numbers(
    [left, right]: &[Term; 2],
    record: &Record,
    reckon: fn(Decimal, Decimal) -> Option<Decimal>,
) -> Decided<Option<Decimal>> {
    Ok(reckon(left.number(record)?, right.number(record)?))
}
