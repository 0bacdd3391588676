//! What profiles and permission sets give: that it means something, and how the ledger has it.

use std::collections::BTreeSet;

use sutra_acl::{FieldPermission, Grants, grant};
use sutra_audit::{EntryDraft, FieldChange, Opened, Visibility};
use sutra_kernel::{FieldId, ObjectId, Value};

use crate::{Error, authority::Authority, work::Work};

impl Work<'_> {
    /// Refuses what names an object or a field that is not there.
    pub(super) fn require_known<'a>(
        &self,
        objects: impl IntoIterator<Item = &'a ObjectId>,
        fields: impl IntoIterator<Item = &'a FieldId>,
    ) -> Result<(), Error> {
        let known = self.metadata().objects();
        let is_known = |id: &ObjectId| known.iter().any(|object| object.id == *id);
        if let Some(unknown) = objects.into_iter().find(|object| !is_known(object)) {
            return Err(Error::BadInput(format!("there is no object `{unknown}`")));
        }
        let known: BTreeSet<_> =
            known.iter().flat_map(|object| &object.fields).map(|field| field.id).collect();
        match fields.into_iter().find(|field| !known.contains(field)) {
            Some(unknown) => Err(Error::BadInput(format!("there is no field `{unknown}`"))),
            None => Ok(()),
        }
    }
}

impl Authority {
    /// Refuses to give what the caller does not have.
    pub(crate) fn require_held(&self, grants: &Grants) -> Result<(), Error> {
        if grant::may_grant(&self.plan, grants) {
            return Ok(());
        }
        Err(Error::Forbidden("nobody grants permissions that they do not have".to_owned()))
    }
}

/// Every permission that changed, one change each.
pub(super) fn word_grants(entry: EntryDraft, before: Option<&Grants>, after: &Grants) -> EntryDraft {
    let system = |grants: &Grants| words(grants.system.iter().map(|permission| permission.as_str()));
    let entry = change(entry, "system", before.map(system), system(after));
    let objects: BTreeSet<_> =
        before.iter().flat_map(|grants| grants.objects.keys()).chain(after.objects.keys()).collect();
    let entry = objects.into_iter().fold(entry, |entry, object| {
        let bits = |grants: &Grants| Value::Integer(i64::from(grants.object(*object).bits()));
        change(entry, &object.to_string(), before.map(bits), bits(after))
    });
    let fields: BTreeSet<_> =
        before.iter().flat_map(|grants| grants.fields.keys()).chain(after.fields.keys()).collect();
    fields.into_iter().fold(entry, |entry, field| {
        let word = |grants: &Grants| Value::text(field_word(grants.field(*field)));
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

/// Several words as one value.
pub(crate) fn words<W: ToString>(words: impl IntoIterator<Item = W>) -> Value {
    Value::text(words.into_iter().map(|word| word.to_string()).collect::<Vec<_>>().join(" "))
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
