//! People, as rules name them.

use std::sync::Arc;

use sutra_acl::{Audience, ObjectPolicy, Policy, Principal, RestrictionRule, UserPlan};
use sutra_identity::UserReader;
use sutra_kernel::ProfileId;

use crate::{Error, authority::Authority, work::Work};

impl Authority {
    /// Refuses an audience that is nobody, or of which some are not there.
    pub(crate) async fn require_audience(
        &self,
        users: &mut dyn UserReader,
        audience: &Audience,
    ) -> Result<(), Error> {
        let Audience::Some { profiles, principals } = audience else { return Ok(()) };
        if profiles.is_empty() && principals.is_empty() {
            return Err(Error::BadInput("a restriction rule binds somebody".to_owned()));
        }
        let known = &self.policy.profiles;
        if let Some(unknown) = profiles.iter().find(|profile| !known.contains_key(profile)) {
            return Err(Error::BadInput(format!("there is no profile `{unknown}`")));
        }
        self.known_users(users, principals).await.map(drop)
    }

    /// Refuses a policy under which a restriction that binds the caller would no longer do so.
    pub(crate) fn require_still_bound(&self, after: &Policy) -> Result<(), Error> {
        let mut bound = self.restrictions().filter(|rule| self.plan.is_bound(&rule.binds)).peekable();
        if bound.peek().is_none() {
            return Ok(());
        }
        let plan = UserPlan::compile(after, self.plan.subject());
        if bound.all(|rule| plan.is_bound(&rule.binds)) {
            return Ok(());
        }
        Err(Error::Forbidden("nobody takes themselves out of a restriction rule".to_owned()))
    }

    fn restrictions(&self) -> impl Iterator<Item = &Arc<RestrictionRule>> {
        self.policy.objects.values().flat_map(|policy| &policy.restrictions)
    }
}

impl Work<'_> {
    /// Refuses to remove people whom a rule names.
    pub(crate) fn require_unruled(&self, people: Principal) -> Result<(), Error> {
        let names = |audience: &Audience| matches!(audience, Audience::Some { principals, .. } if principals.contains(&people));
        self.require_unnamed(names, &people.to_string())?;
        let mut rules = self.authority.policy.objects.values().flat_map(ObjectPolicy::sharing_rules);
        match rules.find(|rule| rule.names(people)) {
            Some(rule) => Err(Error::InUse(format!("sharing rule `{}` names {people}", rule.name()))),
            None => Ok(()),
        }
    }

    /// Refuses to remove a profile that a restriction rule names.
    pub(crate) fn require_profile_unrestricted(&self, profile: ProfileId) -> Result<(), Error> {
        let names = |audience: &Audience| matches!(audience, Audience::Some { profiles, .. } if profiles.contains(&profile));
        self.require_unnamed(names, "this profile")
    }

    fn require_unnamed(&self, names: impl Fn(&Audience) -> bool, what: &str) -> Result<(), Error> {
        match self.authority.restrictions().find(|rule| names(&rule.binds)) {
            Some(rule) => Err(Error::InUse(format!("restriction rule `{}` names {what}", rule.name))),
            None => Ok(()),
        }
    }

    /// Refuses a change of who belongs to what, made in this unit, after which a restriction that binds the caller would
    /// no longer do so.
    pub(crate) async fn require_still_bound(&mut self) -> Result<(), Error> {
        let after = self.unit.policy().await?;
        self.authority.require_still_bound(&after)
    }
}

/// An audience as the ledger tells it.
pub(super) fn word(audience: &Audience) -> String {
    let Audience::Some { profiles, principals } = audience else { return "everybody".to_owned() };
    let profiles = profiles.iter().map(|profile| format!("profile `{profile}`"));
    let words: Vec<_> = profiles.chain(principals.iter().map(ToString::to_string)).collect();
    words.join(", ")
}
