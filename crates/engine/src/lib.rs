#![doc = include_str!("../README.md")]

mod outbox;
mod refusal;
mod registry;
mod unit;

pub use outbox::{OutboxTask, OutboxTasks, OutboxWriter};
pub use refusal::RefusalCounter;
pub use registry::{Registry, Workspace, WorkspaceState};
pub use unit::{Bookkeeping, Reads, Store, Unit};
