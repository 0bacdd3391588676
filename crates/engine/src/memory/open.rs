//! Snapshots, units of work and bookkeeping: one workspace, opened in one of three ways.

use std::sync::Arc;

use async_lock::MutexGuardArc;
use async_trait::async_trait;
use sutra_audit::{Appended, Epochs, Receipt};
use sutra_kernel::{PortError, UnitId, Uuid, WorkspaceId};

use super::{Shared, state::State};
use crate::{Bookkeeping, Reads, Unit};

/// A workspace as it was when it was opened, with what was changed since.
///
/// The mode says which ports there are: every reader in the first two, the writers in a unit alone.
pub(super) struct Open<M> {
    state: Arc<State>,
    pub(super) mode: M,
}

/// Opened to be read.
pub(super) struct Reading;

/// Opened for a unit of work.
pub(super) struct Writing {
    pub(super) unit: UnitId,
    /// The epochs before the unit moved them.
    pub(super) epochs: Epochs,
    /// Every entry that was appended.
    pub(super) appended: Vec<Appended>,
    /// Every version of a record that was written.
    pub(super) written: Vec<(Uuid, u64)>,
    turn: Turn,
}

/// Opened for bookkeeping.
pub(super) struct Keeping(Turn);

/// The right to commit to a workspace, which one at a time has.
struct Turn {
    shared: Arc<Shared>,
    _guard: MutexGuardArc<()>,
}

/// A mode in which something can be changed.
pub(super) trait Changing: Send {}

impl Changing for Writing {}
impl Changing for Keeping {}

impl Open<Reading> {
    pub(super) fn reading(shared: &Shared) -> Self {
        Self { state: shared.latest(), mode: Reading }
    }
}

impl Open<Writing> {
    pub(super) async fn writing(shared: Arc<Shared>, unit: UnitId) -> Self {
        let turn = Turn::wait(shared).await;
        let state = turn.shared.latest();
        let epochs = state.head.epochs;
        Self { state, mode: Writing { unit, epochs, appended: Vec::new(), written: Vec::new(), turn } }
    }
}

impl Open<Keeping> {
    pub(super) async fn keeping(shared: Arc<Shared>) -> Self {
        let turn = Turn::wait(shared).await;
        Self { state: turn.shared.latest(), mode: Keeping(turn) }
    }
}

impl Turn {
    async fn wait(shared: Arc<Shared>) -> Self {
        let guard = shared.writer.lock_arc().await;
        Self { shared, _guard: guard }
    }
}

impl<M: Changing> Open<M> {
    /// The tables, to be changed: the first call copies them.
    pub(super) fn tables(&mut self) -> &mut State {
        Arc::make_mut(&mut self.state)
    }

    /// Refuses what says that it belongs elsewhere.
    pub(super) fn require_home(&self, workspace: WorkspaceId) -> Result<(), PortError> {
        if workspace == self.state.workspace {
            return Ok(());
        }
        Err(PortError::refused("this belongs to another workspace"))
    }
}

impl<M> Open<M> {
    pub(super) fn state(&self) -> &State {
        &self.state
    }
}

#[async_trait]
impl Reads for Open<Reading> {
    async fn finish(self: Box<Self>) -> Result<(), PortError> {
        Ok(())
    }
}

#[async_trait]
impl Reads for Open<Writing> {
    async fn finish(self: Box<Self>) -> Result<(), PortError> {
        Ok(())
    }
}

#[async_trait]
impl Unit for Open<Writing> {
    async fn commit(self: Box<Self>, receipt: Receipt) -> Result<(), PortError> {
        let Self { state, mode } = *self;
        receipt.check(mode.unit, &mode.appended, &mode.written).map_err(PortError::refused)?;
        mode.turn.shared.publish(state);
        Ok(())
    }

    async fn cancel(self: Box<Self>) -> Result<(), PortError> {
        Ok(())
    }
}

#[async_trait]
impl Bookkeeping for Open<Keeping> {
    async fn commit(self: Box<Self>) -> Result<(), PortError> {
        let Self { state, mode: Keeping(turn) } = *self;
        turn.shared.publish(state);
        Ok(())
    }
}
