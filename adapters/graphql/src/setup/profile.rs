//! Profiles: what a user may do, as far as the kind of thing is concerned.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use sutra_acl::Profile as StoredProfile;
use sutra_engine::{Error, ProfileEdit, Written};
use sutra_kernel::ProfileId;
use sutra_records::Metadata;

use super::{
    grants::{Grants, GrantsInput},
    request::{Result, engine, parse, repeating, repeating_with_metadata, viewing},
};

/// A named set of permissions. Every user has exactly one profile.
#[derive(SimpleObject)]
pub(super) struct Profile {
    /// Identifies the profile.
    id: ID,
    /// What people call it; no two profiles of a workspace have the same name.
    name: String,
    /// What it gives.
    #[graphql(flatten)]
    grants: Grants,
}

/// A profile as it should be.
#[derive(InputObject)]
pub(super) struct ProfileInput {
    /// What people call it, 1 to 120 characters; no two profiles of a workspace have the same name.
    name: String,
    /// What it gives.
    #[graphql(flatten)]
    grants: GrantsInput,
}

/// The profile that was written.
#[derive(SimpleObject)]
struct ProfilePayload {
    /// The profile as it is now.
    profile: Profile,
    /// The hash of the ledger's entry about this change, or null if nothing changed.
    receipt: Option<String>,
}

/// The profile that was removed.
#[derive(SimpleObject)]
struct DeleteProfilePayload {
    /// Which one it was.
    id: ID,
    /// The hash of the ledger's entry about this change.
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

    /// Removes a profile. Needs Manage Permissions, and every permission that the profile gives. A profile that a user has,
    /// or that a rule names, stays: IN_USE.
    async fn delete_profile(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The profile to remove.")] id: ID,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<DeleteProfilePayload> {
        let id = parse(&id)?;
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        let Written { value, receipt } = engine(ctx)?.permissions().delete_profile(caller, id).await?;
        Ok(DeleteProfilePayload { id: value.into(), receipt })
    }
}

impl ProfileInput {
    pub(super) fn resolve(self, metadata: &Metadata) -> Result<ProfileEdit> {
        Ok(ProfileEdit { name: self.name, grants: self.grants.resolve(metadata)? })
    }
}

impl ProfilePayload {
    fn of(written: Written<StoredProfile>, metadata: &Metadata) -> Self {
        Self { profile: Profile::of(&written.value, metadata), receipt: written.receipt }
    }
}

impl Profile {
    fn of(profile: &StoredProfile, metadata: &Metadata) -> Self {
        let grants = Grants::of(&profile.grants, metadata);
        Self { id: profile.id.into(), name: profile.name.clone(), grants }
    }
}
