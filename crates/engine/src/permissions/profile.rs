//! Making and changing a profile.

use std::collections::BTreeSet;

use async_trait::async_trait;
use sutra_acl::{FieldPermission, Profile, SystemPermission, grant};
use sutra_audit::{EntryDraft, Event, FieldChange, Opened, Target, Visibility};
use sutra_kernel::{ProfileId, Value};

use super::ProfileEdit;
use crate::{
    Error, Outcome,
    members::parse_name,
    work::{Attempt, Done, UseCase, Work},
};

pub(super) struct PutProfile<'a> {
    pub(super) id: Option<ProfileId>,
    pub(super) edit: &'a ProfileEdit,
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
        let before = self.before(work)?;
        let after = self.after(work)?;
        if !grant::may_grant(work.plan(), &after.grants) {
            return Err(Error::Forbidden("nobody grants permissions that they do not have".to_owned()));
        }
        if before.as_ref() == Some(&after) {
            return Ok(Done::unchanged(after));
        }
        let put = work.unit.put_profile(&after).await;
        put.map_err(|error| Error::taken(error, "another profile has this name"))?;
        work.unit.bump_policy_epoch().await?;
        work.require_an_administrator().await?;
        let entry = word(self.event(), before.as_ref(), &after);
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

    fn before(&self, work: &Work<'_>) -> Result<Option<Profile>, Error> {
        let Some(id) = self.id else { return Ok(None) };
        let known = work.authority.policy.profiles.get(&id).ok_or(Error::NotFound("profile"))?;
        if work.plan().subject().profile == id {
            return Err(Error::Forbidden("nobody changes their own profile".to_owned()));
        }
        if !grant::may_grant(work.plan(), &known.grants) {
            return Err(Error::Forbidden("this profile gives permissions that you do not have".to_owned()));
        }
        Ok(Some(Profile::clone(known)))
    }

    fn after(&self, work: &Work<'_>) -> Result<Profile, Error> {
        let known: BTreeSet<_> = work.metadata().objects().iter().map(|object| object.id).collect();
        if let Some(unknown) = self.edit.grants.objects.keys().find(|object| !known.contains(object)) {
            return Err(Error::BadInput(format!("there is no object `{unknown}`")));
        }
        let fields: BTreeSet<_> = work
            .metadata()
            .objects()
            .iter()
            .flat_map(|object| &object.fields)
            .map(|field| field.id)
            .collect();
        if let Some(unknown) = self.edit.grants.fields.keys().find(|field| !fields.contains(field)) {
            return Err(Error::BadInput(format!("there is no field `{unknown}`")));
        }
        Ok(Profile {
            id: self.id.unwrap_or_else(|| ProfileId::generate(work.now, work.entropy())),
            name: parse_name(&self.edit.name)?,
            grants: self.edit.grants.clone(),
        })
    }
}

/// Every permission that changed, one change each.
pub(crate) fn word(event: Event, before: Option<&Profile>, after: &Profile) -> EntryDraft {
    let entry = EntryDraft::new(event).target(Target::thing("profile", after.id.uuid()));
    let system = |profile: &Profile| {
        Value::text(profile.grants.system.iter().map(|p| p.to_string()).collect::<Vec<_>>().join(" "))
    };
    let entry = change(entry, "name", before.map(|p| Value::text(&p.name)), Value::text(&after.name));
    let entry = change(entry, "system", before.map(system), system(after));
    let objects: BTreeSet<_> = before
        .iter()
        .flat_map(|profile| profile.grants.objects.keys())
        .chain(after.grants.objects.keys())
        .collect();
    let entry = objects.into_iter().fold(entry, |entry, object| {
        let bits = |profile: &Profile| Value::Integer(i64::from(profile.grants.object(*object).bits()));
        change(entry, &object.to_string(), before.map(bits), bits(after))
    });
    let fields: BTreeSet<_> = before
        .iter()
        .flat_map(|profile| profile.grants.fields.keys())
        .chain(after.grants.fields.keys())
        .collect();
    fields.into_iter().fold(entry, |entry, field| {
        let word = |profile: &Profile| Value::text(field_word(profile.grants.field(*field)));
        change(entry, &field.to_string(), before.map(word), word(after))
    })
}

fn field_word(permission: FieldPermission) -> &'static str {
    match permission {
        FieldPermission { write_only: true, .. } => "write only",
        FieldPermission { edit: true, .. } => "edit",
        FieldPermission { read: true, .. } => "read",
        FieldPermission { .. } => "none",
    }
}

/// Adds a plain change, if it is one.
pub(crate) fn change(entry: EntryDraft, field: &str, old: Option<Value>, new: Value) -> EntryDraft {
    if old.as_ref() == Some(&new) {
        return entry;
    }
    entry.change(FieldChange {
        field: field.to_owned(),
        old: old.map(Opened::value),
        new: Some(Opened::value(new)),
        visibility: Visibility::Plain,
    })
}
