//! Setting an object's org-wide default.

use async_trait::async_trait;
use sutra_acl::{ObjectPolicy, OrgWideDefault, SystemPermission};
use sutra_audit::{EntryDraft, Event, Target};
use sutra_kernel::{ObjectId, Value};

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
        work.unit.lock().await?;
        let object = work.object(self.object)?;
        let before = work.authority.policy.objects.get(&object.id).cloned();
        let own =
            before.clone().unwrap_or_else(|| ObjectPolicy::new(object.id, self.default, self.hierarchy));
        let after = ObjectPolicy { default: self.default, hierarchy: self.hierarchy, ..own };
        if after.default == OrgWideDefault::ControlledByParent && after.parent.is_none() {
            return Err(Error::BadInput(format!(
                "records of `{}` have no parent that could control them",
                object.name
            )));
        }
        if after.is_controlled() && after.sharing_rules().next().is_some() {
            let message = format!("sharing rules of `{}` stand against it; remove them first", object.name);
            return Err(Error::InUse(message));
        }
        if before.as_ref() == Some(&after) {
            return Ok(Done::unchanged(after));
        }
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
