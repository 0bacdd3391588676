//! Snapshots, units of work and bookkeeping: one transaction, opened in one of three ways.

use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::{ConnectionTrait as _, DbBackend};
use sutra_audit::{Appended, Epochs, Head, Receipt};
use sutra_engine::{Bookkeeping, Reads, Unit};
use sutra_kernel::{PortError, UnitId, Uuid, WorkspaceId};

use crate::{
    definitions::{Known, Shared},
    error::OrPort as _,
    transaction::Transaction,
};

/// An open transaction.
///
/// The mode says which ports there are: every reader in the first two, the writers in a unit alone.
pub(crate) struct Open<M> {
    pub(crate) transaction: Transaction,
    /// Definitions, by which values are read: they are stored without their kinds.
    pub(crate) known: Known,
    /// The end of the chain, if it was read and nobody else can move it.
    pub(crate) head: Option<Head>,
    pub(crate) mode: M,
}

/// Opened to be read.
pub(crate) struct Reading;

/// Opened for a unit of work.
pub(crate) struct Writing {
    pub(crate) unit: UnitId,
    /// Every entry that was appended.
    pub(crate) appended: Vec<Appended>,
    /// Every version of a record that was written.
    pub(crate) written: Vec<(Uuid, u64)>,
    /// How far the unit moves the epochs, which happens when it appends: under the lock, and last.
    pub(crate) bumps: Epochs,
    /// How far it has moved them.
    pub(crate) bumped: Epochs,
}

/// Opened for bookkeeping.
pub(crate) struct Keeping;

/// A mode in which something can be changed.
pub(crate) trait Changing: Send {}

impl Changing for Writing {}
impl Changing for Keeping {}

impl Open<Reading> {
    pub(crate) fn reading(transaction: Transaction, shared: &Arc<Shared>) -> Self {
        let known = Known::of_one_moment(shared, transaction.workspace());
        Self { transaction, known, head: None, mode: Reading }
    }
}

impl Open<Writing> {
    pub(crate) fn writing(transaction: Transaction, shared: &Arc<Shared>, unit: UnitId) -> Self {
        let known = match transaction.get_database_backend() {
            DbBackend::Sqlite => Known::of_one_moment(shared, transaction.workspace()),
            _ => Known::of_many_moments(shared, transaction.workspace()),
        };
        let (bumps, bumped) = (Epochs::default(), Epochs::default());
        let (appended, written) = (Vec::new(), Vec::new());
        let mode = Writing { unit, appended, written, bumps, bumped };
        Self { transaction, known, head: None, mode }
    }
}

impl<M: Changing> Open<M> {
    /// Refuses what says that it belongs elsewhere.
    pub(crate) fn require_home(&self, workspace: WorkspaceId) -> Result<(), PortError> {
        if workspace == self.transaction.workspace() {
            return Ok(());
        }
        Err(PortError::refused("this belongs to another workspace"))
    }
}

impl Open<Keeping> {
    pub(crate) fn keeping(transaction: Transaction) -> Self {
        let known = Known::of_many_moments(&Arc::default(), transaction.workspace());
        Self { transaction, known, head: None, mode: Keeping }
    }
}

#[async_trait]
impl Reads for Open<Reading> {
    /// Does not wait: the connection ends the snapshot on its way back, before anybody else has it.
    async fn finish(self: Box<Self>) -> Result<(), PortError> {
        Ok(())
    }
}

#[async_trait]
impl Reads for Open<Writing> {
    async fn finish(self: Box<Self>) -> Result<(), PortError> {
        self.transaction.rollback().await.port()
    }
}

#[async_trait]
impl Unit for Open<Writing> {
    async fn commit(self: Box<Self>, receipt: Receipt) -> Result<(), PortError> {
        if let Err(error) = receipt.check(self.mode.unit, &self.mode.appended, &self.mode.written) {
            self.transaction.rollback().await.port()?;
            return Err(PortError::refused(error));
        }
        self.transaction.commit().await.port()
    }

    async fn cancel(self: Box<Self>) -> Result<(), PortError> {
        self.transaction.rollback().await.port()
    }
}

#[async_trait]
impl Bookkeeping for Open<Keeping> {
    async fn commit(self: Box<Self>) -> Result<(), PortError> {
        self.transaction.commit().await.port()
    }
}
