//! Storing definitions, and granting what is new.

use std::{collections::BTreeSet, sync::Arc};

use sutra_acl::{FieldPermission, Grants, ObjectPermissions, Profile, SystemPermissions};
use sutra_audit::{EntryDraft, Event};
use sutra_kernel::{FieldId, ObjectId};
use sutra_records::{Metadata, ObjectDef, ValidationRule, names};

use crate::{Error, permissions::word_profile, work::Work};

impl Work<'_> {
    /// Stores definitions, if they fit together with all others.
    pub(super) async fn put_definitions(&mut self, objects: &[ObjectDef]) -> Result<(), Error> {
        let known = self.metadata();
        let others = known.objects().iter().map(|object| ObjectDef::clone(object));
        let others = others.filter(|object| objects.iter().all(|after| after.id != object.id));
        let all = others.chain(objects.iter().cloned()).collect();
        let metadata = Metadata::new(known.version(), all).map_err(Error::bad_input)?;
        names::check(&metadata).map_err(Error::bad_input)?;
        for after in objects {
            require_meaning(known.rules(after.id).iter(), after)?;
            self.require_readable_by_rules(after)?;
        }
        for after in objects {
            let put = self.unit.put_object(after).await;
            put.map_err(|error| Error::taken(error, "another object has this name"))?;
        }
        Ok(self.unit.bump_metadata_version().await?)
    }

    /// Gives what is new, objects and fields, to the profiles that have every system permission.
    pub(super) async fn grant_to_administrators(
        &mut self,
        objects: &[ObjectDef],
    ) -> Result<Vec<EntryDraft>, Error> {
        let known = self.metadata().objects().iter();
        let known_fields: BTreeSet<_> =
            known.flat_map(|object| &object.fields).map(|field| field.id).collect();
        let new = |object: &&ObjectDef| self.metadata().object(object.id).is_none();
        let new_objects: Vec<ObjectId> = objects.iter().filter(new).map(|object| object.id).collect();
        let fields = objects.iter().flat_map(|object| &object.fields).map(|field| field.id);
        let new_fields: Vec<FieldId> = fields.filter(|field| !known_fields.contains(field)).collect();
        if new_objects.is_empty() && new_fields.is_empty() {
            return Ok(Vec::new());
        }
        let policy = self.authority.policy.clone();
        let mut entries = Vec::new();
        let is_administrators = |it: &&Arc<Profile>| it.grants.system.covers(SystemPermissions::EVERY);
        for before in policy.profiles.values().filter(is_administrators) {
            let mut after = Profile::clone(before);
            let Grants { objects, fields, .. } = &mut after.grants;
            let everything = ObjectPermissions::from_bits(u16::MAX);
            objects.extend(new_objects.iter().map(|object| (*object, everything)));
            fields.extend(new_fields.iter().map(|field| (*field, FieldPermission::new(true, true))));
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
