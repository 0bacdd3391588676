//! Notices, written into a folder: for whoever tries the product before it has a mail server.

use std::{
    io,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use sutra_identity::{Address, Message, NotifyError};
use tokio::task;

use super::{
    Carrier,
    wording::{Said, one_line},
};
use crate::files;

/// Writes each message into a file of its own, which nobody else can read.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(path)
    }
}

#[async_trait]
impl Carrier for Folder {
    fn name(&self) -> String {
        format!("the folder {}", self.0.display())
    }

    async fn carry(&self, message: &Message, said: &Said) -> Result<(), NotifyError> {
        let (folder, name, text) = (self.0.clone(), format!("{}.txt", message.id), letter(message, said));
        match task::spawn_blocking(move || write(&folder, &name, &text)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(NotifyError::Temporary(error.to_string())),
            Err(_) => Err(NotifyError::Temporary("writing was interrupted".to_owned())),
        }
    }
}

/// The whole message, as a text.
fn letter(message: &Message, said: &Said) -> String {
    let to = match &message.to {
        Address::Mail(address) => address.as_str(),
        Address::Sms(number) => number.as_str(),
    };
    let (name, from) = (one_line(&message.name), one_line(&message.workspace_name));
    let Said { subject, text, html: _ } = said;
    format!("To: {name} <{to}>\nFrom: {from} ({})\nSubject: {subject}\n\n{text}\n", message.workspace)
}

/// The same message again takes the place of the one before.
fn write(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    files::make_private_directory(folder)?;
    files::replace_private(&folder.join(name), text.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use sutra_identity::{CodeUse, EmailAddress, Notice, Notifier, SecretText};
    use sutra_kernel::{TaskId, Timestamp, Uuid};

    use super::*;
    use crate::{config::Config, notify::Post};

    fn post(home: &Path) -> Post {
        Post::open(&Config { data: home.to_owned(), ..Config::default() }).unwrap()
    }

    #[tokio::test]
    async fn a_message_is_a_file_that_nobody_else_reads() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("notices");
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let message = |code: &str| Message {
            id: TaskId::from_uuid(Uuid::from_u128(1)),
            workspace: "main".to_owned(),
            workspace_name: "Main".to_owned(),
            to: Address::Mail(EmailAddress::parse("asa@example.com").unwrap()),
            name: "Åsa".to_owned(),
            notice: Notice::Code {
                code: SecretText::new(code.to_owned()),
                used_for: CodeUse::SignIn,
                expires_at: now,
            },
            written_at: now,
        };
        let notifier = post(home.path());
        for code in ["11112222", "33334444"] {
            notifier.send(message(code)).await.unwrap();
        }
        let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
        let [file] = files.as_slice() else { panic!("{files:?}") };
        assert!(!files::is_open_to_others(file).unwrap());
        let text = fs::read_to_string(file).unwrap();
        assert!(text.contains("asa@example.com") && text.contains("33334444"), "{text}");
    }

    #[tokio::test]
    async fn a_folder_that_others_can_enter_is_not_written_into() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("notices");
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let message = Message {
            id: TaskId::from_uuid(Uuid::from_u128(1)),
            workspace: "main".to_owned(),
            workspace_name: "Main".to_owned(),
            to: Address::Mail(EmailAddress::parse("asa@example.com").unwrap()),
            name: "Åsa".to_owned(),
            notice: Notice::Trial,
            written_at: Timestamp::from_micros(0),
        };
        let refused = post(home.path()).send(message).await;
        assert!(matches!(refused, Err(NotifyError::Temporary(_))));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    }
}
