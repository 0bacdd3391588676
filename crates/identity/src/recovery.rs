//! Codes for the day when nothing else is at hand.

use std::fmt;

use sutra_crypto::{SecretBytes, hmac_sha256};
use sutra_kernel::Entropy;
use zeroize::Zeroizing;

/// A recovery code: 80 random bits, as sixteen letters and digits in groups of four.
///
/// # Security
/// It is shown once, and works once. It has no `Debug`, `Display` or `Clone`.
pub struct RecoveryCode(Zeroizing<String>);

/// What is kept of a user's recovery codes: keyed digests of those that were not used.
///
/// ```
/// use sutra_identity::{RecoveryCode, RecoveryCodes};
/// # use std::sync::atomic::{AtomicU64, Ordering};
/// # struct Chance(AtomicU64);
/// # impl sutra_kernel::Entropy for Chance {
/// #     fn fill(&self, buffer: &mut [u8]) {
/// #         let next = || self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
/// #         buffer.fill_with(|| sutra_crypto::sha256(&next())[0]);
/// #     }
/// # }
/// # let entropy = Chance(AtomicU64::new(0));
///
/// let (kept, shown) = RecoveryCodes::issue(&entropy);
/// assert_eq!((kept.left(), shown.len()), (10, 10));
///
/// // Typed as people do.
/// let typed = shown[3].expose().to_uppercase().replace('-', " ");
/// let typed = RecoveryCode::parse(&typed).ok_or("not a code")?;
/// let kept = kept.without(&typed).ok_or("not one of them")?;
/// assert_eq!(kept.left(), 9);
/// assert!(kept.without(&typed).is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Security
/// The key of the digests is made with the codes and kept beside them, and both are stored sealed: whoever reads the
/// database has neither codes nor anything to try codes against.
pub struct RecoveryCodes {
    key: Box<Zeroizing<[u8; 32]>>,
    digests: Vec<[u8; 32]>,
}

/// Bytes that are no recovery codes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not the digests of recovery codes")]
pub struct RecoveryCodesError;

/// Without the letters that are taken for digits, and without `u`, so that hardly a word comes about.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const DIGITS: usize = 16;
const GROUP: usize = 4;

impl RecoveryCode {
    /// Makes a new one.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0; DIGITS]);
        entropy.fill(bytes.as_mut_slice());
        // 32 digits divide 256 values, so each is as likely as the others.
        let digits = bytes.iter().filter_map(|byte| ALPHABET.get(usize::from(byte % 32)));
        Self(grouped(digits.map(|digit| char::from(*digit))))
    }

    /// Reads what somebody typed, whatever its case, its blanks and its dashes.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let written = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').take(DIGITS + 1);
        let meant: Zeroizing<String> = Zeroizing::new(written.map(meant).collect());
        let is_code = meant.len() == DIGITS && meant.bytes().all(|byte| ALPHABET.contains(&byte));
        is_code.then(|| Self(grouped(meant.chars())))
    }

    /// The code, for the one answer that shows it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

fn grouped(digits: impl Iterator<Item = char>) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(DIGITS + DIGITS / GROUP));
    for (place, digit) in digits.enumerate() {
        if place > 0 && place % GROUP == 0 {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

/// The digit that somebody meant who reads it from paper.
fn meant(typed: char) -> char {
    match typed.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    }
}

impl RecoveryCodes {
    /// How many there are from the start.
    pub const COUNT: usize = 10;

    /// Makes new ones. The codes are shown to their user, and kept nowhere.
    #[must_use]
    pub fn issue(entropy: &dyn Entropy) -> (Self, Vec<RecoveryCode>) {
        let mut key = Box::new(Zeroizing::new([0; 32]));
        entropy.fill(key.as_mut_slice());
        let codes: Vec<_> = (0..Self::COUNT).map(|_| RecoveryCode::generate(entropy)).collect();
        let mut kept = Self { key, digests: Vec::new() };
        kept.digests = codes.iter().map(|code| kept.digest(code)).collect();
        (kept, codes)
    }

    /// Reads what was stored.
    ///
    /// # Errors
    /// [`RecoveryCodesError`] if it is not of the form of [`Self::to_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RecoveryCodesError> {
        let (chunks, []) = bytes.as_chunks() else { return Err(RecoveryCodesError) };
        let (key, digests) = chunks.split_first().ok_or(RecoveryCodesError)?;
        Ok(Self { key: Box::new(Zeroizing::new(*key)), digests: digests.to_vec() })
    }

    /// The key and the digests, for sealing.
    #[must_use]
    pub fn to_bytes(&self) -> SecretBytes {
        let mut bytes = Vec::with_capacity(32 * (1 + self.digests.len()));
        bytes.extend_from_slice(self.key.as_slice());
        self.digests.iter().for_each(|digest| bytes.extend_from_slice(digest));
        SecretBytes::new(bytes)
    }

    /// What is left after the use of a code; nothing if it is none of them, or was used.
    ///
    /// # Security
    /// A code works once among many tries at the same time only if whoever stores what is left compares and swaps.
    #[must_use]
    pub fn without(&self, code: &RecoveryCode) -> Option<Self> {
        let used = self.digest(code);
        // Digests are compared, under a key that nobody outside knows: how long that takes tells nothing of codes.
        let digests: Vec<_> = self.digests.iter().filter(|digest| **digest != used).copied().collect();
        (digests.len() < self.digests.len()).then(|| Self { key: self.key.clone(), digests })
    }

    /// How many were not used.
    #[must_use]
    pub fn left(&self) -> usize {
        self.digests.len()
    }

    fn digest(&self, code: &RecoveryCode) -> [u8; 32] {
        hmac_sha256(&self.key, &[code.0.as_bytes()])
    }
}

/// Says how many are left, and nothing of them.
impl fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecoveryCodes").field("left", &self.left()).finish_non_exhaustive()
    }
}
