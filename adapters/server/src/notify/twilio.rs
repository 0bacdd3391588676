//! SMS, by Twilio.

#[cfg(test)]
mod tests;

use async_trait::async_trait;
use reqwest::{Client, header::CONTENT_TYPE};
use serde::Deserialize;
use sutra_identity::{Address, Message, NotifyError};
use url::{Url, form_urlencoded};

use super::{Carrier, web, wording::Said};
use crate::config::{self, ConfigError, Secret, Sender};

const NAME: &str = "Twilio";

/// An account at Twilio, which SMS are sent by.
pub(super) struct Twilio {
    client: Client,
    endpoint: Url,
    user: String,
    secret: Secret,
    sender: Sender,
}

/// What Twilio says of what it did not do.
#[derive(Deserialize)]
struct Problem {
    code: u32,
}

impl Twilio {
    /// # Errors
    /// If the secret cannot be read.
    pub(super) fn open(config: &config::Twilio) -> Result<Self, ConfigError> {
        let endpoint = config.endpoint()?;
        let (user, secret) = config.credentials()?;
        let client = web::client("notify.twilio", &endpoint)?;
        Ok(Self { client, endpoint, user, secret, sender: config.sender()? })
    }

    fn form(&self, to: &str, text: &str) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("To", to).append_pair("Body", text);
        match &self.sender {
            Sender::Number(number) => form.append_pair("From", number.as_str()),
            Sender::Service(service) => form.append_pair("MessagingServiceSid", service.as_str()),
        };
        form.finish()
    }
}

#[async_trait]
impl Carrier for Twilio {
    fn name(&self) -> String {
        NAME.to_owned()
    }

    async fn carry(&self, message: &Message, said: &Said) -> Result<(), NotifyError> {
        let Address::Sms(to) = &message.to else {
            return Err(NotifyError::Permanent("this is no message by SMS".to_owned()));
        };
        let request = self
            .client
            .post(self.endpoint.clone())
            .basic_auth(&self.user, Some(self.secret.expose()))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(self.form(to.as_str(), &said.text));
        let answer = web::ask(request, NAME).await?;
        let problem = serde_json::from_slice::<Problem>(&answer.body).ok();
        let word = problem.map(|problem| problem.code.to_string());
        answer.outcome(NAME, word.as_deref(), false)
    }
}
