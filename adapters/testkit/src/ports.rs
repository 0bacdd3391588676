//! The ports of an engine under test: a clock one sets, chance one can repeat, passwords that cost nothing.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicI64, Ordering},
};
use std::time::Duration;

use async_trait::async_trait;
use sutra_crypto::sha256;
use sutra_identity::{Message, Notifier, NotifyError, Password, PasswordHash, PasswordVerdict, PasswordWork};
use sutra_kernel::{Clock, Entropy, PortError, Timestamp};

/// A clock that stands still until it is moved.
pub struct TestClock(AtomicI64);

impl TestClock {
    /// A clock that stands at noon of 1 March 2026, UTC.
    #[must_use]
    pub fn at_noon() -> Self {
        Self(AtomicI64::new(1_772_366_400_000_000))
    }

    /// Moves it on.
    pub fn advance(&self, duration: Duration) {
        let micros = i64::try_from(duration.as_micros()).expect("a test does not wait for ages");
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    /// Each look moves it on by a microsecond, so that things made one after the other sort so.
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// Chance that repeats itself: the same seed gives the same bytes.
pub struct TestEntropy(Mutex<[u8; 32]>);

impl TestEntropy {
    /// Chance from a seed.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(sha256(&seed.to_be_bytes())))
    }
}

impl Entropy for TestEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in buffer.chunks_mut(32) {
            *state = sha256(state.as_slice());
            let block = sha256(&[state.as_slice(), b"out"].concat());
            for (target, byte) in chunk.iter_mut().zip(block) {
                *target = byte;
            }
        }
    }
}

/// Passwords kept as a plain digest: fast, and good for nothing else.
pub struct TestPasswords;

fn digest(password: &Password) -> PasswordHash {
    let hex: String = sha256(password.expose().as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    PasswordHash::from_phc(format!("$test$none${hex}")).expect("a digest is a hash string")
}

#[async_trait]
impl PasswordWork for TestPasswords {
    async fn hash(&self, password: Password) -> Result<PasswordHash, PortError> {
        Ok(digest(&password))
    }

    async fn verify(
        &self,
        password: Password,
        hash: Option<PasswordHash>,
    ) -> Result<PasswordVerdict, PortError> {
        let is_right = hash.is_some_and(|hash| hash.expose() == digest(&password).expose());
        Ok(if is_right { PasswordVerdict::Yes } else { PasswordVerdict::No })
    }
}

/// A notifier that keeps what it is given, and refuses when it is told to.
#[derive(Default)]
pub struct TestNotifier(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    messages: Vec<Message>,
    refusal: Option<NotifyError>,
}

impl TestNotifier {
    /// Takes away all that was sent so far, in the order it was sent.
    #[must_use]
    pub fn take(&self) -> Vec<Message> {
        std::mem::take(&mut self.kept().messages)
    }

    /// Refuses everything from now on with this; with nothing, it takes everything again.
    pub fn refuse_with(&self, refusal: Option<NotifyError>) {
        self.kept().refusal = refusal;
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Notifier for TestNotifier {
    async fn send(&self, message: Message) -> Result<(), NotifyError> {
        let mut kept = self.kept();
        if let Some(refusal) = &kept.refusal {
            return Err(refusal.clone());
        }
        kept.messages.push(message);
        Ok(())
    }
}
