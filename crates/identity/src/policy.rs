//! Which passwords may be chosen.

mod block_list;
mod lint;
mod pieces;

use std::{collections::BTreeSet, fmt, time::Duration};

use serde::{Deserialize, Serialize};
use sutra_kernel::Timestamp;

pub use self::{block_list::BlockList, lint::PolicyFinding};
use crate::{EmailAddress, Password};

/// Which passwords may be chosen in a workspace, and for how long they are good.
///
/// The defaults are those of NIST SP 800-63B-4, section 3.1.1.2: length and the [block list](BlockList) decide, there
/// are no rules of composition, and no password expires. An administrator may decide otherwise, and is then
/// [told](Self::findings) which rule that breaks.
///
/// ```
/// use sutra_identity::{BlockList, EmailAddress, Password, PasswordOwner, PasswordPolicy, PasswordProblem};
///
/// let (policy, blocked) = (PasswordPolicy::default(), BlockList::built_in());
/// let email = EmailAddress::parse("asa@example.com")?;
/// let owner = PasswordOwner { email: &email, name: "Åsa Lind", has_factor: false };
/// let judge = |text: &str| {
///     Password::parse(text.to_owned()).map(|password| policy.judge(&password, &owner, &blocked))
/// };
///
/// assert_eq!(judge("tractor envelope mustard"), Ok(Ok(())));
/// assert_eq!(judge("Tr4ctor!"), Ok(Err(PasswordProblem::TooShort { least: 15 })));
/// assert_eq!(judge("P@ssw0rd1234567!"), Ok(Err(PasswordProblem::Common)));
/// assert_eq!(judge("asa.lind@example"), Ok(Err(PasswordProblem::Personal)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PasswordPolicy {
    /// The fewest characters of a password that stands alone: 6 to 64. Default: 15.
    pub min_length: u16,
    /// The fewest characters of a password beside a second factor: 6 to 64. Default: 8.
    pub min_length_with_factor: u16,
    /// What kinds of characters every password must have. Default: none.
    pub required: BTreeSet<CharacterKind>,
    /// How many of the passwords before may not be chosen again: at most 24. Default: 5.
    pub history: u16,
    /// After how many days a password must be changed: 1 to 3,650. Default: never.
    pub max_age_days: Option<u16>,
    /// Words of the organisation, such as its name and its products, that count as little as common words: at most
    /// 200. Default: none.
    pub words: BTreeSet<String>,
}

/// A kind of characters that a password can be required to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CharacterKind {
    /// Lower-case letters, of any script.
    Lower,
    /// Upper-case letters, of any script.
    Upper,
    /// Digits, of any script.
    Digit,
    /// Everything that is neither a letter nor a digit; blanks, too.
    Symbol,
}

/// Whose password it is going to be.
#[derive(Clone, Copy)]
pub struct PasswordOwner<'a> {
    /// The address.
    pub email: &'a EmailAddress,
    /// The name.
    pub name: &'a str,
    /// Whether the account is never entered without a second factor.
    pub has_factor: bool,
}

/// Why a password may not be chosen, in a sentence for whoever chose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    /// It is short.
    #[error("use at least {least} characters; a few unrelated words are easy to remember")]
    TooShort {
        /// The fewest characters.
        least: u16,
    },
    /// It lacks a kind of characters that the organisation requires.
    #[error("the organisation requires at least one {0} in every password")]
    Lacks(CharacterKind),
    /// It is on the block list.
    #[error("this password is on a list of passwords that are guessed first; choose another")]
    Listed,
    /// It is made of common passwords, sequences and repetitions.
    #[error("these are mostly common words, sequences or repetitions, which are guessed first")]
    Common,
    /// It is made of the organisation's own words.
    #[error("this is mostly made of words of your organisation, which others know")]
    Organisational,
    /// It is made of the user's own name or address.
    #[error("this is mostly your name or your e-mail address, which others know")]
    Personal,
    /// It is or was the user's password before.
    #[error("this was your password before; choose another, which nobody can know yet")]
    Used,
}

/// Why a policy cannot be decided so, in a sentence for whoever tried.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PolicyProblem(String);

