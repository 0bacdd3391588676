//! The front door: `seal` and `open`, in the format `sealed-v1`.

use aes_gcm::Aes256Gcm;
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305,
    aead::{AeadInOut, inout::InOutBuf},
};
use subtle::ConstantTimeEq;
use sutra_kernel::Entropy;
use zeroize::Zeroizing;

use crate::{
    Context, DataKey, Sealed, SecretBytes, Suite,
    blob::{HEADER, Header, NONCE, TAG},
    expand::expand,
    sha256,
};

/// The most that one blob holds: 16 MiB. Larger things are sealed in pieces.
pub const MAX_PLAINTEXT: usize = 16 << 20;

const LABEL: &[u8] = b"sutra/seal/1\0";

/// Why a value was not sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It is larger than [`MAX_PLAINTEXT`].
    #[error("the value is too long to be sealed")]
    TooLong,
}

/// Why a blob did not open.
///
/// # Security
///
/// The three cases are for tests and operators. To everyone else they read the same, because what
/// exactly is wrong with a blob helps only who made it so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value cannot be opened")]
pub enum OpenError {
    /// It is no blob of a known version and suite.
    Malformed,
    /// It was not sealed under this key for this place.
    WrongKey,
    /// Its content was changed.
    Forged,
}

/// Seals a value for one place, under one key.
///
/// ```
/// use sutra_crypto::{Context, DataKey, Purpose, open, seal};
/// # use sutra_kernel::{Entropy, WorkspaceId};
/// # struct Fixed;
/// # impl Entropy for Fixed { fn fill(&self, buffer: &mut [u8]) { buffer.fill(7) } }
/// # let entropy = Fixed;
///
/// let key = DataKey::generate(&entropy);
/// let place = Context {
///     workspace: WorkspaceId::INSTANCE,
///     org: None,
///     purpose: Purpose::Settings,
///     entity: "setting",
///     record: None,
///     field: Some("smtp_password"),
/// };
/// let sealed = seal(&key, &place, b"correct horse", &entropy)?;
/// assert_eq!(open(&key, &place, &sealed)?.expose(), b"correct horse");
///
/// let elsewhere = Context { field: Some("motto"), ..place };
/// assert!(open(&key, &elsewhere, &sealed).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`SealError::TooLong`] past [`MAX_PLAINTEXT`].
pub fn seal(
    key: &DataKey,
    context: &Context<'_>,
    plaintext: &[u8],
    entropy: &dyn Entropy,
) -> Result<Sealed, SealError> {
    seal_with(Suite::XChaCha20Poly1305, key, context, plaintext, entropy)
}

/// Seals with a chosen cipher; otherwise as [`seal`].
///
/// # Errors
///
/// [`SealError::TooLong`] past [`MAX_PLAINTEXT`].
pub fn seal_with(
    suite: Suite,
    key: &DataKey,
    context: &Context<'_>,
    plaintext: &[u8],
    entropy: &dyn Entropy,
) -> Result<Sealed, SealError> {
    if plaintext.len() > MAX_PLAINTEXT {
        return Err(SealError::TooLong);
    }
    let mut nonce = [0; NONCE];
    entropy.fill(&mut nonce);
    let header = Header::new(suite, key.key_ref(), &nonce);
    let once = SingleUse::derive(key, &header.bytes, context);

    let mut body = vec![0; plaintext.len()];
    let text = InOutBuf::new(plaintext, &mut body).map_err(|_| SealError::TooLong)?;
    let tag = once.encrypt(suite, &nonce, text).map_err(|_| SealError::TooLong)?;
    Ok(Sealed::from_parts(&header, &once.commit, &body, &tag))
}

/// Opens a value in the place it was sealed for.
///
/// # Errors
///
/// [`OpenError`] if this is not the key, not the place, or not what was sealed.
pub fn open(key: &DataKey, context: &Context<'_>, sealed: &Sealed) -> Result<SecretBytes, OpenError> {
    let parts = sealed.parts()?;
    if parts.key_ref != key.key_ref() {
        return Err(OpenError::WrongKey);
    }
    let once = SingleUse::derive(key, parts.header, context);
    if !bool::from(once.commit.ct_eq(parts.commit)) {
        return Err(OpenError::WrongKey);
    }
    let mut plaintext = Zeroizing::new(vec![0; parts.body.len()]);
    let text = InOutBuf::new(parts.body, &mut plaintext).map_err(|_| OpenError::Malformed)?;
    once.decrypt(parts.suite, parts.nonce, text, parts.tag).map_err(|_| OpenError::Forged)?;
    Ok(plaintext.into())
}

/// What is derived for one blob alone.
struct SingleUse {
    key: Zeroizing<[u8; 32]>,
    commit: Zeroizing<[u8; 32]>,
    aad: Vec<u8>,
}

/// Fits suite 2, whose key serves once.
const ZERO_NONCE: [u8; 12] = [0; 12];

impl SingleUse {
    fn derive(key: &DataKey, header: &[u8; HEADER], context: &Context<'_>) -> Self {
        let context = context.encode();
        let [key, commit] = expand(key.expose(), &[LABEL, header, &sha256(&context)]);
        let aad = [header.as_slice(), commit.as_slice(), &context].concat();
        Self { key, commit, aad }
    }

    fn encrypt(
        &self,
        suite: Suite,
        nonce: &[u8; NONCE],
        text: InOutBuf<'_, '_, u8>,
    ) -> Result<[u8; TAG], aes_gcm::Error> {
        let key = (&*self.key).into();
        let tag = match suite {
            Suite::XChaCha20Poly1305 => {
                XChaCha20Poly1305::new(key).encrypt_inout_detached(nonce.into(), &self.aad, text)?
            }
            Suite::Aes256Gcm => {
                Aes256Gcm::new(key).encrypt_inout_detached((&ZERO_NONCE).into(), &self.aad, text)?
            }
        };
        Ok(tag.into())
    }

    fn decrypt(
        &self,
        suite: Suite,
        nonce: &[u8; NONCE],
        text: InOutBuf<'_, '_, u8>,
        tag: &[u8; TAG],
    ) -> Result<(), aes_gcm::Error> {
        let key = (&*self.key).into();
        match suite {
            Suite::XChaCha20Poly1305 => {
                XChaCha20Poly1305::new(key).decrypt_inout_detached(nonce.into(), &self.aad, text, tag.into())
            }
            Suite::Aes256Gcm => {
                Aes256Gcm::new(key).decrypt_inout_detached((&ZERO_NONCE).into(), &self.aad, text, tag.into())
            }
        }
    }
}
