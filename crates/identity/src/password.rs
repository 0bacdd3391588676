//! Passwords, and what is kept of them.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// A password as it was typed, in Unicode normal form KC, so that every keyboard spells it alike.
///
/// # Security
/// It is overwritten when dropped, and has no `Debug`, `Display` or `Clone`:
///
/// ```compile_fail,E0277
/// let password = sutra_identity::Password::parse("correct horse".to_owned()).ok();
/// println!("{password:?}");
/// ```
pub struct Password(Zeroizing<String>);

/// Why a text cannot be a password at all. Whether it is a good one is for [`crate::PasswordPolicy`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// There is nothing.
    #[error("a password cannot be empty")]
    Empty,
    /// More than [`Password::MAX_BYTES`]. It is refused rather than cut, because two passwords that
    /// start alike must not open the same account.
    #[error("a password cannot be longer than {} bytes", Password::MAX_BYTES)]
    TooLong,
}

impl Password {
    /// The longest password, in bytes of UTF-8 after normalization.
    pub const MAX_BYTES: usize = 1_024;

    /// Normalizes what was typed. The text given is overwritten.
    ///
    /// # Errors
    /// Nothing, and more than [`Self::MAX_BYTES`], are refused.
    pub fn parse(typed: String) -> Result<Self, PasswordError> {
        let typed = Zeroizing::new(typed);
        // Normalization shrinks a text to a quarter at most; the rest need not be looked at.
        if typed.len() > 4 * Self::MAX_BYTES {
            return Err(PasswordError::TooLong);
        }
        // INVARIANT: the capacity is never exceeded, so no copy is left behind by growing.
        let mut normal = Zeroizing::new(String::with_capacity(Self::MAX_BYTES));
        for c in typed.nfkc() {
            if normal.len() + c.len_utf8() > Self::MAX_BYTES {
                return Err(PasswordError::TooLong);
            }
            normal.push(c);
        }
        if normal.is_empty() { Err(PasswordError::Empty) } else { Ok(Self(normal)) }
    }

    /// The secret itself, for hashing.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// What is kept of a password: an Argon2id hash with its salt and parameters, in PHC text form; or, until its owner
/// signs in for the first time, a bcrypt hash that another system made.
///
/// # Security
/// It is stored sealed, and overwritten when dropped. Whoever sees it can guess passwords at leisure, so
/// it has no `Debug`, `Display` or `Clone`:
///
/// ```compile_fail,E0277
/// let hash = sutra_identity::PasswordHash::from_phc("$argon2id$c2FsdA$aGFzaA".to_owned()).ok();
/// println!("{hash:?}");
/// ```
pub struct PasswordHash(Zeroizing<String>);

/// A text that is no password hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a password hash in PHC text form")]
pub struct PasswordHashError;

/// Why a text is no bcrypt hash that can be taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BcryptError {
    /// It has another form.
    #[error("expected a bcrypt hash such as `$2b$12$` and 53 digits")]
    Form,
    /// Its cost is none, or is too high.
    #[error("the cost of a bcrypt hash is {} to {}", BCRYPT_COSTS.start(), BCRYPT_COSTS.end())]
    Cost,
}

const MAX_HASH_BYTES: usize = 512;

/// The salt and the hash of a bcrypt hash, in its own base 64.
const BCRYPT_DIGITS: usize = 53;
const BCRYPT_COSTS: std::ops::RangeInclusive<u32> = 4..=15;

impl PasswordHash {
    /// Wraps a hash that was computed or stored, such as `$argon2id$v=19$m=19456,t=2,p=1$…$…`.
    ///
    /// # Errors
    /// A text without an algorithm, a salt and a hash is refused.
    pub fn from_phc(text: String) -> Result<Self, PasswordHashError> {
        let hash = Self(Zeroizing::new(text));
        let printable = hash.0.bytes().all(|byte| byte.is_ascii_graphic());
        let fields_are_there = (4..=6).contains(&hash.0.split('$').count())
            && hash.0.starts_with('$')
            && hash.0.split('$').skip(1).all(|field| !field.is_empty());
        if printable && fields_are_there && hash.0.len() <= MAX_HASH_BYTES {
            Ok(hash)
        } else {
            Err(PasswordHashError)
        }
    }

    /// Wraps a bcrypt hash that another system made, such as `$2b$12$…`.
    ///
    /// # Errors
    /// Another form than bcrypt's, the one with a known defect (`$2x$`), and a cost that would keep a server busy for
    /// seconds are refused.
    pub fn from_bcrypt(text: String) -> Result<Self, BcryptError> {
        let hash = Self(Zeroizing::new(text));
        let cost = hash.bcrypt_cost().ok_or(BcryptError::Form)?;
        let digits = hash.0.rsplit('$').next().unwrap_or_default();
        let are_digits = digits.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'/'));
        if digits.len() != BCRYPT_DIGITS || !are_digits {
            return Err(BcryptError::Form);
        }
        if BCRYPT_COSTS.contains(&cost) { Ok(hash) } else { Err(BcryptError::Cost) }
    }

    /// The cost of a bcrypt hash; nothing for another.
    #[must_use]
    pub fn bcrypt_cost(&self) -> Option<u32> {
        let mut parts = self.0.split('$').skip(1);
        let (version, cost) = (parts.next()?, parts.next()?);
        let is_bcrypt = matches!(version, "2a" | "2b" | "2y") && cost.len() == 2 && parts.count() == 1;
        let digits = cost.bytes().all(|c| c.is_ascii_digit());
        cost.parse().ok().filter(|_| is_bcrypt && digits)
    }

    /// The PHC text, for verifying and sealing.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The algorithm's name, such as `argon2id`.
    #[must_use]
    pub fn algorithm(&self) -> &str {
        self.0.split('$').nth(1).unwrap_or_default()
    }

    /// A parameter it was computed with, such as `m`: it tells whether to hash anew.
    ///
    /// ```
    /// # use sutra_identity::PasswordHash;
    /// let hash = PasswordHash::from_phc("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g".to_owned())?;
    /// assert_eq!(hash.algorithm(), "argon2id");
    /// assert_eq!(hash.parameter("m"), Some("19456"));
    /// assert_eq!(hash.parameter("keyid"), None);
    /// # Ok::<(), sutra_identity::PasswordHashError>(())
    /// ```
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let pairs = self.0.split('$').skip(2).flat_map(|field| field.split(','));
        pairs.filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}

