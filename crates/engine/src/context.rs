//! From where and when people may sign in and work.

use sutra_acl::{Subject, SystemPermission};
use sutra_identity::{
    ClientAddress, ContextDenial, CountryFinding, Decision, DenialReason, Settings, SignInContext, User,
    decide,
};
use sutra_kernel::{ProfileId, Timestamp, UserId};

use crate::{Error, Origin, Viewing, engine::Parts, work::Work};

/// Where a user stands who wants in.
struct Whence<'a> {
    address: Option<&'a str>,
    at: Timestamp,
}

impl Parts {
    /// What the rules say of a user who is there then. The country is looked up only if somebody asks for it.
    fn decide(
        &self,
        settings: &Settings,
        (profile, user): (ProfileId, UserId),
        whence: &Whence<'_>,
    ) -> Decision {
        let policy = settings.access(profile, user);
        if policy.is_off() {
            return Decision::default();
        }
        let address: Option<ClientAddress> = whence.address.and_then(|address| address.parse().ok());
        let country = match (address, &self.countries) {
            (Some(address), Some(countries)) if policy.asks_for_country() => countries.country_of(address),
            _ => CountryFinding::Unavailable,
        };
        decide(&SignInContext { address, country, at: whence.at }, &policy)
    }

    fn denial(
        &self,
        settings: &Settings,
        who: (ProfileId, UserId),
        origin: &Origin,
        at: Timestamp,
    ) -> Option<ContextDenial> {
        self.decide(settings, who, &Whence { address: origin.address.as_deref(), at }).denial()
    }
}

impl Work<'_> {
    /// Refuses a user who may not sign in from where the caller is, or not now.
    pub(crate) fn require_context(&self, user: Option<&User>) -> Result<(), DenialReason> {
        let user = user.ok_or(DenialReason::Unknown)?;
        let (settings, origin) = (&self.authority.settings, self.caller.origin());
        let denial = self.parts.denial(settings, (user.profile, user.id), origin, self.now);
        denial.map_or(Ok(()), |denial| Err(DenialReason::Context(denial)))
    }

    /// Refuses settings under which the caller could not come in from where he is. Whoever acts without a session is
    /// at the machine itself.
    pub(crate) fn require_way_in(&self, settings: &Settings) -> Result<(), Error> {
        if self.caller.session_id().is_none() {
            return Ok(());
        }
        let Subject { user, profile, .. } = *self.plan().subject();
        match self.parts.denial(settings, (profile, user), self.caller.origin(), self.now) {
            None => Ok(()),
            Some(denial) => Err(Error::BadInput(format!(
                "this would lock you out from where you are now, by `{denial}`: let yourself in first"
            ))),
        }
    }
}

impl Viewing {
    /// Why the caller may not work from where he is, or not now.
    pub(crate) fn context_denial(&self) -> Option<ContextDenial> {
        let Subject { user, profile, .. } = *self.plan().subject();
        let (settings, origin) = (&self.authority.settings, self.caller().origin());
        self.engine.parts().denial(settings, (profile, user), origin, self.now)
    }

    /// What would become of a user who signs in from an address at some time, as every rule says.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Security*; [`Error::NotFound`] if there is no such user;
    /// [`Error::BadInput`] for what is no address.
    pub async fn sign_in_decision(
        &self,
        user: UserId,
        address: Option<&str>,
        at: Option<Timestamp>,
    ) -> Result<Decision, Error> {
        self.require_permission(SystemPermission::ManageSecurity)?;
        if let Some(address) = address {
            address.parse::<ClientAddress>().map_err(Error::bad_input)?;
        }
        let user = self.reads().await.find_user(user).await?.ok_or(Error::NotFound("user"))?;
        let whence = Whence { address, at: at.unwrap_or(self.now) };
        let settings = &self.authority.settings;
        Ok(self.engine.parts().decide(settings, (user.profile, user.id), &whence))
    }
}
