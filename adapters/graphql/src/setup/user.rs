//! Users: the people of a workspace.

use async_graphql::{Context, Enum, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use sutra_engine::{Error, Invited, MemberEdit, NewMember, Viewing, Written};
use sutra_identity::{User as StoredUser, UserState as State};
use sutra_kernel::{Page, UserId};

use super::{
    request::{Result, engine, page_size, parse, parse_optional, repeating, viewing},
    scalar::DateTime,
};

/// Somebody who works in the workspace.
#[derive(SimpleObject)]
pub(super) struct User {
    /// Identifies the user.
    id: ID,
    /// The e-mail address they sign in with; null to those who may see the user but not the address.
    email: Option<String>,
    /// Their name.
    name: String,
    /// The profile, which says what they may do.
    profile_id: ID,
    /// Their place in the role hierarchy, or null if they have none.
    role_id: Option<ID>,
    /// Whether they can sign in.
    state: UserState,
    /// Counts the changes of this user, from 1.
    version: u64,
    /// When the user was made.
    created_at: DateTime,
    /// When the user was last changed.
    updated_at: DateTime,
}

/// Whether a user can sign in.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "State")]
pub(super) enum UserState {
    /// Has not chosen a password yet.
    Invited,
    /// Can sign in.
    Active,
    /// Cannot sign in any more.
    Deactivated,
}

/// A page of users.
#[derive(SimpleObject)]
pub(super) struct UserConnection {
    /// The users with their cursors.
    edges: Vec<UserEdge>,
    /// Where this page ends.
    page_info: PageInfo,
}

/// A user in a page.
#[derive(SimpleObject)]
pub(super) struct UserEdge {
    /// The user.
    node: User,
    /// Give this as `after` to read on behind this user.
    cursor: String,
}

/// Where a page ends.
#[derive(SimpleObject)]
pub(super) struct PageInfo {
    /// Whether there is more after this page.
    pub(super) has_next_page: bool,
    /// The cursor of the last item, or null if the page is empty.
    pub(super) end_cursor: Option<String>,
}

/// A user to be invited.
#[derive(InputObject)]
struct InviteUserInput {
    /// The e-mail address they will sign in with; no two users of a workspace have the same.
    email: String,
    /// Their name, 1 to 120 characters.
    name: String,
    /// What they may do. It cannot give more than the inviting user has.
    profile_id: ID,
    /// Their place in the role hierarchy, if any.
    role_id: Option<ID>,
}

impl InviteUserInput {
    fn resolve(self) -> Result<NewMember> {
        Ok(NewMember {
            profile: parse(&self.profile_id)?,
            role: parse_optional(self.role_id.as_ref())?,
            email: self.email,
            name: self.name,
        })
    }
}

/// What is to change on a user; what is left out stays as it is.
#[derive(InputObject)]
pub(super) struct UpdateUserInput {
    /// A new name, 1 to 120 characters.
    name: Option<String>,
    /// Another profile. It cannot give more than the changing user has.
    profile_id: Option<ID>,
    /// Another role, or null for none.
    role_id: MaybeUndefined<ID>,
    /// Whether the user may sign in. Deactivating ends all of their sessions at once, and takes an invitation
    /// back; whoever has not chosen a password yet can then be invited again.
    active: Option<bool>,
    /// The version you have seen. If the user has changed since, nothing is written and the answer is
    /// VERSION_CONFLICT.
    version: Option<u64>,
}

/// The user who was invited.
#[derive(SimpleObject)]
struct InviteUserPayload {
    /// The user as they are now.
    user: User,
    /// Hand this to the user, who chooses a password with it by `activate`. It works once, within three days,
    /// and cannot be shown again: null if `repeated`.
    activation_token: Option<String>,
    /// Whether the request was answered before, under the same idempotency key. The token was in that answer; if it
    /// was lost, invite the user once more.
    repeated: bool,
    /// The hash of the ledger's entry about this invitation.
    receipt: Option<String>,
}

/// The user who was changed.
#[derive(SimpleObject)]
pub(super) struct UpdateUserPayload {
    /// The user as they are now.
    user: User,
    /// The hash of the ledger's entry about this change, or null if nothing changed.
    receipt: Option<String>,
}

#[derive(Default)]
pub(super) struct UserQuery;

#[derive(Default)]
pub(super) struct UserMutation;

#[Object]
impl UserQuery {
    /// The user who asks.
    async fn me(&self, ctx: &Context<'_>) -> Result<User> {
        Ok(viewing(ctx).await?.me().await?.into())
    }

    /// One user. Everybody may look at everybody; addresses need Manage Users.
    async fn user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The user to look at.")] id: ID,
    ) -> Result<User> {
        let id = parse(&id)?;
        let viewing = viewing(ctx).await?;
        let found = viewing.find_users(&[id]).await?.pop().ok_or(Error::NotFound("user"))?;
        Ok(User::shown_to(&viewing, found))
    }

    /// The users of the workspace, in the order they were made. Needs Manage Users.
    async fn users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many to answer at most, 1 to 200.", default = 50)] first: i32,
        #[graphql(desc = "The cursor behind which to begin.")] after: Option<String>,
    ) -> Result<UserConnection> {
        let (limit, after) = (page_size(first)?, parse_optional(after.map(ID).as_ref())?);
        Ok(viewing(ctx).await?.list_users(after, limit).await?.into())
    }
}

