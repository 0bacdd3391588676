//! Storing a definition, and granting what is new.

use std::sync::Arc;

use sutra_acl::{FieldPermission, Grants, ObjectPermissions, Profile, SystemPermissions};
use sutra_audit::{EntryDraft, Event};
use sutra_records::{Metadata, ObjectDef, ValidationRule, names};

use crate::{Error, permissions::word_profile, work::Work};

impl Work<'_> {
    /// Stores a definition, if it fits together with all others.
    pub(super) async fn put_definition(&mut self, after: &ObjectDef) -> Result<(), Error> {
        let known = self.metadata();
        let others = known.objects().iter().filter(|object| object.id != after.id);
        let objects = others.map(|object| ObjectDef::clone(object)).chain([after.clone()]).collect();
        let metadata = Metadata::new(known.version(), objects).map_err(Error::bad_input)?;
        names::check(&metadata).map_err(Error::bad_input)?;
        require_meaning(known.rules(after.id).iter(), after)?;
        let put = self.unit.put_object(after).await;
        put.map_err(|error| Error::taken(error, "another object has this name"))?;
        Ok(self.unit.bump_metadata_version().await?)
    }

    /// Gives what is new, the object itself or fields of it, to the profiles that have every system permission.
    pub(super) async fn grant_to_administrators(
        &mut self,
        object: &ObjectDef,
    ) -> Result<Vec<EntryDraft>, Error> {
        let known = self.metadata().object(object.id).cloned();
        let is_new = |name: &str| known.as_ref().is_none_or(|known| known.field(name).is_none());
        let fields: Vec<_> = object.fields.iter().filter(|field| is_new(field.name.as_str())).collect();
        let policy = self.authority.policy.clone();
        let mut entries = Vec::new();
        let is_administrators = |it: &&Arc<Profile>| it.grants.system.covers(SystemPermissions::EVERY);
        for before in policy.profiles.values().filter(is_administrators) {
            let mut after = Profile::clone(before);
            let Grants { objects, fields: may, .. } = &mut after.grants;
            if known.is_none() {
                objects.insert(object.id, ObjectPermissions::from_bits(u16::MAX));
            }
            may.extend(fields.iter().map(|field| (field.id, FieldPermission::new(true, true))));
            self.unit.put_profile(&after).await?;
            entries.push(word_profile(Event::ProfileUpdate, Some(before), &after));
        }
        self.unit.bump_policy_epoch().await?;
        Ok(entries)
    }
}

/// Refuses an object to which a rule of its own means nothing.
fn require_meaning<'a>(
    mut rules: impl Iterator<Item = &'a ValidationRule>,
    after: &ObjectDef,
) -> Result<(), Error> {
    let unfit = rules.find_map(|rule| rule.check(after).err().map(|error| (&rule.name, error)));
    match unfit {
        Some((name, error)) => Err(Error::BadInput(format!("rule `{name}` stands against it: {error}"))),
        None => Ok(()),
    }
}
