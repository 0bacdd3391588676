//! Making, changing and removing a restriction rule.

use std::sync::Arc;

use async_trait::async_trait;
use sutra_acl::{RestrictionRule, SystemPermission};
use sutra_audit::{EntryDraft, Event, Target};
use sutra_kernel::{RestrictionRuleId, Value};
use sutra_records::{ObjectDef, Readable, check_condition};

use super::{
    MAX_RESTRICTIONS, Restriction, RestrictionEdit, audience, condition::word_condition, find_restriction,
};
use crate::{
    Error, Outcome,
    members::parse_name,
    permissions::change,
    work::{Attempt, Done, UseCase, Work},
};

pub(super) struct CreateRestriction<'a> {
    pub(super) object: &'a str,
    pub(super) edit: &'a RestrictionEdit,
}

pub(super) struct UpdateRestriction<'a> {
    pub(super) id: RestrictionRuleId,
    pub(super) edit: &'a RestrictionEdit,
}

pub(super) struct DeleteRestriction {
    pub(super) id: RestrictionRuleId,
}

#[async_trait]
impl UseCase for CreateRestriction<'_> {
    type Output = Restriction;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::RestrictionCreate, target: Some(Target::kind(KIND)) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Restriction>, Error> {
        work.require_permission(SystemPermission::ManageSharing)?;
        work.unit.lock().await?;
        let object = work.object(self.object)?;
        if work.restrictions_of(object.id).len() >= MAX_RESTRICTIONS {
            let message = format!("an object has at most {MAX_RESTRICTIONS} restriction rules");
            return Err(Error::BadInput(message));
        }
        let id = RestrictionRuleId::generate(work.now, work.entropy());
        let rule = work.restriction_of(id, &object, self.edit).await?;
        work.put_restriction(object, self.attempt(), None, rule).await
    }

    fn outcome(answer: &Restriction) -> Option<Outcome> {
        Some(Outcome::Thing(answer.rule.id.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<Restriction, Error> {
        work.restriction_before(&before)
    }
}

#[async_trait]
impl UseCase for UpdateRestriction<'_> {
    type Output = Restriction;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::RestrictionUpdate, target: Some(target(self.id)) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Restriction>, Error> {
        work.require_permission(SystemPermission::ManageSharing)?;
        work.unit.lock().await?;
        let Restriction { object, rule: before } = work.authority.changeable_restriction(self.id)?;
        let after = work.restriction_of(self.id, &object, self.edit).await?;
        if *before == after {
            return Ok(Done::unchanged(Restriction { object, rule: before }));
        }
        work.put_restriction(object, self.attempt(), Some(&before), after).await
    }

    fn outcome(answer: &Restriction) -> Option<Outcome> {
        Some(Outcome::Thing(answer.rule.id.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<Restriction, Error> {
        work.restriction_before(&before)
    }
}

#[async_trait]
impl UseCase for DeleteRestriction {
    type Output = RestrictionRuleId;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::RestrictionDelete, target: Some(target(self.id)) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<RestrictionRuleId>, Error> {
        work.require_permission(SystemPermission::ManageSharing)?;
        work.unit.lock().await?;
        let Restriction { object, rule } = work.authority.changeable_restriction(self.id)?;
        work.unit.remove_restriction(self.id).await?;
        work.unit.bump_policy_epoch().await?;
        let entry = work.word_restriction(&object, self.attempt(), Some(&rule), None).await?;
        Ok(Done::new(self.id, entry))
    }

    fn outcome(answer: &RestrictionRuleId) -> Option<Outcome> {
        Some(Outcome::Thing(answer.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<RestrictionRuleId, Error> {
        work.require_permission(SystemPermission::ManageSharing)?;
        Ok(RestrictionRuleId::from_uuid(before.thing()?))
    }
}

impl Work<'_> {
    /// A restriction that was written before, as it is now.
    fn restriction_before(&self, before: &Outcome) -> Result<Restriction, Error> {
        self.require_permission(SystemPermission::ManageSharing)?;
        find_restriction(&self.authority, RestrictionRuleId::from_uuid(before.thing()?))
    }

    /// The rule that an edit makes, if it means something.
    async fn restriction_of(
        &mut self,
        id: RestrictionRuleId,
        object: &ObjectDef,
        edit: &RestrictionEdit,
    ) -> Result<RestrictionRule, Error> {
        let RestrictionEdit { name, binds, condition } = edit;
        self.authority.require_audience(self.unit.as_mut(), binds).await?;
        check_condition(object, condition, Readable::Indexed).map_err(Error::bad_input)?;
        let (binds, condition) = (binds.clone(), condition.clone());
        Ok(RestrictionRule { id, name: parse_name(name)?, binds, condition })
    }

    async fn put_restriction(
        &mut self,
        object: Arc<ObjectDef>,
        attempt: Attempt,
        before: Option<&RestrictionRule>,
        after: RestrictionRule,
    ) -> Result<Done<Restriction>, Error> {
        let put = self.unit.put_restriction(object.id, &after).await;
        put.map_err(|error| Error::taken(error, "another restriction rule of the object has this name"))?;
        self.unit.bump_policy_epoch().await?;
        let entry = self.word_restriction(&object, attempt, before, Some(&after)).await?;
        Ok(Done::new(Restriction { object, rule: Arc::new(after) }, entry))
    }

    /// What changed.
    async fn word_restriction(
        &mut self,
        object: &ObjectDef,
        Attempt { event, .. }: Attempt,
        before: Option<&RestrictionRule>,
        after: Option<&RestrictionRule>,
    ) -> Result<EntryDraft, Error> {
        let Some(id) = before.or(after).map(|rule| rule.id) else {
            return Err(Error::internal("a restriction rule was neither there nor is"));
        };
        let entry = EntryDraft::new(event).target(target(id)).detail("object", object.name.as_str());
        let name = |rule: &RestrictionRule| Value::text(&rule.name);
        let binds = |rule: &RestrictionRule| Value::text(audience::word(&rule.binds));
        let entry = change(entry, "name", before.map(name), after.map_or(Value::Null, name));
        let entry = change(entry, "binds", before.map(binds), after.map_or(Value::Null, binds));
        let condition = |rule: &RestrictionRule| word_condition(&rule.condition);
        self.change_condition(entry, before.map(condition), after.map_or(Value::Null, condition)).await
    }
}

const KIND: &str = "restriction_rule";

fn target(id: RestrictionRuleId) -> Target {
    Target::thing(KIND, id.uuid())
}
