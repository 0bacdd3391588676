//! Removing a territory.

use async_trait::async_trait;
use sutra_acl::{Principal, SystemPermission};
use sutra_audit::{EntryDraft, Event};
use sutra_kernel::{TerritoryId, Value};

use super::put::target;
use crate::{
    Error, Outcome,
    permissions::change,
    work::{Attempt, Done, UseCase, Work},
};

pub(super) struct DeleteTerritory {
    pub(super) id: TerritoryId,
}

#[async_trait]
impl UseCase for DeleteTerritory {
    type Output = TerritoryId;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::TerritoryDelete, target: Some(target(self.id)) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<TerritoryId>, Error> {
        work.require_permission(SystemPermission::ManageSharing)?;
        work.unit.lock().await?;
        let before = work.known_territory(self.id).await?;
        if work.authority.policy.directory.territories().subtree(self.id).len() > 1 {
            return Err(Error::InUse("there are territories below this one".to_owned()));
        }
        match before.users.len() {
            0 => work.require_unused(Principal::TerritoryAndAbove(self.id)).await?,
            1 => return Err(Error::InUse("one user is assigned to this territory".to_owned())),
            many => return Err(Error::InUse(format!("{many} users are assigned to this territory"))),
        }
        work.unit.remove_territory(self.id).await?;
        work.unit.bump_policy_epoch().await?;
        let entry = EntryDraft::new(Event::TerritoryDelete).target(target(self.id));
        let name = Some(Value::text(&before.territory.name));
        Ok(Done::new(self.id, change(entry, "name", name, Value::Null)))
    }

    fn outcome(answer: &TerritoryId) -> Option<Outcome> {
        Some(Outcome::Thing(answer.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<TerritoryId, Error> {
        work.require_permission(SystemPermission::ManageSharing)?;
        Ok(TerritoryId::from_uuid(before.thing()?))
    }
}
