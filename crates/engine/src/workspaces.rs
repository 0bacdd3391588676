//! Workspaces, and the first administrator of each: what an operator does at the server's own machine.

mod bootstrap;
mod setup;
mod upgrade;

use sutra_crypto::Token;
use sutra_identity::RecoveryCode;
use sutra_kernel::{PortError, WorkspaceId};

pub use upgrade::Upgraded;

use crate::{Caller, Engine, Error, Workspace};

/// The use cases of workspaces: see [`Engine::workspaces`].
#[derive(Clone, Copy)]
pub struct Workspaces<'e> {
    pub(crate) engine: &'e Engine,
}

/// The first administrator of a workspace.
pub struct FirstAdministrator {
    /// The e-mail address to sign in with.
    pub email: String,
    /// The name.
    pub name: String,
    /// The password.
    pub password: String,
}

impl Workspaces<'_> {
    /// Makes sure that the right root keys are at hand and that the instance has its keys and its ledger.
    /// The server calls it at every start, before anything else.
    ///
    /// # Errors
    /// [`Error::Internal`] naming the missing key if the key file is not the one that was used here.
    pub async fn open_instance(&self) -> Result<(), Error> {
        bootstrap::open_instance(self.engine).await
    }

    /// The workspace of this slug; made, with its keys, its standard objects and its standard profiles, if it
    /// is not there.
    ///
    /// # Errors
    /// [`Error::BadInput`] for a slug that is none.
    pub async fn ensure(&self, slug: &str, name: &str) -> Result<Workspace, Error> {
        bootstrap::ensure(self.engine, slug, name).await
    }

    /// Gives a workspace what it lacks of the standard objects, because it was made by an earlier version of the
    /// product: objects, fields, values of picklists, and what fields are found by. It is granted to administrators
    /// alone. What somebody has decided about a field stays as it was decided, and what is there is changed in
    /// nothing else. The server calls it at every start; if nothing is lacking it does nothing.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn upgrade(&self, workspace: WorkspaceId) -> Result<Upgraded, Error> {
        upgrade::upgrade(self.engine, workspace).await
    }

    /// The workspace of this slug, if there is one.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn find(&self, slug: &str) -> Result<Option<Workspace>, Error> {
        Ok(self.engine.parts().store.registry().workspace_by_slug(slug).await?)
    }

    /// Every workspace.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn list(&self) -> Result<Vec<Workspace>, Error> {
        Ok(self.engine.parts().store.registry().workspaces().await?)
    }

    /// Whether the store answers.
    ///
    /// # Errors
    /// The store's.
    pub async fn ping(&self) -> Result<(), PortError> {
        self.engine.parts().store.registry().ping().await
    }

    /// Makes a one-time link by which the first administrator comes in; nothing if there is one already. An
    /// earlier link stops working.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn offer_setup_link(&self, workspace: WorkspaceId) -> Result<Option<Token>, Error> {
        setup::offer(self.engine, workspace).await
    }

    /// Makes the first administrator, with the token of the set-up link. The recovery codes are shown this once.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if the token is not good or no longer, or an administrator exists;
    /// [`Error::BadInput`] for a weak password or what is no address.
    pub async fn complete_setup(
        &self,
        caller: &Caller,
        token: &str,
        administrator: FirstAdministrator,
    ) -> Result<Vec<RecoveryCode>, Error> {
        setup::complete(self.engine, caller, token, administrator).await
    }
}
