//! Telling users by mail and by SMS: sealed into the outbox by the unit that has something to tell, and sent from there.

mod letter;

use std::time::Duration;

use sutra_identity::{Channel, Notice, NotifyError, Occasion, SEND_LIMIT, User};
use sutra_kernel::{TaskId, WorkspaceId};

use self::letter::Letter;
use crate::{Engine, Error, Origin, OutboxTask, Workspace, work::Work};

/// What notices are called in the outbox.
const KIND: &str = "notice";

/// How many notices are taken at once: the last of them waits for the others.
const BATCH: usize = 4;

/// How long a taken notice is hidden from others: longer than it takes to send those that were taken with it.
const LEASE: Duration = SEND_LIMIT.saturating_mul(5);

/// How long the second try waits. Each one after that waits three times as long as the one before, up to the cap.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// Notices on their way: see [`Engine::notices`].
///
/// A program that serves calls [`send_due`](Self::send_due) now and then, in one process or in several. A notice is
/// sent at least once: twice if a process ends between sending it and writing that down.
#[derive(Clone, Copy)]
pub struct Notices<'e> {
    pub(crate) engine: &'e Engine,
}

impl Notices<'_> {
    /// Sends some of the notices of every workspace that are due. Returns whether there may be more.
    ///
    /// A notice that is not taken is tried again, each time later.
    ///
    /// # Errors
    /// The first that a workspace's notices ended with, after those of the others. They are tried again later.
    pub async fn send_due(&self) -> Result<bool, Error> {
        let mut more = Ok(false);
        for workspace in self.engine.parts().store.registry().workspaces().await? {
            let sent = self.send_some(&workspace).await;
            more = more.and_then(|more| Ok(sent? || more));
        }
        more
    }

    async fn send_some(&self, workspace: &Workspace) -> Result<bool, Error> {
        let tasks = self.claim(workspace.id).await?;
        let is_full = tasks.len() == BATCH;
        for task in tasks {
            let outcome = self.send(workspace, &task).await?;
            self.settle(workspace.id, &task, outcome).await?;
        }
        Ok(is_full)
    }

    async fn claim(&self, workspace: WorkspaceId) -> Result<Vec<OutboxTask>, Error> {
        let mut book = self.engine.parts().store.bookkeeping(workspace).await?;
        let now = self.engine.now();
        let tasks = book.claim_tasks(now, now.plus(LEASE), BATCH).await?;
        book.commit().await?;
        Ok(tasks)
    }

    /// No transaction is open while this waits for others.
    async fn send(&self, workspace: &Workspace, task: &OutboxTask) -> Result<Result<(), NotifyError>, Error> {
        let letter = Letter::of(self.engine, workspace.id, task).await?;
        let expiry = letter.notice.expires_at();
        if expiry.is_some_and(|expiry| expiry <= self.engine.now()) {
            // A code or a link that opens nothing any more would only trouble whoever gets it.
            return Ok(Ok(()));
        }
        let message = letter.into_message(task.id, workspace);
        Ok(self.engine.parts().notifier.send(message).await)
    }

    async fn settle(
        &self,
        workspace: WorkspaceId,
        task: &OutboxTask,
        outcome: Result<(), NotifyError>,
    ) -> Result<(), Error> {
        let mut book = self.engine.parts().store.bookkeeping(workspace).await?;
        match outcome {
            Ok(()) => book.complete_task(task.id).await?,
            Err(NotifyError::Temporary(_)) => {
                book.retry_task(task.id, self.engine.now().plus(pause_after(task.attempts))).await?;
            }
            Err(NotifyError::Permanent(_)) => {
                book.retry_task(task.id, self.engine.now().plus(LONGEST_PAUSE)).await?;
            }
        }
        Ok(book.commit().await?)
    }
}

/// How long a task waits that was tried so often.
fn pause_after(attempts: u32) -> Duration {
    let factor = 3_u32.saturating_pow(attempts.saturating_sub(1));
    FIRST_PAUSE.saturating_mul(factor).min(LONGEST_PAUSE)
}

impl Work<'_> {
    /// This moment, and where the request comes from.
    pub(crate) fn occasion(&self) -> Occasion {
        let Origin { address, user_agent } = self.caller.origin().clone();
        Occasion { at: self.now, address, user_agent }
    }

    /// Tells a user something once this unit has committed, and never if it is cancelled.
    pub(crate) async fn notify(
        &mut self,
        user: &User,
        channel: Channel,
        notice: Notice,
    ) -> Result<(), Error> {
        let id = TaskId::generate(self.now, self.entropy());
        let letter = Letter::new(user, channel, notice, self.now);
        let payload = self.seal_letter(id, &letter).await?;
        let task = OutboxTask { id, kind: KIND.to_owned(), payload, due_at: self.now, attempts: 0 };
        Ok(self.unit.enqueue(&task).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_try_waits_longer_up_to_an_hour() {
        let pauses: Vec<_> = (1..=9).map(|attempts| pause_after(attempts).as_secs()).collect();
        assert_eq!(pauses, [5, 15, 45, 135, 405, 1_215, 3_600, 3_600, 3_600]);
        assert_eq!(pause_after(u32::MAX), LONGEST_PAUSE);
    }
}
