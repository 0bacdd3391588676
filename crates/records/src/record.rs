//! Records, and what can be asked to become of them.

use std::{collections::BTreeMap, fmt, str::FromStr};

use sutra_acl::{Facts, Owner, Root};
use sutra_kernel::{ApiName, ObjectId, RecordId, RoleId, Timestamp, UserId, Value, ValueKind, WorkspaceId};

use crate::{Control, SealedFields, Standing};

/// Values by field. A field without a value has no entry.
pub type Fields = BTreeMap<ApiName, Value>;

/// One record of any object, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The workspace it belongs to, for good.
    pub workspace: WorkspaceId,
    /// Its identifier.
    pub id: RecordId,
    /// The object it is of, for good.
    pub object: ObjectId,
    /// Who owns it.
    pub owner: Owner,
    /// The role of the owner, if it is a user who has one: copied so that a list can be scoped without a join. Nothing if
    /// another record controls it.
    pub owner_role: Option<RoleId>,
    /// The record that controls it, if one does.
    pub control: Option<Control>,
    /// Counts its changes, from 1.
    pub version: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: UserId,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// Who changed it last.
    pub updated_by: UserId,
    /// Since when it is deleted, if it is.
    pub deleted_at: Option<Timestamp>,
    /// Its values, but for those of encrypted fields.
    pub fields: Fields,
    /// The values of its encrypted fields, sealed.
    pub sealed: SealedFields,
}

/// What a record is made from.
#[derive(Clone, PartialEq, Eq)]
pub struct NewRecord {
    /// The workspace it will belong to.
    pub workspace: WorkspaceId,
    /// Its identifier.
    pub id: RecordId,
    /// Its owner.
    pub owner: Owner,
    /// The owner's role.
    pub owner_role: Option<RoleId>,
    /// Its values.
    pub fields: Fields,
}

/// What is to change in a record.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Patch {
    /// New values; `Null` clears. Fields that are not named stay as they are.
    pub fields: Fields,
    /// The new owner and his role. With it the change is a transfer, and needs a permit for one.
    pub owner: Option<(Owner, Option<RoleId>)>,
}

/// A reference that a draft newly sets. Whoever links to a record must be allowed to read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The field that points.
    pub field: ApiName,
    /// The object it points at.
    pub target: ApiName,
    /// The record it points at.
    pub record: RecordId,
}

/// What every record has beside its fields, under names that no field may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SystemField {
    /// `id`
    Id,
    /// `ownerId`
    OwnerId,
    /// `createdAt`
    CreatedAt,
    /// `createdById`
    CreatedById,
    /// `updatedAt`
    UpdatedAt,
    /// `updatedById`
    UpdatedById,
}

impl Record {
    /// What access is decided on, for a record of this standing.
    #[must_use]
    pub fn facts<'a>(&'a self, standing: &'a Standing) -> Facts<'a> {
        Facts {
            shares: &standing.shares,
            version: self.version,
            owner_role: self.control.map_or(self.owner_role, |control| control.role),
            values: self,
            root: self.control.map(|control| Root {
                object: control.object,
                record: control.root,
                values: standing.root.as_deref().map(|root| root as &dyn sutra_acl::Fields),
            }),
            ..Facts::new(self.workspace, self.object, self.id, self.owner_for_access())
        }
    }

    /// The value of a field or of a [`SystemField`]; `Null` if there is none, and for an encrypted field.
    ///
    /// The ids of users and queues are [`Value::Reference`]s with their UUID.
    #[must_use]
    pub fn value(&self, name: &ApiName) -> Value {
        match name.as_str().parse() {
            Ok(field) => self.system_value(field),
            Err(_) => self.fields.get(name).cloned().unwrap_or(Value::Null),
        }
    }

    fn system_value(&self, field: SystemField) -> Value {
        match field {
            SystemField::Id => Value::Reference(self.id),
            SystemField::OwnerId => Value::Reference(RecordId::from_uuid(self.owner.uuid())),
            SystemField::CreatedAt => Value::Timestamp(self.created_at),
            SystemField::CreatedById => user_value(self.created_by),
            SystemField::UpdatedAt => Value::Timestamp(self.updated_at),
            SystemField::UpdatedById => user_value(self.updated_by),
        }
    }
}

/// Without the values: those of encrypted fields are among them.
impl fmt::Debug for NewRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("NewRecord");
        debug.field("workspace", &self.workspace).field("id", &self.id).field("owner", &self.owner);
        debug.field("fields", &self.fields.keys()).finish_non_exhaustive()
    }
}

/// Without the values, as for a new record.
impl fmt::Debug for Patch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patch").field("fields", &self.fields.keys()).field("owner", &self.owner).finish()
    }
}

/// What restrictions and sharing rules read.
impl sutra_acl::Fields for Record {
    fn value(&self, field: &ApiName) -> Value {
        self.value(field)
    }
}

fn user_value(user: UserId) -> Value {
    Value::Reference(RecordId::from_uuid(user.uuid()))
}

impl SystemField {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Id, Self::OwnerId, Self::CreatedAt, Self::CreatedById, Self::UpdatedAt, Self::UpdatedById];

    /// Its API name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::OwnerId => "ownerId",
            Self::CreatedAt => "createdAt",
            Self::CreatedById => "createdById",
            Self::UpdatedAt => "updatedAt",
            Self::UpdatedById => "updatedById",
        }
    }

    /// The kind of its value.
    #[must_use]
    pub const fn value_kind(self) -> ValueKind {
        match self {
            Self::Id | Self::OwnerId | Self::CreatedById | Self::UpdatedById => ValueKind::Reference,
            Self::CreatedAt | Self::UpdatedAt => ValueKind::Timestamp,
        }
    }
}

impl fmt::Display for SystemField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for SystemField {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|field| field.as_str() == text).ok_or(())
    }
}
