//! Records that are assigned to territories.

use async_trait::async_trait;
use sutra_acl::{Action, Cause, Level, Principal, Share};
use sutra_audit::{Event, Target};
use sutra_kernel::{RecordId, TerritoryId};
use sutra_records::{ObjectDef, Record};

use crate::{
    Changed, Error, Outcome,
    work::{Attempt, Done, UseCase, Work},
};

/// To how many territories a record can be assigned.
pub const MAX_TERRITORIES: usize = 50;

pub(super) struct AssignRecord<'a> {
    pub(super) object: &'a str,
    pub(super) id: RecordId,
    pub(super) territory: TerritoryId,
}

pub(super) struct UnassignRecord<'a> {
    pub(super) object: &'a str,
    pub(super) id: RecordId,
    pub(super) territory: TerritoryId,
}

#[async_trait]
impl UseCase for AssignRecord<'_> {
    type Output = Changed;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::RecordAssign, target: Some(Target::thing(self.object, self.id.uuid())) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Changed>, Error> {
        let object = work.object(self.object)?;
        work.require_uncontrolled(&object)?;
        let level = work.level_of(self.territory, &object)?;
        let (record, permit) = work.load(&object, self.id, Action::Share).await?;
        let known = work.territories_of(&record).await?;
        let principal = Principal::TerritoryAndAbove(self.territory);
        let is_known = known.iter().any(|share| share.principal == principal);
        let share = Share { principal, role: None, level, cause: Cause::Territory };
        let given = if is_known { Vec::new() } else { vec![share] };
        if known.len() + given.len() > MAX_TERRITORIES {
            return Err(Error::BadInput(format!(
                "a record is assigned to at most {MAX_TERRITORIES} territories"
            )));
        }
        let draft = record.share(permit, given, Vec::new(), work.now)?;
        Ok(work.put_sharing(&object, draft).await?.worded_as(Event::RecordAssign, []))
    }

    fn outcome(answer: &Changed) -> Option<Outcome> {
        Some(answer.outcome())
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<Changed, Error> {
        work.changed_before(self.object, Action::Share, before).await
    }
}

#[async_trait]
impl UseCase for UnassignRecord<'_> {
    type Output = Changed;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::RecordUnassign, target: Some(Target::thing(self.object, self.id.uuid())) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Changed>, Error> {
        let object = work.object(self.object)?;
        work.require_territory(self.territory)?;
        let (record, permit) = work.load(&object, self.id, Action::Share).await?;
        let mut taken = work.territories_of(&record).await?;
        taken.retain(|share| share.principal == Principal::TerritoryAndAbove(self.territory));
        let draft = record.share(permit, Vec::new(), taken, work.now)?;
        Ok(work.put_sharing(&object, draft).await?.worded_as(Event::RecordUnassign, []))
    }

    fn outcome(answer: &Changed) -> Option<Outcome> {
        Some(answer.outcome())
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<Changed, Error> {
        work.changed_before(self.object, Action::Share, before).await
    }
}

impl Work<'_> {
    fn require_territory(&self, territory: TerritoryId) -> Result<(), Error> {
        if self.authority.policy.directory.territories().contains(territory) {
            return Ok(());
        }
        Err(Error::BadInput(format!("there is no territory `{territory}`")))
    }

    /// How far a territory opens records of an object that are assigned to it.
    fn level_of(&self, territory: TerritoryId, object: &ObjectDef) -> Result<Level, Error> {
        self.require_territory(territory)?;
        let level = self.authority.policy.territory_level(territory, object.id);
        level.ok_or_else(|| {
            let many = object.plural_label.to_lowercase();
            Error::BadInput(format!(
                "no {many} are assigned to territory `{territory}`: it has no level for them"
            ))
        })
    }

    /// The shares of a record with the territories that it is assigned to.
    async fn territories_of(&mut self, record: &Record) -> Result<Vec<Share>, Error> {
        let mut shares = self.standing_of(record.object, record.id, record.version).await?.shares;
        shares.retain(|share| share.cause == Cause::Territory);
        Ok(shares)
    }
}
