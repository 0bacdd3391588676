//! Whom the records of an object are about.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sutra_kernel::ApiName;

/// Whom the records of an object are about; every object declares it.
///
/// Its stored form is `none`, `self` or `reference:` and the name of a field.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum DataSubject {
    /// Nobody in particular: a product, a campaign.
    None,
    /// The record itself stands for a person, as a contact does.
    ThisRecord,
    /// Whoever the record that this field refers to is about: a case is about its contact.
    Reference(ApiName),
}

/// A text that is no data subject.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected `none`, `self` or `reference:` and the name of a field")]
pub struct SubjectError;

const REFERENCE: &str = "reference:";

impl DataSubject {
    /// The field that leads to the subject, if it is another record.
    #[must_use]
    pub const fn field(&self) -> Option<&ApiName> {
        match self {
            Self::None | Self::ThisRecord => None,
            Self::Reference(field) => Some(field),
        }
    }
}

impl fmt::Display for DataSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::ThisRecord => f.write_str("self"),
            Self::Reference(field) => write!(f, "{REFERENCE}{field}"),
        }
    }
}

impl FromStr for DataSubject {
    type Err = SubjectError;

    fn from_str(text: &str) -> Result<Self, SubjectError> {
        match text {
            "none" => Ok(Self::None),
            "self" => Ok(Self::ThisRecord),
            _ => {
                let field = text.strip_prefix(REFERENCE).ok_or(SubjectError)?;
                ApiName::parse(field).map(Self::Reference).map_err(|_| SubjectError)
            }
        }
    }
}

impl TryFrom<String> for DataSubject {
    type Error = SubjectError;

    fn try_from(text: String) -> Result<Self, SubjectError> {
        text.parse()
    }
}

impl From<DataSubject> for String {
    fn from(subject: DataSubject) -> Self {
        subject.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_what_is_read() {
        let cases = [
            ("none", DataSubject::None),
            ("self", DataSubject::ThisRecord),
            ("reference:contact", DataSubject::Reference(ApiName::parse("contact").unwrap())),
        ];
        for (text, subject) in cases {
            assert_eq!(subject.to_string(), text);
            assert_eq!(text.parse(), Ok(subject.clone()), "{text}");
            let json = serde_json::to_value(&subject).unwrap();
            assert_eq!(json, serde_json::json!(text));
            assert_eq!(serde_json::from_value::<DataSubject>(json).unwrap(), subject, "{text}");
        }
    }

    #[test]
    fn what_is_no_subject_is_refused() {
        let cases =
            ["", "None", "self ", "this", "reference", "reference:", "reference:Contact", "reference:a b"];
        for text in cases {
            assert_eq!(text.parse::<DataSubject>(), Err(SubjectError), "{text:?}");
        }
    }
}
