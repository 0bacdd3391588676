//! Simple scopes: how far people reach records in the words of a small installation.

use std::collections::BTreeMap;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use sutra_acl::{self as acl, SimpleAccess, Source};
use sutra_engine::{Error, Viewing};
use sutra_kernel::{PermissionSetId, ProfileId};
use sutra_records::ObjectDef;

use super::{
    object::find_object,
    request::{Result, engine, parse_all, repeating, viewing},
};

/// How far profiles and permission sets reach the records of an object: their holders' own, their teams', or all. It is another
/// way to say what permissions and sharing rules say. What roles, territories and shares by hand open comes on top.
#[derive(SimpleObject)]
struct SimpleScopes {
    /// Identifies the object.
    object_id: ID,
    /// The object's API name, such as `account`.
    object: String,
    /// Why simple scopes do not say how the records are open, such as a sharing rule for others; null if they do. Then
    /// there are neither teams nor scopes.
    custom: Option<String>,
    /// The groups that are teams: what one member owns, the others reach as far as a scope of theirs is `TEAM`.
    team_ids: Vec<ID>,
    /// What each profile and permission set lets do. Whoever has several has what any of them gives.
    scopes: Vec<HolderScopes>,
}

/// What a profile or a permission set lets do with records of an object.
#[derive(SimpleObject)]
struct HolderScopes {
    /// The profile or the permission set.
    id: ID,
    /// What people call it.
    name: String,
    /// Whether records may be made.
    create: bool,
    /// Which may be read.
    read: SimpleScope,
    /// Which may be changed.
    update: SimpleScope,
    /// Which may be deleted and restored.
    delete: SimpleScope,
}

/// Which records somebody reaches.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "acl::SimpleScope")]
enum SimpleScope {
    /// None.
    None,
    /// One's own.
    Own,
    /// One's own, and what the members of one's teams own. Not to delete: a team reads, or reads and changes.
    Team,
    /// All.
    All,
}

/// How far people should reach the records of an object.
#[derive(InputObject)]
struct SimpleScopesInput {
    /// The groups that are teams, all of them; none if no scope is `TEAM`.
    team_ids: Vec<ID>,
    /// What profiles and permission sets should let do. Those that are not named stay as they are.
    scopes: Vec<HolderScopesInput>,
}

/// What a profile or a permission set should let do with records of an object.
#[derive(InputObject)]
struct HolderScopesInput {
    /// The profile or the permission set.
    id: ID,
    /// Whether records may be made.
    create: bool,
    /// Which may be read.
    read: SimpleScope,
    /// Which may be changed.
    update: SimpleScope,
    /// Which may be deleted and restored.
    delete: SimpleScope,
}

/// The scopes that were set.
#[derive(SimpleObject)]
struct SetSimpleScopesPayload {
    /// The scopes as they are now.
    simple_scopes: SimpleScopes,
    /// The hash of the ledger's entry about this change, or null if nothing changed.
    receipt: Option<String>,
}

#[derive(Default)]
pub(super) struct SimpleScopesQuery;

#[derive(Default)]
pub(super) struct SimpleScopesMutation;

#[Object]
impl SimpleScopesQuery {
    /// How far people reach the records of an object, as their own, their team's, or all. Needs Manage Sharing and Manage
    /// Permissions.
    async fn simple_scopes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The object's API name, such as `account`, or its id.")] object: String,
    ) -> Result<SimpleScopes> {
        let viewing = viewing(ctx).await?;
        let object = find_object(viewing.metadata(), &object)?;
        let access = viewing.simple_access(object.name.as_str())?;
        SimpleScopes::of(object, access, &viewing).await
    }
}

#[Object]
impl SimpleScopesMutation {
    /// Sets how far people reach the records of an object, as their own, their team's, or all. Needs Manage Sharing and Manage
    /// Permissions. It is written as permissions on the object and as sharing rules, each within a group. What these cannot
    /// say is refused, with what it would come to; and so is an object whose records are open in other ways.
    async fn set_simple_scopes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The object's API name, such as `account`, or its id.")] object: String,
        #[graphql(desc = "How far they should reach.")] input: SimpleScopesInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<SetSimpleScopesPayload> {
        let before = viewing(ctx).await?;
        let object = find_object(before.metadata(), &object)?;
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        let edit = input.resolve()?;
        let written = engine(ctx)?.access_rules().set_simple(caller, object.name.as_str(), &edit).await?;
        let (_, access) = written.value;
        let simple_scopes = SimpleScopes::of(object, Ok(access), &before).await?;
        Ok(SetSimpleScopesPayload { simple_scopes, receipt: written.receipt })
    }
}

impl SimpleScopesInput {
    fn resolve(self) -> Result<SimpleAccess> {
        let mut scopes = BTreeMap::new();
        for one in self.scopes {
            let said = acl::SimpleScopes {
                create: one.create,
                read: one.read.into(),
                update: one.update.into(),
                delete: one.delete.into(),
            };
            if scopes.insert(source(&one.id)?, said).is_some() {
                return Err(Error::BadInput(format!("`{}` is named twice", one.id.as_str())));
            }
        }
        Ok(SimpleAccess { teams: parse_all(&self.team_ids)?, scopes })
    }
}

fn source(id: &ID) -> Result<Source> {
    let profile = || id.parse::<ProfileId>().ok().map(Source::Profile);
    let set = || id.parse::<PermissionSetId>().ok().map(Source::PermissionSet);
    let message = || format!("`{}` is the id of no profile or permission set", id.as_str());
    profile().or_else(set).ok_or_else(|| Error::BadInput(message()))
}

impl SimpleScopes {
    async fn of(
        object: &ObjectDef,
        access: std::result::Result<SimpleAccess, acl::NotSimple>,
        viewing: &Viewing,
    ) -> Result<Self> {
        let (object_id, object) = (object.id.into(), object.name.to_string());
        let access = match access {
            Ok(access) => access,
            Err(why) => {
                let (team_ids, scopes) = (Vec::new(), Vec::new());
                return Ok(Self { object_id, object, custom: Some(why.to_string()), team_ids, scopes });
            }
        };
        let profiles = viewing.profiles().await?.into_iter().map(|it| (Source::Profile(it.id), it.name));
        let sets = viewing.permission_sets()?.into_iter();
        let sets = sets.map(|it| (Source::PermissionSet(it.id), it.name.clone()));
        let named = profiles.chain(sets);
        let whole = |(source, name)| Some(HolderScopes::of(source, name, *access.scopes.get(&source)?));
        let scopes = named.filter_map(whole).collect();
        let team_ids = access.teams.iter().copied().map(ID::from).collect();
        Ok(Self { object_id, object, custom: None, team_ids, scopes })
    }
}

impl HolderScopes {
    fn of(source: Source, name: String, scopes: acl::SimpleScopes) -> Self {
        let acl::SimpleScopes { create, read, update, delete } = scopes;
        let id = match source {
            Source::Profile(id) => id.into(),
            Source::PermissionSet(id) => id.into(),
            Source::PermissionSetGroup(id) => id.into(),
        };
        Self { id, name, create, read: read.into(), update: update.into(), delete: delete.into() }
    }
}
