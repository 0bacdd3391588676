//! Setting an object's org-wide default.

use async_trait::async_trait;
use sutra_acl::{CONTROL_DEPTH, ObjectPolicy, OrgWideDefault, Policy, SystemPermission};
use sutra_audit::{EntryDraft, Event, Target};
use sutra_kernel::{ObjectId, Value};
use sutra_records::{FieldDef, ObjectDef};

use super::grants::change;
use crate::{
    Error, Outcome,
    work::{Attempt, Done, UseCase, Work},
};

pub(super) struct SetDefault<'a> {
    pub(super) object: &'a str,
    pub(super) default: OrgWideDefault,
    pub(super) hierarchy: bool,
}

#[async_trait]
impl UseCase for SetDefault<'_> {
    type Output = ObjectPolicy;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::DefaultUpdate, target: Some(Target::kind("object")) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<ObjectPolicy>, Error> {
        work.require_permission(SystemPermission::ManageSharing)?;
        let object = work.object(self.object)?;
        let before = work.authority.policy.objects.get(&object.id).cloned();
        let own =
            before.clone().unwrap_or_else(|| ObjectPolicy::new(object.id, self.default, self.hierarchy));
        let parent = object.parent().and_then(FieldDef::target);
        let parent = parent.and_then(|parent| work.metadata().object_named(parent.as_str()));
        let after = ObjectPolicy { default: self.default, hierarchy: self.hierarchy, ..own };
        let parent = parent.map(|parent| parent.id).filter(|_| after.is_controlled());
        let mut after = ObjectPolicy { parent, ..after };
        let policy = with(&work.authority.policy, &after);
        require_control(&object, &policy)?;
        if before.as_ref() == Some(&after) {
            return Ok(Done::unchanged(after));
        }
        // Most of it goes before the lock, so that nobody waits for that; what others have committed meanwhile goes
        // after it, and whoever commits later is in conflict.
        let settles = before.as_ref().and_then(ObjectPolicy::controller) != after.controller();
        after.settling |= settles && !work.settle_under(&object, &policy).await?;
        work.unit.lock().await?;
        after.settling |= settles && !after.settling && !work.settle_under(&object, &policy).await?;
        work.unit.put_object_policy(&after).await?;
        work.unit.bump_policy_epoch().await?;
        let entry = EntryDraft::new(Event::DefaultUpdate).target(Target::thing("object", object.id.uuid()));
        let (old, new) = (before.as_ref(), &after);
        let word = |policy: &ObjectPolicy| Value::text(policy.default.to_string());
        let entry = change(entry, "default", old.map(word), word(new));
        let entry = change(
            entry,
            "hierarchy",
            old.map(|p| Value::Boolean(p.hierarchy)),
            Value::Boolean(new.hierarchy),
        );
        Ok(Done::new(after, entry))
    }

    fn outcome(answer: &ObjectPolicy) -> Option<Outcome> {
        Some(Outcome::Thing(answer.object.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<ObjectPolicy, Error> {
        work.require_permission(SystemPermission::ManageSharing)?;
        let known = work.authority.policy.objects.get(&ObjectId::from_uuid(before.thing()?));
        known.cloned().ok_or(Error::NotFound("object"))
    }
}

/// The policy as it is to be.
fn with(policy: &Policy, after: &ObjectPolicy) -> Policy {
    let mut policy = policy.clone();
    policy.objects.insert(after.object, after.clone());
    policy
}

/// Refuses to have the records of an object controlled if nothing can control them, or if there are rules that share them:
/// they are shared with what controls them.
fn require_control(object: &ObjectDef, policy: &Policy) -> Result<(), Error> {
    let Some(after) = policy.objects.get(&object.id).filter(|after| after.is_controlled()) else {
        return Ok(());
    };
    let name = &object.name;
    if after.parent.is_none() {
        return Err(Error::BadInput(format!("records of `{name}` have no parent that could control them")));
    }
    if policy.root(object.id).is_none() {
        return Err(Error::BadInput(format!(
            "more than {CONTROL_DEPTH} objects would control the records of `{name}`, one above the other"
        )));
    }
    if after.sharing_rules().next().is_some() {
        return Err(Error::InUse(format!("sharing rules of `{name}` stand against it; remove them first")));
    }
    Ok(())
}
