//! Mail, by a mail server.

#[cfg(test)]
mod tests;

use std::{error::Error as StdError, fs, path::Path};

use async_trait::async_trait;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{Certificate, CertificateStore, Tls, TlsParameters},
    },
};
use sutra_identity::{Message, NotifyError};

use super::{Carrier, LIMIT, mail::From, wording::Said};
use crate::config::{self, ConfigError, SmtpTls};

/// A mail server that takes mail from here and carries it on.
pub(super) struct Smtp {
    from: From,
    host: String,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl Smtp {
    /// No connection is made yet.
    ///
    /// # Errors
    /// If the password or the certificates cannot be read.
    pub(super) fn open(config: &config::Smtp, from: From) -> Result<Self, ConfigError> {
        let host = config.host.to_string();
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(bare(&host))
            .port(config.port())
            .timeout(Some(LIMIT))
            .tls(tls(config, &host)?);
        if let Some((user, password)) = config.credentials()? {
            builder = builder.credentials(Credentials::new(user.to_owned(), password.expose().to_owned()));
        }
        Ok(Self { from, host, transport: builder.build() })
    }
}

#[async_trait]
impl Carrier for Smtp {
    fn name(&self) -> String {
        format!("the mail server {}", self.host)
    }

    async fn carry(&self, message: &Message, said: &Said) -> Result<(), NotifyError> {
        let mail = self.from.mail(message, said)?;
        self.transport.send(mail).await.map(drop).map_err(|error| refused(&error))
    }
}

/// An IPv6 address stands in brackets in addresses of pages alone.
fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

/// Without TLS nothing is sent, unless it is to this machine.
fn tls(config: &config::Smtp, host: &str) -> Result<Tls, ConfigError> {
    let parameters = || {
        let builder = TlsParameters::builder(bare(host).to_owned());
        let builder = match &config.ca_file {
            None => builder,
            Some(file) => {
                let trusts_nobody = builder.certificate_store(CertificateStore::None);
                trusts_nobody.add_root_certificate(certificates(file)?)
            }
        };
        let must = "must be set, because the certificates that this machine trusts cannot be found";
        builder.build_rustls().map_err(|_| ConfigError::key("notify.smtp.ca_file", must))
    };
    Ok(match config.tls {
        SmtpTls::Implicit => Tls::Wrapper(parameters()?),
        SmtpTls::StartTls => Tls::Required(parameters()?),
        SmtpTls::None => Tls::None,
    })
}

fn certificates(file: &Path) -> Result<Certificate, ConfigError> {
    let key = "notify.smtp.ca_file";
    let pem = fs::read(file).map_err(|error| ConfigError::unreadable(key, file, &error))?;
    let none = || ConfigError::unusable(key, file, "it holds no certificate in PEM");
    if !String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
        return Err(none());
    }
    Certificate::from_pem(&pem).map_err(|_| none())
}

/// What the server says in words may quote the addressee: only its code is passed on.
fn refused(error: &Error) -> NotifyError {
    if let Some(code) = error.status() {
        let answered = format!("the mail server answered {code}");
        return if error.is_permanent() {
            NotifyError::Permanent(answered)
        } else {
            NotifyError::Temporary(answered)
        };
    }
    if error.is_client() {
        return NotifyError::Permanent(format!("the mail server cannot be used: {}", cause(error)));
    }
    if error.is_response() {
        return NotifyError::Temporary("the mail server's answer could not be understood".to_owned());
    }
    NotifyError::Temporary(format!("the mail server was not reached: {}", cause(error)))
}

/// What is at the bottom of it: of the network, or of its certificate.
fn cause(error: &Error) -> String {
    let mut cause: &dyn StdError = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
