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

use async_graphql::{EmptySubscription, ID, MergedObject, SDLExportOptions, Schema};
use sutra_engine::{Error, Viewing};

use crate::http::SchemaSource;

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

const ID_DESCRIPTION: &str = "Identifies one thing. The part before the underscore says what kind of thing, as in \
    `user_01h455vb4pex5vsknk084sn02q`; an identifier of another kind is refused.";

/// The schema of `/graphql/setup`: sign-in, users, permissions, sessions and the ledger.
///
/// It is the same for every workspace and every caller; what a caller may not do, the engine refuses.
#[derive(Clone)]
pub(crate) struct SetupSchema(Schema<QueryRoot, MutationRoot, EmptySubscription>);

impl SetupSchema {
    /// Builds the schema.
    pub(crate) fn new() -> Self {
        let builder = Schema::build(QueryRoot::default(), MutationRoot::default(), EmptySubscription);
        let builder = builder.override_output_type_description::<ID>(ID_DESCRIPTION);
        Self(builder.disable_suggestions().finish())
    }

    /// The schema in GraphQL's own definition language, as it is committed and reviewed.
    pub(crate) fn sdl(&self) -> String {
        self.0.sdl_with_options(SDLExportOptions::new().prefer_single_line_descriptions())
    }
}

impl SchemaSource for SetupSchema {
    type Schema = Schema<QueryRoot, MutationRoot, EmptySubscription>;

    const OPEN: bool = true;

    fn schema(&self, _: Option<&Viewing>) -> Result<Self::Schema, Error> {
        Ok(self.0.clone())
    }
}
