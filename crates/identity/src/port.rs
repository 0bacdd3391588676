//! What identity needs from the outside.
//!
//! Everything but [`PasswordWork`] and [`CountryLookup`] belongs to one workspace, that of the snapshot or unit of work it is part of.

use crate::{
    AccessToken, ClientAddress, CountryFinding, EmailAddress, Factor, Flow, OpenedSession, Password,
    PasswordHash, PasswordVerdict, RememberedDevice, Session, Setting, SettingScope, Settings, Tries,
    TryKind, User,
};
use async_trait::async_trait;
use sutra_crypto::{Sealed, TokenDigest};
use sutra_kernel::{
    AccessTokenId, CredentialId, DeviceId, FlowId, Page, PortError, ProfileId, RoleId, SessionId, Timestamp,
    UserId,
};

/// Hashes passwords, which is slow on purpose.
///
/// An implementation bounds how much of it runs at once and how long a request waits for its turn, and
/// is [unavailable](PortError::unavailable) beyond that, so that a flood of sign-ins starves nothing else.
/// Never await it inside a unit of work.
#[async_trait]
pub trait PasswordWork: Send + Sync {
    /// Hashes a new password with today's parameters.
    async fn hash(&self, password: Password) -> Result<PasswordHash, PortError>;

    /// Checks a password.
    ///
    /// # Security
    /// Without a hash it does the same work against one that nothing matches, and says no.
    async fn verify(
        &self,
        password: Password,
        hash: Option<PasswordHash>,
    ) -> Result<PasswordVerdict, PortError>;
}

/// Finds users.
#[async_trait]
pub trait UserReader: Send {
    /// The user with this id.
    async fn find_user(&mut self, user: UserId) -> Result<Option<User>, PortError>;

    /// The user whose address has the same [key](EmailAddress::key).
    async fn find_user_by_email(&mut self, email: &EmailAddress) -> Result<Option<User>, PortError>;

    /// The users with these ids, as far as they exist, in no particular order.
    async fn find_users(&mut self, users: &[UserId]) -> Result<Vec<User>, PortError>;

    /// At most `limit` users whose ids are greater than `after`, by ascending id.
    async fn users(&mut self, after: Option<UserId>, limit: usize) -> Result<Page<User>, PortError>;

    /// How many active users have one of these profiles.
    async fn count_active_holders(&mut self, profiles: &[ProfileId]) -> Result<u64, PortError>;

    /// How many users have it, active or not.
    async fn count_holders(&mut self, held: Held) -> Result<u64, PortError>;
}

/// Something that a user has one of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// A profile.
    Profile(ProfileId),
    /// A role.
    Role(RoleId),
}

/// Stores users and their credentials.
#[async_trait]
pub trait UserWriter: Send {
    /// Stores a user: a new one if no version is expected, otherwise in place of that version.
    ///
    /// # Errors
    /// It is a conflict if the stored version is another, and refused if the address is taken.
    async fn put_user(&mut self, user: &User, expected_version: Option<u64>) -> Result<(), PortError>;

    /// Stores the sealed [`PasswordHash`] of a user, in place of the one before.
    async fn put_password(&mut self, user: UserId, sealed: Sealed) -> Result<(), PortError>;
}

/// Tells the country of an address, from what is at hand: it waits for nothing.
pub trait CountryLookup: Send + Sync {
    /// The country of an address.
    fn country_of(&self, address: ClientAddress) -> CountryFinding;

    /// When what it tells from was made; nothing if there is nothing to tell from.
    fn made_at(&self) -> Option<Timestamp>;
}

/// Finds credentials.
#[async_trait]
pub trait CredentialReader: Send {
    /// The sealed [`PasswordHash`] of a user who has one.
    async fn find_password(&mut self, user: UserId) -> Result<Option<Sealed>, PortError>;
}

/// Finds what users have set up beside a password.
#[async_trait]
pub trait FactorReader: Send {
    /// A user's factors, in the order in which they were set up.
    async fn factors_of(&mut self, user: UserId) -> Result<Vec<Factor>, PortError>;

