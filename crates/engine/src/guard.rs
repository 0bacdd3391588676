//! The one place where decisions of `acl` become permits or refusals.

use std::sync::Arc;

use sutra_acl::{AccessPlan, Action, Decision, Denial, Facts, Permit};
use sutra_kernel::RecordId;
use sutra_records::{Change, Draft, ObjectDef, Record};

use crate::{Error, work::Work};

/// Decides, for a permit or the error that the caller may see.
pub(crate) fn require(plan: &AccessPlan, action: Action, facts: &Facts) -> Result<Permit, Error> {
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
    /// Loads a record for an action. One that is absent and one that is hidden fail alike.
    pub(crate) async fn load(
        &mut self,
        object: &ObjectDef,
        id: RecordId,
        action: Action,
    ) -> Result<(Record, Permit), Error> {
        let plan = Arc::clone(self.plan());
        let plan = plan.object(object.id);
        let Some(record) = self.unit.find_record(object.id, id).await? else {
            return Err(refusal(plan.deny_absent()));
        };
        let permit = require(plan, action, &record.facts())?;
        Ok((record, permit))
    }

    /// As [`load`](Self::load); a deleted record is absent.
    pub(crate) async fn load_live(
        &mut self,
        object: &ObjectDef,
        id: RecordId,
        action: Action,
    ) -> Result<(Record, Permit), Error> {
        let (record, permit) = self.load(object, id, action).await?;
        if record.deleted_at.is_some() { Err(Error::NotFound("record")) } else { Ok((record, permit)) }
    }

    /// Judges the image after, and every record that is newly linked to.
    pub(crate) async fn confirm(&mut self, object: &ObjectDef, draft: Draft) -> Result<Change, Error> {
        let plan = Arc::clone(self.plan());
        let permit = permit(plan.object(object.id).confirm(draft.action(), &draft.after_facts()))?;
        let mut links = Vec::new();
        for link in draft.new_links() {
            let target = self.object(link.target.as_str())?;
            let found = self.unit.find_record(target.id, link.record).await?;
            let found = found.filter(|record| record.deleted_at.is_none());
            let record = found.ok_or(Error::NotFound("linked record"))?;
            let permit = require(plan.object(target.id), Action::Read, &record.facts());
            links.push(permit.map_err(|_| Error::NotFound("linked record"))?);
        }
        Ok(draft.confirm(permit, links)?)
    }
}

/// What a denial means to the caller: something hidden is not there.
fn refusal(denial: Denial) -> Error {
    match denial {
        Denial::Hidden => Error::NotFound("record"),
        Denial::Forbidden(reason) => Error::Forbidden(reason.to_string()),
    }
}
