//! What is kept of a user's passwords.

use sutra_crypto::SecretBytes;
use sutra_kernel::Timestamp;

use crate::PasswordHash;

/// What is kept of a user's passwords: the hash of the one that counts, since when it does, and the hashes of some
/// before it, which are not to be chosen again.
///
/// ```
/// use sutra_identity::{PasswordHash, StoredPassword};
/// # use sutra_kernel::Timestamp;
/// # let (then, now) = (Timestamp::from_micros(1), Timestamp::from_micros(2));
/// # let hash = |salt: &str| PasswordHash::from_phc(format!("$argon2id$v=19$m=19456,t=2,p=1${salt}$aGFzaGhhc2g"));
///
/// let first = StoredPassword::new(hash("Zmlyc3Q")?, then);
/// let second = first.replaced_by(hash("c2Vjb25k")?, now, 5);
/// let read = StoredPassword::from_bytes(second.to_bytes().expose())?;
/// assert_eq!((read.chosen_at(), read.before().len()), (Some(now), 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Security
/// It is stored sealed, and like every hash it has no `Debug`, `Display` or `Clone`.
pub struct StoredPassword {
    hash: PasswordHash,
    chosen_at: Option<Timestamp>,
    before: Vec<PasswordHash>,
}

/// Bytes that are not what is kept of passwords.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not what is kept of passwords")]
pub struct StoredPasswordError;

impl StoredPassword {
    /// A first password.
    #[must_use]
    pub fn new(hash: PasswordHash, chosen_at: Timestamp) -> Self {
        Self { hash, chosen_at: Some(chosen_at), before: Vec::new() }
    }

    /// The password of whoever was taken over from another system: nobody knows since when it counts.
    #[must_use]
    pub const fn imported(hash: PasswordHash) -> Self {
        Self { hash, chosen_at: None, before: Vec::new() }
    }

    /// Reads what was stored: a line for the hash, one for the time, and one for each hash before.
    ///
    /// # Errors
    /// [`StoredPasswordError`] for any other form.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StoredPasswordError> {
        let text = str::from_utf8(bytes).map_err(|_| StoredPasswordError)?;
        let hash = |line: &str| PasswordHash::from_phc(line.to_owned()).map_err(|_| StoredPasswordError);
        let mut lines = text.split('\n');
        let current = hash(lines.next().unwrap_or_default())?;
        let micros = lines.next().map(|line| line.parse().map_err(|_| StoredPasswordError)).transpose()?;
        let before = lines.map(hash).collect::<Result<_, _>>()?;
        Ok(Self { hash: current, chosen_at: micros.map(Timestamp::from_micros), before })
    }

    /// What is to be sealed.
    #[must_use]
    pub fn to_bytes(&self) -> SecretBytes {
        let mut bytes = Vec::with_capacity(512 * (2 + self.before.len()));
        bytes.extend_from_slice(self.hash.expose().as_bytes());
        if let Some(chosen_at) = self.chosen_at {
            bytes.extend_from_slice(format!("\n{}", chosen_at.as_micros()).as_bytes());
            for hash in &self.before {
                bytes.push(b'\n');
                bytes.extend_from_slice(hash.expose().as_bytes());
            }
        }
        SecretBytes::new(bytes)
    }

    /// The same password, hashed with today's parameters.
    #[must_use]
    pub fn rehashed(self, hash: PasswordHash) -> Self {
        Self { hash, ..self }
    }

    /// Another password, of which so many before are remembered, this one among them.
    #[must_use]
    pub fn replaced_by(self, hash: PasswordHash, now: Timestamp, remembered: u16) -> Self {
        let mut before = vec![self.hash];
        before.extend(self.before);
        before.truncate(usize::from(remembered));
        Self { hash, chosen_at: Some(now), before }
    }

    /// The hash of the password that counts.
    #[must_use]
    pub fn hash(&self) -> &PasswordHash {
        &self.hash
    }

    /// Since when it counts, if that is known: it is not of what another system has made.
    #[must_use]
    pub fn chosen_at(&self) -> Option<Timestamp> {
        self.chosen_at
    }

    /// The hashes of those before, the newest first.
    #[must_use]
    pub fn before(&self) -> &[PasswordHash] {
        &self.before
    }

    /// Every hash that a new password is held against.
    #[must_use]
    pub fn into_hashes(self) -> Vec<PasswordHash> {
        std::iter::once(self.hash).chain(self.before).collect()
    }

    /// The hash alone.
    #[must_use]
    pub fn into_hash(self) -> PasswordHash {
        self.hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(number: usize) -> PasswordHash {
        PasswordHash::from_phc(format!("$argon2id$v=19$m=8,t=1,p=1$c2FsdA{number}$aGFzaA")).ok().unwrap()
    }

    #[test]
    fn what_is_kept_is_read_as_it_is_written_and_no_more_than_so_many() {
        let mut kept = StoredPassword::new(hash(0), Timestamp::from_micros(0));
        for number in 1..9 {
            kept = kept.replaced_by(hash(number), Timestamp::from_micros(7), 3);
            kept = StoredPassword::from_bytes(kept.to_bytes().expose()).ok().unwrap();
        }
        let hashes: Vec<_> = kept.into_hashes().iter().map(|hash| hash.expose().to_owned()).collect();
        let expected: Vec<_> = (5..9).rev().map(|number| hash(number).expose().to_owned()).collect();
        assert_eq!(hashes, expected);
    }

    #[test]
    fn a_hash_alone_is_one_of_which_nobody_knows_since_when() {
        let kept = StoredPassword::from_bytes(hash(1).expose().as_bytes()).ok().unwrap();
        assert_eq!((kept.chosen_at(), kept.before().len()), (None, 0));
        assert_eq!(kept.to_bytes().expose(), hash(1).expose().as_bytes());
        assert_eq!(StoredPassword::imported(hash(1)).to_bytes().expose(), kept.to_bytes().expose());
    }

    #[test]
    fn anything_else_is_refused() {
        let hash = hash(1);
        for (name, text) in [
            ("nothing", String::new()),
            ("no time", format!("{}\nnow", hash.expose())),
            ("no hash before", format!("{}\n7\nnone", hash.expose())),
            ("an empty line", format!("{}\n7\n", hash.expose())),
        ] {
            assert!(StoredPassword::from_bytes(text.as_bytes()).is_err(), "{name}");
        }
        assert!(StoredPassword::from_bytes(&[0xff]).is_err());
    }
}
