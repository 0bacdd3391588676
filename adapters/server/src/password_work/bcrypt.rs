//! Hashes that another system made, until their owners have signed in once.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use sutra_identity::PasswordHash;
use sutra_kernel::PortError;
use zeroize::Zeroizing;

use super::scheme::corrupt;

/// A bcrypt hash.
pub(super) struct Bcrypt {
    cost: u32,
    salt: [u8; SALT_BYTES],
    digest: [u8; DIGEST_BYTES],
}

const SALT_BYTES: usize = 16;
const SALT_DIGITS: usize = 22;
const DIGEST_BYTES: usize = 23;
/// bcrypt looks at so many bytes, and at no more.
const MAX_BYTES: usize = 72;

/// Some programs set bits at the end that mean nothing.
const DIGITS: GeneralPurpose = GeneralPurpose::new(
    &alphabet::BCRYPT,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

impl Bcrypt {
    /// Reads a hash; nothing if it is none of bcrypt's.
    pub(super) fn read(hash: &PasswordHash) -> Result<Option<Self>, PortError> {
        let Some(cost) = hash.bcrypt_cost() else { return Ok(None) };
        let digits = hash.expose().rsplit('$').next().unwrap_or_default();
        let (salt, digest) =
            digits.split_at_checked(SALT_DIGITS).ok_or_else(|| corrupt("a bcrypt hash is short"))?;
        let mut read = Self { cost, salt: [0; SALT_BYTES], digest: [0; DIGEST_BYTES] };
        DIGITS.decode_slice(salt, &mut read.salt).map_err(corrupt)?;
        DIGITS.decode_slice(digest, &mut read.digest).map_err(corrupt)?;
        Ok(Some(read))
    }

    /// Whether this is the hash of a password. One that bcrypt would have cut is none: it is refused, as everywhere.
    pub(super) fn is_of(&self, password: &[u8]) -> bool {
        let found = work(self.cost, self.salt, password);
        let is_right = found.iter().zip(&self.digest).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0;
        is_right && password.len() <= MAX_BYTES && !password.contains(&0)
    }

    /// Does what is left of the work of a higher cost, so that the time does not tell this hash from another.
    pub(super) fn idle(&self, up_to: Option<u32>) {
        for cost in self.cost..up_to.unwrap_or(self.cost) {
            work(cost, self.salt, &[]);
        }
    }
}

/// Does the work of a bcrypt hash where there is none.
pub(super) fn idle(cost: Option<u32>) {
    if let Some(cost) = cost {
        work(cost, [0; SALT_BYTES], &[]);
    }
}

/// The bytes of a password end with a zero, unless there are 72 of them.
fn work(cost: u32, salt: [u8; SALT_BYTES], password: &[u8]) -> [u8; 24] {
    let mut bytes = Zeroizing::new([0; MAX_BYTES]);
    bytes.iter_mut().zip(password).for_each(|(place, byte)| *place = *byte);
    let used = (password.len() + 1).min(MAX_BYTES);
    bcrypt::bcrypt(cost, salt, bytes.get(..used).unwrap_or(&*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_of(hash: &str, password: &str) -> bool {
        let hash = PasswordHash::from_bcrypt(hash.to_owned()).unwrap();
        Bcrypt::read(&hash).unwrap().unwrap().is_of(password.as_bytes())
    }

    /// Made by `crypt` of the C library.
    #[test]
    fn hashes_of_another_program_are_known_again() {
        let cases = [
            ("$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2", "correct horse", true),
            ("$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2", "correct house", false),
            ("$2a$06$N9qo8uLOickgx2ZMRZoMye8GaIAnTePt6xhbBoT6SVB/Evc9m023W", "U*U", true),
            ("$2a$06$N9qo8uLOickgx2ZMRZoMye8GaIAnTePt6xhbBoT6SVB/Evc9m023W", "U*U\0", false),
            ("$2b$04$zVHmKQtGGQob.b/Nc7l9NOdkeVHAL9gMjV69JguwNUf.x8jiN86I.", "påssword", true),
            ("$2b$04$zVHmKQtGGQob.b/Nc7l9NO3uYUib0CXeqfvzcGbVNvekxfAkhXu92", &"a".repeat(72), true),
            ("$2b$04$zVHmKQtGGQob.b/Nc7l9NO3uYUib0CXeqfvzcGbVNvekxfAkhXu92", &"a".repeat(80), false),
        ];
        for (hash, password, expected) in cases {
            assert_eq!(is_of(hash, password), expected, "{hash} {}", password.len());
        }
    }

    #[test]
    fn another_hash_is_none_of_bcrypts() {
        let hash = PasswordHash::from_phc("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned()).unwrap();
        assert!(Bcrypt::read(&hash).unwrap().is_none());
    }
}
