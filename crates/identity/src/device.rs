//! Devices that need no second factor for a while.

use std::{fmt, time::Duration};

use sutra_crypto::{Token, TokenDigest, TokenKind};
use sutra_kernel::{DeviceId, Entropy, Timestamp, UserId, WorkspaceId};

use crate::{User, session::printable};

/// A device that its user let remember that a second factor was shown, as it is stored: of its token there is only the
/// digest.
///
/// `Debug` leaves out where the user was.
#[derive(Clone, PartialEq, Eq)]
pub struct RememberedDevice {
    /// Where it counts.
    pub workspace: WorkspaceId,
    /// Names it where devices are listed and forgotten. It opens nothing.
    pub id: DeviceId,
    /// For whom alone it counts.
    pub user: UserId,
    /// The digest of the token that the device holds.
    pub digest: TokenDigest,
    /// The network address it was seen at.
    pub address: Option<String>,
    /// What its browser or program called itself.
    pub user_agent: Option<String>,
    /// When the second factor was shown.
    pub created_at: Timestamp,
    /// When it last stood in for one.
    pub last_used_at: Timestamp,
    /// From when on a second factor is asked for again.
    pub expires_at: Timestamp,
}

impl RememberedDevice {
    /// How long a device is remembered at most, however much it is used.
    pub const LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);

    /// Remembers a device of a user who has just shown a second factor. The token is handed to the device, and kept
    /// nowhere.
    #[must_use]
    pub fn remember(user: &User, lifetime: Duration, now: Timestamp, entropy: &dyn Entropy) -> (Self, Token) {
        let token = Token::generate(TokenKind::Device, user.workspace, entropy);
        let device = Self {
            workspace: user.workspace,
            id: DeviceId::generate(now, entropy),
            user: user.id,
            digest: token.digest(),
            address: None,
            user_agent: None,
            created_at: now,
            last_used_at: now,
            expires_at: now.plus(lifetime.min(Self::LIFETIME)),
        };
        (device, token)
    }

    /// Notes where it is, so that users know their devices apart. What the client says of itself is made printable and
    /// short.
    #[must_use]
    pub fn seen_at(self, address: Option<&str>, user_agent: Option<&str>) -> Self {
        Self { address: address.map(printable), user_agent: user_agent.map(printable), ..self }
    }

    /// Whether it stands in for a second factor of this user.
    ///
    /// # Security
    /// Never for the password, and never where a fresh factor is asked for.
    #[must_use]
    pub fn counts_for(&self, user: &User, now: Timestamp) -> bool {
        self.user == user.id && self.workspace == user.workspace && now < self.expires_at
    }
}

impl fmt::Debug for RememberedDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RememberedDevice")
            .field("workspace", &self.workspace)
            .field("id", &self.id)
            .field("user", &self.user)
            .field("created_at", &self.created_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
