//! Making and changing a profile.

use std::sync::Arc;

use async_trait::async_trait;
use sutra_acl::{Profile, SystemPermission, grant};
use sutra_audit::{EntryDraft, Event, Target};
use sutra_kernel::{ProfileId, Value};

use super::{
    ProfileEdit,
    grants::{change, word_grants},
};
use crate::{
    Error, Outcome,
    authority::Authority,
    members::parse_name,
    work::{Attempt, Done, UseCase, Work},
};

pub(crate) struct PutProfile<'a> {
    pub(crate) id: Option<ProfileId>,
    pub(crate) edit: &'a ProfileEdit,
}

#[async_trait]
impl UseCase for PutProfile<'_> {
    type Output = Profile;

    fn attempt(&self) -> Attempt {
        let target = self.id.map_or(Target::kind("profile"), |id| Target::thing("profile", id.uuid()));
        Attempt { event: self.event(), target: Some(target) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Profile>, Error> {
        work.require_permission(SystemPermission::ManagePermissions)?;
        work.unit.lock().await?;
        let before = self.id.map(|id| work.authority.changeable_profile(id)).transpose()?;
        let after = self.after(work)?;
        work.authority.require_held(&after.grants)?;
        if before.as_deref() == Some(&after) {
            return Ok(Done::unchanged(after));
        }
        let put = work.unit.put_profile(&after).await;
        put.map_err(|error| Error::taken(error, "another profile has this name"))?;
        work.unit.bump_policy_epoch().await?;
        work.require_an_administrator().await?;
        let entry = word(self.event(), before.as_deref(), &after);
        Ok(Done::new(after, entry))
    }

    fn outcome(answer: &Profile) -> Option<Outcome> {
        Some(Outcome::Thing(answer.id.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<Profile, Error> {
        work.require_permission(SystemPermission::ManagePermissions)?;
        let known = work.authority.policy.profiles.get(&ProfileId::from_uuid(before.thing()?));
        known.map(|profile| Profile::clone(profile)).ok_or(Error::NotFound("profile"))
    }
}

impl PutProfile<'_> {
    fn event(&self) -> Event {
        if self.id.is_some() { Event::ProfileUpdate } else { Event::ProfileCreate }
    }

    fn after(&self, work: &Work<'_>) -> Result<Profile, Error> {
        let ProfileEdit { name, grants } = self.edit;
        work.require_known(grants.objects.keys(), grants.fields.keys())?;
        Ok(Profile {
            id: self.id.unwrap_or_else(|| ProfileId::generate(work.now, work.entropy())),
            name: parse_name(name)?,
            grants: grants.clone(),
        })
    }
}

impl Authority {
    /// A profile that the caller may change: not his own, and none that gives more than he has.
    pub(crate) fn changeable_profile(&self, id: ProfileId) -> Result<Arc<Profile>, Error> {
        let known = self.removable_profile(id)?;
        if self.plan.subject().profile == id {
            return Err(Error::Forbidden("nobody changes their own profile".to_owned()));
        }
        Ok(known)
    }

    /// A profile that the caller may remove: none that gives more than he has.
    pub(super) fn removable_profile(&self, id: ProfileId) -> Result<Arc<Profile>, Error> {
        let known = self.policy.profiles.get(&id).ok_or(Error::NotFound("profile"))?;
        if !grant::may_grant(&self.plan, &known.grants) {
            return Err(Error::Forbidden("this profile gives permissions that you do not have".to_owned()));
        }
        Ok(Arc::clone(known))
    }
}

/// Every permission that changed, one change each.
pub(crate) fn word(event: Event, before: Option<&Profile>, after: &Profile) -> EntryDraft {
    let entry = EntryDraft::new(event).target(Target::thing("profile", after.id.uuid()));
    let entry = change(entry, "name", before.map(|p| Value::text(&p.name)), Value::text(&after.name));
    word_grants(entry, before.map(|profile| &profile.grants), &after.grants)
}
