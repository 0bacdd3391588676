//! Which values a field takes.

use sutra_kernel::{ApiName, Decimal, Money, Value};
use url::Url;

use crate::{
    FieldDef, FieldKind, PickValue,
    sealed::{SHOWN_OF, has_cover},
    slot::{MONEY_SCALE, scaled},
};

const LONG_TEXT_CHARS: u32 = 100_000;
const EMAIL_BYTES: usize = 254;
const PHONE_CHARS: u32 = 40;
const URL_CHARS: u32 = 2_048;
const CHOSEN_MAX: usize = 100;

/// The largest whole number that every JSON reader holds exactly: 2^53 - 1.
const INTEGER_MAX: i64 = 9_007_199_254_740_991;

/// One value that a field does not take, said so that whoever typed it can mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field.
    pub field: ApiName,
    /// What is wrong, for programs.
    pub code: ProblemCode,
    /// What is wrong, for people: one sentence that does not repeat the value.
    pub message: String,
}

/// What is wrong with a value. Codes are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProblemCode {
    /// There is none, and there must be.
    Required,
    /// It is a value of another kind.
    WrongKind,
    /// It has too many characters.
    TooLong,
    /// It has too few characters to be masked.
    TooShort,
    /// It is a mask, and not the value that it stands for.
    IsMask,
    /// It has a character that cannot be stored: U+0000.
    InvalidCharacter,
    /// The number is too small or too large.
    OutOfRange,
    /// The number has too many digits after the point.
    TooPrecise,
    /// The picklist has no such value, or it is retired.
    NotInPicklist,
    /// So many values of the list cannot be chosen.
    TooMany,
    /// Not an e-mail address.
    InvalidEmail,
    /// Not a telephone number.
    InvalidPhone,
    /// Not a web address.
    InvalidUrl,
    /// Another record has it, and the field is unique.
    AlreadyUsed,
    /// Records of this object are changed for a stated reason only, and none was given.
    ReasonRequired,
    /// The value of an earlier version that was to be restored is gone.
    NotRestorable,
}

type Problem = (ProblemCode, String);

/// Checks a value against its field and brings it into the form that is stored: an empty text, and no text at all, is
/// no value.
pub(crate) fn validate(field: &FieldDef, value: Value) -> Result<Value, FieldProblem> {
    validate_change(field, &Value::Null, value)
}

/// The same of a field that has had a value: what was chosen of its list before it was retired stays chosen.
pub(crate) fn validate_change(field: &FieldDef, old: &Value, value: Value) -> Result<Value, FieldProblem> {
    let is_nothing = match &value {
        Value::Text(text) => text.is_empty(),
        Value::Texts(texts) => texts.is_empty(),
        other => other.is_null(),
    };
    let checked = if is_nothing { check_absence(field) } else { check_value(&field.kind, old, value) };
    let checked = checked.and_then(|value| check_secret(field, value));
    checked.map_err(|(code, message)| FieldProblem { field: field.name.clone(), code, message })
}

fn check_absence(field: &FieldDef) -> Result<Value, Problem> {
    if field.required {
        return problem(ProblemCode::Required, format!("{} must have a value.", field.label));
    }
    Ok(Value::Null)
}

fn check_value(kind: &FieldKind, old: &Value, value: Value) -> Result<Value, Problem> {
    match (kind, &value) {
        (FieldKind::Text { max }, Value::Text(text)) => check_text(text, *max)?,
        (FieldKind::LongText, Value::Text(text)) => check_text(text, LONG_TEXT_CHARS)?,
        (FieldKind::Email, Value::Text(text)) => check_email(text)?,
        (FieldKind::Phone, Value::Text(text)) => check_phone(text)?,
        (FieldKind::Url, Value::Text(text)) => check_url(text)?,
        (FieldKind::Picklist { values }, Value::Text(text)) => check_pick(values, text)?,
        (FieldKind::MultiPicklist { values }, Value::Texts(texts)) => {
            return check_picks(values, old, texts).map(Value::Texts);
        }
        (FieldKind::Integer, Value::Integer(number)) => check_integer(*number)?,
        (FieldKind::Decimal { scale }, Value::Decimal(number)) => {
            return check_decimal(*number, u32::from(*scale)).map(Value::Decimal);
        }
        (FieldKind::Currency, Value::Money(money)) => {
            let amount = check_decimal(money.amount, MONEY_SCALE)?;
            return Ok(Value::Money(Money { amount, currency: money.currency }));
        }
        (kind, value) if value.kind() != Some(kind.value_kind()) => {
            return problem(ProblemCode::WrongKind, format!("Write {} here.", expectation(kind)));
        }
        _ => {}
    }
    Ok(value)
}

/// A form that is sent back with its masks must not destroy what they stand for.
fn check_secret(field: &FieldDef, value: Value) -> Result<Value, Problem> {
    let Value::Text(text) = &value else { return Ok(value) };
    if !field.encrypted {
        return Ok(value);
    }
    if has_cover(text) {
        return problem(ProblemCode::IsMask, "Write the value itself: this is what is shown in its place.");
    }
    if field.mask.shows_a_part() && text.chars().count() < SHOWN_OF {
        let message = format!("At least {SHOWN_OF} characters, because the last four are shown to others.");
        return problem(ProblemCode::TooShort, message);
    }
    Ok(value)
}

fn check_text(text: &str, max: u32) -> Result<(), Problem> {
    if text.contains('\0') {
        return problem(ProblemCode::InvalidCharacter, "The character U+0000 cannot be stored.");
    }
    if text.chars().nth(usize::try_from(max).unwrap_or(usize::MAX)).is_some() {
        return problem(ProblemCode::TooLong, format!("At most {max} characters fit here."));
    }
    Ok(())
}

