//! A service that is called over HTTP.

use std::{
    net::Ipv4Addr,
    sync::{Arc, Mutex},
};

use poem::{
    Endpoint, Request, Response, Server,
    http::{HeaderName, HeaderValue, StatusCode},
    listener::{Acceptor, Listener, TcpListener},
};

/// A running service, which keeps what it was asked.
pub(in super::super) struct WebServer {
    pub(in super::super) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// What was asked.
#[derive(Clone)]
pub(in super::super) struct Asked {
    /// As `POST /path`.
    pub(in super::super) line: String,
    headers: Vec<(String, String)>,
    pub(in super::super) body: String,
}

/// What is answered: the status, a header and the body.
pub(in super::super) type Reply = (u16, Option<(&'static str, &'static str)>, String);

impl Asked {
    pub(in super::super) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(header, _)| header == name);
        found.map_or("", |(_, value)| value)
    }
}

impl WebServer {
    /// A service that answers so.
    pub(in super::super) async fn start(answer: fn(&Asked) -> Reply) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).into_acceptor().await.unwrap();
        let address = listener.local_addr().remove(0);
        let url = format!("http://{}", address.as_socket_addr().unwrap());
        let asked = Arc::default();
        let desk = Desk { asked: Arc::clone(&asked), answer };
        tokio::spawn(Server::new_with_acceptor(listener).run(desk));
        Self { url, asked }
    }

    /// An address at which nobody answers.
    pub(in super::super) async fn away() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).into_acceptor().await.unwrap();
        let address = listener.local_addr().remove(0);
        Self { url: format!("http://{}", address.as_socket_addr().unwrap()), asked: Arc::default() }
    }

    pub(in super::super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

struct Desk {
    asked: Arc<Mutex<Vec<Asked>>>,
    answer: fn(&Asked) -> Reply,
}

impl Endpoint for Desk {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let text = |value: &HeaderValue| value.to_str().unwrap().to_owned();
        let asked = Asked {
            line: format!("{} {}", request.method(), request.uri()),
            headers: request.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: request.take_body().into_string().await.unwrap(),
        };
        let (status, header, body) = (self.answer)(&asked);
        self.asked.lock().unwrap().push(asked);
        let mut response = Response::builder().status(StatusCode::from_u16(status).unwrap()).body(body);
        if let Some((name, value)) = header {
            let headers = response.headers_mut();
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        Ok(response)
    }
}
