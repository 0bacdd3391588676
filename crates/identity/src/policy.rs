//! Which passwords may be chosen.

use crate::{EmailAddress, Password};

/// The fewest characters of a password that stands alone, without a second factor (NIST SP 800-63B-4, 3.1.1.2).
pub const MIN_CHARACTERS: usize = 15;

/// Why a password may not be chosen, in a sentence for whoever chose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    /// It is short.
    #[error("use at least {MIN_CHARACTERS} characters; a few unrelated words are easy to remember")]
    TooShort,
    /// It is made of common passwords, sequences and repetitions.
    #[error(
        "this is mostly common words, sequences or repetitions, which are tried first; choose something else"
    )]
    Common,
    /// It is made of the user's own name or address.
    #[error(
        "this is mostly your name, your e-mail address or the name of this product; choose something else"
    )]
    Personal,
}

/// Whether a password may be chosen.
///
/// # Errors
/// The first problem.
pub fn check_policy(password: &Password, email: &EmailAddress, name: &str) -> Result<(), PasswordProblem> {
    let _ = (email, name);
    if password.expose().chars().count() < MIN_CHARACTERS { Err(PasswordProblem::TooShort) } else { Ok(()) }
}
