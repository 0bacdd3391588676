//! Putting an engine together.

use std::sync::Arc;

use sutra_crypto::KeyVault;
use sutra_identity::{BlockList, CountryLookup, Notifier, PasswordWork, RelyingParty, SessionPolicy};
use sutra_kernel::{Clock, Entropy};
use sutra_records::{ObjectDef, standard};

use crate::{
    Engine, MAX_RECORDS, Store, authority::Authorities, engine::Parts, keys::Keys, touches::Touches,
};

/// The ports that an engine cannot do without, beside its store.
#[derive(Clone)]
pub struct Ports {
    /// Keeps the root key.
    pub vault: Arc<dyn KeyVault>,
    /// Hashes passwords.
    pub passwords: Arc<dyn PasswordWork>,
    /// Sends mail and SMS.
    pub notifier: Arc<dyn Notifier>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bytes.
    pub entropy: Arc<dyn Entropy>,
}

/// Puts an engine together: see [`Engine::builder`].
pub struct EngineBuilder {
    store: Arc<dyn Store>,
    sessions: SessionPolicy,
    blocked: Arc<BlockList>,
    standard: Vec<ObjectDef>,
    follow_at_once: usize,
    countries: Option<Arc<dyn CountryLookup>>,
    site: Option<RelyingParty>,
}

impl EngineBuilder {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        let (sessions, standard) = (SessionPolicy::default(), standard::objects());
        Self {
            store,
            sessions,
            blocked: Arc::new(BlockList::built_in()),
            standard,
            follow_at_once: MAX_RECORDS,
            countries: None,
            site: None,
        }
    }

    /// How long sessions last: 30 minutes idle and 12 hours in all, if not set.
    #[must_use]
    pub fn session_policy(mut self, policy: SessionPolicy) -> Self {
        self.sessions = policy;
        self
    }

    /// The passwords that nobody may choose: those that are built in, if not set.
    #[must_use]
    pub fn block_list(mut self, blocked: Arc<BlockList>) -> Self {
        self.blocked = blocked;
        self
    }

    /// The objects that every workspace has: those of [`standard::objects`], if not set. A workspace that was made
    /// with others gets what it lacks by [`upgrade`](crate::Workspaces::upgrade).
    #[must_use]
    pub fn standard_objects(mut self, objects: Vec<ObjectDef>) -> Self {
        self.standard = objects;
        self
    }

    /// How many records follow the one that controls them in the unit that changes by what that is open: [`MAX_RECORDS`],
    /// if not set, and no more. Of more than that, all follow [in steps](Engine::tasks). With fewer, nobody waits long for
    /// such a change, and more records are closed for a while.
    #[must_use]
    pub fn follow_at_once(mut self, records: usize) -> Self {
        self.follow_at_once = records.min(MAX_RECORDS);
        self
    }

    /// What tells the country of an address: nothing, if not set, and then rules about countries deny.
    #[must_use]
    pub fn countries(mut self, countries: Arc<dyn CountryLookup>) -> Self {
        self.countries = Some(countries);
        self
    }

    /// The site that passkeys are made for: none, if not set, and then nobody makes or uses one.
    #[must_use]
    pub fn relying_party(mut self, site: RelyingParty) -> Self {
        self.site = Some(site);
        self
    }

    /// The engine, over these ports.
    #[must_use]
    pub fn build(self, ports: Ports) -> Engine {
        let keys = Keys::new(ports.vault, Arc::clone(&ports.entropy));
        Engine::from_parts(Parts {
            store: self.store,
            passwords: ports.passwords,
            blocked: self.blocked,
            notifier: ports.notifier,
            clock: ports.clock,
            entropy: ports.entropy,
            keys,
            authorities: Authorities::default(),
            touches: Touches::default(),
            token_touches: Touches::default(),
            sessions: self.sessions,
            standard: self.standard,
            follow_at_once: self.follow_at_once,
            countries: self.countries,
            site: self.site,
        })
    }
}
