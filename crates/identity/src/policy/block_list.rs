//! Passwords that are guessed first.

use sutra_crypto::sha256;
use zeroize::Zeroizing;

use super::{PasswordProblem, pieces::has_few_pieces};
use crate::Password;

/// Passwords that nobody may choose: those that are made of common words, and those that an operator lists.
///
/// An operator's list is of whole passwords, such as those of a breach. Of each a fingerprint of 8 bytes is kept, so
/// that ten million of them need 80 MB.
#[derive(Default)]
pub struct BlockList {
    /// Sorted.
    listed: Vec<u64>,
}

/// Words that passwords are often made of, the product's own name among them.
const COMMON: &str = include_str!("common.txt");

impl BlockList {
    /// What is common, and nothing else.
    #[must_use]
    pub const fn built_in() -> Self {
        Self { listed: Vec::new() }
    }

    /// Lists every line of a text, as it is and whatever its case. Lines that no password can be are passed over.
    ///
    /// ```
    /// use sutra_identity::BlockList;
    ///
    /// assert_eq!(BlockList::built_in().with_lines("velvet hammer 7\nquiet river stone\n").listed(), 2);
    /// ```
    #[must_use]
    pub fn with_lines(mut self, text: &str) -> Self {
        let passwords = text.lines().filter_map(|line| Password::parse(line.to_owned()).ok());
        self.listed.extend(passwords.map(|password| fingerprint(&lower_case(&password))));
        self.listed.sort_unstable();
        self.listed.dedup();
        self
    }

    /// How many passwords an operator has listed.
    #[must_use]
    pub fn listed(&self) -> usize {
        self.listed.len()
    }

    pub(super) fn judge(
        &self,
        password: &Password,
        organisational: impl Iterator<Item = String>,
        personal: impl Iterator<Item = String>,
    ) -> Result<(), PasswordProblem> {
        let text = lower_case(password);
        if self.listed.binary_search(&fingerprint(&text)).is_ok() {
            return Err(PasswordProblem::Listed);
        }
        let mut words: Vec<String> = COMMON.lines().map(str::to_owned).collect();
        if has_few_pieces(&text, &words) {
            return Err(PasswordProblem::Common);
        }
        words.extend(organisational);
        if has_few_pieces(&text, &words) {
            return Err(PasswordProblem::Organisational);
        }
        words.extend(personal);
        if has_few_pieces(&text, &words) { Err(PasswordProblem::Personal) } else { Ok(()) }
    }
}

fn lower_case(password: &Password) -> Zeroizing<Vec<char>> {
    // No text has more characters in lower case than it has bytes, so no outgrown copy stays behind.
    let mut text = Zeroizing::new(Vec::with_capacity(password.expose().len()));
    text.extend(password.expose().chars().flat_map(char::to_lowercase));
    text
}

fn fingerprint(text: &[char]) -> u64 {
    let bytes: Zeroizing<Vec<u8>> =
        Zeroizing::new(text.iter().flat_map(|c| u32::from(*c).to_be_bytes()).collect());
    let [a, b, c, d, e, f, g, h, ..] = sha256(&bytes);
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::pieces;

    #[test]
    fn what_is_listed_is_refused_whatever_its_case() {
        let list =
            BlockList::built_in().with_lines("Velvet Hammer 7\r\n\n\nquiet river ſtone\nvelvet hammer 7\n");
        assert_eq!(list.listed(), 2);
        let cases = [
            ("as it is", "Velvet Hammer 7", true),
            ("in capitals", "VELVET HAMMER 7", true),
            ("in another normal form", "quiet river stone", true),
            ("a longer one", "velvet hammer 77", false),
            ("a part", "velvet hammer", false),
        ];
        for (name, text, refused) in cases {
            let password = Password::parse(text.to_owned()).ok().unwrap();
            let verdict = list.judge(&password, std::iter::empty(), std::iter::empty());
            assert_eq!(verdict == Err(PasswordProblem::Listed), refused, "{name}: {verdict:?}");
        }
    }

    #[test]
    fn common_words_are_in_lower_case_sorted_and_single() {
        let words: Vec<&str> = COMMON.lines().collect();
        assert!(words.is_sorted_by(|a, b| a < b));
        for word in words {
            assert!(word.chars().count() >= pieces::SHORTEST, "{word}");
            assert_eq!(word, word.to_lowercase(), "{word}");
        }
    }
}
