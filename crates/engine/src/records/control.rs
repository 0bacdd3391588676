//! What controls records: what belongs to a record whose object controls theirs is as open as that record, and carries
//! a copy of what it is open by.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Arc,
};

use sutra_acl::{ObjectPolicy, Policy};
use sutra_kernel::{Condition, ObjectId, RecordId, Test, Value};
use sutra_records::{Draft, FieldDef, ListQuery, ObjectDef, Record, Settled, Standing};

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
        let given = self.standing_of(controller, parent.id, parent.version).await?.inherited(control.root);
        self.hold(parent);
        Ok(draft.controlled(Some(control), None, given, taken))
    }

    /// Copies what these records are open by now to what they control, and so on down.
    ///
    /// Whoever comes under one of them meanwhile holds it, and is waited for before what belongs to it is looked up.
    pub(crate) async fn copy_down(
        &mut self,
        policy: &Policy,
        shifted: Vec<(ObjectId, RecordId)>,
    ) -> Result<(), Error> {
        let mut above: BTreeMap<ObjectId, Vec<RecordId>> = BTreeMap::new();
        for (object, id) in shifted {
            above.entry(object).or_default().push(id);
        }
        let mut next: VecDeque<_> = above.into_iter().collect();
        let mut copied = 0;
        while let Some((above, parents)) = next.pop_front() {
            for child in self.controlled_by(policy, above) {
                let rows = self.belonging_to(&child, &parents).await?;
                copied += rows.len();
                if copied > MAX_RECORDS {
                    return Err(too_many());
                }
                if !rows.is_empty() {
                    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
                    self.copy_to(&child, (above, &parents), rows).await?;
                    next.push_back((child.id, ids));
                }
            }
        }
        Ok(())
    }

    /// The objects whose records those of this one control.
    fn controlled_by(&self, policy: &Policy, object: ObjectId) -> Vec<Arc<ObjectDef>> {
        let of = policy.objects.values().filter(|of| of.controller() == Some(object));
        of.filter_map(|of| self.metadata().object(of.object).cloned()).collect()
    }

    async fn copy_to(
        &mut self,
        object: &ObjectDef,
        (above, parents): (ObjectId, &[RecordId]),
        rows: Vec<Record>,
    ) -> Result<(), Error> {
        let Some(field) = object.parent() else { return Ok(()) };
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let standings = self.unit.standings(object.id, &ids).await?;
        let above_standings = self.unit.standings(above, parents).await?;
        let parents = self.unit.find_records(above, parents).await?;
        let parents: HashMap<_, _> = parents.iter().map(|parent| (parent.id, parent)).collect();
        let mut settled = Vec::new();
        for row in rows {
            let Value::Reference(parent) = row.value(&field.name) else { continue };
            let Some(parent) = parents.get(&parent) else { continue };
            let standing = standings.get(&row.id).unwrap_or(Standing::NONE);
            let above = above_standings.get(&parent.id).unwrap_or(Standing::NONE);
            settled.push(row.settled_under(standing, (parent, above)));
        }
        self.settle_all(settled).await?;
        self.read_anew(object.id, &ids);
        Ok(())
    }

    pub(super) async fn settle_all(&mut self, settled: Vec<Settled>) -> Result<(), Error> {
        let (mut controls, mut given, mut taken) = (Vec::new(), Vec::new(), Vec::new());
        for one in settled {
            controls.push(one.controlled);
            given.extend(one.given);
            taken.extend(one.taken);
        }
        self.unit.put_controls(&controls).await?;
        self.unit.remove_shares(&taken).await?;
        Ok(self.unit.put_shares(&given).await?)
    }

    /// The records of an object that belong to these, deleted ones included.
    async fn belonging_to(
        &mut self,
        object: &Arc<ObjectDef>,
        parents: &[RecordId],
    ) -> Result<Vec<Record>, Error> {
        let Some(field) = object.parent() else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for deleted in [false, true] {
            let page = self.unit.list_records(&list(object, field, parents, deleted)?).await?;
            if page.more {
                return Err(too_many());
            }
            found.extend(page.items);
        }
        Ok(found)
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

fn too_many() -> Error {
    Error::BadInput(format!("it controls more than {MAX_RECORDS} records, too many to follow it at once"))
}
