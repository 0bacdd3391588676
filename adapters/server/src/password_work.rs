//! Argon2id in a bounded pool, so that a flood of sign-ins starves nothing else.

mod memory;

use std::{num::NonZero, sync::Arc, thread, time::Duration};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{self, Output, ParamsString, Salt},
};
use async_trait::async_trait;
use sutra_identity::{Password, PasswordHash, PasswordVerdict, PasswordWork};
use sutra_kernel::{Entropy, PortError};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task, time,
};

use self::memory::Memory;
use crate::config::Passwords;

/// Hashes passwords: as many at once as there are cores, the others in a queue with a deadline.
pub(crate) struct ArgonWork {
    hasher: Argon2<'static>,
    wait: Duration,
    turns: Arc<Semaphore>,
    memory: Arc<Memory>,
    entropy: Arc<dyn Entropy>,
    /// Of a random password, with today's parameters: what an unknown user's password is compared with.
    nobody: PasswordHash,
}

const SALT_BYTES: usize = 16;

impl ArgonWork {
    /// Password work with these parameters.
    ///
    /// # Errors
    /// If Argon2 does not take the parameters.
    pub(crate) fn new(settings: Passwords, entropy: Arc<dyn Entropy>) -> Result<Self, PortError> {
        let params = Params::new(settings.memory_kib.get(), settings.iterations.get(), 1, None);
        let params = params.map_err(refused)?;
        let memory = Memory::new(params.block_count());
        let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let mut random = [0; 32];
        entropy.fill(&mut random);
        let nobody = memory.lend(|blocks| hash(&hasher, &random, &salt(&*entropy), blocks))?;
        let (turns, memory) = (Arc::new(Semaphore::new(cores)), Arc::new(memory));
        Ok(Self { hasher, wait: settings.wait_seconds.seconds(), turns, memory, entropy, nobody })
    }

    /// Waits for a turn and works off the threads that serve requests.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'static>, &mut Vec<Block>) -> Result<T, PortError> + Send + 'static,
    ) -> Result<T, PortError> {
        let turn = self.turn().await?;
        let (hasher, memory) = (self.hasher.clone(), Arc::clone(&self.memory));
        let done = task::spawn_blocking(move || {
            // Held until the work is done, also if nobody waits for it any more.
            let _turn = turn;
            memory.lend(|blocks| work(&hasher, blocks))
        });
        done.await.map_err(PortError::unavailable)?
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, PortError> {
        let turn = time::timeout(self.wait, Arc::clone(&self.turns).acquire_owned()).await;
        turn.map_err(PortError::unavailable)?.map_err(PortError::unavailable)
    }

    fn is_of_today(&self, hash: &PasswordHash) -> bool {
        let today = self.hasher.params();
        let wanted = [("m", today.m_cost()), ("t", today.t_cost()), ("p", today.p_cost())];
        hash.algorithm() == Algorithm::Argon2id.as_str()
            && wanted.iter().all(|(name, value)| hash.parameter(name) == Some(value.to_string().as_str()))
    }
}

#[async_trait]
impl PasswordWork for ArgonWork {
    async fn hash(&self, password: Password) -> Result<PasswordHash, PortError> {
        let salt = salt(&*self.entropy);
        self.run(move |hasher, blocks| hash(hasher, password.expose().as_bytes(), &salt, blocks)).await
    }

    async fn verify(
        &self,
        password: Password,
        hash: Option<PasswordHash>,
    ) -> Result<PasswordVerdict, PortError> {
        let is_of_today = hash.as_ref().is_none_or(|hash| self.is_of_today(hash));
        let is_somebody = hash.is_some();
        let stored = match hash {
            Some(hash) => hash,
            None => copy(&self.nobody)?,
        };
        let (is_right, password) = self
            .run(move |_, blocks| {
                let stored = phc::PasswordHash::new(stored.expose()).map_err(corrupt)?;
                Ok((is_of(password.expose().as_bytes(), &stored, blocks)?, password))
            })
            .await?;
        match (is_right && is_somebody, is_of_today) {
            (false, _) => Ok(PasswordVerdict::No),
            (true, true) => Ok(PasswordVerdict::Yes),
            (true, false) => Ok(PasswordVerdict::YesButRehash(self.hash(password).await?)),
        }
    }
}

fn salt(entropy: &dyn Entropy) -> [u8; SALT_BYTES] {
    let mut salt = [0; SALT_BYTES];
    entropy.fill(&mut salt);
    salt
}

fn hash(
    hasher: &Argon2<'_>,
    password: &[u8],
    salt: &[u8],
    blocks: &mut Vec<Block>,
) -> Result<PasswordHash, PortError> {
    let made = phc::PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(hasher.params()).map_err(refused)?,
        salt: Some(Salt::new(salt).map_err(refused)?),
        hash: Some(digest(hasher, password, salt, Params::DEFAULT_OUTPUT_LEN, blocks).map_err(refused)?),
    };
    PasswordHash::from_phc(made.to_string()).map_err(PortError::refused)
}

