//! Mail, by Amazon SES.

#[cfg(test)]
mod tests;

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::{
    Client,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use serde_json::json;
use sutra_identity::{Address, Message, NotifyError};
use sutra_kernel::Clock;
use url::{Position, Url};

use super::{
    Carrier,
    mail::From,
    signature::{Key, Request},
    web::{self, Answer},
    wording::Said,
};
use crate::{
    clock::SystemClock,
    config::{self, ConfigError},
};

const NAME: &str = "Amazon SES";
const PATH: &str = "/v2/email/outbound-emails";
const JSON: &str = "application/json";

/// What goes by, although it is answered with 400 or 403: a quota, a pause, a clock that is not right.
const PASSING: [&str; 6] = [
    "LimitExceededException",
    "RequestExpired",
    "RequestTimeTooSkewed",
    "SendingPausedException",
    "ThrottlingException",
    "TooManyRequestsException",
];

/// An account at AWS, whose SES carries mail.
pub(super) struct Ses {
    client: Client,
    endpoint: Url,
    key: Key,
    from: From,
}

impl Ses {
    /// # Errors
    /// If the secret of the access key cannot be read.
    pub(super) fn open(config: &config::Ses, from: From) -> Result<Self, ConfigError> {
        let endpoint = config.endpoint()?;
        let client = web::client("notify.ses", &endpoint)?;
        let (id, region) = (config.access_key_id.clone(), config.region.clone());
        Ok(Self { client, endpoint, key: Key { id, secret: config.secret()?, region, service: "ses" }, from })
    }

    /// Raw, so that the mail is the same by whomever it goes; and to the addressee alone, whatever is in the mail.
    fn body(&self, message: &Message, said: &Said) -> Result<String, NotifyError> {
        let mail = self.from.mail(message, said)?;
        let Address::Mail(to) = &message.to else {
            return Err(NotifyError::Permanent("this is no message by mail".to_owned()));
        };
        let raw = STANDARD.encode(mail.formatted());
        let body = json!({
            "Destination": { "ToAddresses": [to.as_str()] },
            "Content": { "Raw": { "Data": raw } },
        });
        Ok(body.to_string())
    }
}

#[async_trait]
impl Carrier for Ses {
    fn name(&self) -> String {
        NAME.to_owned()
    }

    async fn carry(&self, message: &Message, said: &Said) -> Result<(), NotifyError> {
        let body = self.body(message, said)?;
        let host = &self.endpoint[Position::BeforeHost..Position::AfterPort];
        let request = Request {
            method: "POST",
            path: PATH,
            query: "",
            host,
            content_type: JSON,
            body: body.as_bytes(),
        };
        let signed = self.key.sign(&request, SystemClock.now());
        let mut endpoint = self.endpoint.clone();
        endpoint.set_path(PATH);
        let request = self
            .client
            .post(endpoint)
            .header(CONTENT_TYPE, JSON)
            .header("x-amz-date", signed.date)
            .header(AUTHORIZATION, signed.authorization)
            .body(body);
        let answer = web::ask(request, NAME).await?;
        let word = word(&answer);
        answer.outcome(NAME, word.as_deref(), word.as_deref().is_some_and(|word| PASSING.contains(&word)))
    }
}

/// As `MessageRejected:http://…` or `com.amazonaws.ses#MessageRejected` says it.
fn word(answer: &Answer) -> Option<String> {
    let word = answer.error_type.as_deref()?.split(':').next()?.rsplit('#').next()?;
    let is_word = !word.is_empty() && word.len() < 80 && word.chars().all(|c| c.is_ascii_alphanumeric());
    is_word.then(|| word.to_owned())
}
