//! Personal access tokens: for programs that act as a user.

use std::{collections::BTreeSet, fmt, str::FromStr, time::Duration};

use sutra_crypto::{Token, TokenDigest, TokenKind};
use sutra_kernel::{AccessTokenId, Entropy, Timestamp, UserId, WorkspaceId};

use crate::User;

/// A token by which a program acts as a user, as far as its scopes reach, as it is stored: of the token itself there is
/// only the digest.
///
/// It is made by a user who has shown lately who they are, and is no way to sign in: it opens no session, and changes
/// nothing about how its user signs in.
///
/// ```
/// use sutra_identity::AccessScope;
///
/// let scopes = AccessScope::parse_all("records:read setup:read")?;
/// assert!(scopes.contains(&AccessScope::SetupRead));
/// assert!(AccessScope::parse_all("records:all").is_err());
/// # Ok::<(), sutra_identity::AccessScopeError>(())
/// ```
///
/// `Debug` leaves out what its user calls it.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// Where it counts.
    pub workspace: WorkspaceId,
    /// Names it where tokens are listed and revoked. It opens nothing.
    pub id: AccessTokenId,
    /// As whom it acts.
    pub user: UserId,
    /// What its user calls it.
    pub name: String,
    /// What it may be used for.
    pub scopes: BTreeSet<AccessScope>,
    /// The digest of the token that was handed out.
    pub digest: TokenDigest,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it opens nothing.
    pub expires_at: Timestamp,
    /// When it was last used, if it was.
    pub last_used_at: Option<Timestamp>,
}

/// What a token may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessScope {
    /// Reading records.
    RecordsRead,
    /// Reading and changing records.
    RecordsWrite,
    /// Reading users, permissions, definitions and the ledger.
    SetupRead,
    /// Reading and changing users, permissions and definitions.
    SetupWrite,
}

/// A part of the product that a token reaches or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Area {
    /// Records.
    Records,
    /// Users, permissions, definitions and the ledger.
    Setup,
}

/// A text that is no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected `records:read`, `records:write`, `setup:read` or `setup:write`")]
pub struct AccessScopeError;

impl AccessToken {
    /// How long a token lasts at most.
    pub const LONGEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);

    /// Makes one. The token is handed to the user, and kept nowhere.
    #[must_use]
    pub fn issue(
        user: &User,
        name: String,
        scopes: BTreeSet<AccessScope>,
        (now, expires_at): (Timestamp, Timestamp),
        entropy: &dyn Entropy,
    ) -> (Self, Token) {
        let token = Token::generate(TokenKind::Access, user.workspace, entropy);
        let access = Self {
            workspace: user.workspace,
            id: AccessTokenId::generate(now, entropy),
            user: user.id,
            name,
            scopes,
            digest: token.digest(),
            created_at: now,
            expires_at: expires_at.min(now.plus(Self::LONGEST)),
            last_used_at: None,
        };
        (access, token)
    }

    /// Whether it counts now; no longer when its time is over to the microsecond.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }

    /// Whether it may read there. What may be changed may be read.
    #[must_use]
    pub fn reads(&self, area: Area) -> bool {
        self.writes(area) || self.scopes.contains(&area.reading())
    }

    /// Whether it may change something there.
    #[must_use]
    pub fn writes(&self, area: Area) -> bool {
        self.scopes.contains(&area.writing())
    }
}

impl Area {
    const fn reading(self) -> AccessScope {
        match self {
            Self::Records => AccessScope::RecordsRead,
            Self::Setup => AccessScope::SetupRead,
        }
    }

    const fn writing(self) -> AccessScope {
        match self {
            Self::Records => AccessScope::RecordsWrite,
            Self::Setup => AccessScope::SetupWrite,
        }
    }
}

impl AccessScope {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::RecordsRead, Self::RecordsWrite, Self::SetupRead, Self::SetupWrite];

    /// Its stored form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RecordsRead => "records:read",
            Self::RecordsWrite => "records:write",
            Self::SetupRead => "setup:read",
            Self::SetupWrite => "setup:write",
        }
    }

    /// Reads scopes with blanks between them, as [RFC 6749](https://www.rfc-editor.org/rfc/rfc6749#section-3.3) writes them.
    ///
    /// # Errors
    /// If one is none.
    pub fn parse_all(text: &str) -> Result<BTreeSet<Self>, AccessScopeError> {
        text.split_ascii_whitespace().map(str::parse).collect()
    }

    /// Writes scopes so.
    #[must_use]
    pub fn write_all(scopes: &BTreeSet<Self>) -> String {
        let words: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
        words.join(" ")
    }
}

impl FromStr for AccessScope {
    type Err = AccessScopeError;

    fn from_str(text: &str) -> Result<Self, AccessScopeError> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text).ok_or(AccessScopeError)
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("workspace", &self.workspace)
            .field("id", &self.id)
            .field("user", &self.user)
            .field("scopes", &self.scopes)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting(std::sync::atomic::AtomicU8);

    impl Entropy for Counting {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill_with(|| self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        }
    }

    fn token(scopes: &str, lasts: Duration) -> (AccessToken, Token) {
        let now = Timestamp::from_micros(7);
        let (user, scopes) = (crate::tests::user(now), AccessScope::parse_all(scopes).unwrap());
        let times = (now, now.plus(lasts));
        AccessToken::issue(&user, "Nightly".to_owned(), scopes, times, &Counting(0.into()))
    }

    #[test]
    fn scopes_reach_as_far_as_they_say() {
        use Area::{Records, Setup};
        let cases = [
            ("", [false, false, false, false]),
            ("records:read", [true, false, false, false]),
            ("records:write", [true, true, false, false]),
            ("setup:read", [false, false, true, false]),
            ("setup:write records:read", [true, false, true, true]),
        ];
        for (scopes, expected) in cases {
            let (token, _) = token(scopes, Duration::from_secs(60));
            let reaches =
                [token.reads(Records), token.writes(Records), token.reads(Setup), token.writes(Setup)];
            assert_eq!(reaches, expected, "{scopes}");
            assert_eq!(AccessScope::parse_all(&AccessScope::write_all(&token.scopes)), Ok(token.scopes));
        }
    }

    #[test]
    fn a_token_ends_to_the_microsecond_and_within_a_year() {
        let (short, secret) = token("records:read", Duration::from_secs(60));
        assert!(secret.expose().starts_with("sutra_pat_"));
        let before = Timestamp::from_micros(short.expires_at.as_micros() - 1);
        assert!(short.is_live(before) && !short.is_live(short.expires_at));
        let (long, _) = token("records:read", AccessToken::LONGEST * 3);
        assert_eq!(long.expires_at, long.created_at.plus(AccessToken::LONGEST));
    }
}
