//! What the server does without being asked.

use std::{future::Future, time::Duration};

use sutra_engine::Engine;
use tokio::time::{self, MissedTickBehavior};

const TOUCHES: Duration = Duration::from_secs(1);

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
