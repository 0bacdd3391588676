//! Refusals are counted before they are written, so that a flood of them slows nobody.

use async_trait::async_trait;
use sutra_kernel::PortError;

/// Counts refusals of one kind by one caller in one minute.
#[async_trait]
pub trait RefusalCounter: Send {
    /// Adds one and returns the minute's count with it. `minute` counts from the epoch.
    async fn count_refusal(&mut self, key: &[u8; 32], minute: i64) -> Result<u64, PortError>;
}
