//! The engine: every use case, over the parts a program gives it.

use std::sync::Arc;

use sutra_identity::{BlockList, CountryLookup, Notifier, PasswordWork, RelyingParty, SessionPolicy};
use sutra_kernel::{AccessTokenId, Clock, Entropy, RequestId, SessionId, Timestamp};
use sutra_records::ObjectDef;

use crate::{
    AccessRules, AccessTokens, EngineBuilder, Factors, Groups, Imports, Ledger, Members, Notices, Objects,
    Passwords, Permissions, Records, SecuritySettings, Sessions, Sharing, SignIn, StepUp, Store, Tasks,
    Territories, Workspaces, authority::Authorities, keys::Keys, touches::Touches,
};

/// Every use case of the product, over a store, a key vault and a few ports. Cheap to clone.
///
/// Each handle groups the use cases of one noun. All of them decide, write the ledger, and commit in one unit
/// of work; nothing else in the product changes data.
#[derive(Clone)]
pub struct Engine {
    parts: Arc<Parts>,
}

pub(crate) struct Parts {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) passwords: Arc<dyn PasswordWork>,
    pub(crate) blocked: Arc<BlockList>,
    pub(crate) notifier: Arc<dyn Notifier>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) keys: Keys,
    pub(crate) authorities: Authorities,
    pub(crate) touches: Touches<SessionId>,
    pub(crate) token_touches: Touches<AccessTokenId>,
    pub(crate) sessions: SessionPolicy,
    pub(crate) standard: Vec<ObjectDef>,
    pub(crate) follow_at_once: usize,
    pub(crate) countries: Option<Arc<dyn CountryLookup>>,
    pub(crate) site: Option<RelyingParty>,
}

impl Engine {
    /// Begins putting an engine together, over this store.
    #[must_use]
    pub fn builder(store: Arc<dyn Store>) -> EngineBuilder {
        EngineBuilder::new(store)
    }

    pub(crate) fn from_parts(parts: Parts) -> Self {
        Self { parts: Arc::new(parts) }
    }

    /// Records of every object: read, create, update, delete, restore, and their history.
    #[must_use]
    pub fn records(&self) -> Records<'_> {
        Records { engine: self }
    }

    /// Who else may use a record: shares by hand.
    #[must_use]
    pub fn sharing(&self) -> Sharing<'_> {
        Sharing { engine: self }
    }

    /// Signing in and out.
    #[must_use]
    pub fn sign_in(&self) -> SignIn<'_> {
        SignIn { engine: self }
    }

    /// Showing once more who one is.
    #[must_use]
    pub fn step_up(&self) -> StepUp<'_> {
        StepUp { engine: self }
    }

    /// What users set up to show who they are, beside a password.
    #[must_use]
    pub fn factors(&self) -> Factors<'_> {
        Factors { engine: self }
    }

    /// Personal access tokens, for programs that act as a user.
    #[must_use]
    pub fn access_tokens(&self) -> AccessTokens<'_> {
        AccessTokens { engine: self }
    }

    /// Choosing another password.
    #[must_use]
    pub fn passwords(&self) -> Passwords<'_> {
        Passwords { engine: self }
    }

    /// Sessions: who is asking, lists and revocation.
    #[must_use]
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions { engine: self }
    }

    /// What administrators decide about how people sign in and stay signed in.
    #[must_use]
    pub fn settings(&self) -> SecuritySettings<'_> {
        SecuritySettings { engine: self }
    }

    /// Users of a workspace.
    #[must_use]
    pub fn members(&self) -> Members<'_> {
        Members { engine: self }
    }

    /// Territories, and who works in each.
    #[must_use]
    pub fn territories(&self) -> Territories<'_> {
        Territories { engine: self }
    }

    /// Groups of people, and queues.
    #[must_use]
    pub fn groups(&self) -> Groups<'_> {
        Groups { engine: self }
    }

    /// Profiles, permission sets, roles and org-wide defaults.
    #[must_use]
    pub fn permissions(&self) -> Permissions<'_> {
        Permissions { engine: self }
    }

    /// Rules that share and hide records.
    #[must_use]
    pub fn access_rules(&self) -> AccessRules<'_> {
        AccessRules { engine: self }
    }

    /// Objects and their fields.
    #[must_use]
    pub fn objects(&self) -> Objects<'_> {
        Objects { engine: self }
    }

    /// Work that goes on after a change was answered.
    #[must_use]
    pub fn tasks(&self) -> Tasks<'_> {
        Tasks::new(self)
    }

    /// Mail and SMS that users are to get.
    #[must_use]
    pub fn notices(&self) -> Notices<'_> {
        Notices { engine: self }
    }

    /// The ledger's entries, for those who may view the audit log, and its verification.
    #[must_use]
    pub fn ledger(&self) -> Ledger<'_> {
        Ledger { engine: self }
    }

    /// Imports of rows from files.
    #[must_use]
    pub fn imports(&self) -> Imports<'_> {
        Imports { engine: self }
    }

    /// Workspaces and the first administrator: what an operator does.
    #[must_use]
    pub fn workspaces(&self) -> Workspaces<'_> {
        Workspaces { engine: self }
    }

    /// The present instant by the engine's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    /// A new identifier for a request that has none.
    #[must_use]
    pub fn new_request_id(&self) -> RequestId {
        RequestId::generate(self.now(), self.parts.entropy.as_ref())
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.parts
    }
}
