//! What belongs to a record goes along: it is deleted, brought back and removed for good with it.

use sutra_acl::Action;
use sutra_kernel::{RecordId, Value};

use super::{Change, Misuse, Purge};
use crate::{ObjectDef, Record};

/// What can be done to a record and to everything that belongs to it.
///
/// # Security
/// What goes along takes no permit of its own: whoever may delete a record may delete what belongs to it, be it hidden
/// from him. A refusal would tell that it is there.
pub trait Along: Sized + Send + Sync {
    /// The record that it is done to.
    fn record(&self) -> RecordId;

    /// Whether what goes along is in the bin before.
    fn in_bin(&self) -> bool;

    /// The same of a record that belongs to this one. Nothing if that does not go along: it is not in the bin because
    /// of this one.
    ///
    /// # Errors
    /// Refuses a record that does not belong to this one.
    fn along(&self, def: &ObjectDef, record: Record) -> Result<Option<Self>, Misuse>;
}

/// Of a deletion or a restoration; nothing goes along with any other change.
impl Along for Change {
    fn record(&self) -> RecordId {
        self.after.id
    }

    fn in_bin(&self) -> bool {
        self.action == Action::Restore
    }

    fn along(&self, def: &ObjectDef, record: Record) -> Result<Option<Self>, Misuse> {
        require_parent(def, &record, &self.after)?;
        let was_deleted = self.before.as_ref().and_then(|before| before.deleted_at);
        let goes = match self.action {
            Action::Delete => record.deleted_at.is_none(),
            // It was deleted in the same unit, and hence at the same moment.
            Action::Restore => record.deleted_at == was_deleted,
            _ => false,
        };
        if !goes {
            return Ok(None);
        }
        let next = record.next(self.after.updated_by, self.after.updated_at);
        let after = Record { deleted_at: self.after.deleted_at, ..next };
        let (changed, given, taken) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Some(Self { action: self.action, before: Some(record), after, changed, given, taken }))
    }
}

impl Along for Purge {
    fn record(&self) -> RecordId {
        self.id()
    }

    fn in_bin(&self) -> bool {
        true
    }

    fn along(&self, def: &ObjectDef, record: Record) -> Result<Option<Self>, Misuse> {
        require_parent(def, &record, &self.record)?;
        Ok(record.deleted_at.is_some().then_some(Self { record }))
    }
}

fn require_parent(def: &ObjectDef, record: &Record, parent: &Record) -> Result<(), Misuse> {
    let named = def.parent().map(|field| record.value(&field.name));
    let belongs = named == Some(Value::Reference(parent.id))
        && (record.workspace, record.object) == (parent.workspace, def.id);
    if belongs { Ok(()) } else { Err(Misuse::Parent) }
}
