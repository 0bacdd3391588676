//! Secrets that people and programs carry.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use sutra_kernel::{Entropy, WorkspaceId};
use zeroize::Zeroizing;

/// What a token is good for; one kind is never taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenKind {
    /// A signed-in session.
    Session,
    /// The link by which the first administrator of a workspace comes in.
    SetupLink,
    /// The link by which an invited user chooses a password.
    Activation,
    /// A device on which no second factor is asked for.
    Device,
    /// A ceremony that is under way, such as a sign-in that waits for a code.
    Flow,
    /// The link that ends the lock of an account.
    Unlock,
    /// The link by which somebody who has forgotten a password chooses another.
    Reset,
    /// A personal access token, for programs.
    Access,
}

impl TokenKind {
    const ALL: [Self; 8] = [
        Self::Session,
        Self::SetupLink,
        Self::Activation,
        Self::Device,
        Self::Flow,
        Self::Unlock,
        Self::Reset,
        Self::Access,
    ];

    /// The word for it inside a token.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Session => "ses",
            Self::SetupLink => "setup",
            Self::Activation => "act",
            Self::Device => "dev",
            Self::Flow => "flow",
            Self::Unlock => "unlock",
            Self::Reset => "reset",
            Self::Access => "pat",
        }
    }
}

/// A bearer's proof: 256 random bits, with the kind and the workspace in the clear.
///
/// As text `sutra_<kind>_<workspace>_<secret>`: the workspace is the part of its identifier after
/// `ws_`, the secret 43 digits of base64url. Only its [`TokenDigest`] is ever stored.
///
/// # Security
///
/// It can be neither printed nor copied:
///
/// ```compile_fail,E0277
/// println!("{:?}", sutra_crypto::Token::parse(""));
/// ```
///
/// ```compile_fail,E0599
/// # fn f(token: sutra_crypto::Token) {
/// let second = token.clone();
/// # }
/// ```
pub struct Token {
    kind: TokenKind,
    workspace: WorkspaceId,
    text: Zeroizing<String>,
    digest: TokenDigest,
}

/// A text that is no token. What is wrong with it is not said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a token")]
pub struct TokenError;

/// What is stored of a token: enough to know it again, too little to use it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenDigest([u8; 32]);

const PREFIX: &str = "sutra";
const SECRET_DIGITS: usize = 43;
const LABEL: &[u8] = b"sutra/token/1\0";

impl Token {
    /// Makes a new token.
    #[must_use]
    pub fn generate(kind: TokenKind, workspace: WorkspaceId, entropy: &dyn Entropy) -> Self {
        let mut secret = Zeroizing::new([0; 32]);
        entropy.fill(secret.as_mut_slice());

        let head = head(kind, workspace);
        // Room for all of it, so that no outgrown copy stays behind.
        let mut text = Zeroizing::new(String::with_capacity(head.len() + SECRET_DIGITS));
        text.push_str(&head);
        BASE64_URL_SAFE_NO_PAD.encode_string(secret.as_slice(), &mut text);
        Self { kind, workspace, text, digest: TokenDigest::of(kind, workspace, &secret) }
    }

    /// Reads a token that somebody presents.
    ///
    /// # Errors
    ///
    /// [`TokenError`] if it is not exactly of the form that [`Token::generate`] makes.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        read(text).ok_or(TokenError)
    }

    /// What it is good for.
    #[must_use]
    pub fn kind(&self) -> TokenKind {
        self.kind
    }

    /// The workspace it says it is for; true only if its digest is found there.
    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// What is stored of it.
    #[must_use]
    pub fn digest(&self) -> TokenDigest {
        self.digest
    }

    /// Shows the token, for the one answer that hands it out.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }
}

fn head(kind: TokenKind, workspace: WorkspaceId) -> String {
    let workspace = workspace.to_string();
    let digits = workspace.split_once('_').map_or("", |(_, digits)| digits);
    format!("{PREFIX}_{}_{digits}_", kind.as_str())
}

fn read(text: &str) -> Option<Token> {
    let mut parts = text.splitn(4, '_');
    let (prefix, kind, workspace, digits) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if prefix != PREFIX || digits.len() != SECRET_DIGITS {
        return None;
    }
    let kind = TokenKind::ALL.into_iter().find(|known| known.as_str() == kind)?;
    let workspace = format!("{}_{workspace}", WorkspaceId::PREFIX).parse().ok()?;
    let mut secret = Zeroizing::new([0; 32]);
    BASE64_URL_SAFE_NO_PAD.decode_slice(digits, secret.as_mut_slice()).ok()?;
    let digest = TokenDigest::of(kind, workspace, &secret);
    Some(Token { kind, workspace, text: Zeroizing::new(text.to_owned()), digest })
}

impl TokenDigest {
    /// Wraps a digest that was stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes to store and to look up.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// SHA-256 over label, workspace, secret and kind: the same secret under another kind or
    /// workspace is another token. All before the kind has a fixed length.
    fn of(kind: TokenKind, workspace: WorkspaceId, secret: &[u8; 32]) -> Self {
        let hash = Sha256::new()
            .chain_update(LABEL)
            .chain_update(workspace.as_bytes())
            .chain_update(secret)
            .chain_update(kind.as_str());
        Self(hash.finalize().into())
    }
}

impl fmt::Debug for TokenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenDigest(..)")
    }
}
