//! How the server is reached.

use std::{
    fs::File,
    io::{self, Read},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use ipnet::IpNet;
use serde::Deserialize;
use sutra_graphql::PersistedDocuments;
use sutra_identity::{RelyingParty, RelyingPartyError};
use url::Url;

use super::{
    ConfigError,
    value::{self, Bounded},
};

/// What browsers call the product where they make a passkey.
const SITE_NAME: &str = "Sutra";

/// A manifest of a thousand documents has a few megabytes.
const MANIFEST_MIB: u64 = 16;

/// `http.*`
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Http {
    /// `http.listen`, or `--listen`: the address and the port. Default: `127.0.0.1:8080`, which only this machine
    /// reaches.
    #[serde(deserialize_with = "value::listen")]
    pub(crate) listen: SocketAddr,
    /// `http.public_url`: the address that browsers see, https unless it is on this machine. Default: the address
    /// it listens on.
    #[serde(deserialize_with = "value::public_url")]
    pub(crate) public_url: Option<Url>,
    /// `http.allowed_origins`: web pages elsewhere that may call. Default: none.
    #[serde(deserialize_with = "value::origins")]
    pub(crate) allowed_origins: Vec<String>,
    /// `http.trusted_proxies`: the proxies, by address or network, that say where a request came from. Default: none.
    #[serde(deserialize_with = "value::networks")]
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// `http.body_kib`: the longest request, in KiB. Default: 1024.
    pub(crate) body_kib: Bounded<1, 65_536>,
    /// `http.operations`: which GraphQL documents are executed at `/graphql`. Default: `any`.
    pub(crate) operations: Operations,
    /// `http.persisted_documents`: a JSON file of the documents that clients may name by their SHA-256.
    /// Default: none.
    pub(crate) persisted_documents: Option<PathBuf>,
    /// `http.require_idempotency_key`: whether every change must come with an idempotency key. Default: false.
    pub(crate) require_idempotency_key: bool,
    /// `http.timeout_seconds`: the longest a request may take. Default: 30.
    pub(crate) timeout_seconds: Bounded<1, 600>,
    /// `http.stop_seconds`: how long requests that have begun may go on after a stop. Default: 30.
    pub(crate) stop_seconds: Bounded<1, 600>,
}

/// Which GraphQL documents are executed at `/graphql`.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Operations {
    /// Those that clients send.
    Any,
    /// Only those in the file `http.persisted_documents`.
    AllowList,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            public_url: None,
            allowed_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            body_kib: Bounded::new(1024),
            operations: Operations::Any,
            persisted_documents: None,
            require_idempotency_key: false,
            timeout_seconds: Bounded::new(30),
            stop_seconds: Bounded::new(30),
        }
    }
}

impl Http {
    /// The address that people open, without a slash at its end.
    pub(crate) fn public_address(&self, bound: SocketAddr) -> String {
        match &self.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{bound}"),
        }
    }

    /// The site that passkeys are made for: the public address, and without one this machine by its name.
    ///
    /// # Errors
    /// If browsers make no passkeys for it.
    pub(crate) fn site(&self) -> Result<RelyingParty, RelyingPartyError> {
        match &self.public_url {
            Some(url) => RelyingParty::new(url.as_str(), SITE_NAME),
            None => RelyingParty::new(&format!("http://localhost:{}", self.listen.port()), SITE_NAME),
        }
    }

    /// The documents that clients may name.
    ///
    /// # Errors
    /// If their file cannot be used, or if there is none and nothing else is to be executed.
    pub(crate) fn documents(&self) -> Result<PersistedDocuments, ConfigError> {
        match &self.persisted_documents {
            Some(path) => read_manifest(path),
            None if self.operations == Operations::Any => Ok(PersistedDocuments::default()),
            None => Err(ConfigError::key(
                "http.operations",
                "must be `any` unless `http.persisted_documents` names the file that lists them",
            )),
        }
    }

    /// Whether nobody but this machine is meant to reach it: a proxy on this machine listens for others.
    pub(crate) fn is_for_this_machine(&self) -> bool {
        self.listen.ip().is_loopback() && self.public_url.as_ref().is_none_or(value::is_loopback)
    }
}

fn read_manifest(path: &Path) -> Result<PersistedDocuments, ConfigError> {
    let key = "http.persisted_documents";
    let limit = MANIFEST_MIB * 1024 * 1024;
    let read = || -> io::Result<String> {
        let mut text = String::new();
        File::open(path)?.take(limit + 1).read_to_string(&mut text)?;
        Ok(text)
    };
    let text = read().map_err(|error| ConfigError::unreadable(key, path, &error))?;
    if u64::try_from(text.len()).is_ok_and(|length| length > limit) {
        return Err(ConfigError::unusable(key, path, &format!("it is longer than {MANIFEST_MIB} MiB")));
    }
    PersistedDocuments::parse(&text).map_err(|error| ConfigError::unusable(key, path, &error.to_string()))
}
