//! Argon2id in a bounded pool, so that a flood of sign-ins starves nothing else.

mod bcrypt;
mod calibrate;
mod memory;
mod scheme;

use std::{num::NonZero, sync::Arc, thread, time::Duration};

use argon2::Block;
use async_trait::async_trait;
use sutra_crypto::PepperKeys;
use sutra_identity::{Password, PasswordHash, PasswordVerdict, PasswordWork};
use sutra_kernel::{Entropy, PortError};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task, time,
};

pub(crate) use self::calibrate::{Calibration, calibrate};
use self::{
    memory::Memory,
    scheme::{SALT_BYTES, Scheme},
};
use crate::config::Passwords;

/// Hashes passwords: as many at once as there are cores, the others in a queue with a deadline.
pub(crate) struct ArgonWork {
    scheme: Arc<Scheme>,
    wait: Duration,
    turns: Arc<Semaphore>,
    memory: Arc<Memory>,
    entropy: Arc<dyn Entropy>,
    /// Of a random password, with today's parameters: what an unknown user's password is compared with.
    nobody: PasswordHash,
}

/// How many hashes are worked on at once.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

impl ArgonWork {
    /// Password work with these parameters, and with these peppers if there are any.
    ///
    /// # Errors
    /// If Argon2 does not take the parameters.
    pub(crate) fn new(
        settings: &Passwords,
        pepper: Option<PepperKeys>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, PortError> {
        let scheme = Scheme::new(settings, pepper)?;
        let memory = Memory::new(scheme.blocks());
        let mut random = [0; 32];
        entropy.fill(&mut random);
        let nobody = memory.lend(|blocks| scheme.hash(&random, &salt(&*entropy), blocks))?;
        let (turns, memory) = (Arc::new(Semaphore::new(cores())), Arc::new(memory));
        let (scheme, wait) = (Arc::new(scheme), settings.wait_seconds.seconds());
        Ok(Self { scheme, wait, turns, memory, entropy, nobody })
    }

    /// Waits for a turn and works off the threads that serve requests.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Scheme, &mut Vec<Block>) -> Result<T, PortError> + Send + 'static,
    ) -> Result<T, PortError> {
        let turn = self.turn().await?;
        let (scheme, memory) = (Arc::clone(&self.scheme), Arc::clone(&self.memory));
        let done = task::spawn_blocking(move || {
            // Held until the work is done, also if nobody waits for it any more.
            let _turn = turn;
            memory.lend(|blocks| work(&scheme, blocks))
        });
        done.await.map_err(PortError::unavailable)?
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, PortError> {
        let turn = time::timeout(self.wait, Arc::clone(&self.turns).acquire_owned()).await;
        turn.map_err(PortError::unavailable)?.map_err(PortError::unavailable)
    }
}

#[async_trait]
impl PasswordWork for ArgonWork {
    async fn hash(&self, password: Password) -> Result<PasswordHash, PortError> {
        let salt = salt(&*self.entropy);
        self.run(move |scheme, blocks| scheme.hash(password.expose().as_bytes(), &salt, blocks)).await
    }

    async fn verify(
        &self,
        password: Password,
        hash: Option<PasswordHash>,
    ) -> Result<PasswordVerdict, PortError> {
        let is_of_today = hash.as_ref().is_none_or(|hash| self.scheme.is_of_today(hash));
        let is_somebody = hash.is_some();
        let stored = match hash {
            Some(hash) => hash,
            None => copy(&self.nobody)?,
        };
        let (is_right, password) = self
            .run(move |scheme, blocks| {
                Ok((scheme.is_of(password.expose().as_bytes(), &stored, blocks)?, password))
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

fn copy(hash: &PasswordHash) -> Result<PasswordHash, PortError> {
    PasswordHash::from_phc(hash.expose().to_owned()).map_err(PortError::corrupt)
}

#[cfg(test)]
mod tests {
    use argon2::{
        Algorithm, Argon2, Params, Version,
        password_hash::{PasswordHasher, phc},
    };

    use super::*;
    use crate::entropy::SystemEntropy;

    fn work() -> ArgonWork {
        peppered(None)
    }

    fn peppered(pepper: Option<PepperKeys>) -> ArgonWork {
        ArgonWork::new(&Passwords::default(), pepper, Arc::new(SystemEntropy)).unwrap()
    }

    fn password(text: &str) -> Password {
        Password::parse(text.to_owned()).unwrap_or_else(|error| panic!("{error}"))
    }

    /// `correct horse` as an older version, or another system, might have stored it.
    fn older(kind: &str) -> PasswordHash {
        let bcrypt = "$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2";
        let argon2 = |memory| {
            let params = Params::new(memory, 1, 1, None).unwrap();
            let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            let made: phc::PasswordHash =
                hasher.hash_password_with_salt(b"correct horse", &[7; SALT_BYTES]).unwrap();
            made.to_string()
        };
        let text = match kind {
            "less" => argon2(8_192),
            "more" => argon2(32_768),
            _ => bcrypt.to_owned(),
        };
        PasswordHash::from_phc(text).unwrap()
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
        let work = peppered(Some(PepperKeys::generate(&SystemEntropy)));
        for kind in ["less", "more", "bcrypt"] {
            let verdict = work.verify(password("correct horse"), Some(older(kind))).await.unwrap();
            let PasswordVerdict::YesButRehash(hash) = verdict else {
                panic!("{kind} is still the older one")
            };
            assert!(work.scheme.is_of_today(&hash), "{kind}");
            let again = work.verify(password("correct horse"), Some(hash)).await.unwrap();
            assert!(matches!(again, PasswordVerdict::Yes), "{kind}");
            let wrong = work.verify(password("correct house"), Some(older(kind))).await.unwrap();
            assert!(matches!(wrong, PasswordVerdict::No), "{kind}");
        }
    }

    #[tokio::test]
    async fn hashes_one_after_the_other_share_their_memory() {
        let work = work();
        for _ in 0..3 {
            work.hash(password("correct horse")).await.unwrap();
        }
        work.verify(password("wrong"), Some(older("more"))).await.unwrap();
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
