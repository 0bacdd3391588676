//! The page as it comes over HTTP, to eight clients at a time.

use std::time::{Duration, Instant};

use poem::{
    Server,
    listener::{Acceptor as _, Listener as _, TcpListener},
};
use reqwest::Client;
use serde_json::{Value as Json, json};
use sutra_benches::{Place, Samples, in_one_unit, turns};
use sutra_engine::{Caller, Store as _};
use sutra_graphql::{HttpOptions, routes};
use sutra_identity::{
    Delivery, PasswordVerdict, SecondFactor, Session, SessionPolicy, SignIn, SignInProgress,
};
use tokio::task::JoinHandle;

/// How many clients there are, each of which asks again as soon as it has its answer.
const CLIENTS: usize = 8;

const DOCUMENT: &str = "{ accounts(first: 50) { \
                        nodes { id name type industry numberOfEmployees billingCity owner { name } } \
                        pageInfo { hasNextPage endCursor } } }";

/// The product as a server, in this process and on a port of its own.
pub(crate) struct Site<'a> {
    place: &'a Place,
    address: String,
    server: JoinHandle<()>,
}

impl<'a> Site<'a> {
    pub(crate) async fn open(place: &'a Place) -> Self {
        let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
        let port = acceptor.local_addr()[0].as_socket_addr().unwrap().port();
        let server = Server::new_with_acceptor(acceptor).run(routes(&place.engine, HttpOptions::default()));
        let server = tokio::spawn(async move { server.await.unwrap() });
        Self { place, address: format!("http://127.0.0.1:{port}/graphql"), server }
    }

    /// What a page takes for a user who asks as all clients at once, each so often.
    pub(crate) async fn measure(&self, caller: &Caller, count: usize) -> Samples {
        let token = sign_in(self.place, caller).await;
        let clients = (0..CLIENTS).map(|_| tokio::spawn(ask(self.address.clone(), token.clone(), count)));
        let mut samples = Vec::with_capacity(CLIENTS * count);
        for client in clients.collect::<Vec<_>>() {
            samples.extend(client.await.unwrap());
        }
        Samples::sorted(samples)
    }

    pub(crate) fn close(self) {
        self.server.abort();
    }
}

/// Asks as one client, by one connection, and says how long each answer took.
async fn ask(address: String, token: String, count: usize) -> Vec<Duration> {
    let (client, mut samples) = (Client::new(), Vec::new());
    for _ in 0..turns(count) {
        let start = Instant::now();
        let request = client.post(&address).bearer_auth(&token).json(&json!({ "query": DOCUMENT }));
        let answer: Json = request.send().await.unwrap().json().await.unwrap();
        samples.push(start.elapsed());
        let nodes = answer["data"]["accounts"]["nodes"].as_array();
        assert!(nodes.is_some_and(|nodes| !nodes.is_empty()), "{answer}");
    }
    samples.split_off(turns(count) - count)
}

/// A session of somebody who has no password.
async fn sign_in(place: &Place, caller: &Caller) -> String {
    let (workspace, ports) = (caller.workspace(), &place.ports);
    let mut reads = place.store.reads(workspace).await.unwrap();
    let user = reads.find_user(caller.user_id().unwrap()).await.unwrap();
    reads.finish().await.unwrap();
    let now = ports.clock.now();
    let SignInProgress::Complete(proof) =
        SignIn::begin(user.as_ref()).password(PasswordVerdict::Yes, SecondFactor::NotSetUp, now)
    else {
        panic!("whoever has a caller is active")
    };
    let (session, token) =
        Session::open(proof, Delivery::Bearer, SessionPolicy::default(), now, &*ports.entropy);
    in_one_unit(&place.store, ports, workspace, async |unit| unit.put_session(&session).await).await;
    token.expose().to_owned()
}
