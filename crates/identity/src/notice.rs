//! What users are told by mail and by SMS.
//!
//! A use case says *what* somebody is told and puts it into the outbox, sealed. How it is worded and how it travels is
//! for a [`Notifier`].

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sutra_kernel::{TaskId, Timestamp};

use crate::{EmailAddress, PhoneNumber, SecretText};

/// The way by which somebody is told something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Channel {
    /// To the e-mail address that the user has.
    Mail,
    /// To this telephone.
    Sms(PhoneNumber),
}

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Address {
    /// A mailbox.
    Mail(EmailAddress),
    /// A telephone.
    Sms(PhoneNumber),
}

/// What somebody is told. It has a [kind](Notice::kind), by which its wording is found.
///
/// # Security
/// Some hold secrets, which their `Debug` leaves out.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Notice {
    /// A code to be typed where one was asked for.
    Code {
        /// The code.
        code: SecretText,
        /// What it is good for.
        used_for: CodeUse,
        /// From when on it is good for nothing.
        expires_at: Timestamp,
    },
    /// The way in for somebody who was made a user.
    Invitation {
        /// The token of the link.
        token: SecretText,
        /// From when on it opens nothing.
        expires_at: Timestamp,
    },
    /// The way to a new password.
    ResetLink {
        /// The token of the link.
        token: SecretText,
        /// From when on it opens nothing.
        expires_at: Timestamp,
    },
    /// Somebody signs in from a device that is not known, and waits for this to be confirmed.
    ConfirmDevice {
        /// The token of the link.
        token: SecretText,
        /// From when on it opens nothing.
        expires_at: Timestamp,
        /// From where.
        occasion: Occasion,
    },
    /// Somebody has signed in from a device that was not known.
    SignInFromNewDevice {
        /// From where.
        occasion: Occasion,
    },
    /// Too many wrong answers: the account takes none for a while.
    AccountLocked {
        /// Until when.
        until: Timestamp,
        /// The token of a link that ends the lock at once, if there is one.
        token: Option<SecretText>,
        /// From where the last wrong answer came.
        occasion: Occasion,
    },
    /// There is one more way to show that one is oneself.
    FactorAdded {
        /// The word of the method.
        method: String,
        /// From where.
        occasion: Occasion,
    },
    /// There is one less.
    FactorRemoved {
        /// The word of the method.
        method: String,
        /// From where.
        occasion: Occasion,
    },
    /// A recovery code was used.
    RecoveryCodeUsed {
        /// How many are left.
        left: u32,
        /// From where.
        occasion: Occasion,
    },
    /// The password is another one.
    PasswordChanged {
        /// From where.
        occasion: Occasion,
    },
    /// Nothing has happened: an operator tries whether notices arrive.
    Trial,
}

/// What a code is good for, so that whoever gets one knows what he is asked to help with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeUse {
    /// Signing in.
    SignIn,
    /// Something that a signed-in user confirms once more.
    Confirmation,
    /// Another password.
    PasswordChange,
    /// Showing that this mailbox or telephone is the user's.
    Enrolment,
}

/// When something happened, and from where it came as far as that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occasion {
    /// When.
    pub at: Timestamp,
    /// The network address.
    pub address: Option<String>,
    /// What the visitor's program calls itself: the visitor chose it.
    pub user_agent: Option<String>,
}

/// One notice on its way to one person.
#[derive(Debug)]
pub struct Message {
    /// The same for every try to send it.
    pub id: TaskId,
    /// The slug of the workspace that it is from, which links name.
    pub workspace: String,
    /// What people call that workspace.
    pub workspace_name: String,
    /// Where it goes.
    pub to: Address,
    /// What the addressee is called.
    pub name: String,
    /// What is told.
    pub notice: Notice,
    /// When it was put into the outbox.
    pub written_at: Timestamp,
}

/// Words notices and sends them: what the outbox needs from outside.
///
/// A message may come again after it was sent, if the process ended before that was written down: it has the same
/// [`id`](Message::id) then.
#[async_trait]
pub trait Notifier: Send + Sync {
    /// Hands a message to whoever carries it on, and comes back within [`SEND_LIMIT`].
    ///
    /// # Errors
    /// Why it was not taken, and whether trying again may help.
    async fn send(&self, message: Message) -> Result<(), NotifyError>;
}