/// Whether a hash is of this password, under the parameters that the hash itself names.
fn is_of(password: &[u8], stored: &phc::PasswordHash, blocks: &mut Vec<Block>) -> Result<bool, PortError> {
    let (Some(salt), Some(expected)) = (&stored.salt, &stored.hash) else { return Ok(false) };
    let algorithm = Algorithm::try_from(stored.algorithm.as_str()).map_err(corrupt)?;
    let version = stored.version.map(Version::try_from).transpose().map_err(corrupt)?;
    let params = Params::try_from(stored).map_err(corrupt)?;
    let hasher = Argon2::new(algorithm, version.unwrap_or_default(), params);
    let found = digest(&hasher, password, salt, expected.len(), blocks).map_err(corrupt)?;
    // The library compares in constant time.
    Ok(found == *expected)
}

fn digest(
    hasher: &Argon2<'_>,
    password: &[u8],
    salt: &[u8],
    length: usize,
    blocks: &mut Vec<Block>,
) -> Result<Output, argon2::Error> {
    let needed = hasher.params().block_count();
    blocks.resize(needed.max(blocks.len()), Block::new());
    let mut buffer = [0; Output::MAX_LENGTH];
    let out = buffer.get_mut(..length).ok_or(argon2::Error::OutputTooLong)?;
    hasher.hash_password_into_with_memory(password, salt, out, blocks)?;
    Output::new(out).map_err(|_| argon2::Error::OutputTooShort)
}

fn refused(error: impl ToString) -> PortError {
    PortError::refused(error.to_string())
}

fn corrupt(error: impl ToString) -> PortError {
    PortError::corrupt(error.to_string())
}

fn copy(hash: &PasswordHash) -> Result<PasswordHash, PortError> {
    PasswordHash::from_phc(hash.expose().to_owned()).map_err(PortError::corrupt)
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{PasswordHasher, PasswordVerifier};

    use super::*;
    use crate::entropy::SystemEntropy;

    fn work() -> ArgonWork {
        ArgonWork::new(Passwords::default(), Arc::new(SystemEntropy)).unwrap()
    }

    fn password(text: &str) -> Password {
        Password::parse(text.to_owned()).unwrap_or_else(|error| panic!("{error}"))
    }

    /// `correct horse` under cheaper parameters, as an older version might have stored it.
    fn cheap() -> PasswordHash {
        let hasher =
            Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8_192, 1, 1, None).unwrap());
        hash(&hasher, b"correct horse", &[7; 16], &mut Vec::new()).unwrap()
    }

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other_is() {
        let work = work();
        let hash = work.hash(password("correct horse")).await.unwrap();
        assert!(hash.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.expose());
        for (name, typed, is_right) in [("right", "correct horse", true), ("wrong", "correct house", false)] {
            let verdict = work.verify(password(typed), Some(copy(&hash).unwrap())).await.unwrap();
            assert_eq!(matches!(verdict, PasswordVerdict::Yes), is_right, "{name}");
        }
    }

    #[tokio::test]
    async fn nobody_has_no_password() {
        let verdict = work().verify(password("correct horse"), None).await.unwrap();
        assert!(matches!(verdict, PasswordVerdict::No));
    }

    #[tokio::test]
    async fn an_older_hash_is_made_anew() {
        let work = work();
        let verdict = work.verify(password("correct horse"), Some(cheap())).await.unwrap();
        let PasswordVerdict::YesButRehash(hash) = verdict else { panic!("it is still the older one") };
        assert!(work.is_of_today(&hash));
        let wrong = work.verify(password("correct house"), Some(cheap())).await.unwrap();
        assert!(matches!(wrong, PasswordVerdict::No));
    }

    #[test]
    fn a_hash_is_what_the_library_makes_and_takes() {
        let hasher = work().hasher;
        let made = hash(&hasher, b"correct horse", &[7; 16], &mut Vec::new()).unwrap();
        let theirs: phc::PasswordHash = hasher.hash_password_with_salt(b"correct horse", &[7; 16]).unwrap();
        assert_eq!(made.expose(), theirs.to_string());
        hasher.verify_password(b"correct horse", &phc::PasswordHash::new(made.expose()).unwrap()).unwrap();
    }

    #[tokio::test]
    async fn hashes_one_after_the_other_share_their_memory() {
        let work = work();
        for _ in 0..3 {
            work.hash(password("correct horse")).await.unwrap();
        }
        let mut larger = Vec::new();
        let params = Params::new(32_768, 1, 1, None).unwrap();
        let older = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let older = hash(&older, b"correct horse", &[7; 16], &mut larger).unwrap();
        work.verify(password("correct horse"), Some(older)).await.unwrap();
        assert_eq!(work.memory.kept(), [19_456], "and what an older hash needed more is given back");
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_too_long_is_told_to_come_back() {
        let work = work();
        let cores = u32::try_from(work.turns.available_permits()).unwrap();
        let _all = work.turns.acquire_many(cores).await.unwrap();
        let refused = work.verify(password("correct horse"), None).await.err().unwrap();
        assert_eq!(refused.kind(), sutra_kernel::PortErrorKind::Unavailable);
    }
}
