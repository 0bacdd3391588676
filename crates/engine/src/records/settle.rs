//! Settling: the records that are there carry what they are open by when others begin to control them, or cease to.

use std::{collections::HashMap, sync::Arc};

use sutra_acl::{ObjectPolicy, Owner, Policy, Withheld};
use sutra_kernel::{ObjectId, RecordId, RoleId};
use sutra_records::{ListQuery, ObjectDef, Record, Settled, Shift, Standing, Whose};

use super::{MAX_RECORDS, follow::parent_of, list::whole_list};
use crate::{Error, work::Work};

impl Work<'_> {
    /// Has every record of an object, deleted ones included, carry what it is open by under a policy that is to come, and
    /// all that it controls too. Says whether they do: of too many, that is left to be done in steps.
    pub(crate) async fn settle_under(
        &mut self,
        object: &Arc<ObjectDef>,
        policy: &Policy,
    ) -> Result<bool, Error> {
        let below: Vec<_> = policy.objects.values().filter(|of| is_under(policy, of, object.id)).collect();
        let mut records = 0;
        for of in &below {
            records += self.count_of(of.object).await?;
        }
        if records <= MAX_RECORDS {
            self.settle_all_of(object, policy).await?;
            return Ok(true);
        }
        for of in below {
            self.unit.begin_resharing(of.object, Whose::Everybodys, self.now).await?;
            self.unit.put_object_policy(&ObjectPolicy { settling: true, ..of.clone() }).await?;
        }
        Ok(false)
    }

    /// Whether not all records of an object carry what they are open by.
    pub(crate) fn is_settling(&self, object: ObjectId) -> bool {
        self.authority.policy.objects.get(&object).is_some_and(|of| of.settling)
    }

    /// Has these records carry what they are open by; says of how many that is something else than before.
    pub(crate) async fn settle_some(
        &mut self,
        object: ObjectId,
        records: Vec<Record>,
    ) -> Result<usize, Error> {
        let (policy, metadata) = (Arc::clone(&self.authority.policy), Arc::clone(self.metadata()));
        let Some(object) = metadata.object(object) else { return Ok(0) };
        let settled = self.settled(object, &policy, records).await?;
        self.settle_all(settled).await
    }

    /// Takes note that all records of an object carry what they are open by.
    pub(crate) async fn end_settling(&mut self, object: ObjectId) -> Result<(), Error> {
        let Some(of) = self.authority.policy.objects.get(&object).cloned() else { return Ok(()) };
        self.unit.put_object_policy(&ObjectPolicy { settling: false, ..of }).await?;
        Ok(self.unit.bump_policy_epoch().await?)
    }

    async fn count_of(&mut self, object: ObjectId) -> Result<usize, Error> {
        let Some(object) = self.metadata().object(object).cloned() else { return Ok(0) };
        let cap = u64::try_from(MAX_RECORDS).map_err(Error::internal)?.saturating_add(1);
        let mut count = 0;
        for deleted in [false, true] {
            count += self
                .unit
                .count_records(&ListQuery { deleted, ..whole_list(&object, MAX_RECORDS)? }, cap)
                .await?;
        }
        usize::try_from(count).map_err(Error::internal)
    }

    async fn settle_all_of(&mut self, object: &Arc<ObjectDef>, policy: &Policy) -> Result<(), Error> {
        let rows = self.rows_of(object).await?;
        let shift = |row: &Record| Shift {
            object: object.id,
            record: row.id,
            root: row.as_control().root,
            withheld: Withheld::Everything,
        };
        let shifts = rows.iter().map(shift).collect();
        let settled = self.settled(object, policy, rows).await?;
        self.settle_all(settled).await?;
        self.follow(policy, shifts).await
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
        let mut rows = Vec::new();
        for deleted in [false, true] {
            rows.extend(
                self.unit
                    .list_records(&ListQuery { deleted, ..whole_list(object, MAX_RECORDS)? })
                    .await?
                    .items,
            );
        }
        Ok(rows)
    }
}

/// Whether it is that object, or one whose records it controls.
fn is_under(policy: &Policy, of: &ObjectPolicy, object: ObjectId) -> bool {
    policy.chain(of.object).any(|above| above.object == object)
}