/// How long sending a message takes at most.
pub const SEND_LIMIT: Duration = Duration::from_secs(30);

/// Why a message was not sent: words for administrators, without addresses and secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotifyError {
    /// Trying again later may help.
    #[error("{0}")]
    Temporary(String),
    /// It will not be taken, now or later.
    #[error("{0}")]
    Permanent(String),
}

impl Channel {
    /// Its word.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Sms(_) => "sms",
        }
    }
}

impl Address {
    /// The word of its channel.
    #[must_use]
    pub fn channel(&self) -> &'static str {
        match self {
            Self::Mail(_) => "mail",
            Self::Sms(_) => "sms",
        }
    }
}

impl Notice {
    /// The words of all kinds.
    pub const KINDS: [&'static str; 11] = [
        "code",
        "invitation",
        "reset_link",
        "confirm_device",
        "sign_in_from_new_device",
        "account_locked",
        "factor_added",
        "factor_removed",
        "recovery_code_used",
        "password_changed",
        "trial",
    ];

    /// The word of its kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Code { .. } => "code",
            Self::Invitation { .. } => "invitation",
            Self::ResetLink { .. } => "reset_link",
            Self::ConfirmDevice { .. } => "confirm_device",
            Self::SignInFromNewDevice { .. } => "sign_in_from_new_device",
            Self::AccountLocked { .. } => "account_locked",
            Self::FactorAdded { .. } => "factor_added",
            Self::FactorRemoved { .. } => "factor_removed",
            Self::RecoveryCodeUsed { .. } => "recovery_code_used",
            Self::PasswordChanged { .. } => "password_changed",
            Self::Trial => "trial",
        }
    }

    /// From when on it is of no use to anybody, if ever.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Self::Code { expires_at, .. }
            | Self::Invitation { expires_at, .. }
            | Self::ResetLink { expires_at, .. }
            | Self::ConfirmDevice { expires_at, .. } => Some(*expires_at),
            Self::SignInFromNewDevice { .. }
            | Self::AccountLocked { .. }
            | Self::FactorAdded { .. }
            | Self::FactorRemoved { .. }
            | Self::RecoveryCodeUsed { .. }
            | Self::PasswordChanged { .. }
            | Self::Trial => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn occasion() -> Occasion {
        Occasion {
            at: "2026-03-01T12:00:00Z".parse().unwrap(),
            address: Some("192.0.2.1".to_owned()),
            user_agent: None,
        }
    }

    fn one_of_each() -> Vec<Notice> {
        let (expires_at, occasion) = (occasion().at, occasion());
        let secret = || SecretText::new("hush-4711".to_owned());
        let method = || "totp".to_owned();
        vec![
            Notice::Code { code: secret(), used_for: CodeUse::SignIn, expires_at },
            Notice::Invitation { token: secret(), expires_at },
            Notice::ResetLink { token: secret(), expires_at },
            Notice::ConfirmDevice { token: secret(), expires_at, occasion: occasion.clone() },
            Notice::SignInFromNewDevice { occasion: occasion.clone() },
            Notice::AccountLocked { until: expires_at, token: Some(secret()), occasion: occasion.clone() },
            Notice::FactorAdded { method: method(), occasion: occasion.clone() },
            Notice::FactorRemoved { method: method(), occasion: occasion.clone() },
            Notice::RecoveryCodeUsed { left: 9, occasion: occasion.clone() },
            Notice::PasswordChanged { occasion },
            Notice::Trial,
        ]
    }

    #[test]
    fn every_notice_is_read_as_it_was_written() {
        let kinds: Vec<_> = one_of_each().iter().map(Notice::kind).collect();
        assert_eq!(kinds, Notice::KINDS);
        for notice in one_of_each() {
            let written = serde_json::to_value(&notice).unwrap();
            assert_eq!(written["kind"], notice.kind());
            let read: Notice = serde_json::from_value(written.clone()).unwrap();
            assert_eq!(serde_json::to_value(&read).unwrap(), written);
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        for notice in one_of_each() {
            assert!(!format!("{notice:?}").contains("hush"), "{}", notice.kind());
        }
    }
}