    /// The factor that is found by this.
    async fn find_factor_by_lookup(&mut self, lookup: &[u8; 32]) -> Result<Option<Factor>, PortError>;
}

/// Stores what users have set up beside a password.
#[async_trait]
pub trait FactorWriter: Send {
    /// Stores a factor: a new one if no version is expected, otherwise in place of that version.
    ///
    /// # Errors
    /// It is a conflict if the stored version is another, and refused if another factor is found by the same.
    async fn put_factor(&mut self, factor: &Factor, expected_version: Option<u64>) -> Result<(), PortError>;

    /// Removes a factor: true for exactly one caller.
    async fn remove_factor(&mut self, factor: CredentialId) -> Result<bool, PortError>;
}

/// Finds devices that need no second factor.
#[async_trait]
pub trait DeviceReader: Send {
    /// The device whose token has this digest; it may have expired.
    async fn find_device(&mut self, digest: &TokenDigest) -> Result<Option<RememberedDevice>, PortError>;

    /// A user's devices, the newest first; some may have expired.
    async fn devices_of(&mut self, user: UserId) -> Result<Vec<RememberedDevice>, PortError>;
}

/// Remembers devices and forgets them.
#[async_trait]
pub trait DeviceWriter: Send {
    /// Stores a new device, and forgets those of its user that had expired when it was made.
    async fn put_device(&mut self, device: &RememberedDevice) -> Result<(), PortError>;

    /// Notes that a device stood in for a second factor just now; false if there is none.
    async fn use_device(&mut self, device: DeviceId, now: Timestamp) -> Result<bool, PortError>;

    /// Forgets a device: true for exactly one caller.
    async fn forget_device(&mut self, device: DeviceId) -> Result<bool, PortError>;

    /// Forgets every device of a user, and says how many there were.
    async fn forget_devices_of(&mut self, user: UserId) -> Result<u64, PortError>;
}

/// Finds personal access tokens.
#[async_trait]
pub trait AccessTokenReader: Send {
    /// The token with this digest; it may have expired.
    async fn find_access_token(&mut self, digest: &TokenDigest) -> Result<Option<AccessToken>, PortError>;

    /// A user's tokens, the newest first; some may have expired.
    async fn access_tokens_of(&mut self, user: UserId) -> Result<Vec<AccessToken>, PortError>;
}

/// Makes personal access tokens, and revokes them.
#[async_trait]
pub trait AccessTokenWriter: Send {
    /// Stores a new token.
    async fn put_access_token(&mut self, token: &AccessToken) -> Result<(), PortError>;

    /// Revokes a token: true for exactly one caller.
    async fn remove_access_token(&mut self, token: AccessTokenId) -> Result<bool, PortError>;
}

/// Finds sessions.
#[async_trait]
pub trait SessionReader: Send {
    /// The session whose token has this digest, ended or not.
    async fn find_session(&mut self, digest: &TokenDigest) -> Result<Option<Session>, PortError>;

    /// A user's sessions: those that were not ended first, and the newest first among equals.
    async fn sessions_of(&mut self, user: UserId) -> Result<Vec<Session>, PortError>;
}

/// Opens and ends sessions.
#[async_trait]
pub trait SessionWriter: Send {
    /// Stores a new session.
    async fn put_session(&mut self, session: &OpenedSession) -> Result<(), PortError>;

    /// Stores the token and the proof that a session has now, in place of those before; false if there is none that has
    /// not been ended.
    async fn renew_session(&mut self, session: &Session) -> Result<bool, PortError>;

    /// Ends a session now; false if there is none that has not been ended.
    async fn end_session(&mut self, session: SessionId, now: Timestamp) -> Result<bool, PortError>;

    /// Ends a user's sessions now, except one if so wished, and says how many were ended.
    async fn end_sessions_of(
        &mut self,
        user: UserId,
        except: Option<SessionId>,
        now: Timestamp,
    ) -> Result<u64, PortError>;
}