/// What became of checking a password.
pub enum PasswordVerdict {
    /// It is wrong, or there was nothing to check it against.
    No,
    /// It is right.
    Yes,
    /// It is right, and its stored hash is weaker than today's: keep this one instead.
    YesButRehash(PasswordHash),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyboard_spells_a_password_alike() {
        let cases = [
            ("composed", "p\u{e5}ssword", "p\u{e5}ssword"),
            ("decomposed", "pa\u{30a}ssword", "p\u{e5}ssword"),
            ("full width", "ｐassword", "password"),
            ("ligature", "ﬁsh", "fish"),
            ("space and case are kept", " Pass Word ", " Pass Word "),
        ];
        for (name, typed, expected) in cases {
            let password = Password::parse(typed.to_owned()).ok().unwrap();
            assert_eq!(password.expose(), expected, "{name}");
        }
    }

    #[test]
    fn a_long_password_is_refused_rather_than_cut() {
        let cases = [
            ("empty", String::new(), Some(PasswordError::Empty)),
            ("1,024 bytes", "a".repeat(1_024), None),
            ("1,025 bytes", "a".repeat(1_025), Some(PasswordError::TooLong)),
            ("512 characters of two bytes", "é".repeat(512), None),
            ("513 characters of two bytes", "é".repeat(513), Some(PasswordError::TooLong)),
            ("shrinks to 1,024 bytes", "𝐚".repeat(1_024), None),
            ("shrinks to 1,025 bytes", "𝐚".repeat(1_025), Some(PasswordError::TooLong)),
            ("grows past the limit", "ﷺ".repeat(60), Some(PasswordError::TooLong)),
        ];
        for (name, typed, expected) in cases {
            assert_eq!(Password::parse(typed).err(), expected, "{name}");
        }
    }

    #[test]
    fn no_character_shrinks_to_less_than_a_quarter() {
        for c in '\0'..=char::MAX {
            let normal: usize = std::iter::once(c).nfkc().map(char::len_utf8).sum();
            assert!(4 * normal >= c.len_utf8(), "{c:?}");
        }
    }

    #[test]
    fn a_hash_of_another_system_is_taken_if_it_is_bcrypt() {
        let rest = "aZ9".repeat(17);
        let digits = format!("./{rest}");
        let cases = [
            ("2a", format!("$2a$06${digits}"), Ok(6)),
            ("2b", format!("$2b$12${digits}"), Ok(12)),
            ("2y", format!("$2y$15${digits}"), Ok(15)),
            ("2x", format!("$2x$12${digits}"), Err(BcryptError::Form)),
            ("no minor version", format!("$2$12${digits}"), Err(BcryptError::Form)),
            ("a cost too high", format!("$2b$16${digits}"), Err(BcryptError::Cost)),
            ("a cost too low", format!("$2b$03${digits}"), Err(BcryptError::Cost)),
            ("no cost", format!("$2b$${digits}"), Err(BcryptError::Form)),
            ("one digit of cost", format!("$2b$8${digits}"), Err(BcryptError::Form)),
            ("signed cost", format!("$2b$+8${digits}"), Err(BcryptError::Form)),
            ("too short", format!("$2b$12$.{rest}"), Err(BcryptError::Form)),
            ("too long", format!("$2b$12$a{digits}"), Err(BcryptError::Form)),
            ("another alphabet", format!("$2b$12$+/{rest}"), Err(BcryptError::Form)),
            ("more parts", format!("$2b$12${digits}$"), Err(BcryptError::Form)),
            ("Argon2", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned(), Err(BcryptError::Form)),
            ("nothing", String::new(), Err(BcryptError::Form)),
        ];
        for (name, text, expected) in cases {
            let taken =
                PasswordHash::from_bcrypt(text.clone()).map(|hash| hash.bcrypt_cost().unwrap_or_default());
            assert_eq!(taken, expected, "{name}");
            assert!(taken.is_err() || PasswordHash::from_phc(text).is_ok(), "{name} is read as it is stored");
        }
    }

    #[test]
    fn what_is_no_hash_is_refused() {
        let cases = [
            ("argon2id", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA", true),
            ("with a pepper", "$argon2id$v=19$m=19456,t=2,p=1,keyid=AAAA$c2FsdA$aGFzaA", true),
            ("no parameters", "$argon2id$c2FsdA$aGFzaA", true),
            ("empty", "", false),
            ("plain text", "password", false),
            ("no hash", "$argon2id$c2FsdA", false),
            ("empty hash", "$argon2id$c2FsdA$", false),
            ("no leading sign", "argon2id$v=19$c2FsdA$aGFzaA", false),
            ("line break", "$argon2id$c2FsdA$aGFzaA\n", false),
            ("too many fields", "$a$b$c$d$e$f", false),
            ("too long", &format!("$argon2id$c2FsdA${}", "a".repeat(512)), false),
        ];
        for (name, text, expected) in cases {
            assert_eq!(PasswordHash::from_phc(text.to_owned()).is_ok(), expected, "{name}");
        }
    }
}
