//! How the ledger tells that the condition of a rule has changed.

use sutra_audit::{EntryDraft, FieldChange, Opened};
use sutra_kernel::{Condition, Value};

use crate::{Error, work::Work};

/// A condition, as the ledger keeps it.
pub(super) fn word_condition(condition: &Condition) -> Value {
    Value::text(condition.to_json().to_string())
}

impl Work<'_> {
    /// Adds the condition of a rule to an entry, if it has changed. What a condition compares with may be personal, so the
    /// ledger seals it.
    pub(super) async fn change_condition(
        &mut self,
        entry: EntryDraft,
        old: Option<Value>,
        new: Value,
    ) -> Result<EntryDraft, Error> {
        if old.as_ref().unwrap_or(&Value::Null) == &new {
            return Ok(entry);
        }
        Ok(entry.change(FieldChange {
            field: "condition".to_owned(),
            old: old.map(Opened::value),
            new: Some(Opened::value(new)),
            visibility: self.audit_seal().await?,
        }))
    }
}
