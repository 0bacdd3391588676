//! What a store gives the use cases: snapshots to read, units of work to change, and bookkeeping.

use async_trait::async_trait;
use sutra_acl::{
    DirectoryReader, DirectoryWriter, PermissionSetReader, PermissionSetWriter, PolicyReader, PolicyWriter,
    RuleWriter, TerritoryReader, TerritoryWriter,
};
use sutra_audit::{LedgerReader, LedgerWriter, Receipt};
use sutra_crypto::{KeyReader, KeyWriter};
use sutra_identity::{
    AccessTokenReader, AccessTokenWriter, CredentialReader, DeviceReader, DeviceWriter, FactorReader,
    FactorWriter, FlowReader, FlowWriter, SessionReader, SessionTouches, SessionWriter, SettingReader,
    SettingWriter, SingleUse, TryCounter, UserReader, UserWriter,
};
use sutra_kernel::{PortError, UnitId, WorkspaceId};
use sutra_records::{
    MetadataReader, MetadataWriter, PreparationReader, PreparationWriter, Preparer, RecordReader,
    RecordWriter, ResharingReader, ResharingWriter, ShareWriter, UniqueReader, UniqueWriter,
};

use crate::{IdempotencyWriter, OutboxTasks, OutboxWriter, RefusalCounter, RefusalReader, Registry};

/// Everything that keeps data: memory, SQLite or PostgreSQL.
///
/// All three kinds of work belong to one workspace from their first statement on and reach no other.
#[async_trait]
pub trait Store: Send + Sync {
    /// Opens a snapshot: everything read through it is of one moment.
    async fn reads(&self, workspace: WorkspaceId) -> Result<Box<dyn Reads>, PortError>;

    /// Begins a unit of work. What it reads may be newer than what it read before; versions guard writes.
    async fn begin(&self, workspace: WorkspaceId, unit: UnitId) -> Result<Box<dyn Unit>, PortError>;

    /// Begins bookkeeping, which cannot reach what records say, users, policy or ledger.
    async fn bookkeeping(&self, workspace: WorkspaceId) -> Result<Box<dyn Bookkeeping>, PortError>;

    /// What exists outside every workspace.
    fn registry(&self) -> &dyn Registry;
}

/// A snapshot of one workspace.
#[async_trait]
pub trait Reads:
    Send
    + UserReader
    + CredentialReader
    + SessionReader
    + SettingReader
    + FactorReader
    + DeviceReader
    + AccessTokenReader
    + FlowReader
    + PolicyReader
    + PermissionSetReader
    + DirectoryReader
    + TerritoryReader
    + RecordReader
    + UniqueReader
    + MetadataReader
    + PreparationReader
    + ResharingReader
    + LedgerReader
    + KeyReader
{
    /// Gives the snapshot's connection back. Dropping it does so too, later.
    async fn finish(self: Box<Self>) -> Result<(), PortError>;
}

/// Changes that commit together, or not at all.
#[async_trait]
pub trait Unit:
    Reads
    + UserWriter
    + SessionWriter
    + SingleUse
    + TryCounter
    + SettingWriter
    + FactorWriter
    + DeviceWriter
    + AccessTokenWriter
    + FlowWriter
    + PolicyWriter
    + PermissionSetWriter
    + DirectoryWriter
    + TerritoryWriter
    + RuleWriter
    + RecordWriter
    + ShareWriter
    + UniqueWriter
    + MetadataWriter
    + PreparationWriter
    + ResharingWriter
    + LedgerWriter
    + KeyWriter
    + OutboxWriter
    + IdempotencyWriter
    + RefusalReader
{
    /// Makes the changes last.
    ///
    /// # Errors
    /// Refused, with nothing changed, if the receipt is another unit's, or if some written version of a
    /// record has no entry in it: see [`Receipt::check`].
    async fn commit(self: Box<Self>, receipt: Receipt) -> Result<(), PortError>;

    /// Undoes everything and waits until that is done, so that another unit can begin.
    async fn cancel(self: Box<Self>) -> Result<(), PortError>;
}

/// Counters, touches and tasks: small facts that need no entry in the ledger.
#[async_trait]
pub trait Bookkeeping:
    Send + SessionTouches + SingleUse + TryCounter + FlowWriter + RefusalCounter + OutboxTasks + Preparer
{
    /// Makes the changes last. Dropping undoes them.
    async fn commit(self: Box<Self>) -> Result<(), PortError>;
}
