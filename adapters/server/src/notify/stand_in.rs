//! The other ends of the wire, for tests.

mod mail_server;
mod web_server;

use sutra_identity::{Address, Message, Notice};
use sutra_kernel::{TaskId, Timestamp, Uuid};

pub(super) use self::{
    mail_server::{Encryption, MailServer},
    web_server::{Asked, Reply, WebServer},
};
use super::Post;
use crate::config::Config;

/// What a configuration of this text sends with.
pub(super) fn post(file: &str) -> Post {
    let config = Config::of(file).map_err(|error| error.to_string());
    Post::open(&config.unwrap()).unwrap()
}

/// A notice on its way to this address.
pub(super) fn message(to: Address, notice: Notice) -> Message {
    Message {
        id: TaskId::from_uuid(Uuid::from_u128(0x4711)),
        workspace: "main".to_owned(),
        workspace_name: "Häuser & Söhne".to_owned(),
        to,
        name: "Åsa\r\nBcc: all@example.com".to_owned(),
        notice,
        written_at: Timestamp::from_micros(1_772_366_400_000_000),
    }
}

/// To this mailbox.
pub(super) fn mail_to(address: &str) -> Message {
    message(Address::Mail(address.parse().unwrap()), Notice::Trial)
}
