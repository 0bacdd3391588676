//! How much of a record one may have, and how much of it everybody has.

use std::{fmt, str::FromStr};

/// How far a user's access to one record goes.
///
/// Permissions on the object are asked as well: a level alone lets nobody do anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The record does not exist for this user.
    None,
    /// It may be seen.
    Read,
    /// It may be changed.
    Edit,
    /// It may be deleted, restored and given away.
    Full,
}

/// What every user of the workspace has of every record of an object.
///
/// Everything else only adds to it, so it is the one setting that makes records private.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrgWideDefault {
    /// Nothing: a record is its owner's, and those above him.
    Private,
    /// Everybody may see it.
    Read,
    /// Everybody may see and change it.
    ReadWrite,
    /// What he has of the record that controls it, as the account does a contact.
    ControlledByParent,
}

/// A text that is no word of a closed list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is not {expected}")]
pub struct UnknownWord {
    expected: &'static str,
    word: String,
}

impl Level {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Edit => "edit",
            Self::Full => "full",
        }
    }
}

impl OrgWideDefault {
    /// Every default: those that stand alone first, the narrowest before the widest.
    pub const ALL: [Self; 4] = [Self::Private, Self::Read, Self::ReadWrite, Self::ControlledByParent];

    /// The word for it in settings and storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Read => "read",
            Self::ReadWrite => "read_write",
            Self::ControlledByParent => "controlled_by_parent",
        }
    }

    /// The level that nobody in the workspace falls below.
    #[must_use]
    pub const fn floor(self) -> Level {
        match self {
            Self::Private | Self::ControlledByParent => Level::None,
            Self::Read => Level::Read,
            Self::ReadWrite => Level::Edit,
        }
    }
}

impl UnknownWord {
    pub(crate) fn new(expected: &'static str, word: &str) -> Self {
        Self { expected, word: word.chars().take(80).collect() }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for OrgWideDefault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for OrgWideDefault {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let known = Self::ALL.into_iter().find(|default| default.as_str() == text);
        known.ok_or_else(|| UnknownWord::new("an org-wide default", text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_is_read_back_from_its_word() {
        for default in OrgWideDefault::ALL {
            assert_eq!(default.to_string().parse(), Ok(default));
        }
    }

    #[test]
    fn an_unknown_default_is_an_error_and_never_a_guess() {
        for text in ["", "Private", "public", "controlled by parent", "read "] {
            assert!(text.parse::<OrgWideDefault>().is_err(), "`{text}`");
        }
    }
}
