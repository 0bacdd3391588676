//! The people of a workspace.

use std::{fmt, str::FromStr};

use sutra_kernel::{ProfileId, RoleId, Timestamp, UserId, WorkspaceId};

use crate::EmailAddress;

/// A person who can sign in to one workspace.
///
/// `Debug` leaves out who it is.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// The only workspace the user belongs to.
    pub workspace: WorkspaceId,
    /// Names the user everywhere.
    pub id: UserId,
    /// What the user signs in with; unique in the workspace by its key.
    pub email: EmailAddress,
    /// What colleagues call the user.
    pub name: String,
    /// Decides what the user may do.
    pub profile: ProfileId,
    /// The place in the role hierarchy, if any.
    pub role: Option<RoleId>,
    /// Whether the user may sign in.
    pub state: UserState,
    /// Goes up by one with every change; the first is 1.
    pub version: u64,
    /// When the user was added.
    pub created_at: Timestamp,
    /// When the user was last changed.
    pub updated_at: Timestamp,
}

/// Where a user stands between invitation and leaving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UserState {
    /// Added, and has not chosen a password yet.
    Invited,
    /// May sign in.
    Active,
    /// May not sign in any more; what the user did and owns stays.
    Deactivated,
}

/// A text that is no user state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected `invited`, `active` or `deactivated`")]
pub struct UserStateError;

impl UserState {
    /// All of them, in the order of a user's life.
    pub const ALL: [Self; 3] = [Self::Invited, Self::Active, Self::Deactivated];

    /// Its stored form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Deactivated => "deactivated",
        }
    }
}

impl fmt::Display for UserState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for UserState {
    type Err = UserStateError;

    fn from_str(text: &str) -> Result<Self, UserStateError> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(UserStateError)
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("workspace", &self.workspace)
            .field("id", &self.id)
            .field("profile", &self.profile)
            .field("role", &self.role)
            .field("state", &self.state)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_read_as_it_is_written() {
        for state in UserState::ALL {
            assert_eq!(state.to_string().parse(), Ok(state));
        }
        assert_eq!("Active".parse::<UserState>(), Err(UserStateError));
    }
}
