//! What users have set up to show who they are, beside a password.

use std::fmt;

use sutra_crypto::Sealed;
use sutra_kernel::{CredentialId, Timestamp, UserId, WorkspaceId};

use crate::Method;

/// Something that a user has set up, as it is stored.
///
/// `Debug` leaves out what its user calls it.
#[derive(Clone, PartialEq, Eq)]
pub struct Factor {
    /// Where it counts.
    pub workspace: WorkspaceId,
    /// Names it where factors are listed and removed.
    pub id: CredentialId,
    /// Whose it is.
    pub user: UserId,
    /// What it is.
    pub method: Method,
    /// What its user calls it, such as the name of a telephone.
    pub name: String,
    /// What is checked against, sealed for this factor.
    pub sealed: Sealed,
    /// By what it is found where nobody has said who he is: no two factors of a workspace have the same.
    pub lookup: Option<[u8; 32]>,
    /// The last step that was used; it and all before are refused.
    pub step: Option<u64>,
    /// Goes up by one with every use and every change; the first is 1.
    pub version: u64,
    /// When it was set up.
    pub created_at: Timestamp,
    /// When it was last used, if it was.
    pub last_used_at: Option<Timestamp>,
}

impl Factor {
    /// The factor after a use, to be stored in place of the one that was read, and of no other.
    #[must_use]
    pub fn used(&self, now: Timestamp) -> Self {
        Self { version: self.version + 1, last_used_at: Some(now), ..self.clone() }
    }
}

/// By which methods a user may show who he is, of all that were set up; nothing if none was.
///
/// Recovery codes stand in for what is lost: whoever has nothing else has no second factor. If one is required all the
/// same, it is a code to the mailbox.
///
/// ```
/// use sutra_identity::{Method, second_factors};
///
/// let set_up = [Method::RecoveryCode, Method::Totp];
/// assert_eq!(second_factors(set_up, false), [Method::Totp, Method::RecoveryCode]);
/// assert_eq!(second_factors([Method::RecoveryCode], false), []);
/// assert_eq!(second_factors([Method::RecoveryCode], true), [Method::EmailCode, Method::RecoveryCode]);
/// ```
#[must_use]
pub fn second_factors(set_up: impl IntoIterator<Item = Method>, is_required: bool) -> Vec<Method> {
    let mut set_up: Vec<Method> = set_up.into_iter().collect();
    if set_up.iter().all(|method| *method == Method::RecoveryCode) {
        if !is_required {
            return Vec::new();
        }
        set_up.push(Method::EmailCode);
    }
    Method::ALL.into_iter().filter(|method| set_up.contains(method)).collect()
}

impl fmt::Debug for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Factor")
            .field("workspace", &self.workspace)
            .field("id", &self.id)
            .field("user", &self.user)
            .field("method", &self.method)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}
