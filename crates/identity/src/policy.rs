//! Which passwords may be chosen.

mod pieces;

use zeroize::Zeroizing;

use self::pieces::has_few_pieces;
use crate::{EmailAddress, Password};

/// The fewest characters of a password that stands alone, without a second factor (NIST SP 800-63B-4,
/// section 3.1.1.2).
pub const MIN_CHARACTERS: usize = 15;

/// Why a password may not be chosen, in a sentence for whoever chose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    /// It is short.
    #[error("use at least {MIN_CHARACTERS} characters; a few unrelated words are easy to remember")]
    TooShort,
    /// It is made of common passwords, sequences and repetitions.
    #[error("these are mostly common words, sequences or repetitions, which are guessed first")]
    Common,
    /// It is made of the user's own name or address.
    #[error("this is mostly your name or your e-mail address, which others know")]
    Personal,
}

/// Words that passwords are often made of, the product's own name among them.
const COMMON: &str = include_str!("policy/common.txt");

/// Whether a password may be chosen by the user of this address and name.
///
/// There are no rules of composition. A password is judged by its length, and by how much is left of it when
/// every common word, sequence, repetition, and part of the user's name and address counts as one character.
///
/// # Errors
/// The first problem.
pub fn check_policy(password: &Password, email: &EmailAddress, name: &str) -> Result<(), PasswordProblem> {
    if password.expose().chars().count() < MIN_CHARACTERS {
        return Err(PasswordProblem::TooShort);
    }
    let text = lower_case(password);
    let mut words: Vec<String> = COMMON.lines().map(str::to_owned).collect();
    if has_few_pieces(&text, &words) {
        return Err(PasswordProblem::Common);
    }
    words.extend(words_of(email.as_str()).chain(words_of(name)));
    if has_few_pieces(&text, &words) { Err(PasswordProblem::Personal) } else { Ok(()) }
}

fn lower_case(password: &Password) -> Zeroizing<Vec<char>> {
    // No text has more characters in lower case than it has bytes, so no outgrown copy stays behind.
    let mut text = Zeroizing::new(Vec::with_capacity(password.expose().len()));
    text.extend(password.expose().chars().flat_map(char::to_lowercase));
    text
}

fn words_of(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words.filter(|word| word.chars().count() >= pieces::SHORTEST)
}

#[cfg(test)]
mod tests {
    use PasswordProblem::{Common, Personal, TooShort};

    use super::*;

    fn verdict(text: &str) -> Result<(), PasswordProblem> {
        let email = EmailAddress::parse("asa.lindqvist@northwind.example").unwrap();
        check_policy(&Password::parse(text.to_owned()).ok().unwrap(), &email, "Åsa Lindqvist-Moreau")
    }

    #[test]
    fn passwords_are_judged_by_what_is_left_of_them() {
        let cases = [
            ("14 characters", "v8Kq!mZ2r#Tw9x", Err(TooShort)),
            ("15 characters", "v8Kq!mZ2r#Tw9xB", Ok(())),
            ("14 characters of many bytes", "ужасноdлинныйп", Err(TooShort)),
            ("another script", "ужаснодлинныйпароль", Ok(())),
            ("unrelated words", "tractor envelope mustard sky", Ok(())),
            ("lower case alone is no problem", "tractorenvelopemustard", Ok(())),
            ("digits alone are no problem", "830571829405716", Ok(())),
            ("a common word in a longer one", "password v8Kq!mZ2r", Ok(())),
            ("one character", "aaaaaaaaaaaaaaaaaaaa", Err(Common)),
            ("a repeated pair", "xkxkxkxkxkxkxkxk", Err(Common)),
            ("a repeated short password", "k9$zk9$zk9$zk9$z", Err(Common)),
            ("counting", "123456789012345", Err(Common)),
            ("counting down", "zyxwvutsrqponmlk", Err(Common)),
            ("along the keyboard", "qwertyuiopasdfghjkl", Err(Common)),
            ("across the keyboard", "1qaz2wsx3edc4rfv", Err(Common)),
            ("one common word twice", "PasswordPassword", Err(Common)),
            ("a word, a number, a sign", "Password1234567!", Err(Common)),
            ("letters written as signs", "P@$$w0rd1234567!", Err(Common)),
            ("a season and a year", "Summer2026Summer", Err(Common)),
            ("the product", "SutraSutraSutra1", Err(Common)),
            ("the famous one", "correcthorsebatterystaple", Err(Common)),
            ("spaces do not help", "p p p p p p p p p p", Err(Common)),
            ("the user's name", "Lindqvist-Moreau", Err(Personal)),
            ("the user's address", "asa.lindqvist@northwind", Err(Personal)),
            ("the employer and a number", "Northwind123456", Err(Personal)),
            ("a name in a longer one", "Lindqvist eats 7 plums", Ok(())),
        ];
        for (name, text, expected) in cases {
            assert_eq!(verdict(text), expected, "{name}");
        }
    }

    #[test]
    fn the_longest_password_is_judged_too() {
        assert_eq!(verdict(&"İ".repeat(512)), Err(Common));
        assert_eq!(verdict(&"v8Kq!mZ2".repeat(128)), Ok(()));
    }

    #[test]
    fn listed_words_are_in_lower_case_sorted_and_single() {
        let words: Vec<&str> = COMMON.lines().collect();
        assert!(words.is_sorted_by(|a, b| a < b));
        for word in words {
            assert!(word.chars().count() >= pieces::SHORTEST, "{word}");
            assert_eq!(word, word.to_lowercase(), "{word}");
        }
    }

    #[test]
    fn a_problem_is_told_in_a_sentence() {
        for problem in [TooShort, Common, Personal] {
            let text = problem.to_string();
            assert!(text.len() > 40 && !text.ends_with('.'), "{text}");
        }
    }
}
