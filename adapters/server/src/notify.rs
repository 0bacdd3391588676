//! Notices, written into a folder: for whoever tries the product before it has a mail server.

mod wording;

use std::{
    io,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use sutra_identity::{Message, Notifier, NotifyError};
use tokio::task;

use crate::files;

/// Writes each message into a file of its own, which nobody else can read.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(path)
    }
}

#[async_trait]
impl Notifier for Folder {
    async fn send(&self, message: Message) -> Result<(), NotifyError> {
        let (folder, id) = (self.0.clone(), message.id);
        let written = task::spawn_blocking(move || {
            write(&folder, &format!("{}.txt", message.id), &wording::of(&message))
        });
        let failed = match written.await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "writing was interrupted".to_owned(),
        };
        tracing::warn!(notice = %id, error = failed, "a notice could not be written into its folder");
        Err(NotifyError::Temporary(failed))
    }
}

/// The same message again takes the place of the one before.
fn write(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    files::make_private_directory(folder)?;
    files::replace_private(&folder.join(name), text.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use sutra_identity::{Address, CodeUse, EmailAddress, Notice, SecretText};
    use sutra_kernel::{TaskId, Timestamp, Uuid};

    use super::*;

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
        let notifier = Folder::new(folder.clone());
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
        let folder = home.path().join("open");
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
        let refused = Folder::new(folder.clone()).send(message).await;
        assert!(matches!(refused, Err(NotifyError::Temporary(_))));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    }
}