fn check_integer(number: i64) -> Result<(), Problem> {
    if (-INTEGER_MAX..=INTEGER_MAX).contains(&number) {
        return Ok(());
    }
    problem(ProblemCode::OutOfRange, format!("Write a whole number from -{INTEGER_MAX} to {INTEGER_MAX}."))
}

/// Trailing zeros that the field has no room for are dropped; other digits are not.
fn check_decimal(number: Decimal, scale: u32) -> Result<Decimal, Problem> {
    let bare = number.normalize();
    if bare.scale() > scale {
        return problem(ProblemCode::TooPrecise, format!("At most {scale} digits may follow the point."));
    }
    if scaled(bare, scale).is_none() {
        return problem(ProblemCode::OutOfRange, "The number has too many digits to be stored exactly.");
    }
    Ok(if number.scale() > scale || bare.is_zero() { bare } else { number })
}

fn check_pick(values: &[PickValue], text: &str) -> Result<(), Problem> {
    if values.iter().any(|known| known.active && known.value == text) {
        return Ok(());
    }
    problem(ProblemCode::NotInPicklist, "Choose one of the values of the list.")
}

/// The chosen values in the order of the list, none twice.
fn check_picks(values: &[PickValue], old: &Value, chosen: &[String]) -> Result<Vec<String>, Problem> {
    let was_chosen = |text| matches!(old, Value::Texts(old) if old.contains(text));
    chosen.iter().filter(|text| !was_chosen(text)).try_for_each(|text| check_pick(values, text))?;
    let in_order = values.iter().map(|known| &known.value).filter(|value| chosen.contains(value));
    let in_order: Vec<_> = in_order.cloned().collect();
    if in_order.len() > CHOSEN_MAX {
        return problem(ProblemCode::TooMany, format!("At most {CHOSEN_MAX} values can be chosen."));
    }
    Ok(in_order)
}

fn check_email(text: &str) -> Result<(), Problem> {
    let parts = text.split_once('@').filter(|(local, domain)| {
        !local.is_empty() && !domain.contains('@') && domain.split('.').all(|label| !label.is_empty())
    });
    let odd = |c: char| c.is_whitespace() || c.is_control();
    if parts.is_some() && text.len() <= EMAIL_BYTES && !text.contains(odd) {
        return Ok(());
    }
    problem(ProblemCode::InvalidEmail, "Write an e-mail address such as `name@example.com`.")
}

/// People write numbers in many ways, and with words for extensions; only what cannot be one is refused.
fn check_phone(text: &str) -> Result<(), Problem> {
    check_text(text, PHONE_CHARS)?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || " +-().,/:;#*".contains(c);
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if digits >= 3 && text.chars().all(allowed) {
        return Ok(());
    }
    problem(ProblemCode::InvalidPhone, "Write a telephone number such as `+49 30 123456`.")
}

/// Only `http` and `https`: a `javascript:` address that is shown as a link runs in the reader's session.
fn check_url(text: &str) -> Result<(), Problem> {
    check_text(text, URL_CHARS)?;
    // A parser of addresses skips such characters, so `java\nscript:` would hide from what reads the text.
    let odd = |c: char| c.is_whitespace() || c.is_control();
    let parsed = Url::parse(text).ok().filter(|_| !text.contains(odd));
    if parsed.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
        return Ok(());
    }
    problem(ProblemCode::InvalidUrl, "Write a web address that starts with `https://` or `http://`.")
}

fn problem<T>(code: ProblemCode, message: impl Into<String>) -> Result<T, Problem> {
    Err((code, message.into()))
}

/// What to write into a field of this kind.
pub(crate) fn expectation(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Text { .. } | FieldKind::LongText => "a text",
        FieldKind::Integer => "a whole number",
        FieldKind::Decimal { .. } => "a number such as `12.5`",
        FieldKind::Currency => "an amount and a currency, such as `12.50 EUR`",
        FieldKind::Boolean => "true or false",
        FieldKind::Date => "a date such as `2026-03-01`",
        FieldKind::DateTime => "a date and time with a zone, such as `2026-03-01T09:30:00Z`",
        FieldKind::Picklist { .. } => "one of the values of the list",
        FieldKind::MultiPicklist { .. } => "values of the list, with `;` between them,",
        FieldKind::Email => "an e-mail address",
        FieldKind::Phone => "a telephone number",
        FieldKind::Url => "a web address",
        FieldKind::Reference { .. } => "the id of a record",
    }
}

impl ProblemCode {
    /// The code as programs see it: `NOT_IN_PICKLIST`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "REQUIRED",
            Self::WrongKind => "WRONG_KIND",
            Self::TooLong => "TOO_LONG",
            Self::TooShort => "TOO_SHORT",
            Self::IsMask => "IS_MASK",
            Self::InvalidCharacter => "INVALID_CHARACTER",
            Self::OutOfRange => "OUT_OF_RANGE",
            Self::TooPrecise => "TOO_PRECISE",
            Self::NotInPicklist => "NOT_IN_PICKLIST",
            Self::TooMany => "TOO_MANY",
            Self::InvalidEmail => "INVALID_EMAIL",
            Self::InvalidPhone => "INVALID_PHONE",
            Self::InvalidUrl => "INVALID_URL",
            Self::AlreadyUsed => "ALREADY_USED",
            Self::ReasonRequired => "REASON_REQUIRED",
            Self::NotRestorable => "NOT_RESTORABLE",
        }
    }
}
