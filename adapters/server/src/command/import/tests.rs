//! An import by a clock that goes on only while nothing else does.

use std::{path::Path, sync::Arc};

use sutra_crypto::{LocalVault, RootKeys};
use sutra_engine::{Caller, Engine, FirstAdministrator, Origin, Ports, memory::MemoryStore};
use sutra_kernel::{Clock, Entropy, Timestamp};
use sutra_privacy::DataCategory;
use sutra_records::{FieldKind, NewField};
use sutra_testkit::{TestEntropy, TestNotifier, TestPasswords};
use tokio::time::Instant;

use super::*;

/// As the runtime has it, whose paused clock jumps to the end of whatever is waited for.
struct RuntimeClock(Instant);

impl Clock for RuntimeClock {
    fn now(&self) -> Timestamp {
        let noon: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        noon.plus(self.0.elapsed())
    }
}

fn engine(clock: Arc<dyn Clock>) -> Engine {
    let entropy: Arc<dyn Entropy> = Arc::new(TestEntropy::seeded(7));
    let vault = LocalVault::new(RootKeys::generate(&*entropy), Arc::clone(&entropy));
    let passwords = Arc::new(TestPasswords);
    let notifier = Arc::new(TestNotifier::default());
    let ports = Ports { vault: Arc::new(vault), passwords, notifier, clock, entropy };
    Engine::builder(Arc::new(MemoryStore::new())).build(ports)
}

async fn administrator(engine: &Engine) -> Caller {
    engine.workspaces().open_instance().await.unwrap();
    let workspace = engine.workspaces().ensure("acme", "Acme").await.unwrap().id;
    let link = engine.workspaces().offer_setup_link(workspace).await.unwrap().unwrap();
    let nobody = Caller::anonymous(workspace, engine.new_request_id(), Origin::default());
    let administrator = FirstAdministrator {
        email: "ada@acme.example".to_owned(),
        name: "Ada".to_owned(),
        password: "a heron stands in the shallow water".to_owned(),
    };
    engine.workspaces().complete_setup(&nobody, link.expose(), administrator).await.unwrap();
    engine.sessions().act_as(workspace, "ada@acme.example").await.unwrap()
}

/// A text of accounts that no two of them may share.
fn code() -> NewField {
    NewField {
        name: "code".to_owned(),
        label: "Code".to_owned(),
        help: String::new(),
        kind: FieldKind::Text { max: 20 },
        required: false,
        indexed: false,
        unique: true,
        searchable: false,
        category: DataCategory::Business,
        default: None,
        encrypted: None,
    }
}

#[tokio::test(start_paused = true)]
async fn an_import_of_many_used_values_waits_for_the_next_minute_and_goes_on() {
    let start = Instant::now();
    let engine = engine(Arc::new(RuntimeClock(start)));
    let ada = administrator(&engine).await;
    engine.objects().create_field(&ada, "account", &code()).await.unwrap();
    let used = "Acme,1\n".repeat(131);
    let bytes = format!("name,code\n{used}Zed,2\n").into_bytes();

    let mut table = Table::open(&bytes).unwrap();
    let file = ImportFile {
        object: "account".to_owned(),
        digest: sha256(&bytes),
        headers: table.headers().to_vec(),
        map: Vec::new(),
        currency: "USD".parse().unwrap(),
    };
    let imports = engine.imports();
    let mut running = imports.begin(&ada, file).await.unwrap();
    let mut problems = Problems::new(Path::new("accounts.csv"));
    take_in(&mut running, &mut table, &mut problems).await.unwrap();

    let outcome = running.finish().await.unwrap();
    assert_eq!(outcome, ImportOutcome { created: 2, already: 0, refused: 130 });
    let took = start.elapsed();
    assert!((120..121).contains(&took.as_secs()), "sixty a minute, and not slower: {took:?}");
}
