//! How passwords are hashed from now on, and how hashes made otherwise are still known.

use argon2::{
    Algorithm, Argon2, Block, KeyId, Params, ParamsBuilder, Version,
    password_hash::phc::{self, Output, ParamsString, Salt},
};
use sutra_crypto::{KeyRef, PepperKeys};
use sutra_identity::PasswordHash;
use sutra_kernel::PortError;

use super::bcrypt::{self, Bcrypt};
use crate::config::Passwords;

/// Argon2id with today's parameters and pepper.
pub(super) struct Scheme {
    params: Params,
    pepper: Option<PepperKeys>,
    bcrypt_cost: Option<u32>,
}

pub(super) const SALT_BYTES: usize = 16;

impl Scheme {
    pub(super) fn new(settings: &Passwords, pepper: Option<PepperKeys>) -> Result<Self, PortError> {
        let mut params = ParamsBuilder::new();
        params.m_cost(settings.memory_kib.get()).t_cost(settings.iterations.get()).p_cost(1);
        if let Some(pepper) = &pepper {
            params.keyid(KeyId::new(&pepper.primary_ref().as_u64().to_be_bytes()).map_err(refused)?);
        }
        let params = params.build().map_err(refused)?;
        Ok(Self { params, pepper, bcrypt_cost: settings.bcrypt_cost.map(|cost| cost.get()) })
    }

    /// How many blocks of memory a hash needs.
    pub(super) fn blocks(&self) -> usize {
        self.params.block_count()
    }

    pub(super) fn hash(
        &self,
        password: &[u8],
        salt: &[u8; SALT_BYTES],
        blocks: &mut Vec<Block>,
    ) -> Result<PasswordHash, PortError> {
        let length = Params::DEFAULT_OUTPUT_LEN;
        let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params.clone());
        let made = phc::PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&self.params).map_err(refused)?,
            salt: Some(Salt::new(salt).map_err(refused)?),
            hash: Some(self.digest(&hasher, password, salt, length, blocks).map_err(refused)?.0),
        };
        PasswordHash::from_phc(made.to_string()).map_err(PortError::refused)
    }

    /// Whether a hash is of this password, whichever way it was made. It takes as long for each way.
    pub(super) fn is_of(
        &self,
        password: &[u8],
        stored: &PasswordHash,
        blocks: &mut Vec<Block>,
    ) -> Result<bool, PortError> {
        let Some(imported) = Bcrypt::read(stored)? else {
            bcrypt::idle(self.bcrypt_cost);
            return self.is_of_argon2(password, stored, blocks);
        };
        let is_right = imported.is_of(password);
        imported.idle(self.bcrypt_cost);
        self.hash(password, &[0; SALT_BYTES], blocks)?;
        Ok(is_right)
    }

    /// Whether it was made with today's parameters and pepper.
    pub(super) fn is_of_today(&self, hash: &PasswordHash) -> bool {
        let stored = phc::PasswordHash::new(hash.expose());
        stored.is_ok_and(|stored| {
            let params = ParamsString::try_from(&self.params);
            stored.algorithm == Algorithm::Argon2id.ident()
                && params.is_ok_and(|today| stored.params == today)
        })
    }

    /// Under the parameters and the pepper that the hash itself names.
    fn is_of_argon2(
        &self,
        password: &[u8],
        stored: &PasswordHash,
        blocks: &mut Vec<Block>,
    ) -> Result<bool, PortError> {
        let stored = phc::PasswordHash::new(stored.expose()).map_err(corrupt)?;
        let (Some(salt), Some(expected)) = (&stored.salt, &stored.hash) else { return Ok(false) };
        let algorithm = Algorithm::try_from(stored.algorithm.as_str()).map_err(corrupt)?;
        let version = stored.version.map(Version::try_from).transpose().map_err(corrupt)?;
        let params = Params::try_from(&stored).map_err(corrupt)?;
        let hasher = Argon2::new(algorithm, version.unwrap_or_default(), params);
        let (found, is_known) =
            self.digest(&hasher, password, salt, expected.len(), blocks).map_err(corrupt)?;
        // The library compares in constant time.
        Ok(found == *expected && is_known)
    }

    /// Hashes what the pepper makes of a password; and says whether that pepper is at hand. If it is not, the work is
    /// done all the same.
    fn digest(
        &self,
        hasher: &Argon2<'_>,
        password: &[u8],
        salt: &[u8],
        length: usize,
        blocks: &mut Vec<Block>,
    ) -> Result<(Output, bool), argon2::Error> {
        let (mixed, is_known) = match key_of(hasher.params()) {
            Some(key) => {
                let mixed = self.pepper.as_ref().and_then(|pepper| pepper.mix(key, password));
                if mixed.is_none() {
                    tracing::error!(%key, "a password was hashed with a pepper that is not in the file of peppers");
                }
                let is_known = mixed.is_some();
                (mixed, is_known)
            }
            None => (None, hasher.params().keyid().is_empty()),
        };
        let input = mixed.as_ref().map_or(password, |mixed| mixed.as_slice());
        let needed = hasher.params().block_count();
        blocks.resize(needed.max(blocks.len()), Block::new());
        let mut buffer = [0; Output::MAX_LENGTH];
        let out = buffer.get_mut(..length).ok_or(argon2::Error::OutputTooLong)?;
        hasher.hash_password_into_with_memory(input, salt, out, blocks)?;
        Ok((Output::new(out).map_err(|_| argon2::Error::OutputTooShort)?, is_known))
    }
}

/// The pepper that a hash names.
fn key_of(params: &Params) -> Option<KeyRef> {
    params.keyid().try_into().ok().map(|bytes| KeyRef::from_u64(u64::from_be_bytes(bytes)))
}

pub(super) fn refused(error: impl ToString) -> PortError {
    PortError::refused(error.to_string())
}

pub(super) fn corrupt(error: impl ToString) -> PortError {
    PortError::corrupt(error.to_string())
}

#[cfg(test)]
mod tests;
