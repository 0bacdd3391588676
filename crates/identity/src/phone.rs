//! Numbers of mobile phones, to which codes are sent.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A telephone number as ITU-T E.164 writes it internationally: `+`, the country's code, and the rest, without spaces.
///
/// ```
/// use sutra_identity::PhoneNumber;
///
/// assert!(PhoneNumber::parse("+491701234567").is_ok());
/// assert!(PhoneNumber::parse("0170 1234567").is_err());
/// ```
///
/// # Security
/// `Debug` shows the last two digits only.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

/// A text that is no telephone number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a telephone number such as `+491701234567`: a plus sign and 8 to 15 digits")]
pub struct PhoneError;

/// The shortest that somebody can be reached at; E.164 has 15 at most.
const DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

impl PhoneNumber {
    /// Accepts `+` and 8 to 15 digits, of which the first is not zero.
    ///
    /// # Errors
    /// Everything else is refused, spaces and brackets too: nobody guesses here what somebody meant.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let digits = text.strip_prefix('+').ok_or(PhoneError)?;
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
        if is_number && DIGITS.contains(&digits.len()) { Ok(Self(text.to_owned())) } else { Err(PhoneError) }
    }

    /// The number as it is dialled.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As much as reminds its owner of it, and tells nobody else: `…67`.
    #[must_use]
    pub fn hint(&self) -> String {
        let shown: Vec<char> = self.0.chars().rev().take(2).collect();
        std::iter::once('…').chain(shown.into_iter().rev()).collect()
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hint())
    }
}

impl FromStr for PhoneNumber {
    type Err = PhoneError;

    fn from_str(text: &str) -> Result<Self, PhoneError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = PhoneError;

    fn try_from(text: String) -> Result<Self, PhoneError> {
        Self::parse(&text)
    }
}

impl From<PhoneNumber> for String {
    fn from(number: PhoneNumber) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_from_other_texts() {
        let cases = [
            ("a German mobile", "+491701234567", true),
            ("a North American one", "+12025550123", true),
            ("8 digits", "+12345678", true),
            ("15 digits", "+123456789012345", true),
            ("7 digits", "+1234567", false),
            ("16 digits", "+1234567890123456", false),
            ("nothing", "", false),
            ("a plus sign", "+", false),
            ("without a plus sign", "491701234567", false),
            ("no country begins with zero", "+0491701234567", false),
            ("spaces", "+49 170 1234567", false),
            ("other digits", "+４９１７０１２３４５６７", false),
            ("a line break", "+491701234567\n", false),
            ("two numbers", "+491701234567,+12025550123", false),
        ];
        for (name, text, expected) in cases {
            assert_eq!(PhoneNumber::parse(text).is_ok(), expected, "{name}");
        }
    }

    #[test]
    fn debug_shows_two_digits() {
        assert_eq!(format!("{:?}", PhoneNumber::parse("+491701234567").unwrap()), "…67");
    }
}
