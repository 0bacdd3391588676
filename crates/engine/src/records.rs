//! The use cases of records that change something.

mod aggregate;
mod ahead;
mod along;
mod control;
mod create;
mod cursor;
mod delete;
mod find;
mod follow;
mod history;
mod links;
mod list;
mod mass;
mod past;
mod purge;
mod put;
mod relation;
mod reshare;
mod revert;
mod settle;
mod unique;
mod update;
mod upsert;

use std::{fmt, sync::Arc};

use sutra_acl::Owner;
use sutra_kernel::{ApiName, RecordId};
use sutra_records::{Fields, ObjectDef, View};

use crate::{Caller, Engine, Error, Written};

pub use aggregate::{AggregateRequest, Aggregated, MAX_AGGREGATED, MAX_GROUPS, Summary};
pub(crate) use create::CreateRecord;
pub use cursor::Cursor;
pub use find::Rights;
pub use history::Save;
pub use list::{COUNT_CAP, Count, ListRequest, Listed, MAX_PAGE, Part};
pub(crate) use list::{newest_first, whole_list};
pub use mass::{MAX_RECORDS, check_count};
pub use past::Moment;
pub use relation::{MAX_RELATIONS, MAX_STEPS, Related};
pub(crate) use reshare::ByRule;
pub(crate) use unique::Uniques;

/// The use cases of records: see [`Engine::records`].
///
/// If an object [needs a reason](ObjectDef::needs_reason), whoever changes a record of it must give one with
/// [`Caller::because`], or is refused with [`Error::Validation`]; making a record needs none. A reason that is given is
/// kept in the ledger in any case.
#[derive(Clone, Copy)]
pub struct Records<'e> {
    pub(crate) engine: &'e Engine,
}

/// A record as the caller may see it after changing it.
#[derive(Debug, Clone)]
pub struct Changed {
    /// Its object.
    pub object: Arc<ObjectDef>,
    /// The record through the caller's field permissions; nothing if the change took the caller's access away.
    pub view: Option<View>,
    /// Its identifier.
    pub id: RecordId,
    /// Its version now.
    pub version: u64,
    /// The fields that changed.
    pub changed: Vec<ApiName>,
}

/// What is to be changed on a record.
#[derive(Clone, Default)]
pub struct Edit {
    /// New values; [`Value::Null`](sutra_kernel::Value::Null) clears a field.
    pub fields: Fields,
    /// A new owner, if it is to change hands.
    pub owner: Option<Owner>,
    /// The version the caller has seen. Without one, a lost race is tried again.
    pub version: Option<u64>,
}

/// An earlier version of a record, to be restored.
#[derive(Debug, Clone, Default)]
pub struct Earlier {
    /// Which one.
    pub version: u64,
    /// Only these fields; without them, every field of the object.
    pub fields: Option<Vec<ApiName>>,
    /// The version the caller has seen. Without one, a lost race is tried again.
    pub seen: Option<u64>,
}

/// Without the values: those of encrypted fields are among them.
impl fmt::Debug for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Edit");
        debug.field("fields", &self.fields.keys()).field("owner", &self.owner);
        debug.field("version", &self.version).finish()
    }
}

impl Records<'_> {
    /// Creates a record, owned by the caller unless the edit names another owner.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without the permission to create, [`Error::Validation`] if a field cannot hold its
    /// value, [`Error::NotFound`] if it links to a record that the caller may not read.
    pub async fn create(
        &self,
        caller: &Caller,
        object: &str,
        edit: &Edit,
    ) -> Result<Written<Changed>, Error> {
        self.engine.write(caller, &CreateRecord { object, edit, row: None }).await
    }

    /// Changes fields of a record.
    ///
    /// # Errors
    /// As [`create`](Self::create); and [`Error::NotFound`] for a record that is absent or hidden,
    /// [`Error::VersionConflict`] if the edit names a version that is no longer the newest.
    pub async fn update(
        &self,
        caller: &Caller,
        object: &str,
        id: RecordId,
        edit: &Edit,
    ) -> Result<Written<Changed>, Error> {
        self.engine.write(caller, &update::UpdateRecord { object, id, edit }).await
    }

    /// Changes the record that has the edit's value of a unique field, or makes one that has it: see
    /// [`Changed::is_creation`]. A record that is hidden from the caller is as if it were not there, and so the answer is
    /// that of [`create`](Self::create), that the value is used. Of two who make one at the same time, the second changes
    /// what the first has made.
    ///
    /// # Errors
    /// As [`create`](Self::create) and [`update`](Self::update); and [`Error::BadInput`] if the field is not unique or
    /// the edit has no value for it, [`Error::FieldNotReadable`] if the caller may not read it.
    pub async fn upsert(
        &self,
        caller: &Caller,
        object: &str,
        by: &ApiName,
        edit: &Edit,
    ) -> Result<Written<Changed>, Error> {
        self.engine.write(caller, &upsert::UpsertRecord { object, by, edit }).await
    }

    /// Deletes a record softly: it can be restored.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`], [`Error::VersionConflict`].
    pub async fn delete(
        &self,
        caller: &Caller,
        object: &str,
        id: RecordId,
        version: Option<u64>,
    ) -> Result<Written<Changed>, Error> {
        self.engine.write(caller, &delete::DeleteRecord { object, id, version }).await
    }

    /// Brings a deleted record back.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn restore(
        &self,
        caller: &Caller,
        object: &str,
        id: RecordId,
    ) -> Result<Written<Changed>, Error> {
        self.engine.write(caller, &delete::RestoreRecord { object, id }).await
    }

    /// Removes a deleted record for good. Whatever refers to it reads as empty, as it did since the record was deleted.
    ///
    /// The ledger keeps its entries and what they say, for whoever has *View Audit Log*: this is no erasure. The record's
    /// own history is gone with it for everybody.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without the permission to purge; [`Error::NotFound`] for a record that is absent or hidden;
    /// [`Error::BadInput`] for one that is not deleted.
    pub async fn purge(
        &self,
        caller: &Caller,
        object: &str,
        id: RecordId,
    ) -> Result<Written<Changed>, Error> {
        self.engine.write(caller, &purge::PurgeRecord { object, id }).await
    }

    /// Gives fields of a record the values they had in an earlier version: an update like any other, with a new
    /// version, so that nothing of what came between is lost. The owner stays.
    ///
    /// # Errors
    /// As [`update`](Self::update); and [`Error::Forbidden`] naming the fields that the caller may not read, or that
    /// were changed since and that the caller may not change; [`Error::Validation`] naming those whose values are
    /// erased, no longer allowed, or refer to records that are not there or hidden; [`Error::BadInput`] for a version
    /// that there is not.
    pub async fn restore_version(
        &self,
        caller: &Caller,
        object: &str,
        id: RecordId,
        earlier: &Earlier,
    ) -> Result<Written<Changed>, Error> {
        self.engine.write(caller, &revert::RevertRecord { object, id, earlier }).await
    }
}
