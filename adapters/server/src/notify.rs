//! Notices on their way to people: worded, and carried by mail or SMS.

mod folder;
mod mail;
mod ses;
mod signature;
mod smtp;
mod twilio;
mod web;
mod wording;

#[cfg(test)]
mod stand_in;

use std::time::Duration;

use async_trait::async_trait;
use sutra_identity::{Address, Message, Notifier, NotifyError, SEND_LIMIT};
use tokio::time;

use self::{
    folder::Folder,
    mail::From,
    ses::Ses,
    smtp::Smtp,
    twilio::Twilio,
    wording::{Said, Wording},
};
use crate::config::{Config, ConfigError};

/// Words messages and hands them to whoever carries them on, as the configuration says.
pub(crate) struct Post {
    wording: Wording,
    mail: Box<dyn Carrier>,
    sms: Box<dyn Carrier>,
}

/// A way by which messages travel.
#[async_trait]
trait Carrier: Send + Sync {
    /// What administrators know it by.
    fn name(&self) -> String;

    /// Hands a message on.
    async fn carry(&self, message: &Message, said: &Said) -> Result<(), NotifyError>;
}

/// How long a carrier may take: whoever waits for [`SEND_LIMIT`] gets an answer.
const LIMIT: Duration = SEND_LIMIT.saturating_sub(Duration::from_secs(5));

impl Post {
    /// What is configured; else messages lie in the folder `notices` of the data directory.
    ///
    /// # Errors
    /// If a file that the configuration names cannot be used.
    pub(crate) fn open(config: &Config) -> Result<Self, ConfigError> {
        let public = config.http.public_address(config.http.listen);
        Ok(Self {
            wording: Wording::load(config.notify.templates.as_deref(), public)?,
            mail: mail_carrier(config)?,
            sms: sms_carrier(config)?,
        })
    }

    /// By whom messages to this address go.
    pub(crate) fn carrier_to(&self, to: &Address) -> String {
        self.carrier(to).name()
    }

    fn carrier(&self, to: &Address) -> &dyn Carrier {
        match to {
            Address::Mail(_) => &*self.mail,
            Address::Sms(_) => &*self.sms,
        }
    }

    /// Words a message and hands it on.
    ///
    /// # Errors
    /// Why it was not taken, and whether trying again may help.
    pub(crate) async fn hand_on(&self, message: &Message) -> Result<(), NotifyError> {
        let said = self.wording.say(message)?;
        let carried = time::timeout(LIMIT, self.carrier(&message.to).carry(message, &said));
        carried
            .await
            .unwrap_or_else(|_| Err(NotifyError::Temporary("there was no answer in time".to_owned())))
    }
}

fn folder(config: &Config) -> Box<dyn Carrier> {
    Box::new(Folder::new(config.data.join("notices")))
}

fn mail_carrier(config: &Config) -> Result<Box<dyn Carrier>, ConfigError> {
    let notify = &config.notify;
    let Some(from) = From::of(notify) else { return Ok(folder(config)) };
    match (&notify.smtp, &notify.ses) {
        (Some(smtp), _) => Ok(Box::new(Smtp::open(smtp, from)?)),
        (None, Some(ses)) => Ok(Box::new(Ses::open(ses, from)?)),
        (None, None) => Ok(folder(config)),
    }
}

fn sms_carrier(config: &Config) -> Result<Box<dyn Carrier>, ConfigError> {
    match &config.notify.twilio {
        Some(twilio) => Ok(Box::new(Twilio::open(twilio)?)),
        None => Ok(folder(config)),
    }
}

#[async_trait]
impl Notifier for Post {
    async fn send(&self, message: Message) -> Result<(), NotifyError> {
        let sent = self.hand_on(&message).await;
        if let Err(error) = &sent {
            let carrier = self.carrier_to(&message.to);
            tracing::warn!(notice = %message.id, carrier, %error, "a notice was not sent");
        }
        sent
    }
}
