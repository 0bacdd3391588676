//! How users are told something.

mod ses;
#[cfg(test)]
mod tests;
mod twilio;

use std::path::PathBuf;

use serde::Deserialize;
use sutra_identity::EmailAddress;
use url::Host;

pub(crate) use self::{
    ses::Ses,
    twilio::{Sender, Twilio},
};
use super::{
    ConfigError,
    value::{self, Bounded, Secret},
};

/// `notify.*`: without a way for mail or SMS, what goes by it is written into the folder `notices` of the data directory.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Notify {
    /// `notify.from_address`: the mailbox that mail comes from. Default: none; needed if mail is sent.
    #[serde(deserialize_with = "value::email")]
    pub(crate) from_address: Option<EmailAddress>,
    /// `notify.from_name`: what that mailbox is called. Default: what the workspace is called.
    pub(crate) from_name: Option<String>,
    /// `notify.templates`: a folder of templates, each in place of that which is built in. Default: none.
    pub(crate) templates: Option<PathBuf>,
    /// `notify.ses.*`
    pub(crate) ses: Option<Ses>,
    /// `notify.smtp.*`
    pub(crate) smtp: Option<Smtp>,
    /// `notify.twilio.*`
    pub(crate) twilio: Option<Twilio>,
}

/// `notify.smtp.*`: mail goes by this server.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Smtp {
    /// `notify.smtp.host`: the mail server.
    #[serde(deserialize_with = "value::host")]
    pub(crate) host: Host,
    /// `notify.smtp.port`. Default: 465, or 587 with STARTTLS, or 25 without TLS.
    port: Option<Bounded<1, 65_535>>,
    /// `notify.smtp.tls`: `implicit`, `starttls`, or, on this machine alone, `none`. Default: `implicit`.
    #[serde(default)]
    pub(crate) tls: SmtpTls,
    /// `notify.smtp.ca_file`: certificates in PEM, which alone are trusted then. Default: those that the machine trusts.
    pub(crate) ca_file: Option<PathBuf>,
    /// `notify.smtp.user`: what this installation is called there. Default: none, for a server that asks nobody.
    user: Option<String>,
    /// `notify.smtp.password_file`: a file that holds the password and nothing else. Default: none.
    password_file: Option<PathBuf>,
}

/// From when on the way to a mail server is encrypted.
#[derive(Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SmtpTls {
    /// From the first byte.
    #[default]
    Implicit,
    /// From the first command on; a server that cannot gets nothing.
    StartTls,
    /// Never.
    None,
}

impl Notify {
    /// Refuses what does not fit together.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if self.smtp.is_some() && self.ses.is_some() {
            let must = "must not be set beside `notify.smtp`: mail goes by one of them";
            return Err(ConfigError::key("notify.ses", must));
        }
        if self.from_address.is_none() && (self.smtp.is_some() || self.ses.is_some()) {
            return Err(ConfigError::key("notify.from_address", "must be set if mail is sent"));
        }
        self.smtp.as_ref().map_or(Ok(()), Smtp::check)?;
        self.twilio.as_ref().map_or(Ok(()), Twilio::check)
    }
}

impl Smtp {
    fn check(&self) -> Result<(), ConfigError> {
        if self.tls == SmtpTls::None && !value::is_loopback_host(&self.host) {
            let must = "must be `implicit` or `starttls` unless `notify.smtp.host` is this machine";
            return Err(ConfigError::key("notify.smtp.tls", must));
        }
        match (&self.user, &self.password_file) {
            (Some(_), None) => {
                Err(ConfigError::key("notify.smtp.password_file", "must be set if `notify.smtp.user` is"))
            }
            (None, Some(_)) => {
                Err(ConfigError::key("notify.smtp.user", "must be set if `notify.smtp.password_file` is"))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn port(&self) -> u16 {
        let usual = match self.tls {
            SmtpTls::Implicit => 465,
            SmtpTls::StartTls => 587,
            SmtpTls::None => 25,
        };
        self.port.and_then(|port| u16::try_from(port.get()).ok()).unwrap_or(usual)
    }

    /// The user and the password.
    ///
    /// # Errors
    /// If the file of the password cannot be read.
    pub(crate) fn credentials(&self) -> Result<Option<(&str, Secret)>, ConfigError> {
        let (Some(user), Some(file)) = (&self.user, &self.password_file) else { return Ok(None) };
        Ok(Some((user, Secret::read("notify.smtp.password_file", file)?)))
    }
}
