//! Settling: the records that are there carry what they are open by when others begin to control them, or cease to.

use std::{collections::HashMap, sync::Arc};

use sutra_acl::{Owner, Policy, Scope};
use sutra_kernel::{ApiName, Direction, RecordId, RoleId, Value};
use sutra_records::{ListQuery, ObjectDef, Order, Record, Settled, Standing, SystemField, Turn};

use super::MAX_RECORDS;
use crate::{Error, work::Work};

impl Work<'_> {
    /// Writes to every record of an object, deleted ones included, what it is open by under a policy that is to come, and
    /// on to those it controls.
    pub(crate) async fn settle_object(
        &mut self,
        object: &Arc<ObjectDef>,
        policy: &Policy,
    ) -> Result<(), Error> {
        let rows = self.rows_of(object).await?;
        let shifted = rows.iter().map(|row| (object.id, row.id)).collect();
        let settled = self.settled(object, policy, rows).await?;
        self.settle_all(settled).await?;
        self.copy_down(policy, shifted).await
    }

    async fn settled(
        &mut self,
        object: &ObjectDef,
        policy: &Policy,
        rows: Vec<Record>,
    ) -> Result<Vec<Settled>, Error> {
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let standings = self.unit.standings(object.id, &ids).await?;
        let parents = self.parents(object, policy, &rows).await?;
        let mut settled = Vec::with_capacity(rows.len());
        for row in rows {
            let standing = standings.get(&row.id).unwrap_or(Standing::NONE);
            settled.push(match parent_of(object, &row).and_then(|id| parents.get(&id)) {
                Some((parent, above)) => row.settled_under(standing, (parent, above)),
                None => {
                    let role = self.role_of(row.owner).await?;
                    row.settled_alone(standing, role)
                }
            });
        }
        Ok(settled)
    }

    /// The records that these belong to, if those control them.
    async fn parents(
        &mut self,
        object: &ObjectDef,
        policy: &Policy,
        rows: &[Record],
    ) -> Result<HashMap<RecordId, (Record, Standing)>, Error> {
        let above = policy.objects.get(&object.id).and_then(|of| of.controller());
        let mut ids: Vec<_> = rows.iter().filter_map(|row| parent_of(object, row)).collect();
        let (Some(above), false) = (above, ids.is_empty()) else { return Ok(HashMap::new()) };
        ids.sort_unstable();
        ids.dedup();
        let found = self.unit.find_records(above, &ids).await?;
        let mut standings = self.unit.standings(above, &ids).await?;
        let stored = |record: Record| {
            let standing = standings.remove(&record.id).unwrap_or_default();
            (record.id, (record, standing))
        };
        Ok(found.into_iter().map(stored).collect())
    }

    /// The role of an owner, if it is a user who has one.
    pub(super) async fn role_of(&mut self, owner: Owner) -> Result<Option<RoleId>, Error> {
        match owner {
            Owner::User(owner) => Ok(self.subject(owner).await?.and_then(|owner| owner.role)),
            Owner::Queue(_) => Ok(None),
        }
    }

    async fn rows_of(&mut self, object: &Arc<ObjectDef>) -> Result<Vec<Record>, Error> {
        let field = ApiName::parse(SystemField::Id.as_str()).map_err(Error::internal)?;
        let mut rows = Vec::new();
        for deleted in [false, true] {
            let list = ListQuery {
                object: Arc::clone(object),
                scope: Scope::ALL,
                filter: None,
                search: None,
                order: Order { field: field.clone(), direction: Direction::Ascending },
                turn: Turn::Forward,
                from: None,
                limit: MAX_RECORDS,
                deleted,
            };
            let page = self.unit.list_records(&list).await?;
            rows.extend(page.items);
            if page.more || rows.len() > MAX_RECORDS {
                return Err(too_many(object));
            }
        }
        Ok(rows)
    }
}

/// The record that one belongs to.
fn parent_of(object: &ObjectDef, record: &Record) -> Option<RecordId> {
    match record.value(&object.parent()?.name) {
        Value::Reference(id) => Some(id),
        _ => None,
    }
}

fn too_many(object: &ObjectDef) -> Error {
    let many = object.plural_label.to_lowercase();
    Error::BadInput(format!("there are more than {MAX_RECORDS} {many}, too many to change what opens them"))
}
