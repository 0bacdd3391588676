//! Guessing a password in many places at the same time.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use sutra_crypto::{LocalVault, RootKeys};
use sutra_engine::{Caller, Credentials, Engine, Origin, Ports, SignInStep};
use sutra_identity::{Delivery, Password, PasswordHash, PasswordVerdict, PasswordWork, RelyingParty};
use sutra_kernel::{PortError, WorkspaceId};
use sutra_storage::{DatabaseUrl, SqlStore};
use sutra_testkit::{TestClock, TestEntropy, TestNotifier, TestPasswords};

use crate::{
    fixture::{Postgres, sqlite_url},
    house::administrator,
};

const GUESSES: usize = 200;

/// Counts the passwords that are held against somebody's hash.
#[derive(Default)]
struct CountingPasswords(AtomicUsize);

#[async_trait]
impl PasswordWork for CountingPasswords {
    async fn hash(&self, password: Password) -> Result<PasswordHash, PortError> {
        TestPasswords.hash(password).await
    }

    async fn verify(
        &self,
        password: Password,
        hash: Option<PasswordHash>,
    ) -> Result<PasswordVerdict, PortError> {
        self.0.fetch_add(usize::from(hash.is_some()), Ordering::SeqCst);
        // The others get their turn while it is worked on.
        tokio::task::yield_now().await;
        TestPasswords.verify(password, hash).await
    }
}

/// One of the processes on a database.
pub(crate) async fn process(
    number: u64,
    url: &str,
    passwords: &Arc<impl PasswordWork + 'static>,
    post: &Arc<TestNotifier>,
) -> Engine {
    let url: DatabaseUrl = url.parse().unwrap();
    let store = SqlStore::open(&url).await.unwrap();
    let entropy = Arc::new(TestEntropy::seeded(number));
    // Its own chance, and the same root keys.
    let keys = RootKeys::generate(&TestEntropy::seeded(7));
    let site = RelyingParty::new("https://crm.example.com", "Acme").unwrap();
    Engine::builder(Arc::new(store)).relying_party(site).build(Ports {
        vault: Arc::new(LocalVault::new(keys, entropy.clone())),
        passwords: Arc::clone(passwords) as _,
        notifier: Arc::clone(post) as _,
        clock: Arc::new(TestClock::at_noon()),
        entropy,
    })
}

async fn gets_in(engine: &Engine, workspace: WorkspaceId, place: usize, password: &str) -> bool {
    let address = Some(format!("10.0.{}.{}", place / 250, place % 250));
    let origin = Origin { address, user_agent: None };
    let stranger = Caller::anonymous(workspace, engine.new_request_id(), origin);
    let credentials = Credentials {
        email: "ada@acme.example".to_owned(),
        password: password.to_owned(),
        delivery: Delivery::Bearer,
        device: None,
    };
    let step = engine.sign_in().with_password(&stranger, credentials).await.unwrap();
    matches!(step, SignInStep::SignedIn(_))
}

async fn guess_everywhere(url: &str) {
    let passwords = Arc::new(CountingPasswords::default());
    let post = Arc::new(TestNotifier::default());
    let (one, two) = (process(1, url, &passwords, &post).await, process(2, url, &passwords, &post).await);
    let workspace = administrator(&one).await.workspace();
    let guesses = (0..GUESSES).map(|number| {
        let engine = if number % 2 == 0 { one.clone() } else { two.clone() };
        tokio::spawn(
            async move { gets_in(&engine, workspace, number, &format!("a wrong guess {number}")).await },
        )
    });
    for guess in guesses.collect::<Vec<_>>() {
        assert!(!guess.await.unwrap());
    }
    assert_eq!(passwords.0.load(Ordering::SeqCst), 5, "exactly five are looked at");
    drop((one, two));
    let restarted = process(3, url, &passwords, &post).await;
    assert!(!gets_in(&restarted, workspace, GUESSES, "a heron stands in the shallow water").await);
    assert_eq!(passwords.0.load(Ordering::SeqCst), 5, "a restart forgets nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_guesses_at_once_on_sqlite_five_are_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite_url(&folder);
    SqlStore::migrate(&url.parse().unwrap()).await.unwrap();
    guess_everywhere(&url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_guesses_at_once_on_postgresql_five_are_looked_at() {
    let Some(postgres) = Postgres::migrated().await else { return };
    guess_everywhere(&postgres.url("sutra_app")).await;
}
