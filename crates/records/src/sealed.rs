//! Encrypted fields: what is kept of their values, and what is shown in their place.

use std::{collections::BTreeMap, fmt, str::FromStr};

use sutra_acl::{AccessPlan, FieldPermission};
use sutra_crypto::SecretBytes;
use sutra_kernel::{ApiName, Value};

use crate::{DefinitionError, FieldDef, FieldKind};

/// What masks are made of. No encrypted value may have it, so that a mask is never taken for a value.
const COVER: char = '\u{2022}';
/// What covers what is not shown, however long it is.
const COVERED: &str = "\u{2022}\u{2022}\u{2022}\u{2022}";
/// How many characters a mask shows at most.
const SHOWN: usize = 4;
/// How many characters a value has at least of which the mask shows some, so that it never shows more than half.
pub(crate) const SHOWN_OF: usize = 8;

/// Sealed values by field. A field without a value has no entry.
pub type SealedFields = BTreeMap<ApiName, SealedValue>;

/// What is stored of the value of an encrypted field: a text that only its keys make sense of.
///
/// It is stored and handed over as it is, and first read where it is opened; so one that was damaged is the trouble of
/// its field alone.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedValue(String);

/// The value of an encrypted field on its way to be sealed.
///
/// # Security
/// It can be neither printed nor copied:
///
/// ```compile_fail,E0277
/// fn print(secret: &sutra_records::Secret) -> String {
///     format!("{secret:?}")
/// }
/// ```
pub struct Secret {
    value: SecretBytes,
    shown: Option<SecretBytes>,
}

/// How the value of an encrypted field is masked for those who may not see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mask {
    /// As `••••••••`, whatever the value and whether or not there is one.
    #[default]
    Whole,
    /// As `••••6789`: the last four characters. No value is shown as none.
    LastFour,
}

/// What kind of data an encrypted field is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protected {
    /// Numbers of identity cards, passports, social insurance: all but the last four characters are masked.
    NationalId,
    /// Numbers of cards and bank accounts: all but the last four characters are masked.
    Payment,
    /// Diagnoses and other data about health: masked whole.
    Health,
    /// Anything else: masked whole.
    Other,
}

impl SealedValue {
    /// Takes over what a store has, or what is to be stored.
    #[must_use]
    pub fn from_stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// What is to be stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SealedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedValue")
    }
}

impl Secret {
    /// A value that has been found fit for its field.
    pub(crate) fn new(mask: Mask, text: String) -> Self {
        let shown = mask.shown(&text).map(|shown| SecretBytes::new(shown.into_bytes()));
        Self { value: SecretBytes::new(text.into_bytes()), shown }
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &SecretBytes {
        &self.value
    }

    /// What its mask shows of it, if anything. Sealed beside it, it lets the mask be made without opening the value.
    #[must_use]
    pub fn shown(&self) -> Option<&SecretBytes> {
        self.shown.as_ref()
    }
}

impl Mask {
    /// Its stored form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::LastFour => "last_four",
        }
    }

    /// Whether it shows a part of the value.
    #[must_use]
    pub const fn shows_a_part(self) -> bool {
        matches!(self, Self::LastFour)
    }

    /// The mask with this part of the value, or with nothing of it. It always has the same length.
    #[must_use]
    pub fn over(shown: Option<&str>) -> String {
        format!("{COVERED}{}", shown.unwrap_or(COVERED))
    }

    fn shown(self, text: &str) -> Option<String> {
        let hidden = text.chars().count().checked_sub(SHOWN)?;
        self.shows_a_part().then(|| text.chars().skip(hidden).collect())
    }
}

impl FromStr for Mask {
    type Err = MaskError;

    fn from_str(text: &str) -> Result<Self, MaskError> {
        [Self::Whole, Self::LastFour].into_iter().find(|mask| mask.as_str() == text).ok_or(MaskError)
    }
}

/// A text that names no mask.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected `whole` or `last_four`")]
pub struct MaskError;

impl Protected {
    /// How its values are masked.
    #[must_use]
    pub const fn mask(self) -> Mask {
        match self {
            Self::NationalId | Self::Payment => Mask::LastFour,
            Self::Health | Self::Other => Mask::Whole,
        }
    }
}

impl FieldDef {
    /// What a user may do with the field: for an encrypted one, to change it takes more.
    #[must_use]
    pub fn permission(&self, plan: &AccessPlan) -> FieldPermission {
        if self.encrypted { plan.encrypted_field(self.id) } else { plan.field(self.id) }
    }

    /// Refuses what an encrypted field cannot be.
    pub(crate) fn check_encrypted(&self) -> Result<(), DefinitionError> {
        if !self.encrypted {
            return Ok(());
        }
        let is_text = matches!(
            self.kind,
            FieldKind::Text { .. }
                | FieldKind::LongText
                | FieldKind::Email
                | FieldKind::Phone
                | FieldKind::Url
        );
        let fits_mask = match self.kind {
            FieldKind::Text { max } => !self.mask.shows_a_part() || max as usize >= SHOWN_OF,
            _ => true,
        };
        let checks = [
            (
                is_text,
                "an encrypted field is a text, a long text, an e-mail address, a phone number or a URL",
            ),
            (self.slot.is_none(), "an encrypted field cannot be indexed: lists would tell what is in it"),
            (
                !self.searchable,
                "an encrypted field cannot be searched: what is found would tell what is in it",
            ),
            (
                self.default.as_ref().is_none_or(Value::is_null),
                "an encrypted field has no default: it would stand in the definition",
            ),
            (fits_mask, "an encrypted text whose last four characters are shown has room for 8 at least"),
        ];
        let broken = checks.into_iter().find(|(holds, _)| !holds);
        broken.map_or(Ok(()), |(_, rule)| Err(DefinitionError::Encrypted(rule)))
    }
}

/// Whether a text has a character that masks are made of.
pub(crate) fn has_cover(text: &str) -> bool {
    text.contains(COVER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_has_one_length_and_shows_no_more_than_it_says() {
        let cases = [
            ("whole", Mask::Whole, "123456789", "••••••••"),
            ("the last four", Mask::LastFour, "123456789", "••••6789"),
            ("of many bytes", Mask::LastFour, "Größenänderung", "••••rung"),
            ("outside the basic plane", Mask::LastFour, "abcdef😀😁😂😃", "••••😀😁😂😃"),
        ];
        for (name, mask, text, expected) in cases {
            let secret = Secret::new(mask, text.to_owned());
            let shown = secret.shown().map(|shown| String::from_utf8(shown.expose().to_vec()).unwrap());
            assert_eq!(Mask::over(shown.as_deref()), expected, "{name}");
            assert_eq!(mask.as_str().parse(), Ok(mask));
        }
    }

    #[test]
    fn a_sealed_value_is_not_printed() {
        assert_eq!(format!("{:?}", SealedValue::from_stored("AgB4")), "SealedValue");
    }
}
