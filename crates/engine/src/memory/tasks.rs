//! The outbox and the counts of refusals.

use async_trait::async_trait;
use sutra_kernel::{PortError, TaskId, Timestamp};

use super::{
    open::{Keeping, Open, Writing},
    state::QueuedTask,
};
use crate::{OutboxTask, OutboxTasks, OutboxWriter, RefusalCount, RefusalCounter, RefusalReader};

#[async_trait]
impl OutboxWriter for Open<Writing> {
    async fn enqueue(&mut self, task: &OutboxTask) -> Result<(), PortError> {
        let outbox = &mut self.tables().outbox;
        if outbox.contains_key(&task.id) {
            return Err(PortError::conflict("the task is there already"));
        }
        outbox.insert(task.id, QueuedTask { task: task.clone(), leased_until: None });
        Ok(())
    }
}

#[async_trait]
impl OutboxTasks for Open<Keeping> {
    async fn claim_tasks(
        &mut self,
        now: Timestamp,
        leased_until: Timestamp,
        limit: usize,
    ) -> Result<Vec<OutboxTask>, PortError> {
        let tasks = self.tables().outbox.values_mut();
        let mut due: Vec<_> = tasks.filter(|queued| queued.is_due(now)).collect();
        due.sort_by_key(|queued| (queued.task.due_at, queued.task.id));
        Ok(due.into_iter().take(limit).map(|queued| queued.lease(leased_until)).collect())
    }

    async fn complete_task(&mut self, id: TaskId) -> Result<(), PortError> {
        self.tables().outbox.remove(&id);
        Ok(())
    }

    async fn retry_task(&mut self, id: TaskId, due_at: Timestamp) -> Result<(), PortError> {
        if let Some(queued) = self.tables().outbox.get_mut(&id) {
            queued.task.due_at = due_at;
            queued.leased_until = None;
        }
        Ok(())
    }
}

impl QueuedTask {
    fn is_due(&self, now: Timestamp) -> bool {
        self.task.due_at <= now && self.leased_until.is_none_or(|until| until <= now)
    }

    /// Hides the task and counts the try: one that is never heard of again was a try, too.
    fn lease(&mut self, until: Timestamp) -> OutboxTask {
        self.leased_until = Some(until);
        self.task.attempts = self.task.attempts.saturating_add(1);
        self.task.clone()
    }
}

#[async_trait]
impl RefusalReader for Open<Writing> {
    async fn refusals(&mut self, key: &[u8; 32], minute: i64) -> Result<u64, PortError> {
        let counted = self.state().refusals.get(key).filter(|(last, _)| *last == minute);
        Ok(counted.map_or(0, |(_, count)| *count))
    }
}

#[async_trait]
impl RefusalCounter for Open<Keeping> {
    async fn count_refusal(&mut self, key: &[u8; 32], minute: i64) -> Result<RefusalCount, PortError> {
        let refusals = &mut self.tables().refusals;
        let counted = match refusals.get(key) {
            Some((last, count)) if *last == minute => {
                RefusalCount { count: count.saturating_add(1), before: 0 }
            }
            Some((_, count)) => RefusalCount { count: 1, before: *count },
            None => RefusalCount { count: 1, before: 0 },
        };
        refusals.insert(*key, (minute, counted.count));
        Ok(counted)
    }
}
