//! Changes: how a record becomes another, with proof that it may.

use sutra_acl::{AccessPlan, Action, Facts, Permit, PermitMismatch, Stage};
use sutra_kernel::{ApiName, Timestamp, UserId, Value, WorkspaceId};

use crate::{
    FieldDef, FieldProblem, Fields, Link, NewRecord, ObjectDef, Patch, Record, SystemField,
    validate::validate,
};

/// A change that was permitted on what is, and not yet on what it leads to.
///
/// A draft is no [`Change`], and no store takes it:
///
/// ```compile_fail
/// fn smuggle(draft: sutra_records::Draft) -> sutra_records::Change {
///     draft
/// }
/// ```
#[derive(Debug)]
#[must_use = "a draft changes nothing until it is confirmed and stored"]
pub struct Draft {
    action: Action,
    by: UserId,
    before: Option<Record>,
    after: Record,
    changed: Vec<ApiName>,
    links: Vec<Link>,
}

/// A change that was permitted before and after: the only thing a store writes.
///
/// # Security
/// It is made by [`Draft::confirm`] alone, which takes a [`Permit`]:
///
/// ```compile_fail
/// fn forge(record: sutra_records::Record) -> sutra_records::Change {
///     let action = sutra_acl::Action::Update;
///     sutra_records::Change { action, before: None, after: record, changed: Vec::new() }
/// }
/// ```
///
/// ```compile_fail
/// fn hurry(draft: sutra_records::Draft) -> sutra_records::Change {
///     draft.confirm(Vec::new()).unwrap()
/// }
/// ```
#[derive(Debug)]
#[must_use = "a change is there to be stored"]
pub struct Change {
    action: Action,
    before: Option<Record>,
    after: Record,
    changed: Vec<ApiName>,
}

/// One field, as it was and as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The field, or `ownerId`.
    pub field: ApiName,
    /// What it was; `Null` if empty.
    pub old: Value,
    /// What it is; `Null` if empty.
    pub new: Value,
}

/// Why a record cannot be changed so.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Some of the values cannot be stored.
    #[error("{} of the values cannot be stored", .0.len())]
    Validation(Vec<FieldProblem>),
    /// The permit does not fit the change: a mistake in the calling code.
    #[error(transparent)]
    Permit(#[from] PermitError),
    /// The user may not edit the field, whatever the value.
    #[error("the field `{0}` may not be edited")]
    FieldNotEditable(ApiName),
    /// The object has no such field.
    #[error("there is no field `{0}`")]
    UnknownField(String),
    /// The record is deleted.
    #[error("the record is deleted")]
    Deleted,
    /// The record is not deleted.
    #[error("the record is not deleted")]
    NotDeleted,
    /// The field would point at a record that the user may not read, or that is not there.
    #[error("the record that `{0}` names does not exist")]
    LinkNotPermitted(ApiName),
}

/// How a permit and a change do not fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PermitError {
    /// The permit is for something else.
    #[error(transparent)]
    Mismatch(#[from] PermitMismatch),
    /// The change was begun by one user and confirmed for another.
    #[error("the permits are of two users")]
    User,
    /// The definition is of another object than the record.
    #[error("the definition is of another object")]
    Definition,
}

impl Record {
    /// Drafts a record, permitted by its facts at version 0; it is stored as version 1.
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
        spend(permit, Action::Create, Stage::Before, &blank.facts())?;
        check_fields(def, plan, &new.fields)?;
        let fields = merge(def, &blank.fields, new.fields, &def.fields)?;
        let after = Record { version: 1, fields, ..blank };
        Ok(Draft::between(Action::Create, by, None, after, def))
    }

    /// Drafts new values, or a new owner, and the next version.
    ///
    /// Every field the patch names must be editable, changed or not. Values equal to the stored ones are not
    /// validated again, so that a retired picklist value can be sent back with the rest of a form.
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
        spend(permit, action, Stage::Before, &self.facts())?;
        self.require_live()?;
        if def.id != self.object {
            return Err(PermitError::Definition.into());
        }
        check_fields(def, plan, &patch.fields)?;
        let mut after = self.next(by, now);
        after.fields = merge(def, &self.fields, patch.fields, &[])?;
        if let Some((owner, role)) = patch.owner {
            (after.owner, after.owner_role) = (owner, role);
        }
        Ok(Draft::between(action, by, Some(self), after, def))
    }

    /// Drafts a deletion, which can be undone. References to the record stay, and read as empty meanwhile.
    ///
    /// # Errors
    /// Refuses a permit for anything else, and a record that is deleted already.
    pub fn delete(self, permit: Permit, now: Timestamp) -> Result<Draft, RecordError> {
        let by = permit.user();
        spend(permit, Action::Delete, Stage::Before, &self.facts())?;
        self.require_live()?;
        let after = Self { deleted_at: Some(now), ..self.next(by, now) };
        Ok(Draft {
            action: Action::Delete,
            by,
            before: Some(self),
            after,
            changed: Vec::new(),
            links: Vec::new(),
        })
    }

    /// Drafts the return of a deleted record, as it was.
    ///
    /// # Errors
    /// Refuses a permit for anything else, and a record that is not deleted.
    pub fn restore(self, permit: Permit, now: Timestamp) -> Result<Draft, RecordError> {
        let by = permit.user();
        spend(permit, Action::Restore, Stage::Before, &self.facts())?;
        if self.deleted_at.is_none() {
            return Err(RecordError::NotDeleted);
        }
        let after = Self { deleted_at: None, ..self.next(by, now) };
        Ok(Draft {
            action: Action::Restore,
            by,
            before: Some(self),
            after,
            changed: Vec::new(),
            links: Vec::new(),
        })
    }

    fn require_live(&self) -> Result<(), RecordError> {
        if self.deleted_at.is_some() { Err(RecordError::Deleted) } else { Ok(()) }
    }

    /// The same record one version on.
    fn next(&self, by: UserId, now: Timestamp) -> Self {
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
            version: 0,
            created_at: now,
            created_by: by,
            updated_at: now,
            updated_by: by,
            deleted_at: None,
            fields: Fields::new(),
        }
    }
}

