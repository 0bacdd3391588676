//! A message as a mail.

use std::time::{Duration, UNIX_EPOCH};

use lettre::{
    Address, Message as Mail,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
};
use sutra_identity::{EmailAddress, Message, NotifyError};
use sutra_kernel::Timestamp;

use super::wording::{Said, one_line};
use crate::config::Notify;

/// From whom mail comes.
pub(super) struct From {
    address: EmailAddress,
    name: Option<String>,
}

impl From {
    pub(super) fn of(notify: &Notify) -> Option<Self> {
        let address = notify.from_address.clone()?;
        Some(Self { address, name: notify.from_name.clone() })
    }

    /// The mail, in plain text and in HTML. The same message makes one with the same `Message-ID` and date, by which
    /// mailboxes know a repetition.
    ///
    /// # Errors
    /// If one of the addresses cannot stand in a mail.
    pub(super) fn mail(&self, message: &Message, said: &Said) -> Result<Mail, NotifyError> {
        let sutra_identity::Address::Mail(to) = &message.to else {
            return Err(permanent("this is no message by mail"));
        };
        let to_name = Some(one_line(&message.name)).filter(|name| !name.is_empty());
        let from_name = self.name.as_ref().unwrap_or(&message.workspace_name);
        Mail::builder()
            .from(mailbox(&self.address, Some(one_line(from_name)))?)
            .to(mailbox(to, to_name)?)
            .subject(&*said.subject)
            .date(UNIX_EPOCH + since_epoch(message.written_at))
            .message_id(Some(format!("<{}@{}>", message.id, self.domain()?)))
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(said.text.clone(), said.html.clone()))
            .map_err(|_| permanent("the mail cannot be put together"))
    }

    /// As header fields have it: without characters beyond ASCII.
    fn domain(&self) -> Result<String, NotifyError> {
        url::Host::parse(self.address.domain())
            .map(|host| host.to_string())
            .map_err(|_| permanent("the domain of `notify.from_address` cannot stand in a mail"))
    }
}

fn mailbox(address: &EmailAddress, name: Option<String>) -> Result<Mailbox, NotifyError> {
    let cannot = || permanent("the address cannot stand in a mail");
    let (local, domain) = address.as_str().split_once('@').ok_or_else(cannot)?;
    Ok(Mailbox::new(name, Address::new(local, domain).map_err(|_| cannot())?))
}

fn permanent(why: &str) -> NotifyError {
    NotifyError::Permanent(why.to_owned())
}

fn since_epoch(at: Timestamp) -> Duration {
    at.since(Timestamp::from_micros(0))
}

/// RFC 3834: a program wrote this, and no program should answer it.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
