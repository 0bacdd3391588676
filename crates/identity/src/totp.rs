//! Codes of authenticator apps: [RFC 6238](https://www.rfc-editor.org/rfc/rfc6238).

use sutra_crypto::SecretBytes;
use sutra_kernel::{Entropy, Timestamp};
use totp_rs::{Builder, Secret, Totp};
use zeroize::Zeroizing;

use crate::EmailAddress;

/// What an authenticator app and this program both know, and make the same codes from.
///
/// Six digits by HMAC-SHA-1, another every 30 seconds: some apps pretend to know other kinds, and make wrong codes.
///
/// ```
/// use sutra_identity::TotpSecret;
/// # use sutra_kernel::Timestamp;
/// # let now: Timestamp = "2026-03-01T12:00:00Z".parse()?;
///
/// // The key of the examples of RFC 6238.
/// let secret = TotpSecret::from_bytes(b"12345678901234567890")?;
/// let at_59_seconds = Timestamp::from_micros(59_000_000);
/// assert_eq!(secret.check("287082", at_59_seconds, None), Some(1));
/// assert_eq!(secret.check("287082", at_59_seconds, Some(1)), None, "a code works once");
/// assert_eq!(secret.check("287082", now, None), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Security
/// Whoever knows it is the user, as far as this factor is concerned. It is stored sealed, overwritten when dropped, and
/// has no `Debug`, `Display` or `Clone`:
///
/// ```compile_fail,E0277
/// println!("{:?}", sutra_identity::TotpSecret::from_bytes(&[7; 20]));
/// ```
pub struct TotpSecret(Secret);

/// Bytes that are no secret of an authenticator app.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a secret of an authenticator app has {} bytes", TotpSecret::BYTES)]
pub struct TotpSecretError;

impl TotpSecret {
    /// How long it is: 160 random bits, as [RFC 4226](https://www.rfc-editor.org/rfc/rfc4226#section-4) recommends.
    pub const BYTES: usize = 20;

    /// Makes a new one.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0; Self::BYTES]);
        entropy.fill(bytes.as_mut_slice());
        Self(Secret::new_stack(*bytes))
    }

    /// Reads one that was stored.
    ///
    /// # Errors
    /// [`TotpSecretError`] for another number of bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TotpSecretError> {
        let bytes: Zeroizing<[u8; Self::BYTES]> =
            Zeroizing::new(bytes.try_into().map_err(|_| TotpSecretError)?);
        Ok(Self(Secret::new_stack(*bytes)))
    }

    /// Reads one that somebody was [shown](Self::to_text), whatever its case and its blanks.
    ///
    /// # Errors
    /// [`TotpSecretError`] for anything else.
    pub fn from_text(text: &str) -> Result<Self, TotpSecretError> {
        let text: Zeroizing<String> =
            Zeroizing::new(text.chars().filter(|c| !c.is_whitespace()).take(64).collect());
        let upper = Zeroizing::new(text.to_uppercase());
        let secret = Secret::try_from_base32(upper.as_str()).map_err(|_| TotpSecretError)?;
        Self::from_bytes(secret.as_bytes())
    }

    /// The secret itself, for sealing.
    #[must_use]
    pub fn to_bytes(&self) -> SecretBytes {
        SecretBytes::new(self.0.as_bytes().to_vec())
    }

    /// The step of a right code, to be stored as `last`; nothing for a wrong one, or one that was used.
    ///
    /// The code of one step before and of one after are right too, because clocks differ and people type slowly.
    ///
    /// # Security
    /// A code works once, and so do all before it: every step up to `last` is refused. That holds among many
    /// tries at the same time only if whoever stores the step compares and swaps.
    #[must_use]
    pub fn check(&self, code: &str, now: Timestamp, last: Option<u64>) -> Option<u64> {
        let seconds = u64::try_from(now.as_micros()).ok()? / 1_000_000;
        let code: Zeroizing<String> = Zeroizing::new(code.chars().filter(|c| !c.is_whitespace()).collect());
        let step = self.generator(Builder::new())?.check(&code, seconds)?;
        last.is_none_or(|last| step > last).then_some(step)
    }

    /// The secret as people type it where no camera is at hand: 32 letters and digits.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.to_base32())
    }

    /// The text of the picture that apps read, in the form that they agree on.
    ///
    /// The issuer tells several accounts of one person apart; a colon in it would end it, and is left out.
    #[must_use]
    pub fn to_uri(&self, issuer: &str, account: &EmailAddress) -> Option<Zeroizing<String>> {
        let issuer = issuer.replace(':', " ");
        let named = Builder::new().with_issuer(Some(issuer)).with_account_name(account.as_str());
        self.generator(named)?.to_url().ok().map(Zeroizing::new)
    }

    fn generator(&self, builder: Builder) -> Option<Totp> {
        builder.with_secret(self.0.as_bytes()).build().ok()
    }
}
