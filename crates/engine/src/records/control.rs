//! What controls records: what belongs to a record whose object controls theirs is as open as that record, and carries
//! a copy of what it is open by.

use std::sync::Arc;

use sutra_acl::ObjectPolicy;
use sutra_kernel::{Condition, RecordId, Test, Value};
use sutra_records::{Draft, FieldDef, ListQuery, ObjectDef};

use super::{MAX_RECORDS, list::whole_list};
use crate::{Error, work::Work};

impl Work<'_> {
    /// The draft, with what controls the record from now on: if it names another parent than before, and that is of an
    /// object that controls its own.
    pub(crate) async fn under_parent(&mut self, object: &ObjectDef, draft: Draft) -> Result<Draft, Error> {
        let controller = self.authority.policy.objects.get(&object.id).and_then(ObjectPolicy::controller);
        let field = object.parent().filter(|field| draft.changed().contains(&field.name));
        let (Some(controller), Some(field)) = (controller, field) else { return Ok(draft) };
        let taken: Vec<_> = match draft.before() {
            Some(before) => {
                let (id, version) = (before.id, before.version);
                self.standing_of(object.id, id, version).await?.shares
            }
            None => Vec::new(),
        };
        let Value::Reference(parent) = draft.after().value(&field.name) else {
            let role = self.role_of(draft.after().owner).await?;
            return Ok(draft.controlled(None, role, Vec::new(), taken));
        };
        let parent = self.find(controller, parent).await?.ok_or(Error::NotFound("linked record"))?;
        let control = parent.as_control();
        let standing = self.standing_of(controller, parent.id, parent.version).await?;
        let given = standing.inherited(control.root);
        self.hold(parent, standing.shares);
        Ok(draft.controlled(Some(control), None, given, taken))
    }
}

/// The records of an object that belong to these, whoever may see them.
pub(super) fn list(
    object: &Arc<ObjectDef>,
    field: &FieldDef,
    parents: &[RecordId],
    deleted: bool,
) -> Result<ListQuery, Error> {
    let ids = parents.iter().copied().map(Value::Reference).collect();
    let filter = Some(Condition::test(field.name.clone(), Test::In(ids)));
    Ok(ListQuery { filter, deleted, ..whole_list(object, MAX_RECORDS)? })
}
