//! What profiles and permission sets give, and what is muted of it.

use async_graphql::{Enum, InputObject, SimpleObject};
use sutra_acl::{
    FieldMuting, FieldPermission as FieldBits, Grants as StoredGrants, Muting as StoredMuting, ObjectMuting,
    ObjectPermissions as ObjectBits, SystemPermission as Power,
};
use sutra_kernel::FieldId;
use sutra_records::{FieldDef, Metadata, ObjectDef};

use super::{
    object::{find_field, find_object},
    request::Result,
};

/// What somebody may do who has it.
#[derive(SimpleObject)]
pub(super) struct Grants {
    /// Powers over the workspace as a whole.
    system_permissions: Vec<SystemPermission>,
    /// What may be done with the records of each object. An object that is not here is closed, unless a system
    /// permission opens all of them.
    object_permissions: Vec<ObjectPermissions>,
    /// What may be done with each field. A field that is not here is hidden.
    field_permissions: Vec<FieldPermission>,
}

/// What somebody is to be able to do who has it.
#[derive(InputObject)]
pub(super) struct GrantsInput {
    /// Powers over the workspace as a whole.
    #[graphql(default)]
    system_permissions: Vec<SystemPermission>,
    /// What may be done with the records of each object. An object that is not here is closed.
    #[graphql(default)]
    object_permissions: Vec<ObjectPermissions>,
    /// What may be done with each field. A field that is not here is hidden.
    #[graphql(default)]
    field_permissions: Vec<FieldPermission>,
}

/// A power over the workspace as a whole.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Power")]
pub(super) enum SystemPermission {
    /// See every record of every object.
    ViewAllData,
    /// Do everything with every record of every object.
    ModifyAllData,
    /// See encrypted fields without their mask.
    ViewEncryptedData,
    /// Invite, change and deactivate users.
    ManageUsers,
    /// Change profiles, permission sets and roles.
    ManagePermissions,
    /// Change org-wide defaults and sharing.
    ManageSharing,
    /// Change the definitions of objects and fields.
    ManageObjects,
    /// Read the ledger.
    ViewAuditLog,
    /// Change how people sign in and stay signed in.
    ManageSecurity,
}

/// Something that may be done with the records of one object.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(super) enum ObjectPermission {
    /// Make records. Brings READ.
    Create,
    /// See the records one has access to.
    Read,
    /// Change the records one has access to. Brings READ.
    Update,
    /// Delete and restore records. Brings UPDATE.
    Delete,
    /// See every record, whosever it is. Brings READ.
    ViewAll,
    /// Do everything with every record, whosever it is. Brings all others.
    ModifyAll,
    /// Bring in records from files.
    Import,
    /// Take out records as files.
    Export,
    /// Act on many records at once.
    Mass,
    /// Remove for good what has been deleted. Brings DELETE.
    Purge,
}

/// What may be done with the records of one object.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "ObjectPermissionsInput")]
pub(super) struct ObjectPermissions {
    /// The object's API name, such as `account`; an input may give its id instead.
    object: String,
    /// What may be done. What a permission brings along need not be named.
    permissions: Vec<ObjectPermission>,
}

/// What may be done with one field, of those records one has access to.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "FieldPermissionInput")]
pub(super) struct FieldPermission {
    /// The object's API name, such as `account`; an input may give its id instead.
    object: String,
    /// The field's API name, such as `website`; an input may give its id instead.
    field: String,
    /// Whether its value may be seen.
    read: bool,
    /// Whether its value may be changed. Brings `read`. If the field is encrypted, it also takes View Encrypted Data, or
    /// `writeOnly`.
    edit: bool,
    /// Whether its value may be changed by somebody who sees its mask alone, if the field is encrypted. Brings `edit`.
    #[graphql(default)]
    write_only: bool,
}

