//! Where the worlds are: a store, and an engine for each world over it.

use std::sync::Arc;

use sutra_crypto::{LocalVault, RootKeys};
use sutra_engine::{Engine, Ports, Store, memory::MemoryStore};
use sutra_kernel::Entropy as _;
use sutra_storage::{RolePasswords, SqlStore, create_roles, prepare_database};
use sutra_testkit::{Cluster, TestClock, TestEntropy, TestNotifier, TestPasswords};
use tempfile::TempDir;

/// One store, in which all worlds are workspaces.
pub(crate) struct Place {
    pub(crate) name: &'static str,
    store: Arc<dyn Store>,
    _folder: Option<TempDir>,
}

impl Place {
    pub(crate) fn memory() -> Self {
        Self { name: "memory", store: Arc::new(MemoryStore::new()), _folder: None }
    }

    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("sutra.db").display()).parse().unwrap();
        SqlStore::migrate(&url).await.unwrap();
        let store = SqlStore::open(&url).await.unwrap();
        Self { name: "SQLite", store: Arc::new(store), _folder: Some(folder) }
    }

    /// Nothing where PostgreSQL is not installed.
    pub(crate) async fn postgres() -> Option<Self> {
        let cluster = Cluster::shared()?;
        let administrator = cluster.database();
        let word = || "no secret".to_owned();
        let passwords = RolePasswords { owner: word(), app: word(), verifier: word(), archiver: word() };
        let url = administrator.parse().unwrap();
        create_roles(&url, &passwords, &TestEntropy::seeded(1)).await.unwrap();
        prepare_database(&url).await.unwrap();
        let path = administrator.split_once('?').map_or(administrator.as_str(), |it| it.0);
        let name = path.rsplit('/').next().unwrap_or_default();
        SqlStore::migrate(&cluster.url("sutra_owner", name).parse().unwrap()).await.unwrap();
        let store = SqlStore::open(&cluster.url("sutra_app", name).parse().unwrap()).await.unwrap();
        Some(Self { name: "PostgreSQL", store: Arc::new(store), _folder: None })
    }

    /// An engine with a clock and chance of its own, which both begin at the same place for every case.
    pub(crate) async fn engine(&self, seed: u64) -> (Engine, Arc<TestClock>) {
        let entropy = Arc::new(TestEntropy::seeded(seed));
        let clock = Arc::new(TestClock::at_noon());
        // The root keys are the installation's: the same for all of its engines.
        let keys = RootKeys::generate(&TestEntropy::seeded(0));
        let engine = Engine::builder(Arc::clone(&self.store)).build(Ports {
            vault: Arc::new(LocalVault::new(keys, entropy.clone())),
            passwords: Arc::new(TestPasswords),
            notifier: Arc::new(TestNotifier::default()),
            clock: clock.clone(),
            entropy,
        });
        engine.workspaces().open_instance().await.unwrap();
        (engine, clock)
    }

    /// A seed that no other engine of this place has had.
    pub(crate) fn seed(number: u32, half: u64) -> u64 {
        let mut bytes = [0; 8];
        TestEntropy::seeded(u64::from(number)).fill(&mut bytes);
        u64::from_be_bytes(bytes) & !1 | half
    }
}
