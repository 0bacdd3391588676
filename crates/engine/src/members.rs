//! Users of a workspace.

mod activate;
mod administrator;
mod create;
mod import;
mod recover;
mod reinvite;
mod unlock;
mod update;

use sutra_acl::{Assigned, Subject, SystemPermission};
use sutra_crypto::Token;
use sutra_identity::{RecoveryCode, User, UserState};
use sutra_kernel::{Page, ProfileId, RoleId, UserId, WorkspaceId};

use crate::{Caller, Engine, Error, Viewing, Written};

pub use self::recover::{Recovered, Recovery};
pub(crate) use activate::not_good;
pub(crate) use create::{insert_user, parse_email, parse_name, word_user};
pub(crate) use update::edited;

/// The use cases of users: see [`Engine::members`].
#[derive(Clone, Copy)]
pub struct Members<'e> {
    pub(crate) engine: &'e Engine,
}

/// A user to be made.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// The e-mail address they will sign in with.
    pub email: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub profile: ProfileId,
    /// Their place in the hierarchy, if any.
    pub role: Option<RoleId>,
}

/// An invited user, and the token by which they choose their password.
pub struct Invited {
    /// The user.
    pub user: User,
    /// Good for one activation within three days. It is shown once: whoever repeats a request gets none, and nobody
    /// does if it went by mail.
    pub token: Option<Token>,
}

/// How the token of an invitation reaches the user.
#[derive(Clone, Copy)]
enum Way {
    /// Whoever invites hands it over.
    Hand,
    /// By mail, and nobody else sees it.
    Mail,
}

/// What is to be changed on a user; what is nothing stays.
#[derive(Debug, Clone, Default)]
pub struct MemberEdit {
    /// A new name.
    pub name: Option<String>,
    /// Another profile.
    pub profile: Option<ProfileId>,
    /// Another role, or none.
    pub role: Option<Option<RoleId>>,
    /// Whether the user may sign in.
    pub active: Option<bool>,
    /// The version the caller has seen.
    pub version: Option<u64>,
}

/// A user as far as access is concerned, with what he has beside the profile: the one place that says so, for stores.
///
/// # Security
/// Only who is active may do anything at all.
#[must_use]
pub fn subject_of(user: &User, assigned: Assigned) -> Subject {
    let subject = Subject::new(user.workspace, user.id, user.profile).with(assigned);
    Subject { role: user.role, active: user.state == UserState::Active, ..subject }
}

