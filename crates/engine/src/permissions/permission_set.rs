//! Making, changing and removing a permission set.

use async_trait::async_trait;
use sutra_acl::{Bundle, Grants, PermissionSet, SystemPermission, grant};
use sutra_audit::{EntryDraft, Event, Target};
use sutra_kernel::{PermissionSetId, Value};

use super::{
    PermissionSetEdit,
    delete::require_unheld,
    grants::{change, word_grants},
};
use crate::{
    Error, Outcome,
    authority::Authority,
    members::parse_name,
    work::{Attempt, Done, UseCase, Work},
};

pub(crate) struct PutPermissionSet<'a> {
    pub(crate) id: Option<PermissionSetId>,
    pub(crate) edit: &'a PermissionSetEdit,
}

pub(super) struct DeletePermissionSet {
    pub(super) id: PermissionSetId,
}

#[async_trait]
impl UseCase for PutPermissionSet<'_> {
    type Output = PermissionSet;

    fn attempt(&self) -> Attempt {
        let target = self.id.map_or(Target::kind(KIND), target);
        Attempt { event: self.event(), target: Some(target) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<PermissionSet>, Error> {
        work.require_permission(SystemPermission::ManagePermissions)?;
        work.unit.lock().await?;
        let before = self.id.map(|id| work.authority.changeable_set(id)).transpose()?;
        let after = self.after(work)?;
        work.authority.require_held(&after.grants)?;
        if before.as_ref() == Some(&after) {
            return Ok(Done::unchanged(after));
        }
        let put = work.unit.put_permission_set(&after).await;
        put.map_err(|error| Error::taken(error, "another permission set has this name"))?;
        work.unit.bump_policy_epoch().await?;
        work.require_an_administrator().await?;
        let entry = word(self.event(), before.as_ref(), &after);
        Ok(Done::new(after, entry))
    }

    fn outcome(answer: &PermissionSet) -> Option<Outcome> {
        Some(Outcome::Thing(answer.id.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<PermissionSet, Error> {
        work.require_permission(SystemPermission::ManagePermissions)?;
        work.authority.known_set(PermissionSetId::from_uuid(before.thing()?))
    }
}

impl PutPermissionSet<'_> {
    fn event(&self) -> Event {
        if self.id.is_some() { Event::PermissionSetUpdate } else { Event::PermissionSetCreate }
    }

    fn after(&self, work: &Work<'_>) -> Result<PermissionSet, Error> {
        let PermissionSetEdit { name, grants } = self.edit;
        work.require_known(grants.objects.keys(), grants.fields.keys())?;
        Ok(PermissionSet {
            id: self.id.unwrap_or_else(|| PermissionSetId::generate(work.now, work.entropy())),
            name: parse_name(name)?,
            grants: grants.clone(),
        })
    }
}

#[async_trait]
impl UseCase for DeletePermissionSet {
    type Output = PermissionSetId;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::PermissionSetDelete, target: Some(target(self.id)) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<PermissionSetId>, Error> {
        work.require_permission(SystemPermission::ManagePermissions)?;
        work.unit.lock().await?;
        let before = work.authority.changeable_set(self.id)?;
        let mut groups = work.authority.policy.permission_set_groups.values();
        if let Some(group) = groups.find(|group| group.sets.contains(&self.id)) {
            let name = &group.name;
            return Err(Error::InUse(format!("permission set group `{name}` contains this permission set")));
        }
        work.require_unassigned(Bundle::Set(self.id)).await?;
        work.unit.remove_permission_set(self.id).await?;
        work.unit.bump_policy_epoch().await?;
        let entry = EntryDraft::new(Event::PermissionSetDelete).target(target(self.id));
        let entry = change(entry, "name", Some(Value::text(&before.name)), Value::Null);
        Ok(Done::new(self.id, word_grants(entry, Some(&before.grants), &Grants::default())))
    }

    fn outcome(answer: &PermissionSetId) -> Option<Outcome> {
        Some(Outcome::Thing(answer.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<PermissionSetId, Error> {
        work.require_permission(SystemPermission::ManagePermissions)?;
        Ok(PermissionSetId::from_uuid(before.thing()?))
    }
}

impl Authority {
    fn known_set(&self, id: PermissionSetId) -> Result<PermissionSet, Error> {
        let known = self.policy.permission_sets.get(&id);
        known.map(|set| PermissionSet::clone(set)).ok_or(Error::NotFound("permission set"))
    }

    /// A permission set that the caller may change: not one of his own, and none that gives more than he has.
    pub(crate) fn changeable_set(&self, id: PermissionSetId) -> Result<PermissionSet, Error> {
        let known = self.known_set(id)?;
        let (subject, groups) = (self.plan.subject(), &self.policy.permission_set_groups);
        let mut own_groups = subject.permission_set_groups.iter().filter_map(|group| groups.get(group));
        if subject.permission_sets.contains(&id) || own_groups.any(|group| group.sets.contains(&id)) {
            return Err(Error::Forbidden("nobody changes their own permission sets".to_owned()));
        }
        if !grant::may_grant(&self.plan, &known.grants) {
            let message = "this permission set gives permissions that you do not have";
            return Err(Error::Forbidden(message.to_owned()));
        }
        Ok(known)
    }
}

impl Work<'_> {
    /// Refuses to remove what somebody has.
    pub(super) async fn require_unassigned(&mut self, bundle: Bundle) -> Result<(), Error> {
        let kind = match bundle {
            Bundle::Set(_) => "permission set",
            Bundle::Group(_) => "permission set group",
        };
        let holders = self.unit.holders(bundle).await?;
        require_unheld(u64::try_from(holders.len()).unwrap_or(u64::MAX), kind)
    }
}

const KIND: &str = "permission_set";

fn target(id: PermissionSetId) -> Target {
    Target::thing(KIND, id.uuid())
}

fn word(event: Event, before: Option<&PermissionSet>, after: &PermissionSet) -> EntryDraft {
    let entry = EntryDraft::new(event).target(target(after.id));
    let entry = change(entry, "name", before.map(|set| Value::text(&set.name)), Value::text(&after.name));
    word_grants(entry, before.map(|set| &set.grants), &after.grants)
}
