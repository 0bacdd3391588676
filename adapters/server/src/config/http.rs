//! How the server is reached.

use std::net::{Ipv4Addr, SocketAddr};

use serde::Deserialize;
use url::Url;

use super::value::{self, Bounded};

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
    /// `http.body_kib`: the longest request, in KiB. Default: 1024.
    pub(crate) body_kib: Bounded<1, 65_536>,
    /// `http.require_idempotency_key`: whether every change must come with an idempotency key. Default: false.
    pub(crate) require_idempotency_key: bool,
    /// `http.timeout_seconds`: the longest a request may take. Default: 30.
    pub(crate) timeout_seconds: Bounded<1, 600>,
    /// `http.stop_seconds`: how long requests that have begun may go on after a stop. Default: 30.
    pub(crate) stop_seconds: Bounded<1, 600>,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            public_url: None,
            allowed_origins: Vec::new(),
            body_kib: Bounded::new(1024),
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

    /// Whether nobody but this machine is meant to reach it: a proxy on this machine listens for others.
    pub(crate) fn is_for_this_machine(&self) -> bool {
        self.listen.ip().is_loopback() && self.public_url.as_ref().is_none_or(value::is_loopback)
    }
}