impl Members<'_> {
    /// Makes a user, who then activates the account with the token and a password of their own.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Users*, or for a profile that gives more than the caller has;
    /// [`Error::BadInput`] for an address that is none or taken, an unknown profile or role.
    pub async fn invite(&self, caller: &Caller, new: &NewMember) -> Result<Written<Invited>, Error> {
        self.engine.write(caller, &create::InviteMember { new, by: Way::Hand }).await
    }

    /// Makes a user like [`invite`](Self::invite), and sends the token by mail: whoever invites does not get it.
    ///
    /// # Errors
    /// As [`invite`](Self::invite).
    pub async fn invite_by_mail(&self, caller: &Caller, new: &NewMember) -> Result<Written<Invited>, Error> {
        self.engine.write(caller, &create::InviteMember { new, by: Way::Mail }).await
    }

    /// Takes a user over from another system, with the bcrypt hash of the password, who can sign in at once. The hash is
    /// replaced by one of ours at the first sign-in.
    ///
    /// # Errors
    /// As [`invite`](Self::invite), and for what is no bcrypt hash.
    pub async fn import(&self, caller: &Caller, new: &NewMember, hash: &str) -> Result<Written<User>, Error> {
        self.engine.write(caller, &import::ImportMember { new, hash }).await
    }

    /// Makes another token for a user who has not chosen a password yet. The token before it stops working.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Users* or for somebody with more permissions than the caller;
    /// [`Error::BadInput`] for a user who has a password or is deactivated.
    pub async fn reinvite(&self, caller: &Caller, user: UserId) -> Result<Written<Invited>, Error> {
        self.engine.write(caller, &reinvite::ReinviteMember { user, by: Way::Hand }).await
    }

    /// Makes another token like [`reinvite`](Self::reinvite), and sends it by mail.
    ///
    /// # Errors
    /// As [`reinvite`](Self::reinvite).
    pub async fn reinvite_by_mail(&self, caller: &Caller, user: UserId) -> Result<Written<Invited>, Error> {
        self.engine.write(caller, &reinvite::ReinviteMember { user, by: Way::Mail }).await
    }

    /// Sets the password of an invited user, with the token of the invitation. The recovery codes are shown this once.
    ///
    /// # Errors
    /// [`Error::BadInput`] for a weak password; [`Error::Forbidden`] if the token is not good for this user, or no more.
    pub async fn activate(
        &self,
        caller: &Caller,
        email: &str,
        token: &str,
        password: String,
    ) -> Result<Vec<RecoveryCode>, Error> {
        activate::activate(self.engine, caller, email, token, password).await
    }

    /// Ends the lock of an account, with the token that was sent to its user, or with a recovery code.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if it is not good for this address, or no more; [`Error::RateLimited`] after too many
    /// codes from where the caller is.
    pub async fn unlock_account(&self, caller: &Caller, email: &str, by: &str) -> Result<(), Error> {
        match RecoveryCode::parse(by) {
            Some(_) => unlock::by_recovery_code(self.engine, caller, email, by).await,
            None => unlock::by_link(self.engine, caller, email, by).await,
        }
    }

    /// Ends the lock of a user's account, and forgets how many wrong passwords there were.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Users* or for somebody with more permissions than the caller.
    pub async fn unlock(&self, caller: &Caller, user: UserId) -> Result<Written<User>, Error> {
        self.engine.write(caller, &unlock::UnlockMember { user }).await
    }

    /// Lets a user in again who is locked out: ends every lock, makes whoever was deactivated active, and returns what it
    /// takes to choose another password.
    ///
    /// # Security
    /// It asks for nothing: it is for an operator at the command line of the server's own machine. Never call it for a
    /// request from outside.
    ///
    /// # Errors
    /// [`Error::NotFound`] if nobody has the address; [`Error::BadInput`] for whoever has not chosen a password yet.
    pub async fn recover(
        &self,
        workspace: WorkspaceId,
        email: &str,
        how: Recovery,
    ) -> Result<Recovered, Error> {
        let caller = Caller::operator(workspace, self.engine.new_request_id());
        let email = &parse_email(email)?;
        Ok(self.engine.write(&caller, &recover::Recover { email, how }).await?.value)
    }

    /// Changes a user.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Users*, for somebody with more permissions than the caller, for one's own
    /// profile, role or state, and if no active administrator would be left.
    pub async fn update(
        &self,
        caller: &Caller,
        user: UserId,
        edit: &MemberEdit,
    ) -> Result<Written<User>, Error> {
        self.engine.write_and_wake(caller, &update::UpdateMember { user, edit }).await
    }
}

impl Viewing {
    /// The caller.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] if nobody is signed in.
    pub async fn me(&self) -> Result<User, Error> {
        let id = self.caller().user_id().ok_or(Error::Unauthenticated)?;
        self.reads().await.find_user(id).await?.ok_or(Error::Unauthenticated)
    }

    /// Users by identifier. Any member may know any other's name; their addresses are for administrators, see
    /// [`may_see_addresses`](Self::may_see_addresses).
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] if nobody is signed in.
    pub async fn find_users(&self, users: &[UserId]) -> Result<Vec<User>, Error> {
        self.caller().user_id().ok_or(Error::Unauthenticated)?;
        Ok(self.reads().await.find_users(users).await?)
    }

    /// A page of users, by identifier.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Users*.
    pub async fn list_users(&self, after: Option<UserId>, limit: usize) -> Result<Page<User>, Error> {
        self.require_permission(SystemPermission::ManageUsers)?;
        Ok(self.reads().await.users(after, limit).await?)
    }

    /// Whether the caller may see other users' addresses.
    #[must_use]
    pub fn may_see_addresses(&self) -> bool {
        self.plan().has(SystemPermission::ManageUsers)
    }
}
