//! What a decision needs to know of a record.

use sutra_kernel::{ApiName, ObjectId, RecordId, RoleId, SharingRuleId, Value, WorkspaceId};

use crate::{Level, Owner, Principal};

/// What a decision needs to know of a record.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// Where the record belongs.
    pub workspace: WorkspaceId,
    /// What kind of record it is.
    pub object: ObjectId,
    /// Which record it is.
    pub record: RecordId,
    /// Its version; 0 if it is yet to be made.
    pub version: u64,
    /// Whose it is. If another record controls it: whose that one is.
    pub owner: Owner,
    /// The owner's place in the hierarchy, if any.
    pub owner_role: Option<RoleId>,
    /// To whom it is shared. If another record controls it: to whom that one is.
    pub shares: &'a [Share],
    /// Its fields.
    pub values: &'a dyn Fields,
    /// The record that controls it, if one does.
    pub root: Option<Root<'a>>,
}

/// The record that controls another: the first one on the way up that nothing controls.
#[derive(Clone, Copy)]
pub struct Root<'a> {
    /// What kind of record it is.
    pub object: ObjectId,
    /// Which record it is.
    pub record: RecordId,
    /// Its fields. Without them, whatever is bound by a restriction on such records does not see what it controls.
    pub values: Option<&'a dyn Fields>,
}

/// One way a record is open to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share {
    /// To whom.
    pub principal: Principal,
    /// The place in the hierarchy of that one user, if it is one and he has one.
    pub role: Option<RoleId>,
    /// How far.
    pub level: Level,
    /// Why.
    pub cause: Cause,
}

/// Why a record is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// Somebody shared it.
    Manual,
    /// Somebody is on its team.
    Team,
    /// A rule about owners says so.
    OwnerRule(SharingRuleId),
    /// A rule about fields says so.
    CriteriaRule(SharingRuleId),
    /// It is assigned to a territory.
    Territory,
    /// The record that controls it, which is this one, is shared.
    Parent(RecordId),
    /// A program shared it.
    Program,
}

/// The fields of a record, as conditions read them.
pub trait Fields: Sync {
    /// The value of a field; [`Value::Null`] if it is empty or not there.
    fn value(&self, field: &ApiName) -> Value;
}

/// A record none of whose fields matters, such as one that is yet to be made.
#[derive(Debug, Clone, Copy)]
pub struct NoFields;

impl<'a> Facts<'a> {
    /// A record that is yet to be made: without a version, shared with nobody, controlled by none.
    #[must_use]
    pub fn new(workspace: WorkspaceId, object: ObjectId, record: RecordId, owner: Owner) -> Self {
        Self {
            workspace,
            object,
            record,
            version: 0,
            owner,
            owner_role: None,
            shares: &[],
            values: &NoFields,
            root: None,
        }
    }
}

impl Fields for NoFields {
    fn value(&self, _: &ApiName) -> Value {
        Value::Null
    }
}
