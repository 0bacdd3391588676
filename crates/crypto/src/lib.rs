#![doc = include_str!("../README.md")]

mod blob;
mod context;
mod digest;
mod expand;
mod key;
mod key_file;
mod keyring;
mod mac;
mod pepper;
mod port;
mod root;
mod seal;
mod secret;
mod slot;
mod token;
mod vault;
mod wrapped;

pub use blob::{OVERHEAD, Sealed, Suite};
pub use context::{Context, Purpose};
pub use digest::{hmac_sha256, sha256};
pub use key::{DataKey, KeyRef, KeyRefError};
pub use key_file::{KeyFileError, KeyFileProblem};
pub use keyring::Keyring;
pub use mac::MacKey;
pub use pepper::PepperKeys;
pub use port::{KeyReader, KeyVault, KeyWriter};
pub use root::RootKeys;
pub use seal::{MAX_PLAINTEXT, OpenError, SealError, open, seal, seal_with};
pub use secret::SecretBytes;
pub use slot::{Branch, KeySlot, SlotError};
pub use token::{Token, TokenDigest, TokenError, TokenKind};
pub use vault::{LocalVault, RootCheck, VaultError};
pub use wrapped::WrappedKey;
