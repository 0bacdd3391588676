//! The drafts: what a permit, a record and a wish come to.

use std::collections::BTreeMap;

use sutra_acl::{AccessPlan, Action, Permit, Stage};
use sutra_kernel::{ApiName, Timestamp, UserId, Value};

use super::{Draft, Misuse, RecordError};
use crate::{
    FieldDef, Fields, Link, NewRecord, ObjectDef, Patch, Record, SealedFields, Secret, Standing, SystemField,
    validate::validate_change,
};

/// What is to become of encrypted fields: a new value, or none.
type Secrets = BTreeMap<ApiName, Option<Secret>>;

impl Record {
    /// Drafts a record, permitted by its facts at version 0; it is stored as version 1. A field that is left out
    /// has its default, whether or not the plan's user may edit it; one that is given as `Null` is empty.
    ///
    /// # Errors
    /// Refuses a permit for anything else, fields that are unknown or that the plan's user may not edit,
    /// and values that the fields do not take.
    pub fn create(
        def: &ObjectDef,
        plan: &AccessPlan,
        permit: Permit,
        new: NewRecord,
        now: Timestamp,
    ) -> Result<Draft, RecordError> {
        let by = permit.user();
        let blank = new.blank(def, by, now);
        spend(permit, Action::Create, &blank)?;
        check_fields(def, plan, &new.fields)?;
        let (fields, mut secrets) = apart(def, validated(def, &blank.fields, complete(def, new.fields))?);
        secrets.retain(|_, secret| secret.is_some());
        let after = Record { version: 1, fields: overlay(&blank.fields, fields), ..blank };
        Ok(Draft::between(Action::Create, by, None, after, def).with(secrets))
    }

    /// Drafts new values, or a new owner, and the next version.
    ///
    /// Every field the patch names must be editable, changed or not. Values equal to the stored ones are not
    /// validated again, so that a retired picklist value can be sent back with the rest of a form. What an encrypted
    /// field has is not known here, so that naming it changes it.
    ///
    /// # Errors
    /// Refuses a permit for anything else ([`Action::Transfer`] if the patch names an owner, else
    /// [`Action::Update`]), a deleted record, fields that are unknown or that the plan's user may not edit,
    /// and values that the fields do not take.
    pub fn update(
        self,
        def: &ObjectDef,
        plan: &AccessPlan,
        permit: Permit,
        patch: Patch,
        now: Timestamp,
    ) -> Result<Draft, RecordError> {
        let action = if patch.owner.is_some() { Action::Transfer } else { Action::Update };
        let by = permit.user();
        spend(permit, action, &self)?;
        self.require_live()?;
        if def.id != self.object {
            return Err(Misuse::Definition.into());
        }
        check_fields(def, plan, &patch.fields)?;
        let mut after = self.next(by, now);
        let different = different(def, &self.fields, patch.fields);
        let (fields, secrets) = apart(def, validated(def, &self.fields, different)?);
        after.fields = overlay(&self.fields, fields);
        if let Some((owner, role)) = patch.owner {
            (after.owner, after.owner_role) = (owner, role.filter(|_| after.control.is_none()));
        }
        Ok(Draft::between(action, by, Some(self), after, def).with(secrets))
    }

    /// Drafts a deletion, which can be undone. References to the record stay, and read as empty meanwhile.
    ///
    /// # Errors
    /// Refuses a permit for anything else, and a record that is deleted already.
    pub fn delete(self, permit: Permit, now: Timestamp) -> Result<Draft, RecordError> {
        let by = permit.user();
        spend(permit, Action::Delete, &self)?;
        self.require_live()?;
        let after = Self { deleted_at: Some(now), ..self.next(by, now) };
        Ok(Draft::without_values(Action::Delete, by, self, after))
    }

    /// Drafts the return of a deleted record, as it was.
    ///
    /// # Errors
    /// Refuses a permit for anything else, and a record that is not deleted.
    pub fn restore(self, permit: Permit, now: Timestamp) -> Result<Draft, RecordError> {
        let by = permit.user();
        spend(permit, Action::Restore, &self)?;
        if self.deleted_at.is_none() {
            return Err(RecordError::Bin { is_deleted: false });
        }
        let after = Self { deleted_at: None, ..self.next(by, now) };
        Ok(Draft::without_values(Action::Restore, by, self, after))
    }

    pub(super) fn require_live(&self) -> Result<(), RecordError> {
        if self.deleted_at.is_some() { Err(RecordError::Bin { is_deleted: true }) } else { Ok(()) }
    }

    /// The same record one version on.
    pub(super) fn next(&self, by: UserId, now: Timestamp) -> Self {
        Self { version: self.version.saturating_add(1), updated_at: now, updated_by: by, ..self.clone() }
    }
}

impl NewRecord {
    /// The record before it has values: version 0.
    fn blank(&self, def: &ObjectDef, by: UserId, now: Timestamp) -> Record {
        Record {
            workspace: self.workspace,
            id: self.id,
            object: def.id,
            owner: self.owner,
            owner_role: self.owner_role,
            control: None,
            version: 0,
            created_at: now,
            created_by: by,
            updated_at: now,
            updated_by: by,
            deleted_at: None,
            fields: Fields::new(),
            sealed: SealedFields::new(),
        }
    }
}

