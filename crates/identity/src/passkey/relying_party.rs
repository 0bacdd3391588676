//! The site that passkeys are made for, and its ceremonies.

use serde::Serialize;
use webauthn_rs::prelude::{RegisterPublicKeyCredential, Url, Webauthn, WebauthnBuilder};
use webauthn_rs_proto::ResidentKeyRequirement;

use super::{
    Passkey, PasskeyAnswer, PasskeyAuthentication, PasskeyError, PasskeyRegistration, PasskeyUsed,
    UserHandle, answer,
};
use crate::User;

/// The site that passkeys are made for: who changes its host, loses them all.
///
/// Each ceremony begins with a challenge for the browser, as JSON that its `parseCreationOptionsFromJSON` and
/// `parseRequestOptionsFromJSON` read (it is under `publicKey`), and ends with what `toJSON` writes of the answer.
///
/// ```
/// use sutra_identity::{PasskeyAnswer, PasskeyError, RelyingParty, RelyingPartyError};
///
/// let site = RelyingParty::new("https://crm.example.com/app", "Acme")?;
/// let (challenge, ceremony) = site.begin_discoverable()?;
/// assert!(challenge.contains(r#""rpId":"crm.example.com""#));
///
/// // Sealed, kept, and taken up again once, by the request that has the answer.
/// let kept = ceremony.to_bytes()?;
/// # let answer = "{}";
/// assert_eq!(PasskeyAnswer::parse(answer).err(), Some(PasskeyError::Malformed));
///
/// assert_eq!(RelyingParty::new("http://crm.example.com", "Acme").err(), Some(RelyingPartyError::Insecure));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Security
/// Every answer has to be to its own challenge, from a page of exactly this origin that is not inside one of another
/// site, and of an authenticator that has verified its user. Challenges are 256 bits that the library draws itself,
/// from the system's chance. It has no clock: how long a challenge counts, and that it counts once, is up to whoever keeps the
/// ceremony.
///
/// Which authenticators made a passkey is not asked. What they say of themselves counts for nothing unless their makers'
/// certificates are known, and passkeys that are synchronised have none.
#[derive(Debug, Clone)]
pub struct RelyingParty(Webauthn);

/// Why passkeys cannot be made for an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RelyingPartyError {
    /// It is no address of a site.
    #[error("passkeys need the https address of a site, such as `https://crm.example.com`")]
    NoSite,
    /// The host is an IP address, of which browsers make no passkeys.
    #[error("passkeys need a host with a name: browsers make none for an IP address")]
    NoName,
    /// It is http, and not of this machine.
    #[error("passkeys need https, unless the host is `localhost`")]
    Insecure,
    /// There is nothing to show to people.
    #[error("passkeys need the name of the site, which is shown where they are made")]
    NotNamed,
}

