//! The link by which the first administrator of a workspace comes in.

use std::time::Duration;

use sutra_crypto::{Token, TokenDigest, TokenKind};
use sutra_kernel::{Entropy, Timestamp, WorkspaceId};

/// A one-time link for setting up a workspace, as it is stored: of its token there is only the digest.
///
/// Its one use is up to the port [`SingleUse`](crate::SingleUse): offer it under [`SetupLink::KIND`], and let
/// in whoever consumes it. Withdraw the kind once there is an administrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetupLink {
    /// The workspace to set up.
    pub workspace: WorkspaceId,
    /// The digest of the token in the link.
    pub digest: TokenDigest,
    /// From when on it opens nothing.
    pub expires_at: Timestamp,
}

impl SetupLink {
    /// What it is called among the things that can be used once.
    pub const KIND: &'static str = "setup_link";

    /// How long it opens anything.
    pub const LIFETIME: Duration = Duration::from_secs(30 * 60);

    /// Makes a link of 256 random bits. The token goes into the link, and is kept nowhere.
    #[must_use]
    pub fn issue(workspace: WorkspaceId, now: Timestamp, entropy: &dyn Entropy) -> (Self, Token) {
        let token = Token::generate(TokenKind::SetupLink, workspace, entropy);
        (Self { workspace, digest: token.digest(), expires_at: now.plus(Self::LIFETIME) }, token)
    }
}
