//! What one user sees of a record.

use sutra_acl::AccessPlan;
use sutra_kernel::{ApiName, Value};

use crate::{ObjectDef, Record};

/// A record without the values its viewer may not read.
///
/// # Security
/// A hidden value is not there, so no code that is handed a view can leak it. Whether a field is hidden
/// depends on the viewer alone, never on the value: `hidden` names empty fields too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The record, hidden values removed.
    pub record: Record,
    /// Every field of the object that the viewer may not read, in the order of the definition.
    pub hidden: Vec<ApiName>,
    /// Every encrypted field that the viewer may read and sees masked, in the order of the definition.
    pub masked: Vec<ApiName>,
}

impl View {
    /// Shows a record to the holder of this plan, who has been allowed to read it.
    #[must_use]
    pub fn of(mut record: Record, def: &ObjectDef, plan: &AccessPlan) -> Self {
        let (shown, hidden): (Vec<_>, Vec<_>) =
            def.fields.iter().partition(|field| plan.field(field.id).read);
        let is_shown = |name: &ApiName| shown.iter().any(|field| field.name == *name);
        record.fields.retain(|name, _| is_shown(name));
        record.sealed.retain(|name, _| is_shown(name));
        let masked = shown.iter().filter(|field| field.encrypted && !plan.views_encrypted());
        let masked = masked.map(|field| field.name.clone()).collect();
        let hidden = hidden.into_iter().map(|field| field.name.clone()).collect();
        Self { record, hidden, masked }
    }

    /// The value of a field or a system field; `Null` if it is empty, hidden or encrypted.
    #[must_use]
    pub fn value(&self, name: &ApiName) -> Value {
        self.record.value(name)
    }

    /// Whether the viewer may not read the field.
    #[must_use]
    pub fn hides(&self, name: &ApiName) -> bool {
        self.hidden.contains(name)
    }
}
