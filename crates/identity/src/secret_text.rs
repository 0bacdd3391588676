//! Codes and tokens on their way to their holder.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

/// A text that only its addressee may read, such as a code. It is overwritten when dropped.
///
/// # Security
/// It has no `Display` and no `Clone`, and its `Debug` shows nothing of it. Serializing shows it: what comes of that is to
/// be sealed.
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Takes over the text; the caller keeps no other copy.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Shows the secret, for whoever words the message.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::new(String::deserialize(deserializer)?))
    }
}
