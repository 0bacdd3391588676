//! Who gets which permissions: a profile each, and permission sets beside it.

use std::collections::{BTreeMap, BTreeSet};

use sutra_kernel::{FieldId, ObjectId, PermissionSetGroupId, PermissionSetId, ProfileId};

use crate::{FieldMuting, Grants, ObjectMuting, SystemPermission, SystemPermissions};

/// A named set of permissions. Every user has exactly one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Which profile it is.
    pub id: ProfileId,
    /// What people call it.
    pub name: String,
    /// What it gives.
    pub grants: Grants,
}

/// A named set of permissions. A user has any number of them, and each adds to the profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionSet {
    /// Which set it is.
    pub id: PermissionSetId,
    /// What people call it.
    pub name: String,
    /// What it gives.
    pub grants: Grants,
}

/// Permission sets that are given together, less what is muted in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionSetGroup {
    /// Which group it is.
    pub id: PermissionSetGroupId,
    /// What people call it.
    pub name: String,
    /// The sets it is made of. One that is not there gives nothing.
    pub sets: BTreeSet<PermissionSetId>,
    /// What the group does not give, even if one of its sets does.
    pub muting: Muting,
}

/// What a permission set group takes away from its sets. It takes nothing from what a user has otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Muting {
    /// Powers over the workspace as a whole.
    pub system: BTreeSet<SystemPermission>,
    /// What may not be done with the records of each object.
    pub objects: BTreeMap<ObjectId, ObjectMuting>,
    /// What may not be done with each field.
    pub fields: BTreeMap<FieldId, FieldMuting>,
}

/// What a user has beside the profile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assigned {
    /// Permission sets.
    pub permission_sets: BTreeSet<PermissionSetId>,
    /// Permission set groups.
    pub permission_set_groups: BTreeSet<PermissionSetGroupId>,
}

/// Something that a user can have beside the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bundle {
    /// A permission set.
    Set(PermissionSetId),
    /// Several that are given together.
    Group(PermissionSetGroupId),
}

impl PermissionSetGroup {
    /// What the group gives, made of these sets.
    #[must_use]
    pub fn grants<'a>(&self, sets: impl IntoIterator<Item = &'a PermissionSet>) -> Grants {
        let own = sets.into_iter().filter(|set| self.sets.contains(&set.id));
        self.muting.applied_to(own.fold(Grants::default(), |grants, set| grants.union(&set.grants)))
    }
}

impl Muting {
    /// What is left of the grants.
    ///
    /// A power over all objects is muted as the system permission it is: muting one object leaves it.
    #[must_use]
    pub fn applied_to(&self, grants: Grants) -> Grants {
        let Grants { system, mut objects, mut fields } = grants;
        for (object, muted) in &self.objects {
            objects.entry(*object).and_modify(|own| *own = own.without(*muted));
        }
        for (field, muted) in &self.fields {
            fields.entry(*field).and_modify(|own| *own = own.without(*muted));
        }
        let muted = |permission: &SystemPermission| {
            self.system.contains(permission)
                || (*permission == SystemPermission::ModifyAllData
                    && self.system.contains(&SystemPermission::ViewAllData))
        };
        let system = system.iter().filter(|permission| !muted(permission)).collect::<SystemPermissions>();
        Grants { system, objects, fields }
    }
}
