//! Bytes that must not be seen.

use zeroize::Zeroizing;

/// Holds secret bytes and wipes them when it goes.
///
/// # Security
///
/// It cannot be printed, compared or copied, so that a secret does not end up in a log or a
/// second place by accident:
///
/// ```compile_fail,E0277
/// println!("{:?}", sutra_crypto::SecretBytes::new(vec![1]));
/// ```
///
/// ```compile_fail,E0599
/// let secret = sutra_crypto::SecretBytes::new(vec![1]);
/// let second = secret.clone();
/// ```
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// Takes over the bytes; the caller keeps no other copy.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Shows the secret, for the one call that needs it.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl From<Zeroizing<Vec<u8>>> for SecretBytes {
    fn from(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }
}
