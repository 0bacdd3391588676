//! Sharing the records that are there after rules have changed, or those whom they name.

use async_trait::async_trait;
use sutra_acl::{ObjectPolicy, Policy, SystemPermission};
use sutra_audit::{EntryDraft, Event, Target};
use sutra_kernel::WorkspaceId;
use sutra_records::Resharing;

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

/// The first of them whose records wait for none of the others: what controls records comes before what it controls.
fn next(resharings: &[Resharing], policy: &Policy) -> Option<Resharing> {
    let is_waited_for = |above: &ObjectPolicy| resharings.iter().any(|of| of.object == above.object);
    let waits = |of: &Resharing| policy.chain(of.object).skip(1).any(is_waited_for);
    resharings.iter().find(|of| !waits(of)).cloned()
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
        let (step, is_settling) = (records.len(), work.is_settling(before.object) && before.owner.is_none());
        let records = if is_settling { work.settle_some(before.object, records).await? } else { records };
        let changed = work.reshare(before.object, &records).await?;
        let after = Resharing {
            after: records.last().map(|record| record.id).or(before.after),
            done: before.done.saturating_add(u64::try_from(step).map_err(Error::internal)?),
            ..before.clone()
        };
        if step < self.step {
            work.unit.end_resharing(before).await?;
            if is_settling {
                work.end_settling(before.object).await?;
            }
        } else {
            work.unit.advance_resharing(before, &after).await?;
        }
        let entry = EntryDraft::new(Event::SharingRecalculate).rows(changed);
        let entry = entry.target(Target::thing("object", before.object.uuid()));
        let entry = entry.detail("done", after.done.to_string());
        Ok(Done::new(
            (),
            match before.owner {
                Some(owner) => entry.detail("owner", owner.to_string()),
                None => entry,
            },
        ))
    }
}
