//! Making, changing and removing a permission set group.

use std::collections::BTreeSet;

use async_trait::async_trait;
use sutra_acl::{
    Bundle, FieldMuting, Grants, Muting, PermissionSet, PermissionSetGroup, Policy, SystemPermission, grant,
};
use sutra_audit::{EntryDraft, Event, Target};
use sutra_kernel::{FieldId, PermissionSetGroupId, Value};

use super::{
    PermissionSetGroupEdit,
    grants::{change, words},
};
use crate::{
    Error, Outcome,
    members::parse_name,
    work::{Attempt, Done, UseCase, Work},
};

pub(super) struct PutPermissionSetGroup<'a> {
    pub(super) id: Option<PermissionSetGroupId>,
    pub(super) edit: &'a PermissionSetGroupEdit,
}

pub(super) struct DeletePermissionSetGroup {
    pub(super) id: PermissionSetGroupId,
}

#[async_trait]
impl UseCase for PutPermissionSetGroup<'_> {
    type Output = PermissionSetGroup;

    fn attempt(&self) -> Attempt {
        let target = self.id.map_or(Target::kind(KIND), target);
        Attempt { event: self.event(), target: Some(target) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<PermissionSetGroup>, Error> {
        work.require_permission(SystemPermission::ManagePermissions)?;
        work.unit.lock().await?;
        let before = self.id.map(|id| work.changeable_set_group(id)).transpose()?;
        let after = self.after(work)?;
        work.authority.require_held(&grants(&after, &work.authority.policy))?;
        if before.as_ref() == Some(&after) {
            return Ok(Done::unchanged(after));
        }
        let put = work.unit.put_permission_set_group(&after).await;
        put.map_err(|error| Error::taken(error, "another permission set group has this name"))?;
        work.unit.bump_policy_epoch().await?;
        work.require_an_administrator().await?;
        let entry = word(self.event(), before.as_ref(), Some(&after)).target(target(after.id));
        Ok(Done::new(after, entry))
    }

    fn outcome(answer: &PermissionSetGroup) -> Option<Outcome> {
        Some(Outcome::Thing(answer.id.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<PermissionSetGroup, Error> {
        work.require_permission(SystemPermission::ManagePermissions)?;
        work.known_set_group(PermissionSetGroupId::from_uuid(before.thing()?))
    }
}

impl PutPermissionSetGroup<'_> {
    fn event(&self) -> Event {
        if self.id.is_some() { Event::PermissionSetGroupUpdate } else { Event::PermissionSetGroupCreate }
    }

    fn after(&self, work: &Work<'_>) -> Result<PermissionSetGroup, Error> {
        let PermissionSetGroupEdit { name, sets, muting } = self.edit;
        let known = &work.authority.policy.permission_sets;
        if let Some(unknown) = sets.iter().find(|set| !known.contains_key(set)) {
            return Err(Error::BadInput(format!("there is no permission set `{unknown}`")));
        }
        work.require_known(muting.objects.keys(), muting.fields.keys())?;
        Ok(PermissionSetGroup {
            id: self.id.unwrap_or_else(|| PermissionSetGroupId::generate(work.now, work.entropy())),
            name: parse_name(name)?,
            sets: sets.clone(),
            muting: muting.clone(),
        })
    }
}

#[async_trait]
impl UseCase for DeletePermissionSetGroup {
    type Output = PermissionSetGroupId;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::PermissionSetGroupDelete, target: Some(target(self.id)) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<PermissionSetGroupId>, Error> {
        work.require_permission(SystemPermission::ManagePermissions)?;
        work.unit.lock().await?;
        let before = work.changeable_set_group(self.id)?;
        work.require_unassigned(Bundle::Group(self.id)).await?;
        work.unit.remove_permission_set_group(self.id).await?;
        work.unit.bump_policy_epoch().await?;
        let entry = word(Event::PermissionSetGroupDelete, Some(&before), None).target(target(self.id));
        Ok(Done::new(self.id, entry))
    }

    fn outcome(answer: &PermissionSetGroupId) -> Option<Outcome> {
        Some(Outcome::Thing(answer.uuid()))
    }

    async fn answer_again(
        &self,
        work: &mut Work<'_>,
        before: Outcome,
    ) -> Result<PermissionSetGroupId, Error> {
        work.require_permission(SystemPermission::ManagePermissions)?;
        Ok(PermissionSetGroupId::from_uuid(before.thing()?))
    }
}

impl Work<'_> {
    fn known_set_group(&self, id: PermissionSetGroupId) -> Result<PermissionSetGroup, Error> {
        let known = self.authority.policy.permission_set_groups.get(&id);
        known.map(|group| PermissionSetGroup::clone(group)).ok_or(Error::NotFound("permission set group"))
    }

    /// A permission set group that the caller may change: not one of his own, and none that gives more than he has.
    fn changeable_set_group(&self, id: PermissionSetGroupId) -> Result<PermissionSetGroup, Error> {
        let known = self.known_set_group(id)?;
        if self.plan().subject().permission_set_groups.contains(&id) {
            return Err(Error::Forbidden("nobody changes their own permission sets".to_owned()));
        }
        if !grant::may_grant(self.plan(), &grants(&known, &self.authority.policy)) {
            let message = "this permission set group gives permissions that you do not have";
            return Err(Error::Forbidden(message.to_owned()));
        }
        Ok(known)
    }
}

const KIND: &str = "permission_set_group";

fn target(id: PermissionSetGroupId) -> Target {
    Target::thing(KIND, id.uuid())
}

/// What the group gives, as its sets are now.
pub(super) fn grants(group: &PermissionSetGroup, policy: &Policy) -> Grants {
    group.grants(policy.permission_sets.values().map(AsRef::<PermissionSet>::as_ref))
}

/// The sets, and what is muted in them, one change each.
fn word(event: Event, before: Option<&PermissionSetGroup>, after: Option<&PermissionSetGroup>) -> EntryDraft {
    let sides =
        |read: &dyn Fn(&PermissionSetGroup) -> Value| (before.map(read), after.map_or(Value::Null, read));
    let add = |entry, field: &str, read: &dyn Fn(&PermissionSetGroup) -> Value| {
        let (old, new) = sides(read);
        change(entry, field, old, new)
    };
    let entry = add(EntryDraft::new(event), "name", &|group| Value::text(&group.name));
    let entry = add(entry, "permissionSets", &|group| words(&group.sets));
    let entry = add(entry, "mutedSystem", &|group| words(&group.muting.system));
    let mutings = || before.into_iter().chain(after).map(|group| &group.muting);
    let objects: BTreeSet<_> = mutings().flat_map(|muting| muting.objects.keys()).collect();
    let entry = objects.into_iter().fold(entry, |entry, object| {
        add(entry, &object.to_string(), &|group| {
            words(group.muting.objects.get(object).into_iter().flat_map(|muted| muted.names()))
        })
    });
    let fields: BTreeSet<_> = mutings().flat_map(|muting| muting.fields.keys()).collect();
    fields.into_iter().fold(entry, |entry, field| {
        add(entry, &field.to_string(), &|group| muted_field(&group.muting, *field))
    })
}

fn muted_field(muting: &Muting, field: FieldId) -> Value {
    match muting.fields.get(&field) {
        None => Value::text(""),
        Some(FieldMuting::Edit) => Value::text("edit"),
        Some(FieldMuting::Read) => Value::text("read"),
    }
}
