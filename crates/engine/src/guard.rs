//! The one place where decisions of `acl` become permits or refusals.

use std::sync::Arc;

use sutra_acl::{AccessPlan, Action, Decision, Denial, Facts, Permit};
use sutra_kernel::{ApiName, RecordId};
use sutra_records::{Change, Draft, ObjectDef, Record};

use crate::{Error, work::Work};

/// Decides, for a permit or the error that the caller may see.
pub(crate) fn require(plan: &AccessPlan, action: Action, facts: &Facts<'_>) -> Result<Permit, Error> {
    permit(plan.decide(action, facts))
}

/// A permit, or the error that the caller may see.
pub(crate) fn permit(decision: Decision) -> Result<Permit, Error> {
    match decision {
        Decision::Allow(permit) => Ok(permit),
        Decision::Deny(denial) => Err(refusal(denial)),
    }
}

impl Work<'_> {
    /// Loads a record to be changed. One that is absent, one that is deleted and one that is hidden fail alike;
    /// only who wants to restore it, or to remove it for good, finds a deleted one.
    pub(crate) async fn load(
        &mut self,
        object: &ObjectDef,
        id: RecordId,
        action: Action,
    ) -> Result<(Record, Permit), Error> {
        let plan = Arc::clone(self.plan());
        let plan = plan.object(object.id);
        let in_bin = matches!(action, Action::Restore | Action::Purge);
        let found = self.unit.find_record(object.id, id).await?;
        let found = found.filter(|record| record.deleted_at.is_none() || in_bin);
        let record = found.ok_or_else(|| refusal(plan.deny_absent()))?;
        let permit = require(plan, action, &record.facts())?;
        self.require_reason(object)?;
        Ok((record, permit))
    }

    /// A permit to read a record that is to be linked to; deleted, hidden and absent ones fail alike.
    pub(crate) async fn readable(&mut self, target: &ApiName, id: RecordId) -> Result<Permit, Error> {
        let target = self.object(target.as_str())?;
        let found = self.unit.find_record(target.id, id).await?;
        let record = found.filter(|record| record.deleted_at.is_none());
        let record = record.ok_or(Error::NotFound("linked record"))?;
        let permit = require(self.plan().object(target.id), Action::Read, &record.facts());
        permit.map_err(|_| Error::NotFound("linked record"))
    }

    /// Judges the image after, and every record that is newly linked to; then seals what is to be sealed.
    pub(crate) async fn confirm(&mut self, object: &ObjectDef, draft: Draft) -> Result<Change, Error> {
        let plan = Arc::clone(self.plan());
        let plan = plan.object(object.id);
        let permit = permit(plan.confirm(draft.action(), &draft.after_facts()))?;
        let mut links = Vec::new();
        for link in draft.new_links() {
            links.push(self.readable(&link.target, link.record).await?);
        }
        let rules = self.metadata().rules(object.id);
        Ok(self.seal(object, draft).await?.confirm(plan, &rules, permit, links)?)
    }
}

/// What a denial means to the caller: something hidden is not there.
pub(crate) fn refusal(denial: Denial) -> Error {
    match denial {
        Denial::Hidden => Error::NotFound("record"),
        Denial::Forbidden(reason) => Error::Forbidden(reason.to_string()),
    }
}
