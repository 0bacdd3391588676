//! Work that goes on after a change was answered: in steps, in whichever process has time.

mod moving;
mod prepare;
mod reshare;

use std::{num::NonZeroUsize, time::Duration};

use sutra_kernel::{Timestamp, WorkspaceId};

use crate::{Caller, Engine, Error, Written, work::UseCase};

/// How many records a step goes through: few enough that nobody waits long for it.
const STEP: usize = 200;

/// When a workspace is looked at again whose work was taken and not heard of since.
const AGAIN: Duration = Duration::from_secs(10);

/// Work that goes on in steps: see [`Engine::tasks`].
///
/// A program that serves calls [`run_due`](Self::run_due) now and then, and [`wake_all`](Self::wake_all) when it
/// starts. Each step is a transaction of its own that keeps its place, so work goes on where a crash has left it, and
/// several processes share it without doing any of it twice.
#[derive(Clone, Copy)]
pub struct Tasks<'e> {
    engine: &'e Engine,
    step: usize,
}

impl<'e> Tasks<'e> {
    pub(crate) fn new(engine: &'e Engine) -> Self {
        Self { engine, step: STEP }
    }

    /// The same work in steps of so many records: with fewer, whoever writes waits less for a step, and all of them take
    /// longer.
    #[must_use]
    pub fn in_steps_of(self, records: NonZeroUsize) -> Self {
        Self { step: records.get(), ..self }
    }

    /// Notes that every workspace may have work left, as after a crash.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn wake_all(&self) -> Result<(), Error> {
        let registry = self.engine.parts().store.registry();
        for workspace in registry.workspaces().await? {
            registry.wake(workspace.id, self.engine.now()).await?;
        }
        Ok(())
    }

    /// Does a step of the work of every workspace that has some. Returns whether there may be more.
    ///
    /// # Errors
    /// The first that a workspace's step ended with, after those of the others. It is tried again later.
    pub async fn run_due(&self) -> Result<bool, Error> {
        let due = self.engine.parts().store.registry().take_due(self.engine.now()).await?;
        let mut more = Ok(false);
        for workspace in due {
            let step = self.step(workspace).await;
            more = more.and_then(|more| Ok(step? || more));
        }
        more
    }

    async fn step(&self, workspace: WorkspaceId) -> Result<bool, Error> {
        if !self.has_work(workspace).await? {
            return Ok(false);
        }
        self.engine.wake(workspace, self.engine.now().plus(AGAIN)).await?;
        self.prepare_some(workspace).await?;
        self.move_some(workspace).await?;
        self.reshare_some(workspace).await?;
        self.engine.wake(workspace, self.engine.now()).await?;
        Ok(true)
    }

    async fn has_work(&self, workspace: WorkspaceId) -> Result<bool, Error> {
        let mut reads = self.engine.parts().store.reads(workspace).await?;
        let is_idle = reads.preparations().await?.is_empty()
            && reads.resharings().await?.is_empty()
            && reads.moves().await?.is_empty();
        reads.finish().await?;
        Ok(!is_idle)
    }
}

impl Engine {
    /// Runs a use case that may leave work to be done in steps.
    pub(crate) async fn write_and_wake<U: UseCase>(
        &self,
        caller: &Caller,
        case: &U,
    ) -> Result<Written<U::Output>, Error> {
        self.announce_work(caller.workspace()).await?;
        let written = self.write(caller, case).await?;
        self.wake(caller.workspace(), self.now()).await?;
        Ok(written)
    }

    /// Notes that a workspace will have work, before a change that makes some: if it is the last that is heard of
    /// this process, another one looks.
    pub(crate) async fn announce_work(&self, workspace: WorkspaceId) -> Result<(), Error> {
        self.wake(workspace, self.now().plus(AGAIN)).await
    }

    /// Notes that a workspace has work to do at this time.
    pub(crate) async fn wake(&self, workspace: WorkspaceId, due_at: Timestamp) -> Result<(), Error> {
        Ok(self.parts().store.registry().wake(workspace, due_at).await?)
    }
}
