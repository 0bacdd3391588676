//! What the server does without being asked.

use std::{future::Future, time::Duration};

use sutra_engine::{Engine, Error};
use tokio::time::{self, MissedTickBehavior};

const TOUCHES: Duration = Duration::from_secs(1);
/// How long a notice that is due waits to be looked for.
const NOTICES: Duration = Duration::from_secs(1);
/// How long work that is due waits to be looked for.
const WORK: Duration = Duration::from_secs(1);

/// Writes down when sessions were last used, once a second, until it is told to stop; and once more then.
pub(crate) async fn flush_touches(engine: Engine, stop: impl Future<Output = ()>) {
    let mut ticks = time::interval(TOUCHES);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tokio::pin!(stop);
    loop {
        let stopping = tokio::select! {
            _ = ticks.tick() => false,
            () = &mut stop => true,
        };
        if let Err(error) = engine.sessions().flush_touches().await {
            tracing::warn!(%error, "when sessions were last used could not be written down");
        }
        if stopping {
            return;
        }
    }
}

/// Does the work that is due, once a second and as long as there is some, until it is told to stop. What is left then
/// is there at the next start.
pub(crate) async fn do_due_work(engine: Engine, stop: impl Future<Output = ()>) {
    let mut ticks = time::interval(WORK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tokio::pin!(stop);
    warn(engine.tasks().wake_all().await.map(|()| false));
    loop {
        tokio::select! {
            biased;
            () = &mut stop => return,
            _ = ticks.tick() => {}
        }
        if warn(engine.tasks().run_due().await) {
            ticks.reset_immediately();
        }
    }
}

/// Sends the notices that are due, once a second and as long as there are some, until it is told to stop. What is left
/// then is in the outbox.
pub(crate) async fn send_notices(engine: Engine, stop: impl Future<Output = ()>) {
    let mut ticks = time::interval(NOTICES);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tokio::pin!(stop);
    loop {
        tokio::select! {
            biased;
            () = &mut stop => return,
            _ = ticks.tick() => {}
        }
        if warn(engine.notices().send_due().await) {
            ticks.reset_immediately();
        }
    }
}

/// Whether there is more to do; what failed is tried again later.
fn warn(work: Result<bool, Error>) -> bool {
    work.unwrap_or_else(|error| {
        tracing::warn!(%error, "work that is due could not be done");
        false
    })
}
