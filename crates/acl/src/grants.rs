//! What a profile or a permission set gives.

use std::collections::BTreeMap;

use sutra_kernel::{FieldId, ObjectId};

use crate::{FieldPermission, ObjectPermissions, SystemPermission, SystemPermissions};

/// Permissions on the workspace, on its objects and on their fields.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grants {
    /// Powers over the workspace as a whole.
    pub system: SystemPermissions,
    /// What may be done with the records of each object. An object that is not here gives nothing.
    pub objects: BTreeMap<ObjectId, ObjectPermissions>,
    /// What may be done with each field. A field that is not here gives nothing.
    pub fields: BTreeMap<FieldId, FieldPermission>,
}

impl Grants {
    /// What these give on an object, counting what the system permissions imply.
    #[must_use]
    pub fn object(&self, object: ObjectId) -> ObjectPermissions {
        let own = self.objects.get(&object).copied().unwrap_or_default();
        own.union(self.everywhere())
    }

    /// What these give on a field. No system permission adds to it.
    #[must_use]
    pub fn field(&self, field: FieldId) -> FieldPermission {
        self.fields.get(&field).copied().unwrap_or_default()
    }

    /// What either gives.
    #[must_use]
    pub fn union(mut self, other: &Self) -> Self {
        self.system = self.system.union(other.system);
        for (object, more) in &other.objects {
            let own = self.objects.entry(*object).or_default();
            *own = own.union(*more);
        }
        for (field, more) in &other.fields {
            let own = self.fields.entry(*field).or_default();
            *own = own.union(*more);
        }
        self
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