#[Object]
impl UserMutation {
    /// Makes a user, who then chooses a password by `activate`. Needs Manage Users.
    async fn invite_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The user to make.")] input: InviteUserInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<InviteUserPayload> {
        let new = input.resolve()?;
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        Ok(engine(ctx)?.members().invite(caller, &new).await?.into())
    }

    /// Takes a user over from another system, who signs in with the password that they had there. Needs Manage Users.
    async fn import_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The user to make.")] input: InviteUserInput,
        #[graphql(desc = "The bcrypt hash of the password, such as `$2b$12$…`.", secret)]
        password_hash: String,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<UpdateUserPayload> {
        let new = input.resolve()?;
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        Ok(engine(ctx)?.members().import(caller, &new, &password_hash).await?.into())
    }

    /// Makes another activation token for a user who has not chosen a password yet, in place of the one before.
    /// Needs Manage Users.
    async fn reinvite_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The invited user.")] id: ID,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<InviteUserPayload> {
        let id = parse(&id)?;
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        Ok(engine(ctx)?.members().reinvite(caller, id).await?.into())
    }

    /// Ends the lock of a user's account, and forgets how many wrong passwords there were. Needs Manage Users.
    async fn unlock_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose account.")] id: ID,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<UpdateUserPayload> {
        let id = parse(&id)?;
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        Ok(engine(ctx)?.members().unlock(caller, id).await?.into())
    }

    /// Changes a user. Needs Manage Users. Nobody changes their own profile, role or state, or somebody who has
    /// permissions that they lack; and a workspace always keeps an active administrator.
    async fn update_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The user to change.")] id: ID,
        #[graphql(desc = "What is to change.")] input: UpdateUserInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<UpdateUserPayload> {
        let (id, edit): (UserId, _) = (parse(&id)?, input.resolve()?);
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        Ok(engine(ctx)?.members().update(caller, id, &edit).await?.into())
    }
}

impl UpdateUserInput {
    pub(super) fn resolve(self) -> Result<MemberEdit> {
        let role = match self.role_id {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Value(role) => Some(Some(parse(&role)?)),
        };
        Ok(MemberEdit {
            name: self.name,
            profile: parse_optional(self.profile_id.as_ref())?,
            role,
            active: self.active,
            version: self.version,
        })
    }
}

impl User {
    /// A user as a viewer may see them.
    fn shown_to(viewing: &Viewing, user: StoredUser) -> Self {
        let is_self = viewing.caller().user_id() == Some(user.id);
        let shown = Self::from(user);
        if is_self || viewing.may_see_addresses() { shown } else { Self { email: None, ..shown } }
    }
}

impl From<StoredUser> for User {
    fn from(user: StoredUser) -> Self {
        Self {
            id: user.id.into(),
            email: Some(user.email.as_str().to_owned()),
            name: user.name,
            profile_id: user.profile.into(),
            role_id: user.role.map(ID::from),
            state: user.state.into(),
            version: user.version,
            created_at: user.created_at.into(),
            updated_at: user.updated_at.into(),
        }
    }
}

impl From<Page<StoredUser>> for UserConnection {
    fn from(page: Page<StoredUser>) -> Self {
        let edge = |user: StoredUser| UserEdge { cursor: user.id.to_string(), node: user.into() };
        let edges: Vec<_> = page.items.into_iter().map(edge).collect();
        let end_cursor = edges.last().map(|edge| edge.cursor.clone());
        Self { edges, page_info: PageInfo { has_next_page: page.more, end_cursor } }
    }
}

impl From<Written<Invited>> for InviteUserPayload {
    fn from(written: Written<Invited>) -> Self {
        let Written { value: Invited { user, token }, receipt } = written;
        let activation_token = token.map(|token| token.expose().to_owned());
        Self { user: user.into(), repeated: activation_token.is_none(), activation_token, receipt }
    }
}

impl From<Written<StoredUser>> for UpdateUserPayload {
    fn from(written: Written<StoredUser>) -> Self {
        Self { user: written.value.into(), receipt: written.receipt }
    }
}
