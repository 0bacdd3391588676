//! What is kept of passkeys and of ceremonies, as bytes: a version, and JSON.

use serde::{Serialize, de::DeserializeOwned};
use sutra_crypto::SecretBytes;

const VERSION: u8 = 1;

/// Several times of what the largest answer leaves behind.
const LIMIT: usize = 512 * 1024;

/// Bytes that are no passkey and no ceremony with one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not what is kept of a passkey")]
pub struct PasskeyBytesError;

pub(super) fn write(value: &impl Serialize) -> Result<SecretBytes, PasskeyBytesError> {
    let mut bytes = vec![VERSION];
    serde_json::to_writer(&mut bytes, value).map_err(|_| PasskeyBytesError)?;
    if bytes.len() > LIMIT {
        return Err(PasskeyBytesError);
    }
    Ok(SecretBytes::new(bytes))
}

pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, PasskeyBytesError> {
    match bytes.split_first() {
        Some((&VERSION, json)) if bytes.len() <= LIMIT => {
            serde_json::from_slice(json).map_err(|_| PasskeyBytesError)
        }
        _ => Err(PasskeyBytesError),
    }
}
