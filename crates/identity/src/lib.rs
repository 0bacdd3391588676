#![doc = include_str!("../README.md")]

mod access_token;
mod code;
mod context;
mod device;
mod email;
mod factor;
mod flow;
mod method;
mod mfa;
mod notice;
mod passkey;
mod password;
mod phone;
mod policy;
mod port;
mod proof;
mod recovery;
mod secret_text;
mod session;
mod settings;
mod setup_link;
mod sign_in;
mod stored_password;
mod totp;
mod tries;
mod user;

pub use access_token::{AccessScope, AccessScopeError, AccessToken, Area};
pub use code::SentCode;
pub use context::{
    AccessLimits, AccessLimitsProblem, AddressLists, AddressRange, AddressRangeError, ClientAddress,
    ClientAddressError, ContextDenial, ContextLevel, ContextPolicy, ContextReason, ContextRule, Country,
    CountryError, CountryFinding, CountryLimits, CountryRule, Day, Decision, ForwardingHeader,
    ForwardingHeaderError, ForwardingProblem, SignInContext, SignInHours, TrustedProxies, UnknownZone,
    WallClock, Window, WindowError, Zone, decide,
};
pub use device::RememberedDevice;
pub use email::{EmailAddress, EmailError};
pub use factor::{Factor, second_factors};
pub use flow::{Beginning, BeginningError, Flow, FlowEnded, FlowPurpose, FlowPurposeError};
pub use method::{Method, MethodError};
pub use mfa::MfaPolicy;
pub use notice::{Address, Channel, CodeUse, Message, Notice, Notifier, NotifyError, Occasion, SEND_LIMIT};
pub use passkey::{
    Passkey, PasskeyAnswer, PasskeyAuthentication, PasskeyBytesError, PasskeyError, PasskeyRegistration,
    PasskeyUsed, RelyingParty, RelyingPartyError,
};
pub use password::{BcryptError, Password, PasswordError, PasswordHash, PasswordHashError, PasswordVerdict};
pub use phone::{PhoneError, PhoneNumber};
pub use policy::{
    BlockList, CharacterKind, PasswordOwner, PasswordPolicy, PasswordProblem, PolicyFinding, PolicyProblem,
};
pub use port::{
    AccessTokenReader, AccessTokenWriter, CountryLookup, CredentialReader, DeviceReader, DeviceWriter,
    FactorReader, FactorWriter, FlowReader, FlowWriter, Held, PasswordWork, SessionReader, SessionTouches,
    SessionWriter, SettingReader, SettingWriter, SingleUse, TryCounter, UserReader, UserWriter,
};
pub use proof::{Proof, ProvedBy, ProvedByError};
pub use recovery::{RecoveryCode, RecoveryCodes, RecoveryCodesError};
pub use secret_text::SecretText;
pub use session::{
    AtSessionLimit, Delivery, DeliveryError, OpenedSession, Session, SessionEnded, SessionPolicy,
};
pub use settings::{Setting, SettingError, SettingProblem, SettingScope, Settings};
pub use setup_link::SetupLink;
pub use sign_in::{
    Authenticated, DenialReason, FactorRequired, SecondFactor, SignIn, SignInProgress, SignInRefused,
};
pub use stored_password::{StoredPassword, StoredPasswordError};
pub use totp::{TotpSecret, TotpSecretError};
pub use tries::{Locked, Tries, TryKind, networks_of};
pub use user::{User, UserState, UserStateError};

#[cfg(test)]
mod tests {
    use sutra_kernel::{ProfileId, Timestamp, UserId, Uuid, WorkspaceId};

    use crate::{EmailAddress, User, UserState};

    /// Somebody who was added then.
    pub(crate) fn user(created_at: Timestamp) -> User {
        User {
            workspace: WorkspaceId::from_uuid(Uuid::from_u128(11)),
            id: UserId::from_uuid(Uuid::from_u128(12)),
            email: EmailAddress::parse("asa@example.com").unwrap(),
            name: "Åsa Lind".to_owned(),
            profile: ProfileId::from_uuid(Uuid::from_u128(13)),
            role: None,
            state: UserState::Active,
            version: 1,
            created_at,
            updated_at: created_at,
        }
    }
}