/// No administrator can ask for less. Less than 8 breaks rules, of which administrators are told.
const SHORTEST: u16 = 6;
/// No administrator can ask for more: ASVS 5.0, 6.2.9.
const LONGEST: u16 = 64;
const MAX_HISTORY: u16 = 24;
const MAX_AGE_DAYS: u16 = 3_650;
const MAX_WORDS: usize = 200;
const MAX_WORD: usize = 60;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self {
            min_length: 15,
            min_length_with_factor: 8,
            required: BTreeSet::new(),
            history: 5,
            max_age_days: None,
            words: BTreeSet::new(),
        }
    }
}

impl PasswordPolicy {
    /// Refuses what nobody should decide.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), PolicyProblem> {
        let lengths = SHORTEST..=LONGEST;
        let has_good_length = |word: &String| (pieces::SHORTEST..=MAX_WORD).contains(&word.chars().count());
        let problem = if !lengths.contains(&self.min_length)
            || !lengths.contains(&self.min_length_with_factor)
        {
            format!("the fewest characters of a password are between {SHORTEST} and {LONGEST}")
        } else if self.min_length_with_factor > self.min_length {
            "a password beside a second factor need not be longer than one that stands alone".to_owned()
        } else if self.history > MAX_HISTORY {
            format!("at most {MAX_HISTORY} passwords are remembered")
        } else if self.max_age_days.is_some_and(|days| !(1..=MAX_AGE_DAYS).contains(&days)) {
            format!("a password expires after 1 to {MAX_AGE_DAYS} days, or never")
        } else if self.words.len() > MAX_WORDS || !self.words.iter().all(has_good_length) {
            format!("there are at most {MAX_WORDS} words, of {} to {MAX_WORD} characters", pieces::SHORTEST)
        } else {
            return Ok(());
        };
        Err(PolicyProblem(problem))
    }

    /// Whether a password may be chosen by this user.
    ///
    /// It is judged by its length, by whether it is listed, and by how much is left of it when every common word,
    /// sequence, repetition, word of the organisation, and part of the user's name and address counts as one
    /// character. Whether it was used before is for whoever can check the hashes.
    ///
    /// # Errors
    /// The first problem.
    pub fn judge(
        &self,
        password: &Password,
        owner: &PasswordOwner<'_>,
        blocked: &BlockList,
    ) -> Result<(), PasswordProblem> {
        let least = self.least(owner.has_factor);
        if password.expose().chars().count() < usize::from(least) {
            return Err(PasswordProblem::TooShort { least });
        }
        if let Some(lacking) =
            self.required.iter().find(|kind| !password.expose().chars().any(|c| kind.has(c)))
        {
            return Err(PasswordProblem::Lacks(*lacking));
        }
        let personal = words_of(owner.email.as_str()).chain(words_of(owner.name));
        blocked.judge(password, self.words.iter().flat_map(|word| words_of(word)), personal)
    }

    /// The fewest characters of a password.
    #[must_use]
    pub const fn least(&self, has_factor: bool) -> u16 {
        if has_factor { self.min_length_with_factor } else { self.min_length }
    }

    /// Whether a password that was chosen then must be changed by now.
    #[must_use]
    pub fn has_expired(&self, chosen_at: Timestamp, now: Timestamp) -> bool {
        self.max_age_days.is_some_and(|days| now >= chosen_at.plus(DAY * u32::from(days)))
    }
}

impl CharacterKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Lower, Self::Upper, Self::Digit, Self::Symbol];

    fn has(self, c: char) -> bool {
        match self {
            Self::Lower => c.is_lowercase(),
            Self::Upper => c.is_uppercase(),
            Self::Digit => c.is_numeric(),
            Self::Symbol => !c.is_alphanumeric(),
        }
    }
}

impl fmt::Display for CharacterKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lower => "lower-case letter",
            Self::Upper => "upper-case letter",
            Self::Digit => "digit",
            Self::Symbol => "character that is neither a letter nor a digit",
        })
    }
}

fn words_of(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words.filter(|word| word.chars().count() >= pieces::SHORTEST)
}

#[cfg(test)]
mod tests;
