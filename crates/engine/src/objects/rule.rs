//! Making and changing a validation rule.

use async_trait::async_trait;
use sutra_acl::SystemPermission;
use sutra_audit::{Event, Target};
use sutra_kernel::RuleId;
use sutra_records::{MAX_RULES, NewRule, RuleEdit, ValidationRule};

use super::word::word_rule;
use crate::{
    Error, Outcome,
    work::{Attempt, Done, UseCase, Work},
};

pub(super) struct CreateRule<'a> {
    pub(super) object: &'a str,
    pub(super) new: &'a NewRule,
}

#[async_trait]
impl UseCase for CreateRule<'_> {
    type Output = ValidationRule;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::RuleCreate, target: Some(Target::kind("rule")) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<ValidationRule>, Error> {
        work.require_permission(SystemPermission::ManageObjects)?;
        work.unit.lock().await?;
        let object = work.object(self.object)?;
        if work.metadata().rules(object.id).iter().count() >= MAX_RULES {
            return Err(Error::BadInput(format!("an object has at most {MAX_RULES} rules")));
        }
        let id = RuleId::generate(work.now, work.entropy());
        let after = ValidationRule::define(id, &object, self.new.clone()).map_err(Error::bad_input)?;
        work.put_rule(&after).await?;
        let entry = word_rule(&object, None, &after);
        Ok(Done::new(after, entry))
    }

    fn outcome(answer: &ValidationRule) -> Option<Outcome> {
        Some(Outcome::Thing(answer.id.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<ValidationRule, Error> {
        work.rule_before(&before)
    }
}

pub(super) struct UpdateRule<'a> {
    pub(super) id: RuleId,
    pub(super) edit: &'a RuleEdit,
}

#[async_trait]
impl UseCase for UpdateRule<'_> {
    type Output = ValidationRule;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::RuleUpdate, target: Some(Target::thing("rule", self.id.uuid())) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<ValidationRule>, Error> {
        work.require_permission(SystemPermission::ManageObjects)?;
        work.unit.lock().await?;
        let before = work.rule(self.id)?;
        let object = work.metadata().object(before.object).cloned();
        let object = object.ok_or_else(|| Error::internal("a rule without its object"))?;
        let after = before.clone().edited(&object, self.edit.clone()).map_err(Error::bad_input)?;
        if before == after {
            return Ok(Done::unchanged(after));
        }
        work.put_rule(&after).await?;
        let entry = word_rule(&object, Some(&before), &after);
        Ok(Done::new(after, entry))
    }

    fn outcome(answer: &ValidationRule) -> Option<Outcome> {
        Some(Outcome::Thing(answer.id.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<ValidationRule, Error> {
        work.rule_before(&before)
    }
}

impl Work<'_> {
    fn rule(&self, id: RuleId) -> Result<ValidationRule, Error> {
        self.metadata().rule(id).cloned().ok_or(Error::NotFound("rule"))
    }

    /// A rule that was written before, as it is now.
    fn rule_before(&self, before: &Outcome) -> Result<ValidationRule, Error> {
        self.require_permission(SystemPermission::ManageObjects)?;
        self.rule(RuleId::from_uuid(before.thing()?))
    }

    /// Stores a rule. Whoever decides without it is in conflict.
    async fn put_rule(&mut self, rule: &ValidationRule) -> Result<(), Error> {
        let put = self.unit.put_rule(rule).await;
        put.map_err(|error| Error::taken(error, "another rule of the object has this name"))?;
        Ok(self.unit.bump_metadata_version().await?)
    }
}
