//! Removing a group.

use async_trait::async_trait;
use sutra_acl::{Principal, SystemPermission, Use};
use sutra_audit::{EntryDraft, Event};
use sutra_kernel::{GroupId, Value};

use super::put::{target, word_people};
use crate::{
    Error, Outcome,
    permissions::change,
    work::{Attempt, Done, UseCase, Work},
};

pub(super) struct DeleteGroup {
    pub(super) id: GroupId,
}

#[async_trait]
impl UseCase for DeleteGroup {
    type Output = GroupId;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::GroupDelete, target: Some(target(self.id)) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<GroupId>, Error> {
        work.require_permission(SystemPermission::ManageSharing)?;
        work.unit.lock().await?;
        let before = work.known_group(self.id)?;
        work.require_unused(Principal::Group(self.id)).await?;
        work.unit.remove_group(self.id).await?;
        work.unit.bump_policy_epoch().await?;
        let entry = EntryDraft::new(Event::GroupDelete).target(target(self.id));
        let entry = change(entry, "name", Some(Value::text(&before.name)), Value::Null);
        let entry = change(entry, "members", Some(word_people(&before.members)), Value::Null);
        Ok(Done::new(self.id, entry))
    }

    fn outcome(answer: &GroupId) -> Option<Outcome> {
        Some(Outcome::Thing(answer.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<GroupId, Error> {
        work.require_permission(SystemPermission::ManageSharing)?;
        Ok(GroupId::from_uuid(before.thing()?))
    }
}

impl Work<'_> {
    /// Refuses to remove what something else names.
    pub(crate) async fn require_unused(&mut self, principal: Principal) -> Result<(), Error> {
        self.require_unruled(principal)?;
        let Some(found) = self.unit.find_use(principal).await? else { return Ok(()) };
        let message = match found {
            Use::Member(group) => {
                let group = self.known_group(group)?;
                format!("{principal} is in group `{}`", group.name)
            }
            Use::Share => format!("a record is shared with {principal}"),
            Use::Owner => format!("{principal} owns records, or did when they were deleted"),
        };
        Err(Error::InUse(message))
    }
}
