//! Services that are called over HTTP.

use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect::Policy};
use sutra_identity::NotifyError;
use url::Url;

use super::LIMIT;
use crate::{config::ConfigError, wire};

/// More than a service says of one message.
const LONGEST_ANSWER: usize = 64 * 1024;

/// What a service answered.
pub(super) struct Answer {
    status: StatusCode,
    /// Its body, as far as it is read.
    pub(super) body: Vec<u8>,
    /// What AWS calls what went wrong.
    pub(super) error_type: Option<String>,
}

/// A client of one service, which never follows it elsewhere: what is sent to it holds codes and links.
///
/// # Errors
/// If this machine trusts nobody.
pub(super) fn client(key: &str, endpoint: &Url) -> Result<Client, ConfigError> {
    wire::use_one_tls_provider();
    let builder = Client::builder()
        .redirect(Policy::none())
        .https_only(endpoint.scheme() == "https")
        .timeout(LIMIT)
        .user_agent(concat!("sutra/", env!("CARGO_PKG_VERSION")));
    builder.build().map_err(|_| {
        ConfigError::key(key, "cannot be used: the certificates that this machine trusts cannot be found")
    })
}

/// Asks, and waits for the whole answer.
///
/// # Errors
/// If there is none.
pub(super) async fn ask(request: RequestBuilder, who: &str) -> Result<Answer, NotifyError> {
    let lost = |error: reqwest::Error| {
        let what = if error.is_timeout() { "did not answer in time" } else { "was not reached" };
        NotifyError::Temporary(format!("{who} {what}"))
    };
    let mut response = request.send().await.map_err(lost)?;
    let mut answer =
        Answer { status: response.status(), body: Vec::new(), error_type: error_type(&response) };
    while answer.body.len() < LONGEST_ANSWER {
        let Some(piece) = response.chunk().await.map_err(lost)? else { break };
        answer.body.extend_from_slice(&piece);
    }
    Ok(answer)
}

fn error_type(response: &Response) -> Option<String> {
    response.headers().get("x-amzn-errortype")?.to_str().ok().map(str::to_owned)
}

impl Answer {
    /// Whether the message was taken; else in one sentence why not, with the service's own word for it. What it says
    /// beyond that may quote the addressee.
    pub(super) fn outcome(&self, who: &str, word: Option<&str>, passes: bool) -> Result<(), NotifyError> {
        if self.status.is_success() {
            return Ok(());
        }
        let word = word.map_or_else(String::new, |word| format!(" ({word})"));
        let answered = format!("{who} answered {}{word}", self.status.as_u16());
        let is_busy = self.status == StatusCode::TOO_MANY_REQUESTS || self.status.is_server_error();
        if passes || is_busy {
            return Err(NotifyError::Temporary(answered));
        }
        Err(NotifyError::Permanent(answered))
    }
}
