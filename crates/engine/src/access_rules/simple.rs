//! Simple scopes: access written and read in the words of a small installation.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use sutra_acl::{
    Level, ObjectPermissions, OwnerRule, Policy, Principal, SimpleAccess, SimpleScopes, Source,
    SystemPermission,
};
use sutra_audit::{EntryDraft, Event, Target};
use sutra_kernel::{GroupId, ObjectId, Value};
use sutra_records::ObjectDef;

use super::{
    SharedRecords, SharingEdit,
    sharing::{CreateSharing, DeleteSharing, UpdateSharing},
};
use crate::{
    Error, Outcome, PermissionSetEdit, ProfileEdit,
    permissions::{PutPermissionSet, PutProfile, change, words},
    work::{Attempt, Done, UseCase, Work},
};

pub(super) struct SetSimple<'a> {
    pub(super) object: &'a str,
    pub(super) edit: &'a SimpleAccess,
}

#[async_trait]
impl UseCase for SetSimple<'_> {
    type Output = (ObjectId, SimpleAccess);

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::ScopesUpdate, target: Some(Target::kind("object")) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<(ObjectId, SimpleAccess)>, Error> {
        require(work)?;
        let object = work.object(self.object)?;
        let before = simple(&work.authority.policy, &object)?;
        let wanted = self.wanted(&before)?;
        if wanted == before {
            return Ok(Done::unchanged((object.id, wanted)));
        }
        let mut entries = work.put_teams(&object, &wanted).await?;
        for (source, scopes) in &wanted.scopes {
            if before.scopes.get(source) != Some(scopes) {
                entries.extend(work.put_scopes(*source, object.id, *scopes).await?);
            }
        }
        let policy = work.unit.policy().await?;
        require_same(&policy, &self.edit.scopes, &wanted, &simple(&policy, &object)?)?;
        entries.push(word(object.id, &before, &wanted));
        Ok(Done { value: (object.id, wanted), entries })
    }

    fn outcome((object, _): &(ObjectId, SimpleAccess)) -> Option<Outcome> {
        Some(Outcome::Thing(object.uuid()))
    }

    async fn answer_again(
        &self,
        work: &mut Work<'_>,
        before: Outcome,
    ) -> Result<(ObjectId, SimpleAccess), Error> {
        require(work)?;
        let object = work.metadata().object(ObjectId::from_uuid(before.thing()?)).cloned();
        let object = object.ok_or(Error::NotFound("object"))?;
        Ok((object.id, simple(&work.authority.policy, &object)?))
    }
}

impl SetSimple<'_> {
    /// What is said, with what is not said as it is.
    fn wanted(&self, before: &SimpleAccess) -> Result<SimpleAccess, Error> {
        let mut wanted = SimpleAccess { teams: self.edit.teams.clone(), scopes: before.scopes.clone() };
        for (source, scopes) in &self.edit.scopes {
            let known = wanted.scopes.get_mut(source);
            *known.ok_or_else(|| Error::BadInput(format!("there is no {}", id_of(*source))))? = *scopes;
        }
        Ok(wanted)
    }
}

impl Work<'_> {
    /// Has the teams of an object be those that are wanted, as far as is wanted.
    async fn put_teams(
        &mut self,
        object: &ObjectDef,
        wanted: &SimpleAccess,
    ) -> Result<Vec<EntryDraft>, Error> {
        let (level, name) = (wanted.team(), object.name.as_str());
        let policy = Arc::clone(&self.authority.policy);
        let known: Vec<&OwnerRule> =
            policy.objects.get(&object.id).into_iter().flat_map(|of| &of.owner_rules).collect();
        let mut entries = Vec::new();
        for rule in &known {
            let team = rule.team().filter(|team| level != Level::None && wanted.teams.contains(team));
            entries.extend(match team {
                Some(team) => {
                    let edit = &within(team, &rule.name, level);
                    UpdateSharing { id: rule.id, edit }.run(self).await?.entries
                }
                None => DeleteSharing { id: rule.id }.run(self).await?.entries,
            });
        }
        for team in &wanted.teams {
            let group = policy.directory.group(*team).filter(|group| !group.queue);
            let group = group.ok_or_else(|| Error::BadInput(format!("there is no group `{team}`")))?;
            if level != Level::None && !known.iter().any(|rule| rule.team() == Some(*team)) {
                let edit = &within(*team, &group.name, level);
                entries.extend(CreateSharing { object: name, edit }.run(self).await?.entries);
            }
        }
        Ok(entries)
    }

    /// Has a profile or a permission set give what comes closest to these scopes.
    async fn put_scopes(
        &mut self,
        source: Source,
        object: ObjectId,
        scopes: SimpleScopes,
    ) -> Result<Vec<EntryDraft>, Error> {
        let policy = Arc::clone(&self.authority.policy);
        match source {
            Source::Profile(id) => {
                let known = policy.profiles.get(&id).ok_or(Error::NotFound("profile"))?;
                let (name, mut grants) = (known.name.clone(), known.grants.clone());
                set(grants.objects.entry(object).or_default(), scopes);
                let edit = &ProfileEdit { name, grants };
                Ok(PutProfile { id: Some(id), edit }.run(self).await?.entries)
            }
            Source::PermissionSet(id) => {
                let known = policy.permission_sets.get(&id).ok_or(Error::NotFound("permission set"))?;
                let (name, mut grants) = (known.name.clone(), known.grants.clone());
                set(grants.objects.entry(object).or_default(), scopes);
                let edit = &PermissionSetEdit { name, grants };
                Ok(PutPermissionSet { id: Some(id), edit }.run(self).await?.entries)
            }
            Source::PermissionSetGroup(_) => Err(Error::NotFound("permission set")),
        }
    }
}

