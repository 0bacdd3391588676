//! The server: what answers at which path, and what every answer carries.

mod guard;
mod health;
mod page;
mod query_page;
mod setup_page;

use std::{future::Future, io, net::SocketAddr, time::Duration};

use poem::{
    Endpoint, EndpointExt, Response, Server,
    listener::{Acceptor, Listener, TcpAcceptor, TcpListener},
    middleware::CatchPanic,
};
use sutra_engine::Engine;
use sutra_graphql::{HttpOptions, PersistedDocuments, TrustedProxies};

pub(crate) use self::setup_page::link as setup_link;
use crate::config::{Http, Operations};

/// How long a connection may be silent between two requests.
const IDLE: Duration = Duration::from_secs(75);

/// A server that has its port, and does not answer yet.
pub(crate) struct Bound {
    acceptor: TcpAcceptor,
    address: SocketAddr,
}

impl Bound {
    /// Takes the port.
    ///
    /// # Errors
    /// If it is taken, or not for this user.
    pub(crate) async fn take(listen: SocketAddr) -> io::Result<Self> {
        let acceptor = TcpListener::bind(listen).into_acceptor().await?;
        let address = acceptor.local_addr().first().and_then(|address| address.as_socket_addr().copied());
        Ok(Self { acceptor, address: address.unwrap_or(listen) })
    }

    /// The address it has.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until it is told to stop, and then finishes what has begun.
    ///
    /// # Errors
    /// If the operating system takes the port away.
    pub(crate) async fn serve(
        self,
        engine: &Engine,
        settings: &Http,
        documents: PersistedDocuments,
        stop: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let app = app(engine, settings, documents, self.address);
        Server::new_with_acceptor(self.acceptor)
            .name("sutra")
            .idle_timeout(IDLE)
            .run_with_graceful_shutdown(app, stop, Some(settings.stop_seconds.seconds()))
            .await
    }
}

fn app(
    engine: &Engine,
    settings: &Http,
    documents: PersistedDocuments,
    address: SocketAddr,
) -> impl Endpoint<Output = Response> + use<> {
    let only_listed_documents = settings.operations == Operations::AllowList;
    let options = HttpOptions {
        allowed_origins: origins(settings, address),
        trusted_proxies: TrustedProxies::new(settings.trusted_proxies.clone()),
        max_body_bytes: usize::try_from(settings.body_kib.get()).unwrap_or(1).saturating_mul(1_024),
        require_idempotency_key: settings.require_idempotency_key,
        documents,
        only_listed_documents,
    };
    let deadline = settings.timeout_seconds.seconds();
    sutra_graphql::routes(engine, options)
        .at("/livez", health::live)
        .at("/readyz", health::Ready::new(engine))
        .at("/query", query_page::endpoint(only_listed_documents))
        .at("/setup", setup_page::page)
        .around(move |endpoint, request| guard::within(deadline, endpoint, request))
        .with(CatchPanic::new())
        .around(guard::sealed)
}

/// The pages of the product itself are allowed, by whatever name this machine calls itself.
fn origins(settings: &Http, address: SocketAddr) -> Vec<String> {
    let mut origins = settings.allowed_origins.clone();
    origins.push(settings.public_address(address));
    if settings.public_url.is_none() && address.ip().is_loopback() {
        origins.push(format!("http://localhost:{}", address.port()));
    }
    origins
}
