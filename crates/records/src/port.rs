//! What the crate needs of a store.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use sutra_acl::Level;
use sutra_kernel::{ApiName, FieldId, ObjectId, Page, PortError, RecordId, TerritoryId, Timestamp, UserId};

use crate::{
    Aggregate, Change, Controlled, Group, ListQuery, ObjectDef, Preparation, Prepared, Purge, Record,
    RecordShare, Standing, TeamRole, UniqueClaim, UniqueKey, ValidationRule,
    import::{Import, ImportRow},
};

/// Reads records, deleted ones included. It knows nothing of permissions: callers decide before they show.
#[async_trait]
pub trait RecordReader: Send {
    /// The record of this object and id.
    async fn find_record(&mut self, object: ObjectId, id: RecordId) -> Result<Option<Record>, PortError>;

    /// Those of the records that exist, in no particular order.
    async fn find_records(&mut self, object: ObjectId, ids: &[RecordId]) -> Result<Vec<Record>, PortError>;

    /// What decisions about these records need beside them, as of the same moment. A record without an entry has
    /// [none](Standing::NONE).
    async fn standings(
        &mut self,
        object: ObjectId,
        ids: &[RecordId],
    ) -> Result<BTreeMap<RecordId, Standing>, PortError>;

    /// What those of a record's team do there.
    async fn team_roles(&mut self, record: RecordId) -> Result<BTreeMap<UserId, TeamRole>, PortError>;

    /// One page of a list, as [`ListQuery::matches`], [`ListQuery::order`] and [`ListQuery::page`] define it: in
    /// the list's order whichever way it is read.
    async fn list_records(&mut self, query: &ListQuery) -> Result<Page<Record>, PortError>;

    /// How many records match, wherever the page begins; it stops counting at `cap`.
    async fn count_records(&mut self, query: &ListQuery, cap: u64) -> Result<u64, PortError>;

    /// The groups of a list, as [`Aggregate::answer`] defines them, in no order. Of more records or groups than it may
    /// look at, it says nothing but that there are so many.
    async fn aggregate_records(&mut self, aggregate: &Aggregate) -> Result<Vec<Group>, PortError>;

    /// Whether some record, deleted ones included, has no value in the field, defined or not.
    async fn lacks_value(&mut self, object: ObjectId, field: &ApiName) -> Result<bool, PortError>;

    /// The record that this row of this file became, so that the same file writes nothing twice.
    async fn find_import_row(
        &mut self,
        object: ObjectId,
        file_digest: &[u8; 32],
        row: u64,
    ) -> Result<Option<RecordId>, PortError>;

    /// The digest of the file that this user last finished importing into the object: its rows are what
    /// `@AccountRef10` means.
    async fn latest_import(&mut self, object: ObjectId, user: UserId) -> Result<Option<[u8; 32]>, PortError>;
}

/// Writes records and the traces of imports.
#[async_trait]
pub trait RecordWriter: Send {
    /// Writes confirmed changes of different records: each record, its slots and its version.
    ///
    /// # Errors
    /// A conflict if some stored version is not the one that its change was made from.
    async fn put_records(&mut self, changes: Vec<Change>) -> Result<(), PortError>;

    /// Keeps these records from being changed by others until the unit ends: what is written beside them depends on what
    /// they are open by.
    ///
    /// # Errors
    /// A conflict if one is not stored as it is here.
    async fn hold_records(&mut self, records: &[Record]) -> Result<(), PortError>;

    /// Writes what controls records. That is no version of them: whoever has read them before does not
    /// change them any more.
    ///
    /// # Errors
    /// A conflict if one is not stored as it was read.
    async fn put_controls(&mut self, controls: &[Controlled]) -> Result<(), PortError>;

    /// Removes a record, its shares and everything that is kept to find it. What a row of a file became is remembered all the same.
    ///
    /// # Errors
    /// A conflict if the stored version is not the one the removal was made from.
    async fn remove_record(&mut self, purge: Purge) -> Result<(), PortError>;

    /// Remembers what a row became.
    async fn put_import_row(&mut self, row: &ImportRow) -> Result<(), PortError>;

    /// Inserts an import, or replaces it by id.
    async fn put_import(&mut self, import: &Import) -> Result<(), PortError>;
}

/// Writes to whom records are shared. Who may share is decided by whoever calls.
#[async_trait]
pub trait ShareWriter: Send {
    /// Shares records that are stored. What it [replaces](RecordShare::replaces) is gone; two of the shares that
    /// replace each other are a mistake of the caller.
    async fn put_shares(&mut self, shares: &[RecordShare]) -> Result<(), PortError>;

