//! A notice as it lies in the outbox: sealed to its task.

use serde::{Deserialize, Serialize};
use sutra_crypto::{Context, KeySlot, Purpose, Sealed, SecretBytes, open, seal};
use sutra_identity::{Address, Channel, Message, Notice, User};
use sutra_kernel::{TaskId, Timestamp, UserId, WorkspaceId};

use crate::{Engine, Error, OutboxTask, Workspace, work::Work};

/// Room for a letter, so that no copy of a secret is left behind by growing.
const ROOM: usize = 4_096;

/// What is told to whom. Where it goes is decided when it is written: who takes an account over cannot call back what
/// was told to its holder.
#[derive(Serialize, Deserialize)]
pub(super) struct Letter {
    pub(super) user: UserId,
    to: Address,
    name: String,
    pub(super) notice: Notice,
    written_at: Timestamp,
}

impl Letter {
    pub(super) fn new(user: &User, channel: Channel, notice: Notice, now: Timestamp) -> Self {
        let to = match channel {
            Channel::Mail => Address::Mail(user.email.clone()),
            Channel::Sms(number) => Address::Sms(number),
        };
        Self { user: user.id, to, name: user.name.clone(), notice, written_at: now }
    }

    /// Opens what a task holds.
    pub(super) async fn of(
        engine: &Engine,
        workspace: WorkspaceId,
        task: &OutboxTask,
    ) -> Result<Self, Error> {
        let mut reads = engine.snapshot(workspace).await?;
        let keys = &engine.parts().keys;
        let key = keys.named(reads.as_mut(), workspace, task.payload.key_ref(), engine.now()).await?;
        reads.finish().await?;
        let key = key.ok_or_else(|| Error::internal("the key of a notice is not there"))?;
        let bytes = open(&key, &context(workspace, task.id), &task.payload)?;
        // What serde says of it might quote it.
        serde_json::from_slice(bytes.expose()).map_err(|_| Error::internal("a notice cannot be read"))
    }

    pub(super) fn into_message(self, id: TaskId, workspace: &Workspace) -> Message {
        let Self { to, name, notice, written_at, user: _ } = self;
        Message {
            id,
            workspace: workspace.slug.clone(),
            workspace_name: workspace.name.clone(),
            to,
            name,
            notice,
            written_at,
        }
    }

    fn to_bytes(&self) -> Result<SecretBytes, Error> {
        let mut bytes = Vec::with_capacity(ROOM);
        serde_json::to_writer(&mut bytes, self).map_err(|_| Error::internal("a notice cannot be written"))?;
        Ok(SecretBytes::new(bytes))
    }
}

impl Work<'_> {
    /// Seals a letter to its task, under the workspace's key for what leaves it.
    pub(super) async fn seal_letter(&mut self, id: TaskId, letter: &Letter) -> Result<Sealed, Error> {
        let key = self.key(&KeySlot::Purpose(Purpose::Outbox)).await?;
        let bytes = letter.to_bytes()?;
        Ok(seal(&key, &context(self.caller.workspace(), id), bytes.expose(), self.entropy())?)
    }
}

fn context(workspace: WorkspaceId, task: TaskId) -> Context<'static> {
    Context {
        workspace,
        org: None,
        purpose: Purpose::Outbox,
        entity: "outbox",
        record: Some(task.uuid()),
        field: Some("notice"),
    }
}
