//! Codes that are sent by e-mail or SMS.

use std::time::Duration;

use sutra_crypto::{MacKey, TokenDigest};
use sutra_kernel::{Entropy, Timestamp};
use zeroize::Zeroizing;

/// Eight digits that are sent to a user, and come back from whoever has the mailbox or the telephone.
///
/// What is kept of them is a keyed digest that is bound to one use, as a secret that can be
/// [used once](crate::SingleUse).
///
/// ```
/// use sutra_identity::SentCode;
/// # use sutra_crypto::{DataKey, KeyRef, MacKey};
/// # struct Chance;
/// # impl sutra_kernel::Entropy for Chance {
/// #     fn fill(&self, buffer: &mut [u8]) {
/// #         buffer.fill(7);
/// #     }
/// # }
/// # let key = MacKey::derive(&DataKey::from_parts(KeyRef::from_u64(1), &[0; 32]), "code");
///
/// let code = SentCode::generate(&Chance);
/// assert_eq!(code.expose().len(), 8);
///
/// let typed = SentCode::parse(" 2701 7479 ").ok_or("not a code")?;
/// assert_eq!(typed.digest(&key, "this flow"), SentCode::parse("27017479").ok_or("not a code")?.digest(&key, "this flow"));
/// assert_ne!(typed.digest(&key, "this flow"), typed.digest(&key, "another flow"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SentCode(Zeroizing<String>);

const DIGITS: usize = 8;
const CODES: u64 = 100_000_000;

impl SentCode {
    /// How long it is good for.
    pub const LIFETIME: Duration = Duration::from_secs(10 * 60);

    /// Makes a new one.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0; 8]);
        entropy.fill(bytes.as_mut_slice());
        // Of 64 random bits, the remainder prefers no code by more than one in a hundred thousand millions.
        let number = u64::from_be_bytes(*bytes) % CODES;
        Self(Zeroizing::new(format!("{number:0DIGITS$}")))
    }

    /// Reads what somebody typed; blanks and dashes between the digits do not matter.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let code: Zeroizing<String> = Zeroizing::new(typed.take(DIGITS + 1).collect());
        let is_code = code.len() == DIGITS && code.bytes().all(|byte| byte.is_ascii_digit());
        is_code.then_some(Self(code))
    }

    /// The digits, for the one message that carries them.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept of it: good for this use alone, and useless to whoever has not got the key.
    #[must_use]
    pub fn digest(&self, key: &MacKey, purpose: &str) -> TokenDigest {
        TokenDigest::from_bytes(key.tag(&[purpose.as_bytes(), self.0.as_bytes()]))
    }

    /// From when on it is good for nothing: never later than what it is sent for.
    #[must_use]
    pub fn expires_at(now: Timestamp, flow_expires_at: Timestamp) -> Timestamp {
        now.plus(Self::LIFETIME).min(flow_expires_at)
    }
}