impl RelyingParty {
    /// The site at an address, which is called so where its passkeys are made and listed.
    ///
    /// Only scheme, host and port of the address count. The host is what passkeys are bound to.
    ///
    /// # Errors
    /// What passkeys need and the address does not have.
    pub fn new(public_url: &str, name: &str) -> Result<Self, RelyingPartyError> {
        let url = Url::parse(public_url).map_err(|_| RelyingPartyError::NoSite)?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(RelyingPartyError::NoSite);
        }
        let host = url.domain().ok_or(RelyingPartyError::NoName)?;
        let is_local = host == "localhost" || host.ends_with(".localhost");
        if url.scheme() == "http" && !is_local {
            return Err(RelyingPartyError::Insecure);
        }
        if name.trim().is_empty() {
            return Err(RelyingPartyError::NotNamed);
        }
        let origin =
            Url::parse(&url.origin().ascii_serialization()).map_err(|_| RelyingPartyError::NoSite)?;
        let site = WebauthnBuilder::new(host, &origin).and_then(|site| site.rp_name(name.trim()).build());
        site.map(Self).map_err(|_| RelyingPartyError::NoSite)
    }

    /// Asks for a new passkey of a user, from an authenticator that has none of the `existing` ones.
    ///
    /// It has to be discoverable: one that signs in without a name.
    ///
    /// # Errors
    /// [`PasskeyError::NotBegun`].
    pub fn begin_registration(
        &self,
        user: &User,
        existing: &[Passkey],
    ) -> Result<(String, PasskeyRegistration), PasskeyError> {
        let handle = UserHandle::of(user);
        let existing = existing.iter().map(|passkey| passkey.key.cred_id().clone()).collect();
        let email = user.email.as_str();
        let shown = if user.name.trim().is_empty() { email } else { user.name.as_str() };
        let begun = self.0.start_passkey_registration(handle.uuid(), email, shown, Some(existing));
        let (mut challenge, registration) = begun.map_err(|_| PasskeyError::NotBegun)?;
        let wanted = challenge.public_key.authenticator_selection.get_or_insert_default();
        wanted.resident_key = Some(ResidentKeyRequirement::Required);
        wanted.require_resident_key = true;
        Ok((json(&challenge)?, PasskeyRegistration { user: handle, registration }))
    }

    /// The passkey that an authenticator has made.
    ///
    /// # Errors
    /// Why the answer is refused.
    pub fn finish_registration(
        &self,
        ceremony: PasskeyRegistration,
        answer: &str,
    ) -> Result<Passkey, PasskeyError> {
        let PasskeyRegistration { user, registration } = ceremony;
        let answer: RegisterPublicKeyCredential = answer::read(answer)?;
        let key = self.0.finish_passkey_registration(&answer, &registration).map_err(PasskeyError::of)?;
        // The longest that the standard allows.
        if key.cred_id().is_empty() || key.cred_id().len() > 1023 {
            return Err(PasskeyError::NotAccepted);
        }
        Ok(Passkey { user, key })
    }

    /// Asks for one of these passkeys, of a user who is known.
    ///
    /// # Errors
    /// [`PasskeyError::NotBegun`], of no passkeys too.
    pub fn begin_authentication(
        &self,
        passkeys: &[Passkey],
    ) -> Result<(String, PasskeyAuthentication), PasskeyError> {
        if passkeys.is_empty() {
            return Err(PasskeyError::NotBegun);
        }
        // Of this challenge only the list is used: what remembers it would check the answer against the counters of now.
        let keys: Vec<_> = passkeys.iter().map(|passkey| passkey.key.clone()).collect();
        let (listing, _) = self.0.start_passkey_authentication(&keys).map_err(|_| PasskeyError::NotBegun)?;
        let (mut challenge, authentication) =
            self.0.start_discoverable_authentication().map_err(|_| PasskeyError::NotBegun)?;
        challenge.public_key.allow_credentials = listing.public_key.allow_credentials;
        challenge.mediation = None;
        let asked = Some(passkeys.iter().map(Passkey::lookup).collect());
        Ok((json(&challenge)?, PasskeyAuthentication { asked, authentication }))
    }

    /// Asks for any passkey of this site, which then says whose it is.
    ///
    /// The challenge is for the list of a form's field (`mediation` is `conditional`); it is as good for a button.
    ///
    /// # Errors
    /// [`PasskeyError::NotBegun`].
    pub fn begin_discoverable(&self) -> Result<(String, PasskeyAuthentication), PasskeyError> {
        let (challenge, authentication) =
            self.0.start_discoverable_authentication().map_err(|_| PasskeyError::NotBegun)?;
        Ok((json(&challenge)?, PasskeyAuthentication { asked: None, authentication }))
    }

    /// Checks an answer against the passkey that is found by its [lookup](PasskeyAnswer::lookup), as it is stored now.
    ///
    /// # Errors
    /// Why the answer is refused.
    ///
    /// # Security
    /// The use counts only once the passkey that comes of it is stored in place of the one that was read: else two
    /// answers at the same time both pass, and a copy is not noticed.
    pub fn finish_authentication(
        &self,
        ceremony: PasskeyAuthentication,
        answer: &PasskeyAnswer,
        passkey: &Passkey,
    ) -> Result<PasskeyUsed, PasskeyError> {
        ceremony.expects(answer, passkey)?;
        let authentication = ceremony.authentication;
        let result = self.0.finish_discoverable_authentication_v2(&answer.0, authentication, &passkey.key);
        let result = result.map_err(PasskeyError::of)?;
        if answer.is_framed()? {
            return Err(PasskeyError::WrongOrigin);
        }
        passkey.used(&result).ok_or(PasskeyError::AnotherPasskey)
    }
}

fn json(challenge: &impl Serialize) -> Result<String, PasskeyError> {
    serde_json::to_string(challenge).map_err(|_| PasskeyError::NotBegun)
}