    /// Takes shares away, whatever their level and role. One that is not there is passed over.
    async fn remove_shares(&mut self, shares: &[RecordShare]) -> Result<(), PortError>;

    /// Up to so many records of an object that are assigned to a territory, deleted ones included.
    async fn assigned(
        &mut self,
        object: ObjectId,
        territory: TerritoryId,
        limit: usize,
    ) -> Result<Vec<RecordId>, PortError>;

    /// Has a territory open all records of an object that are assigned to it as far as this, or ends that they are.
    async fn level_assigned(
        &mut self,
        object: ObjectId,
        territory: TerritoryId,
        level: Option<Level>,
    ) -> Result<(), PortError>;

    /// Writes what users do in the team of a record that is stored; nothing stands for one who leaves it. Their shares are
    /// written beside.
    async fn put_team_roles(
        &mut self,
        record: RecordId,
        roles: &BTreeMap<UserId, Option<TeamRole>>,
    ) -> Result<(), PortError>;
}

/// Finds the records that have unique values.
#[async_trait]
pub trait UniqueReader: Send {
    /// The record that has this value in a unique field.
    async fn find_unique(&mut self, field: FieldId, key: &UniqueKey) -> Result<Option<RecordId>, PortError>;
}

/// Keeps unique values apart. Whoever writes a record claims and frees in the same unit.
#[async_trait]
pub trait UniqueWriter: Send {
    /// Claims values for records that are stored, and answers which of the claims failed because somebody has the value,
    /// be it by another of them. A unit that has claimed or freed one and not ended is waited for.
    async fn claim_unique(&mut self, claims: &[UniqueClaim]) -> Result<BTreeSet<UniqueClaim>, PortError>;

    /// Gives up values of records. What is another record's stays.
    async fn free_unique(&mut self, claims: &[UniqueClaim]) -> Result<(), PortError>;

    /// Gives up all values of a field that is unique no more.
    async fn free_field(&mut self, field: FieldId) -> Result<(), PortError>;
}

/// Reads definitions.
#[async_trait]
pub trait MetadataReader: Send {
    /// Every object of the workspace with its fields, in the order they are shown.
    async fn objects(&mut self) -> Result<Vec<ObjectDef>, PortError>;

    /// Every validation rule of the workspace, those that are off included, by object and name.
    async fn rules(&mut self) -> Result<Vec<ValidationRule>, PortError>;
}

/// Writes definitions.
#[async_trait]
pub trait MetadataWriter: Send {
    /// Inserts a definition, or replaces it by id, fields included.
    async fn put_object(&mut self, object: &ObjectDef) -> Result<(), PortError>;

    /// Inserts a validation rule, or replaces it by id.
    ///
    /// # Errors
    /// Refused if another rule of the object has its name.
    async fn put_rule(&mut self, rule: &ValidationRule) -> Result<(), PortError>;

    /// Moves the workspace's metadata version on, so that whoever saw the old definitions conflicts.
    async fn bump_metadata_version(&mut self) -> Result<(), PortError>;
}

/// Reads how far preparations are.
#[async_trait]
pub trait PreparationReader: Send {
    /// Those that are under way, in the order of their objects.
    async fn preparations(&mut self) -> Result<Vec<Preparation>, PortError>;
}

/// Begins and ends preparations, in the unit that changes what they are for.
///
/// A unit asks before it locks the ledger: both wait for a [step](Preparer::prepare_records) that is being done, and
/// that may wait for whoever is about to append.
#[async_trait]
pub trait PreparationWriter: Send {
    /// Enters that all records of an object are to be brought in line, from the first on, also if some have been.
    async fn begin_preparation(&mut self, object: ObjectId, now: Timestamp) -> Result<(), PortError>;

    /// Takes a preparation away if no record is left to it; says whether that was so.
    async fn end_preparation(&mut self, object: ObjectId) -> Result<bool, PortError>;
}

/// Brings records in line with the definitions of their fields.
#[async_trait]
pub trait Preparer: Send {
    /// Writes the slots and the words of up to `limit` more records of an object that is being prepared, out of the
    /// values they have; nothing if there is no such object, or somebody else is at it. It changes no value and makes
    /// no version.
    ///
    /// What it writes is what the definition knows: what other fields have become meanwhile stays.
    async fn prepare_records(&mut self, limit: usize) -> Result<Option<Prepared>, PortError>;
}