impl Draft {
    fn between(action: Action, by: UserId, before: Option<Record>, after: Record, def: &ObjectDef) -> Self {
        let changed = changed_fields(before.as_ref(), &after);
        let links = changed.iter().filter_map(|name| link(def, &after, name)).collect();
        Self { action, by, before, after, changed, links }
    }

    /// Makes it a change, on the strength of a permit for the image after, of stage
    /// [`After`](Stage::After), and of one permit to read for each of the [new links](Self::new_links).
    ///
    /// # Errors
    /// Refuses a permit for anything else or of another user, and a link without its permit.
    pub fn confirm(self, permit: Permit, mut links: Vec<Permit>) -> Result<Change, RecordError> {
        if permit.user() != self.by {
            return Err(PermitError::User.into());
        }
        spend(permit, self.action, Stage::After, &self.after.facts())?;
        for link in &self.links {
            let found = links.iter().position(|permit| self.permits(permit, link));
            let place = found.ok_or_else(|| RecordError::LinkNotPermitted(link.field.clone()))?;
            drop(links.swap_remove(place));
        }
        Ok(Change { action: self.action, before: self.before, after: self.after, changed: self.changed })
    }

    /// What the image after is decided on.
    #[must_use]
    pub fn after_facts(&self) -> Facts {
        self.after.facts()
    }

    /// The record as it was; nothing if it is new.
    #[must_use]
    pub fn before(&self) -> Option<&Record> {
        self.before.as_ref()
    }

    /// The record as it would be.
    #[must_use]
    pub fn after(&self) -> &Record {
        &self.after
    }

    /// What is done: create, update, transfer, delete or restore.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }

    /// The references it newly sets.
    #[must_use]
    pub fn new_links(&self) -> &[Link] {
        &self.links
    }

    /// The fields it changes, and `ownerId` if the owner changes.
    #[must_use]
    pub fn changed(&self) -> &[ApiName] {
        &self.changed
    }

    /// Whether it changes nothing but the version. It is legal all the same; the caller need not store it.
    #[must_use]
    pub fn is_noop(&self) -> bool {
        matches!(self.action, Action::Update | Action::Transfer)
            && self.changed.is_empty()
            && self.before.as_ref().is_some_and(|before| before.owner_role == self.after.owner_role)
    }

    fn permits(&self, permit: &Permit, link: &Link) -> bool {
        permit.action() == Action::Read
            && permit.user() == self.by
            && permit.workspace() == self.after.workspace
            && permit.record() == link.record
    }
}

impl Change {
    /// What was done: create, update, transfer, delete or restore.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }

    /// The workspace it belongs to.
    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        self.after.workspace
    }

    /// The record as it was; nothing if it is new. Its version is the one that must be stored.
    #[must_use]
    pub fn before(&self) -> Option<&Record> {
        self.before.as_ref()
    }

    /// The record as it is to be stored.
    #[must_use]
    pub fn after(&self) -> &Record {
        &self.after
    }

    /// The fields it changes, and `ownerId` if the owner changes; a deletion and a restoration change none.
    #[must_use]
    pub fn changed(&self) -> &[ApiName] {
        &self.changed
    }

    /// The words of history: each changed field with its values before and after.
    /// [`FieldDef::label_of`](crate::FieldDef::label_of) knows what people call a picklist's value.
    pub fn differences(&self) -> impl Iterator<Item = Difference> {
        self.changed.iter().map(|field| Difference {
            field: field.clone(),
            old: self.before.as_ref().map_or(Value::Null, |before| before.value(field)),
            new: self.after.value(field),
        })
    }
}

fn spend(permit: Permit, action: Action, stage: Stage, facts: &Facts) -> Result<(), PermitError> {
    Ok(permit.spend(action, stage, facts)?)
}

/// Names and permissions are settled before any value is looked at, so that no refusal depends on a value.
fn check_fields(def: &ObjectDef, plan: &AccessPlan, fields: &Fields) -> Result<(), RecordError> {
    for name in fields.keys() {
        let field = known(def, name)?;
        if !plan.field(field.id).edit {
            return Err(RecordError::FieldNotEditable(name.clone()));
        }
    }
    Ok(())
}

fn known<'a>(def: &'a ObjectDef, name: &ApiName) -> Result<&'a FieldDef, RecordError> {
    def.field(name.as_str()).ok_or_else(|| RecordError::UnknownField(name.to_string()))
}

/// The old values overlaid with the new ones; fields of `complete` that got none are checked as empty.
fn merge(def: &ObjectDef, old: &Fields, new: Fields, complete: &[FieldDef]) -> Result<Fields, RecordError> {
    let mut fields = old.clone();
    let mut problems = Vec::new();
    for field in complete.iter().filter(|field| !new.contains_key(&field.name)) {
        problems.extend(validate(field, Value::Null).err());
    }
    for (name, value) in new {
        if fields.get(&name).unwrap_or(&Value::Null) == &value && complete.is_empty() {
            continue;
        }
        match validate(known(def, &name)?, value) {
            Ok(Value::Null) => drop(fields.remove(&name)),
            Ok(value) => drop(fields.insert(name, value)),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(fields) } else { Err(RecordError::Validation(problems)) }
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
