//! Work to be done outside the database, written in the unit that asks for it.

use async_trait::async_trait;
use sutra_crypto::Sealed;
use sutra_kernel::{PortError, TaskId, Timestamp};

/// Something to be done after the unit that wrote it has committed.
#[derive(Debug, Clone)]
pub struct OutboxTask {
    /// Its identifier; an effect is idempotent by it.
    pub id: TaskId,
    /// What is to be done.
    pub kind: String,
    /// With what: sealed under the outbox key of its workspace.
    pub payload: Sealed,
    /// Not before this.
    pub due_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
}

/// Puts tasks into the outbox.
#[async_trait]
pub trait OutboxWriter: Send {
    /// Enters a task; it becomes visible when the unit commits.
    async fn enqueue(&mut self, task: &OutboxTask) -> Result<(), PortError>;
}

/// Takes tasks out of the outbox.
#[async_trait]
pub trait OutboxTasks: Send {
    /// Takes up to `limit` due tasks, oldest first, and hides them from other takers until `leased_until`.
    async fn claim_tasks(
        &mut self,
        now: Timestamp,
        leased_until: Timestamp,
        limit: usize,
    ) -> Result<Vec<OutboxTask>, PortError>;

    /// Removes a task that is done, and its payload with it.
    async fn complete_task(&mut self, id: TaskId) -> Result<(), PortError>;

    /// Puts a task back for another try.
    async fn retry_task(&mut self, id: TaskId, due_at: Timestamp) -> Result<(), PortError>;
}
