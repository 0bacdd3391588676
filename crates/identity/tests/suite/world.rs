//! A small world to sign in to.

use std::sync::atomic::{AtomicU64, Ordering};

use sutra_identity::{
    Authenticated, EmailAddress, EmailError, PasswordVerdict, SecondFactor, SignIn, SignInProgress, User,
    UserState,
};
use sutra_kernel::{Entropy, ProfileId, Timestamp, UserId, Uuid, WorkspaceId};

/// Chance that repeats itself from test to test, and never within one.
#[derive(Default)]
pub(crate) struct Counting(AtomicU64);

impl Entropy for Counting {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let bytes = self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes();
            chunk.iter_mut().zip(bytes).for_each(|(target, byte)| *target = byte);
        }
    }
}

pub(crate) const NOON: Timestamp = Timestamp::from_micros(1_772_366_400_000_000);

pub(crate) fn user(state: UserState) -> Result<User, EmailError> {
    Ok(User {
        workspace: WorkspaceId::from_uuid(Uuid::from_u128(7)),
        id: UserId::from_uuid(Uuid::from_u128(11)),
        email: EmailAddress::parse("asa@example.com")?,
        name: "Åsa Lind".to_owned(),
        profile: ProfileId::from_uuid(Uuid::from_u128(13)),
        role: None,
        state,
        version: 1,
        created_at: NOON,
        updated_at: NOON,
    })
}

/// The proof of a user who has signed in as anyone does.
pub(crate) fn signed_in() -> Option<Authenticated> {
    let user = user(UserState::Active).ok()?;
    match SignIn::begin(Some(&user)).password(PasswordVerdict::Yes, SecondFactor::NotSetUp, NOON) {
        SignInProgress::Complete(proof) => Some(proof),
        SignInProgress::FactorRequired(_) | SignInProgress::Denied(_) => None,
    }
}
