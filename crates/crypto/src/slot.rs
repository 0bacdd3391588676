//! The places in the key hierarchy.

use std::{fmt, str::FromStr};

use sutra_kernel::Uuid;

use crate::Purpose;

/// A branch key: not for sealing but for keyed hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Branch {
    /// Signs page cursors.
    Cursor,
    /// Makes blind indexes.
    Index,
    /// Peppers passwords.
    Pepper,
    /// Makes fingerprints of requests that may be repeated.
    Idempotency,
}

impl Branch {
    /// Every branch.
    pub const ALL: [Self; 4] = [Self::Cursor, Self::Index, Self::Pepper, Self::Idempotency];

    /// The word for it in slots.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cursor => "cursor",
            Self::Index => "index",
            Self::Pepper => "pepper",
            Self::Idempotency => "idempotency",
        }
    }
}

/// A place in a workspace's key hierarchy; over time it holds several versions of a key.
///
/// ```
/// use sutra_crypto::{KeySlot, Purpose};
///
/// let slot = KeySlot::Purpose(Purpose::Audit);
/// assert_eq!(slot.to_string(), "purpose:audit");
/// assert_eq!("purpose:audit".parse(), Ok(slot));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeySlot {
    /// The workspace key, wrapped by a root key.
    Workspace,
    /// The data key of a purpose.
    Purpose(Purpose),
    /// The data key of one person.
    Subject(Uuid),
    /// A branch key.
    Branch(Branch),
}

/// A text that names no place in the key hierarchy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a key slot such as `workspace`, `purpose:audit`, `subject:` and a uuid, or `branch:cursor`"
)]
pub struct SlotError;

impl fmt::Display for KeySlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Workspace => f.write_str("workspace"),
            Self::Purpose(purpose) => write!(f, "purpose:{purpose}"),
            Self::Subject(subject) => write!(f, "subject:{}", subject.hyphenated()),
            Self::Branch(branch) => write!(f, "branch:{}", branch.as_str()),
        }
    }
}

impl FromStr for KeySlot {
    type Err = SlotError;

    /// Reads exactly what `Display` writes: one place has one text, because the text is sealed over.
    fn from_str(text: &str) -> Result<Self, SlotError> {
        let slot = match text.split_once(':') {
            None if text == "workspace" => Self::Workspace,
            Some(("purpose", name)) => Self::Purpose(name.parse()?),
            Some(("subject", uuid)) => Self::Subject(Uuid::parse_str(uuid).map_err(|_| SlotError)?),
            Some(("branch", name)) => Self::Branch(branch(name)?),
            _ => return Err(SlotError),
        };
        if slot.to_string() == text { Ok(slot) } else { Err(SlotError) }
    }
}

fn branch(name: &str) -> Result<Branch, SlotError> {
    Branch::ALL.into_iter().find(|branch| branch.as_str() == name).ok_or(SlotError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slot_has_one_text() {
        let subject = Uuid::from_u128(0x0110_c853_1d09_52d8_d73e_1194_e95b_5f19);
        let cases = [
            ("workspace", KeySlot::Workspace),
            ("purpose:oauth", KeySlot::Purpose(Purpose::Oauth)),
            ("subject:0110c853-1d09-52d8-d73e-1194e95b5f19", KeySlot::Subject(subject)),
            ("branch:pepper", KeySlot::Branch(Branch::Pepper)),
        ];
        for (text, slot) in cases {
            assert_eq!(slot.to_string(), text);
            assert_eq!(text.parse(), Ok(slot), "{text}");
        }
        let refused = [
            ("empty", ""),
            ("unknown", "root"),
            ("unknown purpose", "purpose:mail"),
            ("unknown branch", "branch:leaf"),
            ("upper case", "subject:0110C853-1D09-52D8-D73E-1194E95B5F19"),
            ("without hyphens", "subject:0110c8531d0952d8d73e1194e95b5f19"),
            ("more after it", "workspace:x"),
        ];
        for (name, text) in refused {
            assert_eq!(text.parse::<KeySlot>(), Err(SlotError), "{name}");
        }
    }
}
