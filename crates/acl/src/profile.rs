//! Profiles: what a user may do, as far as the kind of thing is concerned.

use std::collections::BTreeMap;

use sutra_kernel::{FieldId, ObjectId, ProfileId};

use crate::{FieldPermission, ObjectPermissions, SystemPermission, SystemPermissions};

/// A named set of permissions. Every user has exactly one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Which profile it is.
    pub id: ProfileId,
    /// What people call it.
    pub name: String,
    /// Powers over the workspace as a whole.
    pub system: SystemPermissions,
    /// What may be done with the records of each object. An object that is not here gives nothing.
    pub objects: BTreeMap<ObjectId, ObjectPermissions>,
    /// What may be done with each field. A field that is not here gives nothing.
    pub fields: BTreeMap<FieldId, FieldPermission>,
}

impl Profile {
    /// What this profile gives on an object, counting what its system permissions imply.
    #[must_use]
    pub fn object(&self, object: ObjectId) -> ObjectPermissions {
        let own = self.objects.get(&object).copied().unwrap_or_default();
        own.union(self.everywhere())
    }

    /// What this profile gives on a field. No system permission adds to it.
    #[must_use]
    pub fn field(&self, field: FieldId) -> FieldPermission {
        self.fields.get(&field).copied().unwrap_or_default()
    }

    /// What this profile gives on a field if it is encrypted: editing it needs *View Encrypted Data*, or
    /// `write_only`, and whoever has both the former and `edit` lacks nothing of the latter.
    #[must_use]
    pub fn encrypted_field(&self, field: FieldId) -> FieldPermission {
        let FieldPermission { read, edit, write_only } = self.field(field);
        let writes = edit && (write_only || self.system.has(SystemPermission::ViewEncryptedData));
        FieldPermission { read, edit: writes, write_only: writes }
    }

    /// Whether this profile gives everything that `other` gives.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let own = |field| self.field(field).union(self.encrypted_field(field));
        self.system.covers(other.system)
            && other.objects.iter().all(|(object, wanted)| self.object(*object).has(*wanted))
            && other.fields.iter().all(|(field, wanted)| own(*field).has(*wanted))
    }

    fn everywhere(&self) -> ObjectPermissions {
        if self.system.has(SystemPermission::ModifyAllData) {
            ObjectPermissions::MODIFY_ALL
        } else if self.system.has(SystemPermission::ViewAllData) {
            ObjectPermissions::VIEW_ALL
        } else {
            ObjectPermissions::NONE
        }
    }
}
