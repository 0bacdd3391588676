//! The engine on a real database, with somebody who may do everything.

use std::sync::Arc;

use sutra_crypto::{LocalVault, RootKeys};
use sutra_engine::{Caller, Engine, FirstAdministrator, Origin, Ports};
use sutra_kernel::{Entropy, WorkspaceId};
use sutra_records::{ObjectDef, standard};
use sutra_storage::SqlStore;
use sutra_testkit::{TestClock, TestEntropy, TestNotifier, TestPasswords};

const ADDRESS: &str = "ada@acme.example";

pub(crate) fn engine(store: SqlStore) -> Engine {
    engine_shipping(standard::objects(), store)
}

/// An engine of a version of the product that has these standard objects.
pub(crate) fn engine_shipping(objects: Vec<ObjectDef>, store: SqlStore) -> Engine {
    let entropy: Arc<dyn Entropy> = Arc::new(TestEntropy::seeded(7));
    let vault = LocalVault::new(RootKeys::generate(entropy.as_ref()), Arc::clone(&entropy));
    Engine::builder(Arc::new(store)).standard_objects(objects).build(Ports {
        vault: Arc::new(vault),
        passwords: Arc::new(TestPasswords),
        notifier: Arc::new(TestNotifier::default()),
        clock: Arc::new(TestClock::at_noon()),
        entropy,
    })
}

/// The first administrator of a new workspace.
pub(crate) async fn administrator(engine: &Engine) -> Caller {
    engine.workspaces().open_instance().await.unwrap();
    let workspace: WorkspaceId = engine.workspaces().ensure("acme", "Acme").await.unwrap().id;
    let link = engine.workspaces().offer_setup_link(workspace).await.unwrap().unwrap();
    let stranger = Caller::anonymous(workspace, engine.new_request_id(), Origin::default());
    let password = "a heron stands in the shallow water".to_owned();
    let ada = FirstAdministrator { email: ADDRESS.to_owned(), name: "Ada".to_owned(), password };
    engine.workspaces().complete_setup(&stranger, link.expose(), ada).await.unwrap();
    engine.sessions().act_as(workspace, ADDRESS).await.unwrap()
}
