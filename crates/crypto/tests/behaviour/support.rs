//! What several tests share.

use std::{
    pin::pin,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    task::{Poll, Waker},
};

use sutra_crypto::{Context, DataKey, KeyRef, Purpose, sha256};
use sutra_kernel::{Entropy, Uuid, WorkspaceId};

/// Never the same bytes twice, and the same in every run.
#[derive(Default)]
pub(crate) struct Stream(AtomicU64);

impl Entropy for Stream {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(32) {
            let number = self.0.fetch_add(1, Ordering::Relaxed);
            chunk.copy_from_slice(&sha256(&number.to_be_bytes())[..chunk.len()]);
        }
    }
}

/// Gives out bytes that were written down before.
pub(crate) struct Replay(Mutex<Vec<u8>>);

impl Replay {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self(Mutex::new(bytes))
    }
}

impl Entropy for Replay {
    fn fill(&self, buffer: &mut [u8]) {
        let mut bytes = self.0.lock().unwrap();
        let rest = bytes.split_off(buffer.len());
        buffer.copy_from_slice(&bytes);
        *bytes = rest;
    }
}

pub(crate) fn workspace(number: u128) -> WorkspaceId {
    WorkspaceId::from_uuid(Uuid::from_u128(number))
}

pub(crate) fn key(number: u64) -> DataKey {
    DataKey::from_parts(KeyRef::from_u64(number), &sha256(&number.to_be_bytes()))
}

pub(crate) fn place() -> Context<'static> {
    Context {
        workspace: workspace(1),
        org: Some(Uuid::from_u128(2)),
        purpose: Purpose::Field,
        entity: "contact",
        record: Some(Uuid::from_u128(3)),
        field: Some("taxNumber"),
    }
}

/// The result of a future that does not wait for anything.
pub(crate) fn now_or_never<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut std::task::Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a vault in memory does not wait"),
    }
}