fn set(permissions: &mut ObjectPermissions, scopes: SimpleScopes) {
    *permissions = scopes.permissions(*permissions);
}

/// It is about profiles and about rules.
fn require(work: &Work<'_>) -> Result<(), Error> {
    work.require_permission(SystemPermission::ManageSharing)?;
    work.require_permission(SystemPermission::ManagePermissions)
}

fn simple(policy: &Policy, object: &ObjectDef) -> Result<SimpleAccess, Error> {
    policy.simple_access(object.id).map_err(|why| {
        let many = object.plural_label.to_lowercase();
        Error::BadInput(format!("simple scopes do not say how {many} are open: {why}"))
    })
}

/// Refuses what has come to anything else than was wanted: some of it permissions and rules cannot say, and teams are there
/// for everybody.
fn require_same(
    policy: &Policy,
    named: &BTreeMap<Source, SimpleScopes>,
    wanted: &SimpleAccess,
    after: &SimpleAccess,
) -> Result<(), Error> {
    let differs = |source: &&Source| wanted.scopes.get(source) != after.scopes.get(source);
    let others = after.scopes.keys().filter(|source| !named.contains_key(source));
    for source in named.keys().chain(others).filter(differs) {
        let Some(scopes) = after.scopes.get(source) else { continue };
        let (name, is_named) = (name_of(policy, *source), named.contains_key(source));
        let hint = if is_named { "" } else { "; name it, too, if that is meant" };
        return Err(Error::BadInput(format!("that cannot be said: {name} would come to {scopes}{hint}")));
    }
    if wanted.teams != after.teams {
        return Err(Error::BadInput("there are teams, and no scope that is a team's".to_owned()));
    }
    Ok(())
}

/// What shares within a team.
fn within(team: GroupId, name: &str, level: Level) -> SharingEdit {
    let group = Principal::Group(team);
    SharingEdit { name: name.to_owned(), records: SharedRecords::OwnedBy(group), target: group, level }
}

fn word(object: ObjectId, before: &SimpleAccess, after: &SimpleAccess) -> EntryDraft {
    let entry = EntryDraft::new(Event::ScopesUpdate).target(Target::thing("object", object.uuid()));
    let entry = change(entry, "teams", Some(words(&before.teams)), words(&after.teams));
    after.scopes.iter().fold(entry, |entry, (source, scopes)| {
        let old = before.scopes.get(source).map(|scopes| Value::text(scopes.to_string()));
        change(entry, &id_of(*source), old, Value::text(scopes.to_string()))
    })
}

fn id_of(source: Source) -> String {
    match source {
        Source::Profile(id) => format!("profile `{id}`"),
        Source::PermissionSet(id) => format!("permission set `{id}`"),
        Source::PermissionSetGroup(id) => format!("permission set group `{id}`"),
    }
}

fn name_of(policy: &Policy, source: Source) -> String {
    let name = match source {
        Source::Profile(id) => policy.profiles.get(&id).map(|it| format!("profile `{}`", it.name)),
        Source::PermissionSet(id) => {
            policy.permission_sets.get(&id).map(|it| format!("permission set `{}`", it.name))
        }
        Source::PermissionSetGroup(_) => None,
    };
    name.unwrap_or_else(|| id_of(source))
}