/// What a permission set group does not give, even if one of its sets does.
#[derive(SimpleObject)]
pub(super) struct Muting {
    /// Muted powers over the workspace as a whole. Without VIEW_ALL_DATA there is no MODIFY_ALL_DATA.
    muted_system_permissions: Vec<SystemPermission>,
    /// What is muted on the records of each object. What a muted permission is needed for is muted along with it.
    muted_object_permissions: Vec<ObjectPermissions>,
    /// Muted fields.
    muted_field_permissions: Vec<MutedField>,
}

/// What a permission set group is not to give, even if one of its sets does.
#[derive(InputObject)]
pub(super) struct MutingInput {
    /// Muted powers over the workspace as a whole. Without VIEW_ALL_DATA there is no MODIFY_ALL_DATA.
    #[graphql(default)]
    muted_system_permissions: Vec<SystemPermission>,
    /// What is muted on the records of each object. What a muted permission is needed for is muted along with it: without
    /// READ there is nothing left.
    #[graphql(default)]
    muted_object_permissions: Vec<ObjectPermissions>,
    /// Muted fields.
    #[graphql(default)]
    muted_field_permissions: Vec<MutedField>,
}

/// A field that is muted.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "MutedFieldInput")]
pub(super) struct MutedField {
    /// The object's API name, such as `account`; an input may give its id instead.
    object: String,
    /// The field's API name, such as `website`; an input may give its id instead.
    field: String,
    /// What is muted.
    access: MutedAccess,
}

/// What is muted of a field.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "FieldMuting")]
pub(super) enum MutedAccess {
    /// Its value may be seen and not changed.
    Edit,
    /// Its value may be neither seen nor changed.
    Read,
}

impl GrantsInput {
    /// Finds what the input names; an object or field that is named twice gets what either line gives.
    pub(super) fn resolve(self, metadata: &Metadata) -> Result<StoredGrants> {
        let system = self.system_permissions.into_iter().map(Power::from).collect();
        let mut grants = StoredGrants { system, ..StoredGrants::default() };
        for line in self.object_permissions {
            let object = find_object(metadata, &line.object)?;
            let bits = grants.objects.entry(object.id).or_default();
            *bits = line.permissions.into_iter().map(ObjectBits::from).fold(*bits, ObjectBits::union);
        }
        for line in self.field_permissions {
            let field = find_field(find_object(metadata, &line.object)?, &line.field)?;
            let blindly = if line.write_only { FieldBits::WRITE_ONLY } else { FieldBits::NONE };
            let bits = grants.fields.entry(field.id).or_default();
            *bits = bits.union(FieldBits::new(line.read, line.edit)).union(blindly);
        }
        Ok(grants)
    }
}

impl MutingInput {
    /// Finds what the input names; an object that is named twice loses what either line mutes, a field the more.
    pub(super) fn resolve(self, metadata: &Metadata) -> Result<StoredMuting> {
        let system = self.muted_system_permissions.into_iter().map(Power::from).collect();
        let mut muting = StoredMuting { system, ..StoredMuting::default() };
        for line in self.muted_object_permissions {
            let object = find_object(metadata, &line.object)?;
            let words: Vec<_> = line.permissions.into_iter().map(word).collect();
            let muted = muting.objects.entry(object.id).or_default();
            *muted = muted.union(ObjectMuting::of(&words));
        }
        for line in self.muted_field_permissions {
            let field = find_field(find_object(metadata, &line.object)?, &line.field)?;
            let muted = muting.fields.entry(field.id).or_insert(FieldMuting::Edit);
            if line.access == MutedAccess::Read {
                *muted = FieldMuting::Read;
            }
        }
        Ok(muting)
    }
}

