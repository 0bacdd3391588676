//! From a configuration to an engine. No decisions are made here.

use std::{sync::Arc, time::Duration};

use sutra_crypto::LocalVault;
use sutra_engine::{Engine, Ports, Store, Workspace};
use sutra_identity::{BlockList, RelyingParty, RelyingPartyError, SessionPolicy};
use sutra_kernel::{Clock, Entropy};
use sutra_storage::SqlStore;

use crate::{
    clock::SystemClock,
    config::{Config, Place},
    entropy::SystemEntropy,
    failure::Failure,
    files, key_file,
    notify::Post,
    password_work::ArgonWork,
    pepper_file,
};

/// An engine over an open database.
pub(crate) struct House {
    pub(crate) engine: Engine,
    pub(crate) entropy: Arc<dyn Entropy>,
    store: SqlStore,
    sessions: SessionPolicy,
    blocked: Arc<BlockList>,
    site: Option<RelyingParty>,
    ports: Ports,
}

/// Opens the database and the key file, and makes sure that they belong together.
///
/// # Errors
/// If one of them cannot be opened, is not safe to use, or belongs to another installation.
pub(crate) async fn open(config: &Config) -> Result<House, Failure> {
    files::make_private_directory(&config.data).map_err(|error| Failure::file(&config.data, &error))?;
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let place = config.place()?;
    if let Some(file) = &place.file {
        files::check_database(file)?;
    }
    let store = open_store(place).await?;
    let used = store.registry().root_checks().await?;
    let keys = key_file::load(&config.key_file(), &used, &*entropy)?;
    let pepper = pepper_file::load(config, used.is_empty(), &*entropy)?;
    let ports = Ports {
        vault: Arc::new(LocalVault::new(keys, Arc::clone(&entropy))),
        passwords: Arc::new(ArgonWork::new(&config.passwords, pepper, Arc::clone(&entropy))?),
        notifier: Arc::new(Post::open(config)?),
        clock: Arc::new(SystemClock),
        entropy: Arc::clone(&entropy),
    };
    let sessions = config.sessions.policy();
    let blocked = Arc::new(config.passwords.blocked()?);
    let site = relying_party(config.http.site())?;
    let engine = engine(&store, sessions, &blocked, site.clone(), ports.clone());
    engine.workspaces().open_instance().await?;
    Ok(House { engine, entropy, store, sessions, blocked, site, ports })
}

fn engine(
    store: &SqlStore,
    sessions: SessionPolicy,
    blocked: &Arc<BlockList>,
    site: Option<RelyingParty>,
    ports: Ports,
) -> Engine {
    let builder = Engine::builder(Arc::new(store.clone()));
    let builder = builder.session_policy(sessions).block_list(Arc::clone(blocked));
    match site {
        Some(site) => builder.relying_party(site).build(ports),
        None => builder.build(ports),
    }
}

/// The site that passkeys are made for; none if its address has no name.
fn relying_party(site: Result<RelyingParty, RelyingPartyError>) -> Result<Option<RelyingParty>, Failure> {
    match site {
        Ok(site) => Ok(Some(site)),
        Err(RelyingPartyError::NoName) => {
            tracing::warn!("there are no passkeys: browsers make none for an IP address");
            Ok(None)
        }
        Err(error) => Err(Failure::new(format!("`http.public_url`: {error}"))),
    }
}

/// An embedded database is brought up to date; PostgreSQL is left to `sutra migrate`, whose role may do it.
async fn open_store(place: Place) -> Result<SqlStore, Failure> {
    if place.embedded {
        SqlStore::migrate(&place.url).await?;
    } else {
        use_one_tls_provider();
    }
    Ok(SqlStore::open(&place.url).await?)
}

/// Libraries that find no provider of TLS choose one each.
pub(crate) fn use_one_tls_provider() {
    let _installed_before = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

impl House {
    /// Another engine over the same database, keys and passwords, that goes by another clock.
    pub(crate) fn engine_by(&self, clock: Arc<dyn Clock>) -> Engine {
        let ports = Ports { clock, ..self.ports.clone() };
        engine(&self.store, self.sessions, &self.blocked, self.site.clone(), ports)
    }

    /// The workspace of this slug.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) async fn workspace(&self, slug: &str) -> Result<Workspace, Failure> {
        let found = self.engine.workspaces().find(slug).await?;
        found.ok_or_else(|| {
            Failure::new(format!("there is no workspace `{slug}`: name another by `--workspace`"))
        })
    }

    /// Gives the database back.
    pub(crate) async fn close(self) {
        drop(self.engine);
        // A connection that somebody still holds must not keep the process.
        if tokio::time::timeout(CLOSING, self.store.close()).await.is_err() {
            tracing::warn!("some connections to the database were still in use");
        }
    }
}

const CLOSING: Duration = Duration::from_secs(5);
