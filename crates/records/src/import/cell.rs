//! What one cell of a file means to the field it goes into.

use sutra_kernel::{Currency, Date, Decimal, Money, RecordId, TEXTS_SEPARATOR, Timestamp, Uuid, Value, fold};

use super::plain_word;
use crate::{
    FieldDef, FieldKind, PickValue,
    validate::{expectation, validate},
};

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellValue {
    /// A value the field takes; `Null` if the cell is empty or says `n/a`.
    Value(Value),
    /// A row, from 1, of the latest import of the reference's target: `@AccountRef10`.
    Row(u64),
}

/// Why a cell cannot be read, in a sentence that does not repeat it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CellProblem {
    /// The sentence.
    pub message: String,
}

/// Reads a cell for a field; what it returns has passed the field's validation, `required` excepted.
///
/// Times with a zone go into dates as their day in UTC; money without a code is in `currency`; picklists are
/// matched by value or label, whatever the case, spaces and punctuation; several values have [`TEXTS_SEPARATOR`]
/// between them.
///
/// # Errors
/// A cell that means nothing to the field is a problem, never a guess.
pub fn parse_cell(field: &FieldDef, text: &str, currency: Currency) -> Result<CellValue, CellProblem> {
    let trimmed = text.trim();
    if trimmed.is_empty() || fold(trimmed) == "n/a" {
        return Ok(CellValue::Value(Value::Null));
    }
    if let Some((stem, name)) = row_name(field, trimmed) {
        return row(&stem, name).map(CellValue::Row).ok_or_else(|| unreadable(&field.kind));
    }
    let value = read(&field.kind, text, trimmed, currency).ok_or_else(|| unreadable(&field.kind))?;
    match validate(field, value) {
        Ok(value) => Ok(CellValue::Value(value)),
        Err(problem) => Err(CellProblem { message: problem.message }),
    }
}

fn read(kind: &FieldKind, text: &str, trimmed: &str, currency: Currency) -> Option<Value> {
    Some(match kind {
        FieldKind::Text { .. } | FieldKind::LongText => Value::text(text),
        FieldKind::Email | FieldKind::Phone | FieldKind::Url => Value::text(trimmed),
        FieldKind::Integer => Value::Integer(trimmed.parse().ok()?),
        FieldKind::Decimal { .. } => Value::Decimal(Decimal::from_str_exact(trimmed).ok()?),
        FieldKind::Currency => Value::Money(money(trimmed, currency)?),
        FieldKind::Boolean => Value::Boolean(truth(trimmed)?),
        FieldKind::Date => Value::Date(day(trimmed)?),
        FieldKind::DateTime => Value::Timestamp(instant(trimmed)?),
        FieldKind::Picklist { values } => Value::text(pick(values, trimmed)?),
        FieldKind::MultiPicklist { values } => Value::Texts(several(values, trimmed)?),
        FieldKind::Reference { .. } => Value::Reference(record(trimmed)?),
    })
}

/// What follows the `@` of `@AccountRef10` in a reference; nothing in any other field, where it is a text.
fn row_name<'a>(field: &FieldDef, text: &'a str) -> Option<(String, &'a str)> {
    Some((format!("{}ref", fold(field.target()?.as_str())), text.strip_prefix('@')?))
}

/// The row that `AccountRef10` names.
fn row(stem: &str, name: &str) -> Option<u64> {
    let name = fold(name);
    let digits = name.strip_prefix(stem)?;
    let row = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())??;
    (row > 0).then_some(row)
}

/// `12.50`, `EUR 12.50` or `12.50 EUR`.
fn money(text: &str, default: Currency) -> Option<Money> {
    let mut words = text.split_whitespace();
    let (first, second) = (words.next()?, words.next());
    if words.next().is_some() {
        return None;
    }
    let (amount, currency) = match second {
        None => (first, default),
        Some(second) => match first.parse() {
            Ok(currency) => (second, currency),
            Err(_) => (first, second.parse().ok()?),
        },
    };
    Some(Money { amount: Decimal::from_str_exact(amount).ok()?, currency })
}

fn truth(text: &str) -> Option<bool> {
    match fold(text).as_str() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

fn day(text: &str) -> Option<Date> {
    text.parse().ok().or_else(|| text.parse::<Timestamp>().ok().map(Timestamp::date))
}

/// A day alone is its first moment in UTC.
fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| text.parse::<Date>().ok().map(Date::start))
}

/// An exact value wins over one that only reads alike.
fn pick<'a>(values: &'a [PickValue], text: &str) -> Option<&'a str> {
    let word = plain_word(text);
    let alike = |known: &&PickValue| plain_word(&known.value) == word || plain_word(&known.label) == word;
    let exact = values.iter().find(|known| known.value == text);
    exact.or_else(|| values.iter().find(alike)).map(|known| known.value.as_str())
}

/// Values with separators between them; one too many at the end is no value.
fn several(values: &[PickValue], text: &str) -> Option<Vec<String>> {
    let words = text.split(TEXTS_SEPARATOR).map(str::trim).filter(|word| !word.is_empty());
    words.map(|word| pick(values, word).map(ToOwned::to_owned)).collect()
}

fn record(text: &str) -> Option<RecordId> {
    text.parse().ok().or_else(|| Uuid::try_parse(text).ok().map(RecordId::from_uuid))
}

fn unreadable(kind: &FieldKind) -> CellProblem {
    CellProblem { message: format!("Write {} here.", expectation(kind)) }
}
