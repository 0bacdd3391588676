//! SMS by Twilio.

use std::path::PathBuf;

use serde::Deserialize;
use sutra_identity::PhoneNumber;
use url::Url;

use crate::config::{
    ConfigError,
    value::{self, Secret, Sid},
};

/// `notify.twilio.*`: SMS go by Twilio.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Twilio {
    /// `notify.twilio.account_sid`: the account, `AC…`.
    pub(crate) account_sid: Sid<'A', 'C'>,
    /// `notify.twilio.api_key_sid`: an API key of that account, `SK…`. Default: none; the account's own token is used.
    api_key_sid: Option<Sid<'S', 'K'>>,
    /// `notify.twilio.secret_file`: a file that holds the secret of the API key, or the account's token, and nothing
    /// else.
    secret_file: PathBuf,
    /// `notify.twilio.from`: the number that SMS come from. This or a messaging service is needed.
    #[serde(default, deserialize_with = "value::telephone")]
    from: Option<PhoneNumber>,
    /// `notify.twilio.messaging_service_sid`: the messaging service that chooses the number, `MG…`.
    messaging_service_sid: Option<Sid<'M', 'G'>>,
    /// `notify.twilio.endpoint`: the address that is called. Default: `https://api.twilio.com`.
    #[serde(default, deserialize_with = "value::public_url")]
    endpoint: Option<Url>,
}

/// From whom SMS come.
#[derive(Clone)]
pub(crate) enum Sender {
    /// This number.
    Number(PhoneNumber),
    /// One that this service chooses.
    Service(Sid<'M', 'G'>),
}

impl Twilio {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        self.sender().map(drop)
    }

    /// From whom SMS come.
    ///
    /// # Errors
    /// If nobody is set, or two are.
    pub(crate) fn sender(&self) -> Result<Sender, ConfigError> {
        match (&self.from, &self.messaging_service_sid) {
            (Some(number), None) => Ok(Sender::Number(number.clone())),
            (None, Some(service)) => Ok(Sender::Service(service.clone())),
            _ => Err(ConfigError::key(
                "notify.twilio.from",
                "must be set, or `notify.twilio.messaging_service_sid` in its place, and not both",
            )),
        }
    }

    /// As whom to sign in, and the secret.
    ///
    /// # Errors
    /// If the file of the secret cannot be read.
    pub(crate) fn credentials(&self) -> Result<(String, Secret), ConfigError> {
        let user = match &self.api_key_sid {
            Some(key) => key.as_str(),
            None => self.account_sid.as_str(),
        };
        Ok((user.to_owned(), Secret::read("notify.twilio.secret_file", &self.secret_file)?))
    }

    /// The address that messages are posted to.
    ///
    /// # Errors
    /// If there is no such address.
    pub(crate) fn endpoint(&self) -> Result<Url, ConfigError> {
        let usual = || Url::parse("https://api.twilio.com");
        let account = self.account_sid.as_str();
        let path = format!("/2010-04-01/Accounts/{account}/Messages.json");
        let endpoint = self.endpoint.clone().map_or_else(usual, Ok).and_then(|url| url.join(&path));
        endpoint.map_err(|_| ConfigError::key("notify.twilio.endpoint", "must be an address"))
    }
}
