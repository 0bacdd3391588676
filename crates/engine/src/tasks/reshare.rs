//! Sharing the records that are there after rules have changed, or those whom they name.

use async_trait::async_trait;
use sutra_acl::{Policy, SystemPermission};
use sutra_audit::{EntryDraft, Event, Target};
use sutra_kernel::WorkspaceId;
use sutra_records::{Record, Resharing, Whose};

use super::Tasks;
use crate::{
    Caller, Error, Viewing,
    work::{Attempt, Done, UseCase, Work},
};

impl Tasks<'_> {
    /// Goes through some more records.
    pub(super) async fn reshare_some(&self, workspace: WorkspaceId) -> Result<(), Error> {
        let mut reads = self.engine.parts().store.reads(workspace).await?;
        let resharings = reads.resharings().await?;
        let policy = if resharings.is_empty() { None } else { Some(reads.policy().await?) };
        let next = policy.and_then(|policy| next(&resharings, &policy));
        reads.finish().await?;
        let Some(before) = next else { return Ok(()) };
        let system = Caller::system(workspace, self.engine.new_request_id());
        match self.engine.write(&system, &Reshare { before: &before, step: self.step }).await {
            // Another process has done the step, or a rule has changed: there is a next time.
            Err(error) if error.is_conflict() => Ok(()),
            written => written.map(drop),
        }
    }
}

impl Viewing {
    /// The resharings that are under way, and how far each has come.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Sharing*.
    pub async fn resharings(&self) -> Result<Vec<Resharing>, Error> {
        self.require_permission(SystemPermission::ManageSharing)?;
        Ok(self.reads().await.resharings().await?)
    }
}

/// The first of them whose records wait for none of the others: what controls records comes before what it controls. What
/// is withheld meanwhile comes first, and waits for nothing but what else is on its way under the same record.
fn next(resharings: &[Resharing], policy: &Policy) -> Option<Resharing> {
    let (under, others): (Vec<_>, Vec<_>) =
        resharings.iter().partition(|of| matches!(of.whose, Whose::Under(..)));
    let waits = |of: &Resharing, among: &[&Resharing]| {
        let mut above = policy.chain(of.object).skip(1);
        above.any(|above| among.iter().any(|other| other.object == above.object))
    };
    let is_free = |of: &&Resharing| {
        let same: Vec<_> = under.iter().copied().filter(|other| other.whose.id() == of.whose.id()).collect();
        !waits(of, &same)
    };
    let next = under.iter().copied().find(is_free);
    next.or_else(|| others.iter().copied().find(|of| !waits(of, &others))).cloned()
}

struct Reshare<'a> {
    before: &'a Resharing,
    step: usize,
}

#[async_trait]
impl UseCase for Reshare<'_> {
    type Output = ();

    fn attempt(&self) -> Attempt {
        let target = Target::thing("object", self.before.object.uuid());
        Attempt { event: Event::SharingRecalculate, target: Some(target) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<()>, Error> {
        let before = self.before;
        let records = work.unit.records_to_reshare(before, self.step).await?;
        let found = records.len();
        let records = match work.settles(before) {
            true => records,
            false => work.followable(before.object, records).await?,
        };
        let (step, last) = (records.len(), records.last().map(|record| record.id));
        let changed = work.go_through(before, records).await?;
        let after = Resharing {
            after: last.or(before.after),
            done: before.done.saturating_add(u64::try_from(step).map_err(Error::internal)?),
            ..before.clone()
        };
        if found < self.step && step == found {
            work.unit.end_resharing(before).await?;
            work.end(before).await?;
        } else {
            work.unit.advance_resharing(before, &after).await?;
        }
        let entry = EntryDraft::new(Event::SharingRecalculate).rows(changed);
        let entry = entry.target(Target::thing("object", before.object.uuid()));
        let entry = entry.detail("done", after.done.to_string());
        let entry = match before.whose {
            Whose::Everybodys => entry,
            Whose::Users(owner) => entry.detail("owner", owner.to_string()),
            Whose::Under(root, _) => entry.detail("controlled by", root.to_string()),
        };
        Ok(Done::new((), entry))
    }
}

impl Work<'_> {
    /// Whether it is about what records carry of those that control them.
    fn settles(&self, resharing: &Resharing) -> bool {
        match resharing.whose {
            Whose::Under(..) => true,
            Whose::Everybodys => self.is_settling(resharing.object),
            Whose::Users(_) => false,
        }
    }

    /// Has records carry what they are open by, and counts those of which that is something else than before.
    async fn go_through(&mut self, resharing: &Resharing, records: Vec<Record>) -> Result<u64, Error> {
        if !self.settles(resharing) {
            return self.reshare(resharing.object, &records).await;
        }
        let ids: Vec<_> = records.iter().map(|record| record.id).collect();
        let settled = self.settle_some(resharing.object, records).await?;
        let settled = u64::try_from(settled).map_err(Error::internal)?;
        let records = self.unit.find_records(resharing.object, &ids).await?;
        Ok(settled.max(self.reshare(resharing.object, &records).await?))
    }

    /// What holds again once all records have been gone through.
    async fn end(&mut self, resharing: &Resharing) -> Result<(), Error> {
        match resharing.whose {
            Whose::Under(..) => Ok(self.unit.bump_policy_epoch().await?),
            Whose::Everybodys if self.is_settling(resharing.object) => {
                self.end_settling(resharing.object).await
            }
            Whose::Everybodys | Whose::Users(_) => Ok(()),
        }
    }
}
