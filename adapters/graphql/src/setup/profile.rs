//! Profiles: what a user may do, as far as the kind of thing is concerned.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use sutra_acl::{
    FieldPermission as FieldBits, Grants, ObjectPermissions as ObjectBits, Profile as StoredProfile,
    SystemPermission as Power,
};
use sutra_engine::{Error, ProfileEdit, Written};
use sutra_kernel::ProfileId;
use sutra_records::Metadata;

use super::{
    object::{find_field, find_object},
    request::{Result, engine, parse, repeating_with_metadata, viewing},
};

/// A named set of permissions. Every user has exactly one profile.
#[derive(SimpleObject)]
pub(super) struct Profile {
    /// Identifies the profile.
    id: ID,
    /// What people call it; no two profiles of a workspace have the same name.
    name: String,
    /// Powers over the workspace as a whole.
    system_permissions: Vec<SystemPermission>,
    /// What may be done with the records of each object. An object that is not here is closed, unless a system
    /// permission opens all of them.
    object_permissions: Vec<ObjectPermissions>,
    /// What may be done with each field. A field that is not here is hidden.
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
    /// Change profiles and roles.
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

/// What a profile allows to be done with the records of one object.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "ObjectPermissionsInput")]
pub(super) struct ObjectPermissions {
    /// The object's API name, such as `account`; an input may give its id instead.
    object: String,
    /// What may be done. What a permission brings along need not be named.
    permissions: Vec<ObjectPermission>,
}

/// What a profile allows to be done with one field, of those records one has access to.
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

/// A profile as it should be.
#[derive(InputObject)]
struct ProfileInput {
    /// What people call it, 1 to 120 characters; no two profiles of a workspace have the same name.
    name: String,
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

/// The profile that was written.
#[derive(SimpleObject)]
struct ProfilePayload {
    /// The profile as it is now.
    profile: Profile,
    /// The hash of the ledger's entry about this change, or null if nothing changed.
    receipt: Option<String>,
}

#[derive(Default)]
pub(super) struct ProfileQuery;

#[derive(Default)]
pub(super) struct ProfileMutation;

#[Object]
impl ProfileQuery {
    /// Every profile of the workspace. Needs Manage Users or Manage Permissions.
    async fn profiles(&self, ctx: &Context<'_>) -> Result<Vec<Profile>> {
        let viewing = viewing(ctx).await?;
        let profiles = viewing.profiles().await?;
        Ok(profiles.iter().map(|profile| Profile::of(profile, viewing.metadata())).collect())
    }

    /// One profile. Needs Manage Users or Manage Permissions.
    async fn profile(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The profile to look at.")] id: ID,
    ) -> Result<Profile> {
        let id: ProfileId = parse(&id)?;
        let viewing = viewing(ctx).await?;
        let profiles = viewing.profiles().await?;
        let profile = profiles.iter().find(|profile| profile.id == id).ok_or(Error::NotFound("profile"))?;
        Ok(Profile::of(profile, viewing.metadata()))
    }
}

#[Object]
impl ProfileMutation {
    /// Makes a profile. Needs Manage Permissions, and every permission that the profile gives.
    async fn create_profile(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The profile to make.")] input: ProfileInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<ProfilePayload> {
        let (caller, metadata) = &repeating_with_metadata(ctx, idempotency_key.as_deref()).await?;
        let edit = input.resolve(metadata)?;
        let written = engine(ctx)?.permissions().create_profile(caller, &edit).await?;
        Ok(ProfilePayload::of(written, metadata))
    }

    /// Replaces what a profile gives. Needs Manage Permissions, and every permission that the profile gives
    /// before and after. Nobody changes the profile they have themselves.
    async fn update_profile(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The profile to change.")] id: ID,
        #[graphql(desc = "The whole profile as it should be: what is left out is taken away.")]
        input: ProfileInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<ProfilePayload> {
        let id = parse(&id)?;
        let (caller, metadata) = &repeating_with_metadata(ctx, idempotency_key.as_deref()).await?;
        let edit = input.resolve(metadata)?;
        let written = engine(ctx)?.permissions().update_profile(caller, id, &edit).await?;
        Ok(ProfilePayload::of(written, metadata))
    }
}

impl ProfileInput {
    /// Finds what the input names; an object or field that is named twice gets what either line gives.
    fn resolve(self, metadata: &Metadata) -> Result<ProfileEdit> {
        let system = self.system_permissions.into_iter().map(Power::from).collect();
        let mut grants = Grants { system, ..Grants::default() };
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
        Ok(ProfileEdit { name: self.name, grants })
    }
}

impl ProfilePayload {
    fn of(written: Written<StoredProfile>, metadata: &Metadata) -> Self {
        Self { profile: Profile::of(&written.value, metadata), receipt: written.receipt }
    }
}

impl Profile {
    fn of(profile: &StoredProfile, metadata: &Metadata) -> Self {
        let objects = metadata.objects().iter();
        let object_permissions = objects.clone().filter_map(|object| {
            let bits = profile.grants.objects.get(&object.id).filter(|bits| **bits != ObjectBits::NONE)?;
            Some(ObjectPermissions { object: object.name.to_string(), permissions: words(*bits) })
        });
        let fields = objects.flat_map(|object| object.fields.iter().map(move |field| (object, field)));
        let field_permissions = fields.filter_map(|(object, field)| {
            let FieldBits { read, edit, write_only } = profile.grants.field(field.id);
            let (object, field) = (object.name.to_string(), field.name.to_string());
            read.then_some(FieldPermission { object, field, read, edit, write_only })
        });
        Self {
            id: profile.id.into(),
            name: profile.name.clone(),
            system_permissions: profile.grants.system.iter().map(SystemPermission::from).collect(),
            object_permissions: object_permissions.collect(),
            field_permissions: field_permissions.collect(),
        }
    }
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

fn words(bits: ObjectBits) -> Vec<ObjectPermission> {
    EVERY.into_iter().filter(|word| bits.has((*word).into())).collect()
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