impl Grants {
    /// Names what is granted. What was granted on something that is no more is left out.
    pub(super) fn of(grants: &StoredGrants, metadata: &Metadata) -> Self {
        let object_permissions = metadata.objects().iter().filter_map(|object| {
            let bits = grants.objects.get(&object.id).filter(|bits| **bits != ObjectBits::NONE)?;
            let permissions = EVERY.into_iter().filter(|word| bits.has((*word).into())).collect();
            Some(ObjectPermissions { object: object.name.to_string(), permissions })
        });
        let field_permissions = fields(metadata).filter_map(|(object, field)| {
            let FieldBits { read, edit, write_only } = grants.field(field.id);
            let (object, field) = (object.name.to_string(), field.name.to_string());
            read.then_some(FieldPermission { object, field, read, edit, write_only })
        });
        Self {
            system_permissions: grants.system.iter().map(SystemPermission::from).collect(),
            object_permissions: object_permissions.collect(),
            field_permissions: field_permissions.collect(),
        }
    }
}

impl Muting {
    /// Names what is muted.
    pub(super) fn of(muting: &StoredMuting, metadata: &Metadata) -> Self {
        let muted_object_permissions = metadata.objects().iter().filter_map(|object| {
            let muted: Vec<_> = muting.objects.get(&object.id)?.names().collect();
            let permissions = EVERY.into_iter().filter(|it| muted.contains(&word(*it))).collect();
            Some(ObjectPermissions { object: object.name.to_string(), permissions })
        });
        let access = |field: FieldId| muting.fields.get(&field).copied().map(MutedAccess::from);
        let muted_field_permissions = fields(metadata).filter_map(|(object, field)| {
            let access = access(field.id)?;
            Some(MutedField { object: object.name.to_string(), field: field.name.to_string(), access })
        });
        Self {
            muted_system_permissions: muting.system.iter().copied().map(SystemPermission::from).collect(),
            muted_object_permissions: muted_object_permissions.collect(),
            muted_field_permissions: muted_field_permissions.collect(),
        }
    }
}

fn fields(metadata: &Metadata) -> impl Iterator<Item = (&ObjectDef, &FieldDef)> {
    let objects = metadata.objects().iter();
    objects.flat_map(|object| object.fields.iter().map(move |field| (object.as_ref(), field)))
}

/// What the one set permits and the other does not.
pub(super) fn beyond(one: ObjectBits, other: ObjectBits) -> Vec<ObjectPermission> {
    let is_beyond = |word: &ObjectPermission| one.has((*word).into()) && !other.has((*word).into());
    EVERY.into_iter().filter(is_beyond).collect()
}

const EVERY: [ObjectPermission; 10] = [
    ObjectPermission::Create,
    ObjectPermission::Read,
    ObjectPermission::Update,
    ObjectPermission::Delete,
    ObjectPermission::ViewAll,
    ObjectPermission::ModifyAll,
    ObjectPermission::Import,
    ObjectPermission::Export,
    ObjectPermission::Mass,
    ObjectPermission::Purge,
];

/// The word for it in a muting.
fn word(permission: ObjectPermission) -> &'static str {
    match permission {
        ObjectPermission::Create => "create",
        ObjectPermission::Read => "read",
        ObjectPermission::Update => "update",
        ObjectPermission::Delete => "delete",
        ObjectPermission::ViewAll => "view_all",
        ObjectPermission::ModifyAll => "modify_all",
        ObjectPermission::Import => "import",
        ObjectPermission::Export => "export",
        ObjectPermission::Mass => "mass",
        ObjectPermission::Purge => "purge",
    }
}

impl From<ObjectPermission> for ObjectBits {
    fn from(word: ObjectPermission) -> Self {
        match word {
            ObjectPermission::Create => Self::CREATE,
            ObjectPermission::Read => Self::READ,
            ObjectPermission::Update => Self::UPDATE,
            ObjectPermission::Delete => Self::DELETE,
            ObjectPermission::ViewAll => Self::VIEW_ALL,
            ObjectPermission::ModifyAll => Self::MODIFY_ALL,
            ObjectPermission::Import => Self::IMPORT,
            ObjectPermission::Export => Self::EXPORT,
            ObjectPermission::Mass => Self::MASS,
            ObjectPermission::Purge => Self::PURGE,
        }
    }
}
