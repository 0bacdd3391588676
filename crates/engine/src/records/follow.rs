//! Following: what records control carries what they are open by, also when that is something else than before.
//!
//! A few records follow in the unit that makes the change. Of many, the record that controls them is marked in that unit,
//! and they follow [step by step](crate::Tasks); until the last has, what they carry does not count, of none of them:
//! see [`Policy::withheld`].

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use sutra_acl::Policy;
use sutra_kernel::{ObjectId, RecordId, Value};
use sutra_records::{ObjectDef, Record, Settled, Shift, Standing, Whose};

use super::control::list;
use crate::{Error, work::Work};

/// How many records can be marked at a time: they are part of the plans of all, and of their lists.
const MAX_FOLLOWED: usize = 1_000;

/// The records of an object that others control, and those.
struct Generation {
    object: Arc<ObjectDef>,
    above: ObjectId,
    parents: Vec<RecordId>,
    rows: Vec<Record>,
}

impl Work<'_> {
    /// Has what these records control carry what they are open by now, and so on down: as much as can be at once, and
    /// the rest in steps.
    ///
    /// Whoever comes under one of them meanwhile holds it, and is waited for before what belongs to it is looked up.
    pub(crate) async fn follow(&mut self, policy: &Policy, shifts: Vec<Shift>) -> Result<(), Error> {
        let (mut left, mut next) = (self.parts.follow_at_once, vec![shifts]);
        while let Some(mut some) = next.pop() {
            match self.below(policy, &some, left).await? {
                Some(generations) => {
                    left -= generations.iter().map(|generation| generation.rows.len()).sum::<usize>();
                    self.copy_down(generations).await?;
                }
                None if some.len() > 1 => {
                    next.push(some.split_off(some.len() / 2));
                    next.push(some);
                }
                None => {
                    for shift in some {
                        self.follow_in_steps(policy, shift).await?;
                    }
                }
            }
        }
        Ok(())
    }

    /// As many of these, from the first on, as what they control can follow at once; one, if it alone controls too much.
    pub(crate) async fn followable(
        &mut self,
        object: ObjectId,
        mut records: Vec<Record>,
    ) -> Result<Vec<Record>, Error> {
        let (policy, limit) = (Arc::clone(&self.authority.policy), self.parts.follow_at_once);
        while records.len() > 1 {
            let shifts: Vec<_> = records.iter().map(|record| Shift::of_shares(object, record.id)).collect();
            if self.below(&policy, &shifts, limit).await?.is_some() {
                break;
            }
            records.truncate(records.len().div_ceil(2));
        }
        Ok(records)
    }

    /// Marks the record that controls what is to follow. What follows already begins anew.
    async fn follow_in_steps(&mut self, policy: &Policy, shift: Shift) -> Result<(), Error> {
        self.require_announcement()?;
        let known = [policy.withheld.get(&shift.root), self.followed.get(&shift.root)];
        let withheld = known.into_iter().flatten().fold(shift.withheld, |most, known| most.max(*known));
        self.followed.insert(shift.root, withheld);
        let marked = policy.withheld.keys().chain(self.followed.keys()).collect::<BTreeSet<_>>().len();
        if marked > MAX_FOLLOWED {
            return Err(Error::BadInput(format!(
                "what {MAX_FOLLOWED} records control is on its way to follow them already: wait until there are fewer"
            )));
        }
        let is_below = |object| policy.chain(object).skip(1).any(|above| above.object == shift.object);
        for object in policy.objects.keys().copied().filter(|object| is_below(*object)) {
            self.unit.begin_resharing(object, Whose::Under(shift.root, withheld), self.now).await?;
        }
        Ok(self.unit.bump_policy_epoch().await?)
    }

    /// What these records control, those above first; nothing if that is more than so many.
    async fn below(
        &mut self,
        policy: &Policy,
        shifts: &[Shift],
        limit: usize,
    ) -> Result<Option<Vec<Generation>>, Error> {
        // By their depth, so that whatever is above an object comes before it.
        let mut next: BTreeMap<(usize, ObjectId), BTreeSet<RecordId>> = BTreeMap::new();
        for shift in shifts {
            let depth = policy.chain(shift.object).count();
            next.entry((depth, shift.object)).or_default().insert(shift.record);
        }
        let (mut generations, mut left) = (Vec::new(), limit);
        while let Some(((depth, above), parents)) = next.pop_first() {
            let parents: Vec<_> = parents.into_iter().collect();
            for object in self.controlled_by(policy, above) {
                let Some(rows) = self.belonging_to(&object, &parents, left).await? else { return Ok(None) };
                if rows.is_empty() {
                    continue;
                }
                left -= rows.len();
                next.entry((depth + 1, object.id)).or_default().extend(rows.iter().map(|row| row.id));
                generations.push(Generation { object, above, parents: parents.clone(), rows });
            }
        }
        Ok(Some(generations))
    }

    /// The objects whose records those of this one control.
    fn controlled_by(&self, policy: &Policy, object: ObjectId) -> Vec<Arc<ObjectDef>> {
        let of = policy.objects.values().filter(|of| of.controller() == Some(object));
        of.filter_map(|of| self.metadata().object(of.object).cloned()).collect()
    }

    /// The records of an object that belong to these, deleted ones included; nothing if they are more than so many.
    async fn belonging_to(
        &mut self,
        object: &Arc<ObjectDef>,
        parents: &[RecordId],
        limit: usize,
    ) -> Result<Option<Vec<Record>>, Error> {
        let Some(field) = object.parent() else { return Ok(Some(Vec::new())) };
        let mut found = Vec::new();
        for deleted in [false, true] {
            let mut query = list(object, field, parents, deleted)?;
            query.limit = limit.max(1);
            let page = self.unit.list_records(&query).await?;
            found.extend(page.items);
            if page.more || found.len() > limit {
                return Ok(None);
            }
        }
        Ok(Some(found))
    }

    async fn copy_down(&mut self, generations: Vec<Generation>) -> Result<(), Error> {
        for Generation { object, above, parents, rows } in generations {
            let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
            let standings = self.unit.standings(object.id, &ids).await?;
            let above_standings = self.unit.standings(above, &parents).await?;
            let parents = self.unit.find_records(above, &parents).await?;
            let parents: HashMap<_, _> = parents.iter().map(|parent| (parent.id, parent)).collect();
            let mut settled = Vec::new();
            for row in rows {
                let Some(parent) = parent_of(&object, &row).and_then(|id| parents.get(&id)) else { continue };
                let standing = standings.get(&row.id).unwrap_or(Standing::NONE);
                let above = above_standings.get(&parent.id).unwrap_or(Standing::NONE);
                settled.push(row.settled_under(standing, (parent, above)));
            }
            self.settle_all(settled).await?;
            self.read_anew(object.id, &ids);
        }
        Ok(())
    }

    /// Writes what records carry from now on; says of how many that is something else than before.
    pub(super) async fn settle_all(&mut self, mut settled: Vec<Settled>) -> Result<usize, Error> {
        settled.retain(|one| !one.is_noop());
        let (mut controls, mut given, mut taken) = (Vec::new(), Vec::new(), Vec::new());
        for one in settled {
            controls.push(one.controlled);
            given.extend(one.given);
            taken.extend(one.taken);
        }
        self.unit.put_controls(&controls).await?;
        self.unit.remove_shares(&taken).await?;
        self.unit.put_shares(&given).await?;
        Ok(controls.len())
    }
}

/// The record that one belongs to.
pub(super) fn parent_of(object: &ObjectDef, record: &Record) -> Option<RecordId> {
    match record.value(&object.parent()?.name) {
        Value::Reference(id) => Some(id),
        _ => None,
    }
}
