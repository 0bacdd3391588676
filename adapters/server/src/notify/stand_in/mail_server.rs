//! A mail server that keeps what it takes: the protocol as the crate `mailin` speaks it, over TLS.

use std::{
    io::Result,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::{Arc, Mutex},
};

use mailin::{
    Action, AuthMechanism, Handler, Response, Session, SessionBuilder,
    response::{AUTH_OK, INVALID_CREDENTIALS, OK},
};
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

/// From when on it speaks TLS.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Encryption {
    Implicit,
    StartTls,
    /// It cannot.
    None,
}

/// A running mail server. It takes mail from `crm` with the password `right-horse` alone, if it is encrypted; else from
/// anybody. `gone@…` is no mailbox of it, and `busy@…` is full today.
pub(in super::super) struct MailServer {
    address: SocketAddr,
    home: TempDir,
    taken: Arc<Mutex<Vec<Taken>>>,
}

/// A mail that the server has taken.
#[derive(Clone, Default)]
pub(in super::super) struct Taken {
    pub(in super::super) from: String,
    pub(in super::super) to: Vec<String>,
    pub(in super::super) mail: String,
}

impl MailServer {
    pub(in super::super) async fn start(encryption: Encryption) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let home = tempfile::tempdir().unwrap();
        let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(home.path().join("ca.pem"), certified.cert.pem()).unwrap();
        std::fs::write(home.path().join("password"), "right-horse\n").unwrap();
        let taken = Arc::default();
        let server = Server { encryption, acceptor: acceptor(&certified), taken: Arc::clone(&taken) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = server.clone();
                tokio::spawn(async move { server.serve(stream).await });
            }
        });
        Self { address, home, taken }
    }

    /// A port at which nobody answers.
    pub(in super::super) async fn away() -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        listener.local_addr().unwrap().port()
    }

    pub(in super::super) fn port(&self) -> u16 {
        self.address.port()
    }

    /// The certificate that vouches for it.
    pub(in super::super) fn ca_file(&self) -> PathBuf {
        self.home.path().join("ca.pem")
    }

    pub(in super::super) fn password_file(&self) -> PathBuf {
        self.home.path().join("password")
    }

    pub(in super::super) fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }
}

fn acceptor(certified: &rcgen::CertifiedKey<rcgen::KeyPair>) -> TlsAcceptor {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let chain = vec![certified.cert.der().clone()];
    TlsAcceptor::from(Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap()))
}

#[derive(Clone)]
struct Server {
    encryption: Encryption,
    acceptor: TlsAcceptor,
    taken: Arc<Mutex<Vec<Taken>>>,
}

/// What happens after a conversation.
#[derive(PartialEq, Eq)]
enum Next {
    Tls,
    End,
}

impl Server {
    async fn serve(&self, stream: TcpStream) -> Result<()> {
        let mut builder = SessionBuilder::new("mail.test");
        match self.encryption {
            Encryption::None => {}
            Encryption::Implicit => drop(builder.enable_auth(AuthMechanism::Plain)),
            Encryption::StartTls => drop(builder.enable_auth(AuthMechanism::Plain).enable_start_tls()),
        }
        let desk = Desk { taken: Arc::clone(&self.taken), now: Taken::default() };
        let mut session = builder.build(IpAddr::V4(Ipv4Addr::LOCALHOST), desk);
        let greeting = session.greeting().buffer()?;
        let mut stream = BufReader::new(stream);
        if self.encryption == Encryption::Implicit {
            let mut secured = BufReader::new(self.acceptor.accept(stream.into_inner()).await?);
            session.tls_active();
            secured.write_all(&greeting).await?;
            return converse(&mut secured, &mut session).await.map(drop);
        }
        stream.write_all(&greeting).await?;
        if converse(&mut stream, &mut session).await? == Next::Tls {
            let mut secured = BufReader::new(self.acceptor.accept(stream.into_inner()).await?);
            session.tls_active();
            converse(&mut secured, &mut session).await?;
        }
        Ok(())
    }
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    session: &mut Session<Desk>,
) -> Result<Next> {
    let mut line = Vec::new();
    loop {
        line.clear();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Ok(Next::End);
        }
        let response = session.process(&line);
        stream.write_all(&response.buffer()?).await?;
        stream.flush().await?;
        match response.action {
            Action::Close => return Ok(Next::End),
            Action::UpgradeTls => return Ok(Next::Tls),
            Action::NoReply | Action::Reply => {}
        }
    }
}

/// Takes mail.
struct Desk {
    taken: Arc<Mutex<Vec<Taken>>>,
    now: Taken,
}

impl Handler for Desk {
    fn auth_plain(&mut self, _: &str, user: &str, password: &str) -> Response {
        if (user, password) == ("crm", "right-horse") { AUTH_OK } else { INVALID_CREDENTIALS }
    }

    fn mail(&mut self, _: IpAddr, _: &str, from: &str) -> Response {
        self.now = Taken { from: from.to_owned(), ..Taken::default() };
        OK
    }

    fn rcpt(&mut self, to: &str) -> Response {
        let mailbox = to.split('@').next().unwrap_or_default();
        self.now.to.push(to.to_owned());
        match mailbox {
            "gone" => Response::custom(550, format!("5.1.1 {to}: there is no such user")),
            "busy" => Response::custom(452, format!("4.2.2 {to}: the mailbox is full")),
            _ => OK,
        }
    }

    fn data(&mut self, line: &[u8]) -> Result<()> {
        self.now.mail.push_str(&String::from_utf8_lossy(line));
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        self.taken.lock().unwrap().push(std::mem::take(&mut self.now));
        OK
    }
}
