//! The set-up schema: everything but records, fixed when the program is built.
//!
//! A file a noun; each adds its queries and mutations to the two roots below.

mod access_limits;
mod access_token;
mod account;
mod audience;
mod cookie;
mod definition;
mod device;
mod explain;
mod factor;
mod grants;
mod group;
mod ledger;
mod moving;
mod object;
mod org_wide_default;
mod passkey;
mod password;
mod permission_assignment;
mod permission_set;
mod permission_set_group;
mod preparation;
mod principal;
mod profile;
mod request;
mod restriction_rule;
mod role;
mod scalar;
mod security;
mod session;
mod sharing_rule;
mod sign_in;
mod simple_scopes;
mod simulate;
mod step_up;
mod target;
mod territory;
mod user;
mod validation_rule;

use std::sync::Arc;

use async_graphql::{
    EmptySubscription, ID, MergedObject, OutputType, SDLExportOptions, Schema, registry::Registry,
};
use sutra_engine::{Error, Viewing};
use sutra_identity::Area;

use crate::{budget::Meter, http::SchemaSource, limits::Lists};

// The roots are merged in a few steps: what is merged at once is gone through one by one, each a call deeper.

/// Looking at the workspace's users, permissions, objects, sessions and ledger. Everything here needs a session.
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub(crate) struct QueryRoot(IdentityQuery, PermissionQuery, AccessQuery, WorkspaceQuery);

/// People, and how they sign in and stay signed in.
#[derive(MergedObject, Default)]
pub(crate) struct IdentityQuery(
    user::UserQuery,
    session::SessionQuery,
    factor::FactorQuery,
    device::DeviceQuery,
    access_token::AccessTokenQuery,
    security::SecurityQuery,
    access_limits::AccessLimitsQuery,
);

/// What people are allowed.
#[derive(MergedObject, Default)]
pub(crate) struct PermissionQuery(
    profile::ProfileQuery,
    permission_set::PermissionSetQuery,
    permission_set_group::PermissionSetGroupQuery,
    permission_assignment::PermissionAssignmentQuery,
    role::RoleQuery,
    group::GroupQuery,
    territory::TerritoryQuery,
);

/// Which records people reach, and why.
#[derive(MergedObject, Default)]
pub(crate) struct AccessQuery(
    org_wide_default::OrgWideDefaultQuery,
    simple_scopes::SimpleScopesQuery,
    restriction_rule::RestrictionRuleQuery,
    sharing_rule::SharingRuleQuery,
    explain::ExplainQuery,
    simulate::SimulateQuery,
);

/// Objects, what is on its way, and the ledger.
#[derive(MergedObject, Default)]
pub(crate) struct WorkspaceQuery(
    definition::DefinitionQuery,
    validation_rule::ValidationRuleQuery,
    moving::MovingQuery,
    preparation::PreparationQuery,
    ledger::LedgerQuery,
);

/// Signing in and out, and changing the workspace's users, permissions and objects. All but `signIn`,
/// `beginPasskeySignIn`, `signInWithPasskey`, `challengePasskey`, `sendCode`, `answerFactor`, `changePassword`, `requestPasswordReset`, `beginPasswordReset`, `activate`, `unlockAccount` and
/// `completeSetup` needs a session.
#[derive(MergedObject, Default)]
#[graphql(name = "Mutation")]
pub(crate) struct MutationRoot(SignInMutations, IdentityMutation, PermissionMutation, AccessMutation);

/// Signing in, and showing who one is.
#[derive(MergedObject, Default)]
pub(crate) struct SignInMutations(
    sign_in::SignInMutation,
    step_up::StepUpMutation,
    factor::FactorMutation,
    passkey::PasskeyMutation,
    device::DeviceMutation,
    password::PasswordMutation,
    account::AccountMutation,
);

/// People, and how they stay signed in.
#[derive(MergedObject, Default)]
pub(crate) struct IdentityMutation(
    session::SessionMutation,
    access_token::AccessTokenMutation,
    security::SecurityMutation,
    access_limits::AccessLimitsMutation,
    user::UserMutation,
);

/// What people are allowed.
#[derive(MergedObject, Default)]
pub(crate) struct PermissionMutation(
    profile::ProfileMutation,
    permission_set::PermissionSetMutation,
    permission_set_group::PermissionSetGroupMutation,
    permission_assignment::PermissionAssignmentMutation,
    role::RoleMutation,
    group::GroupMutation,
    territory::TerritoryMutation,
);

/// Which records people reach, and what there are records of.
#[derive(MergedObject, Default)]
pub(crate) struct AccessMutation(
    org_wide_default::OrgWideDefaultMutation,
    simple_scopes::SimpleScopesMutation,
    restriction_rule::RestrictionRuleMutation,
    sharing_rule::SharingRuleMutation,
    definition::DefinitionMutation,
    validation_rule::ValidationRuleMutation,
);

const ID_DESCRIPTION: &str = "Identifies one thing. The part before the underscore says what kind of thing, as in \
    `user_01h455vb4pex5vsknk084sn02q`; an identifier of another kind is refused.";

/// The schema of `/graphql/setup`: sign-in, users, permissions, sessions and the ledger.
///
/// It is the same for every workspace and every caller; what a caller may not do, the engine refuses.
pub(crate) struct SetupSchema {
    schema: Schema<QueryRoot, MutationRoot, EmptySubscription>,
    lists: Arc<Lists>,
}

impl SetupSchema {
    /// Builds the schema.
    pub(crate) fn new() -> Self {
        let builder = Schema::build(QueryRoot::default(), MutationRoot::default(), EmptySubscription);
        let builder = builder.override_output_type_description::<ID>(ID_DESCRIPTION);
        let schema = builder.disable_suggestions().extension(Meter).finish();
        let mut registry = Registry::default();
        QueryRoot::create_type_info(&mut registry);
        MutationRoot::create_type_info(&mut registry);
        Self { schema, lists: Arc::new(Lists::of(&registry)) }
    }

    /// The schema in GraphQL's own definition language, as it is committed and reviewed.
    pub(crate) fn sdl(&self) -> String {
        self.schema.sdl_with_options(SDLExportOptions::new().prefer_single_line_descriptions())
    }
}

impl SchemaSource for SetupSchema {
    type Schema = Schema<QueryRoot, MutationRoot, EmptySubscription>;

    const OPEN: bool = true;
    const AREA: Area = Area::Setup;

    fn schema(&self, _: Option<&Viewing>) -> Result<(Self::Schema, Arc<Lists>), Error> {
        Ok((self.schema.clone(), Arc::clone(&self.lists)))
    }
}
