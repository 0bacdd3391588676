//! Why an answer is refused.

use webauthn_rs::prelude::WebauthnError;

/// Why a ceremony with a passkey does not end well. It says nothing of what was answered.
///
/// Which it is, is for the ledger: whoever signs in is told that it did not work, and no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum PasskeyError {
    /// There is no passkey to ask for, or the challenge could not be written.
    #[error("the ceremony cannot begin")]
    NotBegun,
    /// The answer is larger than [`PasskeyAnswer::MAX_BYTES`](crate::PasskeyAnswer::MAX_BYTES).
    #[error("the answer is too large")]
    TooLarge,
    /// The answer is not of the form that browsers give it.
    #[error("not the answer of an authenticator")]
    Malformed,
    /// The answer to a registration was shown for a sign-in, or the other way round.
    #[error("the answer is for another kind of ceremony")]
    WrongCeremony,
    /// The answer is to a challenge of another ceremony.
    #[error("the answer is to another challenge")]
    WrongChallenge,
    /// The answer was given to the page of another site, or within one.
    #[error("the answer was given to another site")]
    WrongOrigin,
    /// The answer is for another relying party.
    #[error("the answer is for another relying party")]
    WrongRelyingParty,
    /// The authenticator did not verify who holds it, by a fingerprint, a PIN or the like.
    #[error("the authenticator did not verify its user")]
    NotVerified,
    /// The answer is of a passkey, or of a user, that was not asked for.
    #[error("the answer is of another passkey")]
    AnotherPasskey,
    /// The answer was not signed by the passkey.
    #[error("the signature is wrong")]
    WrongSignature,
    /// The signature is right, but the passkey has counted fewer uses than it had before: there is a copy of it.
    #[error("there may be a copy of the passkey")]
    Cloned,
    /// The authenticator made a passkey that was not asked for, or its passkey has changed what it is.
    #[error("the passkey is not of a kind that is accepted")]
    NotAccepted,
}

impl PasskeyError {
    /// Its word in the ledger.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotBegun => "passkey_not_begun",
            Self::TooLarge => "passkey_too_large",
            Self::Malformed => "passkey_malformed",
            Self::WrongCeremony => "passkey_wrong_ceremony",
            Self::WrongChallenge => "passkey_wrong_challenge",
            Self::WrongOrigin => "passkey_wrong_origin",
            Self::WrongRelyingParty => "passkey_wrong_relying_party",
            Self::NotVerified => "passkey_not_verified",
            Self::AnotherPasskey => "passkey_unknown",
            Self::WrongSignature => "passkey_wrong_signature",
            Self::Cloned => "passkey_cloned",
            Self::NotAccepted => "passkey_not_accepted",
        }
    }

    /// Whatever the library knows that is not told apart here was an answer of the wrong form.
    pub(super) fn of(error: WebauthnError) -> Self {
        match error {
            WebauthnError::InvalidClientDataType => Self::WrongCeremony,
            WebauthnError::MismatchedChallenge => Self::WrongChallenge,
            WebauthnError::InvalidRPOrigin | WebauthnError::CredentialCrossOrigin => Self::WrongOrigin,
            WebauthnError::InvalidRPIDHash => Self::WrongRelyingParty,
            WebauthnError::UserNotPresent | WebauthnError::UserNotVerified => Self::NotVerified,
            WebauthnError::CredentialNotFound => Self::AnotherPasskey,
            WebauthnError::CredentialPossibleCompromise => Self::Cloned,
            WebauthnError::AuthenticationFailure
            | WebauthnError::SignatureInvalid
            | WebauthnError::AttestationStatementSigInvalid => Self::WrongSignature,
            WebauthnError::AttestationNotSupported
            | WebauthnError::CredentialAlteredAlgFromRequest
            | WebauthnError::CredentialBackupEligibilityInconsistent
            | WebauthnError::CredentialMayNotBeHardwareBound => Self::NotAccepted,
            _ => Self::Malformed,
        }
    }
}