impl Draft {
    fn between(action: Action, by: UserId, before: Option<Record>, after: Record, def: &ObjectDef) -> Self {
        let changed = changed_fields(before.as_ref(), &after);
        let links = changed.iter().filter_map(|name| link(def, &after, name)).collect();
        let (secrets, given, taken) = (BTreeMap::new(), Vec::new(), Vec::new());
        Self { action, by, before, after, changed, links, secrets, given, taken }
    }

    /// The same, with encrypted fields changed too.
    fn with(mut self, secrets: Secrets) -> Self {
        for (name, secret) in secrets {
            self.changed.push(name.clone());
            match secret {
                Some(secret) => drop(self.secrets.insert(name, secret)),
                None => drop(self.after.sealed.remove(&name)),
            }
        }
        self
    }

    /// A deletion, a restoration or sharing: no value changes.
    pub(super) fn without_values(action: Action, by: UserId, before: Record, after: Record) -> Self {
        let (changed, links, secrets) = (Vec::new(), Vec::new(), BTreeMap::new());
        let (given, taken) = (Vec::new(), Vec::new());
        Self { action, by, before: Some(before), after, changed, links, secrets, given, taken }
    }
}

pub(super) fn spend(permit: Permit, action: Action, record: &Record) -> Result<(), Misuse> {
    Ok(permit.spend(action, Stage::Before, &record.facts(Standing::NONE))?)
}

/// Names and permissions are settled before any value is looked at, so that no refusal depends on a value.
fn check_fields(def: &ObjectDef, plan: &AccessPlan, fields: &Fields) -> Result<(), RecordError> {
    for name in fields.keys() {
        let field = known(def, name)?;
        if !field.permission(plan).edit {
            return Err(RecordError::FieldNotEditable(name.clone()));
        }
    }
    Ok(())
}

fn known<'a>(def: &'a ObjectDef, name: &ApiName) -> Result<&'a FieldDef, RecordError> {
    def.field(name.as_str()).ok_or_else(|| RecordError::UnknownField(name.to_string()))
}

/// What was supplied, the default of what was left out, and no value for what is required and has neither.
///
/// A default is the definition's and not the creator's: it is given also where he may not edit the field.
fn complete(def: &ObjectDef, mut fields: Fields) -> Fields {
    for field in &def.fields {
        let left_out = field.default.clone().or_else(|| field.required.then_some(Value::Null));
        if let Some(value) = left_out {
            fields.entry(field.name.clone()).or_insert(value);
        }
    }
    fields
}

/// What differs from the stored values, and what is encrypted.
fn different(def: &ObjectDef, old: &Fields, mut new: Fields) -> Fields {
    let is_encrypted = |name: &ApiName| def.field(name.as_str()).is_some_and(|field| field.encrypted);
    new.retain(|name, value| is_encrypted(name) || old.get(name).unwrap_or(&Value::Null) != value);
    new
}

/// Takes what is to be sealed from what is not.
fn apart(def: &ObjectDef, fields: Fields) -> (Fields, Secrets) {
    let (mut plain, mut secrets) = (Fields::new(), Secrets::new());
    for (name, value) in fields {
        match (def.field(name.as_str()).filter(|field| field.encrypted), value) {
            (Some(field), Value::Text(text)) => {
                secrets.insert(name, Some(Secret::new(field.mask, text)));
            }
            (Some(_), _) => drop(secrets.insert(name, None)),
            (None, value) => drop(plain.insert(name, value)),
        }
    }
    (plain, secrets)
}

/// Checks every value and reports every problem at once.
fn validated(def: &ObjectDef, old: &Fields, fields: Fields) -> Result<Fields, RecordError> {
    let (mut valid, mut problems) = (Fields::new(), Vec::new());
    for (name, value) in fields {
        let old = old.get(&name).unwrap_or(&Value::Null);
        match validate_change(known(def, &name)?, old, value) {
            Ok(value) => drop(valid.insert(name, value)),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(valid) } else { Err(RecordError::Validation(problems)) }
}

/// The old values overlaid with the new ones; `Null` clears.
fn overlay(old: &Fields, new: Fields) -> Fields {
    let mut fields = old.clone();
    fields.extend(new);
    fields.retain(|_, value| !value.is_null());
    fields
}

fn changed_fields(before: Option<&Record>, after: &Record) -> Vec<ApiName> {
    let none = Fields::new();
    let old = before.map_or(&none, |record| &record.fields);
    let names = old.keys().chain(after.fields.keys().filter(|name| !old.contains_key(*name)));
    let mut changed: Vec<_> =
        names.filter(|name| old.get(*name) != after.fields.get(*name)).cloned().collect();
    changed.sort();
    if before.is_none_or(|record| record.owner != after.owner) {
        changed.extend(ApiName::parse(SystemField::OwnerId.as_str()));
    }
    changed
}

fn link(def: &ObjectDef, after: &Record, name: &ApiName) -> Option<Link> {
    let target = def.field(name.as_str())?.target()?;
    let Value::Reference(record) = after.fields.get(name)? else { return None };
    Some(Link { field: name.clone(), target: target.clone(), record: *record })
}
