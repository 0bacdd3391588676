//! The set-up schema: everything but records, fixed when the program is built.
//!
//! A file a noun; each adds its queries and mutations to the two roots below.

mod account;
mod cookie;
mod ledger;
mod object;
mod org_wide_default;
mod profile;
mod request;
mod role;
mod scalar;
mod session;
mod sign_in;
mod target;
mod user;

use async_graphql::{EmptySubscription, MergedObject, Request, Response, SDLExportOptions, Schema};

/// Looking at the workspace's users, permissions, sessions and ledger. Everything here needs a session.
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub(crate) struct QueryRoot(
    user::UserQuery,
    session::SessionQuery,
    profile::ProfileQuery,
    role::RoleQuery,
    org_wide_default::OrgWideDefaultQuery,
    ledger::LedgerQuery,
);

/// Signing in and out, and changing the workspace's users and permissions. All but `signIn`, `activate` and
/// `completeSetup` needs a session.
#[derive(MergedObject, Default)]
#[graphql(name = "Mutation")]
pub(crate) struct MutationRoot(
    sign_in::SignInMutation,
    account::AccountMutation,
    session::SessionMutation,
    user::UserMutation,
    profile::ProfileMutation,
    role::RoleMutation,
    org_wide_default::OrgWideDefaultMutation,
);

/// The schema of `/graphql/setup`: sign-in, users, permissions, sessions and the ledger.
///
/// It is the same for every workspace and every caller; what a caller may not do, the engine refuses.
#[derive(Clone)]
pub struct SetupSchema(Schema<QueryRoot, MutationRoot, EmptySubscription>);

impl SetupSchema {
    /// Builds the schema.
    #[must_use]
    pub fn new() -> Self {
        let builder = Schema::build(QueryRoot::default(), MutationRoot::default(), EmptySubscription);
        Self(builder.disable_suggestions().finish())
    }

    /// The schema in GraphQL's own definition language, as it is committed and reviewed.
    #[must_use]
    pub fn sdl(&self) -> String {
        self.0.sdl_with_options(SDLExportOptions::new().prefer_single_line_descriptions())
    }

    /// Answers a request that carries its context.
    pub(crate) async fn execute(&self, request: Request) -> Response {
        self.0.execute(request).await
    }
}

impl Default for SetupSchema {
    fn default() -> Self {
        Self::new()
    }
}
