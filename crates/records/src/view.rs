//! What one user sees of a record.

use std::collections::BTreeMap;

use sutra_acl::AccessPlan;
use sutra_kernel::{ApiName, Value};

use crate::{FieldDef, ObjectDef, Record};

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

/// Which fields of an object one viewer reads: found once, for all the records that he is shown.
///
/// # Security
/// It is of the plan that it was found by: as old as that, and no younger.
#[derive(Debug)]
pub struct Lens<'d> {
    /// In the order of their names.
    shown: Vec<&'d ApiName>,
    hidden: Vec<ApiName>,
    masked: Vec<ApiName>,
}

impl<'d> Lens<'d> {
    /// What the holder of this plan reads of an object's records.
    #[must_use]
    pub fn of(def: &'d ObjectDef, plan: &AccessPlan) -> Self {
        let (shown, hidden): (Vec<_>, Vec<_>) =
            def.fields.iter().partition(|field| plan.field(field.id).read);
        let masked = shown.iter().filter(|field| field.encrypted && !plan.views_encrypted());
        let names = |fields: Vec<&FieldDef>| fields.into_iter().map(|field| field.name.clone()).collect();
        let masked = masked.map(|field| field.name.clone()).collect();
        let mut shown: Vec<_> = shown.into_iter().map(|field| &field.name).collect();
        shown.sort_unstable();
        Self { shown, hidden: names(hidden), masked }
    }

    /// Shows a record of the object to the plan's holder, who has been allowed to read it.
    #[must_use]
    pub fn view(&self, mut record: Record) -> View {
        self.leave_shown(&mut record.fields);
        self.leave_shown(&mut record.sealed);
        View { record, hidden: self.hidden.clone(), masked: self.masked.clone() }
    }

    /// Removes what is not shown. Both are in the order of names, so one is walked along the other.
    fn leave_shown<V>(&self, values: &mut BTreeMap<ApiName, V>) {
        let mut shown = self.shown.iter().copied().peekable();
        values.retain(|name, _| {
            while shown.next_if(|next| *next != name && *next < name).is_some() {}
            shown.peek() == Some(&name)
        });
    }
}

impl View {
    /// Shows a record to the holder of this plan, who has been allowed to read it.
    #[must_use]
    pub fn of(record: Record, def: &ObjectDef, plan: &AccessPlan) -> Self {
        Lens::of(def, plan).view(record)
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
