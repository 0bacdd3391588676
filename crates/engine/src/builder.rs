//! Putting an engine together.

use std::sync::Arc;

use sutra_crypto::KeyVault;
use sutra_identity::{PasswordWork, SessionPolicy};
use sutra_kernel::{Clock, Entropy};
use sutra_records::{ObjectDef, standard};

use crate::{Engine, Store, authority::Authorities, engine::Parts, keys::Keys, touches::Touches};

/// The ports that an engine cannot do without, beside its store.
#[derive(Clone)]
pub struct Ports {
    /// Keeps the root key.
    pub vault: Arc<dyn KeyVault>,
    /// Hashes passwords.
    pub passwords: Arc<dyn PasswordWork>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bytes.
    pub entropy: Arc<dyn Entropy>,
}

/// Puts an engine together: see [`Engine::builder`].
pub struct EngineBuilder {
    store: Arc<dyn Store>,
    sessions: SessionPolicy,
    standard: Vec<ObjectDef>,
}

impl EngineBuilder {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, sessions: SessionPolicy::default(), standard: standard::objects() }
    }

    /// How long sessions last: 30 minutes idle and 12 hours in all, if not set.
    #[must_use]
    pub fn session_policy(mut self, policy: SessionPolicy) -> Self {
        self.sessions = policy;
        self
    }

    /// The objects that every workspace has: those of [`standard::objects`], if not set. A workspace that was made
    /// with others gets what it lacks by [`upgrade`](crate::Workspaces::upgrade).
    #[must_use]
    pub fn standard_objects(mut self, objects: Vec<ObjectDef>) -> Self {
        self.standard = objects;
        self
    }

    /// The engine, over these ports.
    #[must_use]
    pub fn build(self, ports: Ports) -> Engine {
        let keys = Keys::new(ports.vault, Arc::clone(&ports.entropy));
        Engine::from_parts(Parts {
            store: self.store,
            passwords: ports.passwords,
            clock: ports.clock,
            entropy: ports.entropy,
            keys,
            authorities: Authorities::default(),
            touches: Touches::default(),
            sessions: self.sessions,
            standard: self.standard,
        })
    }
}