/// Notes that sessions are used.
#[async_trait]
pub trait SessionTouches: Send {
    /// Moves a session's last use forward to now; never backward, and never one that was ended.
    async fn touch_session(&mut self, session: SessionId, now: Timestamp) -> Result<(), PortError>;

    /// Moves a personal access token's last use forward to now; never backward.
    async fn touch_access_token(&mut self, token: AccessTokenId, now: Timestamp) -> Result<(), PortError>;
}

/// Finds what administrators have decided.
#[async_trait]
pub trait SettingReader: Send {
    /// All of it. It is a part of the workspace's policy, and belongs to the policy's epoch.
    async fn settings(&mut self) -> Result<Settings, PortError>;
}

/// Stores what administrators decide.
#[async_trait]
pub trait SettingWriter: Send {
    /// Stores a setting, in place of what was decided before. Bump the policy's epoch in the same unit.
    async fn put_setting(&mut self, scope: SettingScope, setting: &Setting) -> Result<(), PortError>;
}

/// Lets a secret be used once, however many try at the same time.
#[async_trait]
pub trait SingleUse: Send {
    /// Makes a secret usable until it expires.
    async fn offer(
        &mut self,
        kind: &str,
        digest: &TokenDigest,
        expires_at: Timestamp,
    ) -> Result<(), PortError>;

    /// Uses a secret up: true for exactly one caller, and only before the secret expires.
    async fn consume(&mut self, kind: &str, digest: &TokenDigest, now: Timestamp) -> Result<bool, PortError>;

    /// Uses a secret up that was never offered, such as one that its holder kept sealed: true for exactly one caller. Until
    /// when it must be remembered is said by whoever checks that it has not expired.
    async fn spend(
        &mut self,
        kind: &str,
        digest: &TokenDigest,
        expires_at: Timestamp,
    ) -> Result<bool, PortError>;

    /// Makes every secret of this kind unusable.
    async fn withdraw(&mut self, kind: &str) -> Result<(), PortError>;

    /// Forgets some of what has expired by now, used or not.
    async fn forget_expired_secrets(&mut self, now: Timestamp) -> Result<(), PortError>;
}

/// Counts what was tried in vain.
#[async_trait]
pub trait TryCounter: Send {
    /// How often something was tried, held until the transaction ends: who asks at the same time waits.
    async fn hold_tries(&mut self, kind: TryKind, key: &[u8; 32], now: Timestamp)
    -> Result<Tries, PortError>;

    /// Stores how often something was tried, in place of what was stored before.
    async fn put_tries(&mut self, kind: TryKind, key: &[u8; 32], tries: &Tries) -> Result<(), PortError>;

    /// Forgets how often something was tried; false if that is not known.
    async fn forget_tries(&mut self, kind: TryKind, key: &[u8; 32]) -> Result<bool, PortError>;

    /// Forgets some of what is over by now.
    async fn forget_tries_over(&mut self, now: Timestamp) -> Result<(), PortError>;
}

/// Finds ceremonies that are under way.
#[async_trait]
pub trait FlowReader: Send {
    /// The flow whose token has this digest, unless it has ended; it may have expired.
    async fn find_flow(&mut self, digest: &TokenDigest) -> Result<Option<Flow>, PortError>;
}

/// Begins ceremonies, lets them go on, and ends them.
#[async_trait]
pub trait FlowWriter: Send {
    /// Stores a new flow, and forgets those of its user that had expired by `now`.
    async fn put_flow(&mut self, flow: &Flow, now: Timestamp) -> Result<(), PortError>;

    /// Stores how far a flow has come, if it had taken exactly `seen` answers until now. True for one of many who have
    /// seen the same.
    async fn advance_flow(&mut self, flow: &Flow, seen: u32) -> Result<bool, PortError>;

    /// Ends a flow: true for exactly one caller.
    async fn end_flow(&mut self, flow: FlowId) -> Result<bool, PortError>;

    /// Ends every flow of a user.
    async fn end_flows_of(&mut self, user: UserId) -> Result<(), PortError>;
}
