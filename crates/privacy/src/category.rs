//! What kind of data a field holds.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What kind of data a field holds, and so how its values are kept.
///
/// Categories are ordered by strictness: data drawn from two fields has the greater of their categories.
/// There is no default on purpose, because whoever defines a field has to say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataCategory {
    /// About the business and not about a person: an amount, a stage.
    Business,
    /// About an identified or identifiable person: a name, a telephone number.
    Personal,
    /// Of a special category, such as health, religion or biometrics (GDPR, article 9).
    Sensitive,
}

/// A text that is no data category.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected `business`, `personal` or `sensitive`")]
pub struct CategoryError;

impl DataCategory {
    /// All of them, the least strict first.
    pub const ALL: [Self; 3] = [Self::Business, Self::Personal, Self::Sensitive];

    /// Its stored form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Business => "business",
            Self::Personal => "personal",
            Self::Sensitive => "sensitive",
        }
    }

    /// Whether it is about a person, sensitive or not.
    #[must_use]
    pub const fn is_about_a_person(self) -> bool {
        match self {
            Self::Business => false,
            Self::Personal | Self::Sensitive => true,
        }
    }
}

impl fmt::Display for DataCategory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for DataCategory {
    type Err = CategoryError;

    fn from_str(text: &str) -> Result<Self, CategoryError> {
        Self::ALL.into_iter().find(|category| category.as_str() == text).ok_or(CategoryError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_the_same_word() {
        for category in DataCategory::ALL {
            let text = category.to_string();
            assert_eq!(text.parse(), Ok(category));
            assert_eq!(serde_json::to_value(category).unwrap(), serde_json::json!(text));
        }
        for text in ["", "Business", "business ", "none"] {
            assert_eq!(text.parse::<DataCategory>(), Err(CategoryError), "{text:?}");
        }
    }

    #[test]
    fn the_stricter_category_is_the_greater() {
        assert!(DataCategory::ALL.is_sorted());
        assert_eq!(DataCategory::ALL.map(DataCategory::is_about_a_person), [false, true, true]);
    }
}
