//! Setting how far a territory opens the records that are assigned to it.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use sutra_acl::{Level, SystemPermission, TerritoryLevels};
use sutra_audit::{EntryDraft, Event};
use sutra_kernel::{ObjectId, TerritoryId, Value};
use sutra_records::{ObjectDef, Shift, Whose};

use super::{StaffedTerritory, put::target};
use crate::{
    Error, MAX_RECORDS, Outcome,
    permissions::change,
    work::{Attempt, Done, UseCase, Work},
};

pub(super) struct SetLevels<'a> {
    pub(super) id: TerritoryId,
    pub(super) levels: &'a TerritoryLevels,
}

/// An object that a territory opens otherwise than before.
struct Changed {
    object: Arc<ObjectDef>,
    before: Option<Level>,
    after: Option<Level>,
}

#[async_trait]
impl UseCase for SetLevels<'_> {
    type Output = StaffedTerritory;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::TerritoryLevels, target: Some(target(self.id)) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<StaffedTerritory>, Error> {
        work.require_permission(SystemPermission::ManageSharing)?;
        let before = work.known_territory(self.id).await?;
        let changed = self.changed(work, &before.levels)?;
        let after = StaffedTerritory { levels: self.levels.clone(), ..before };
        if changed.is_empty() {
            return Ok(Done::unchanged(after));
        }
        // Most of it goes before the lock, so that nobody waits for that; what others have committed meanwhile goes
        // after it, and whoever commits later is in conflict.
        work.follow_levels(self.id, &changed).await?;
        work.unit.lock().await?;
        work.follow_levels(self.id, &changed).await?;
        work.unit.put_territory_levels(self.id, self.levels).await?;
        work.unit.bump_policy_epoch().await?;
        let entry = EntryDraft::new(Event::TerritoryLevels).target(target(self.id));
        Ok(Done::new(after, changed.iter().fold(entry, word)))
    }

    fn outcome(answer: &StaffedTerritory) -> Option<Outcome> {
        Some(Outcome::Thing(answer.territory.id.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<StaffedTerritory, Error> {
        work.require_permission(SystemPermission::ManageSharing)?;
        work.known_territory(TerritoryId::from_uuid(before.thing()?)).await
    }
}

impl SetLevels<'_> {
    /// What is to become other than it is, if it means something.
    fn changed(&self, work: &Work<'_>, before: &TerritoryLevels) -> Result<Vec<Changed>, Error> {
        let objects: BTreeSet<&ObjectId> = before.keys().chain(self.levels.keys()).collect();
        let mut changed = Vec::new();
        for id in objects {
            let (before, after) = (before.get(id).copied(), self.levels.get(id).copied());
            if before == after {
                continue;
            }
            let object = work.metadata().object(*id).cloned();
            let object = object.ok_or_else(|| Error::BadInput(format!("there is no object `{id}`")))?;
            if after.is_some() {
                work.require_uncontrolled(&object)?;
            }
            if after == Some(Level::None) {
                return Err(Error::BadInput(
                    "a territory opens records to read, to edit or in full".to_owned(),
                ));
            }
            changed.push(Changed { object, before, after });
        }
        Ok(changed)
    }
}

impl Work<'_> {
    /// Has the records that are assigned to a territory be open as far as it opens them from now on.
    async fn follow_levels(&mut self, territory: TerritoryId, changed: &[Changed]) -> Result<(), Error> {
        for Changed { object, before, after } in changed {
            if before.is_some() {
                self.follow_level(territory, object, after > before, *after).await?;
            }
        }
        Ok(())
    }

    /// What is opened less far is so at once, however much it is: nobody sees more than both levels allow.
    async fn follow_level(
        &mut self,
        territory: TerritoryId,
        object: &ObjectDef,
        is_wider: bool,
        level: Option<Level>,
    ) -> Result<(), Error> {
        let policy = Arc::clone(&self.authority.policy);
        let assigned = self.unit.assigned(object.id, territory, MAX_RECORDS + 1).await?;
        let (is_much, controls) = (assigned.len() > MAX_RECORDS, policy.controls(object.id));
        if is_much && controls {
            let many = object.plural_label.to_lowercase();
            return Err(Error::BadInput(format!(
                "more than {MAX_RECORDS} {many} are assigned to it, too many for what they control to follow at once"
            )));
        }
        if is_much && is_wider {
            return Ok(self.unit.begin_resharing(object.id, Whose::Everybodys, self.now).await?);
        }
        self.unit.level_assigned(object.id, territory, level).await?;
        let shifts = assigned.into_iter().map(|id| Shift::of_shares(object.id, id));
        if controls { self.follow(&policy, shifts.collect()).await } else { Ok(()) }
    }
}

fn word(entry: EntryDraft, changed: &Changed) -> EntryDraft {
    let level = |level: Option<Level>| Value::text(level.unwrap_or(Level::None).to_string());
    let (before, after) = (level(changed.before), level(changed.after));
    change(entry, changed.object.name.as_str(), Some(before), after)
}
