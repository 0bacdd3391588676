//! API names: what objects and fields are called in GraphQL, SQL and the ledger.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

/// The immutable name of an object or a field: `camelCase`, ASCII, 64 bytes at most.
///
/// It is cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ApiName(Arc<str>);

/// A text that cannot be an API name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a camelCase name of 1 to 64 ASCII letters and digits")]
pub struct NameError(String);

impl ApiName {
    /// Accepts a lower-case letter followed by letters and digits.
    ///
    /// # Errors
    /// Anything else is refused.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let starts_well = text.starts_with(|c: char| c.is_ascii_lowercase());
        let goes_on_well = text.bytes().all(|b| b.is_ascii_alphanumeric());
        if starts_well && goes_on_well && text.len() <= 64 {
            Ok(Self(text.into()))
        } else {
            Err(NameError(text.chars().take(80).collect()))
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ApiName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ApiName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ApiName {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        Self::parse(&text)
    }
}

impl From<ApiName> for String {
    fn from(name: ApiName) -> Self {
        name.0.as_ref().to_owned()
    }
}

impl std::borrow::Borrow<str> for ApiName {
    fn borrow(&self) -> &str {
        &self.0
    }
}
