//! Making, changing and removing a rule that shares.

use std::sync::Arc;

use async_trait::async_trait;
use sutra_acl::{CriteriaRule, Level, OwnerRule, SharingRule, SystemPermission};
use sutra_audit::{EntryDraft, Event, Target};
use sutra_kernel::{SharingRuleId, Value};
use sutra_records::{ObjectDef, Readable, Whose, check_condition};

use super::{
    MAX_SHARING_RULES, ShareRule, SharedRecords, SharingEdit, condition::word_condition, find_sharing,
};
use crate::{
    Error, Outcome,
    members::parse_name,
    permissions::change,
    work::{Attempt, Done, UseCase, Work},
};

pub(super) struct CreateSharing<'a> {
    pub(super) object: &'a str,
    pub(super) edit: &'a SharingEdit,
}

pub(super) struct UpdateSharing<'a> {
    pub(super) id: SharingRuleId,
    pub(super) edit: &'a SharingEdit,
}

pub(super) struct DeleteSharing {
    pub(super) id: SharingRuleId,
}

#[async_trait]
impl UseCase for CreateSharing<'_> {
    type Output = ShareRule;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::SharingRuleCreate, target: Some(Target::kind(KIND)) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<ShareRule>, Error> {
        work.require_permission(SystemPermission::ManageSharing)?;
        let object = work.object(self.object)?;
        if work.is_controlled(object.id) {
            let message = format!("the records of `{}` are shared as those that control them", object.name);
            return Err(Error::BadInput(message));
        }
        if work.sharing_rules_of(object.id).len() >= MAX_SHARING_RULES {
            let message = format!("an object has at most {MAX_SHARING_RULES} sharing rules");
            return Err(Error::BadInput(message));
        }
        let id = SharingRuleId::generate(work.now, work.entropy());
        let rule = work.sharing_of(id, &object, self.edit).await?;
        work.put_share_rule(object, self.attempt(), None, rule).await
    }

    fn outcome(answer: &ShareRule) -> Option<Outcome> {
        Some(Outcome::Thing(answer.rule.id().uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<ShareRule, Error> {
        work.sharing_before(&before)
    }
}

#[async_trait]
impl UseCase for UpdateSharing<'_> {
    type Output = ShareRule;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::SharingRuleUpdate, target: Some(target(self.id)) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<ShareRule>, Error> {
        work.require_permission(SystemPermission::ManageSharing)?;
        let ShareRule { object, rule: before } = find_sharing(&work.authority, self.id)?;
        let after = work.sharing_of(self.id, &object, self.edit).await?;
        if before == after {
            return Ok(Done::unchanged(ShareRule { object, rule: before }));
        }
        work.put_share_rule(object, self.attempt(), Some(before), after).await
    }

    fn outcome(answer: &ShareRule) -> Option<Outcome> {
        Some(Outcome::Thing(answer.rule.id().uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<ShareRule, Error> {
        work.sharing_before(&before)
    }
}

#[async_trait]
impl UseCase for DeleteSharing {
    type Output = SharingRuleId;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::SharingRuleDelete, target: Some(target(self.id)) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<SharingRuleId>, Error> {
        work.require_permission(SystemPermission::ManageSharing)?;
        let ShareRule { object, rule } = find_sharing(&work.authority, self.id)?;
        work.unshare(&rule).await?;
        work.unit.remove_sharing_rule(self.id).await?;
        work.unit.bump_policy_epoch().await?;
        let entry = work.word_sharing(&object, self.attempt(), Some(&rule), None).await?;
        Ok(Done::new(self.id, entry))
    }

    fn outcome(answer: &SharingRuleId) -> Option<Outcome> {
        Some(Outcome::Thing(answer.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<SharingRuleId, Error> {
        work.require_permission(SystemPermission::ManageSharing)?;
        Ok(SharingRuleId::from_uuid(before.thing()?))
    }
}

impl Work<'_> {
    /// A rule that was written before, as it is now.
    fn sharing_before(&self, before: &Outcome) -> Result<ShareRule, Error> {
        self.require_permission(SystemPermission::ManageSharing)?;
        find_sharing(&self.authority, SharingRuleId::from_uuid(before.thing()?))
    }

    /// The rule that an edit makes, if it means something.
    async fn sharing_of(
        &mut self,
        id: SharingRuleId,
        object: &ObjectDef,
        edit: &SharingEdit,
    ) -> Result<SharingRule, Error> {
        let SharingEdit { name, records, target, level } = edit.clone();
        if !matches!(level, Level::Read | Level::Edit) {
            return Err(Error::BadInput("a sharing rule lets people read or edit".to_owned()));
        }
        let name = parse_name(&name)?;
        self.require_principals(&[target].into()).await?;
        Ok(match records {
            SharedRecords::OwnedBy(source) => {
                self.require_principals(&[source].into()).await?;
                SharingRule::Owner(OwnerRule { id, name, source, target, level })
            }
            SharedRecords::Meeting(condition) => {
                check_condition(object, &condition, Readable::Stored).map_err(Error::bad_input)?;
                SharingRule::Criteria(CriteriaRule { id, name, condition, target, level })
            }
        })
    }

    /// Stores a rule. What it shared before is taken away at once, and what it shares now follows record by record, so
    /// that in between nothing is open that only one of the two would open.
    async fn put_share_rule(
        &mut self,
        object: Arc<ObjectDef>,
        attempt: Attempt,
        before: Option<SharingRule>,
        after: SharingRule,
    ) -> Result<Done<ShareRule>, Error> {
        let shares_the_same = before.as_ref().is_some_and(|before| is_but_renamed(before, &after));
        if after.is_written() && !shares_the_same {
            self.unit.begin_resharing(object.id, Whose::Everybodys, self.now).await?;
        }
        match &before {
            Some(before) if !shares_the_same => self.unshare(before).await?,
            _ => self.unit.lock().await?,
        }
        let put = self.unit.put_sharing_rule(object.id, &after).await;
        put.map_err(|error| Error::taken(error, "another sharing rule of the object has this name"))?;
        self.unit.bump_policy_epoch().await?;
        let entry = self.word_sharing(&object, attempt, before.as_ref(), Some(&after)).await?;
        Ok(Done::new(ShareRule { object, rule: after }, entry))
    }

    /// Takes away what a rule has shared, and locks the ledger. Most of it goes before the lock, so that nobody waits for
    /// that; what others have committed meanwhile goes after it, and whoever commits later is in conflict.
    async fn unshare(&mut self, rule: &SharingRule) -> Result<(), Error> {
        if rule.is_written() {
            self.unit.remove_shares_by(rule.id()).await?;
        }
        self.unit.lock().await?;
        if rule.is_written() {
            self.unit.remove_shares_by(rule.id()).await?;
        }
        Ok(())
    }

    /// What changed.
    async fn word_sharing(
        &mut self,
        object: &ObjectDef,
        Attempt { event, .. }: Attempt,
        before: Option<&SharingRule>,
        after: Option<&SharingRule>,
    ) -> Result<EntryDraft, Error> {
        let Some(id) = before.or(after).map(SharingRule::id) else {
            return Err(Error::internal("a sharing rule was neither there nor is"));
        };
        let entry = EntryDraft::new(event).target(target(id)).detail("object", object.name.as_str());
        let word = |entry, name, read: fn(&SharingRule) -> Value| {
            change(entry, name, before.map(read), after.map_or(Value::Null, read))
        };
        let entry = word(entry, "name", |rule| Value::text(rule.name()));
        let entry = word(entry, "source", source);
        let entry = word(entry, "target", |rule| Value::text(rule.target().to_string()));
        let entry = word(entry, "level", |rule| Value::text(rule.level().to_string()));
        self.change_condition(entry, before.map(condition), after.map_or(Value::Null, condition)).await
    }
}

const KIND: &str = "sharing_rule";

fn target(id: SharingRuleId) -> Target {
    Target::thing(KIND, id.uuid())
}

fn source(rule: &SharingRule) -> Value {
    match rule {
        SharingRule::Owner(rule) => Value::text(rule.source.to_string()),
        SharingRule::Criteria(_) => Value::Null,
    }
}

fn condition(rule: &SharingRule) -> Value {
    match rule {
        SharingRule::Owner(_) => Value::Null,
        SharingRule::Criteria(rule) => word_condition(&rule.condition),
    }
}

fn is_but_renamed(before: &SharingRule, after: &SharingRule) -> bool {
    match (before.clone(), after) {
        (SharingRule::Owner(before), SharingRule::Owner(after)) => {
            OwnerRule { name: after.name.clone(), ..before } == *after
        }
        (SharingRule::Criteria(before), SharingRule::Criteria(after)) => {
            CriteriaRule { name: after.name.clone(), ..before } == *after
        }
        _ => false,
    }
}
