//! Assigning users to a territory.

use std::collections::BTreeSet;

use async_trait::async_trait;
use sutra_acl::{Principal, SystemPermission};
use sutra_audit::{EntryDraft, Event};
use sutra_kernel::{TerritoryId, UserId};

use super::{StaffedTerritory, put::target};
use crate::{
    Error, MAX_MEMBERS, Outcome,
    permissions::{change, words},
    work::{Attempt, Done, UseCase, Work},
};

pub(super) struct AssignUsers<'a> {
    pub(super) id: TerritoryId,
    pub(super) users: &'a BTreeSet<UserId>,
}

#[async_trait]
impl UseCase for AssignUsers<'_> {
    type Output = StaffedTerritory;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::TerritoryAssign, target: Some(target(self.id)) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<StaffedTerritory>, Error> {
        work.require_permission(SystemPermission::ManageSharing)?;
        work.unit.lock().await?;
        let before = work.known_territory(self.id).await?;
        let after = StaffedTerritory { users: self.users.clone(), ..before.clone() };
        if before == after {
            return Ok(Done::unchanged(after));
        }
        if self.users.len() > MAX_MEMBERS {
            return Err(Error::BadInput(format!("a territory has at most {MAX_MEMBERS} users")));
        }
        work.require_principals(&self.users.iter().copied().map(Principal::User).collect()).await?;
        work.unit.assign_territory(self.id, self.users).await?;
        work.unit.bump_policy_epoch().await?;
        work.require_still_bound().await?;
        work.follow_sources().await?;
        let entry = EntryDraft::new(Event::TerritoryAssign).target(target(self.id));
        let entry = change(entry, "users", Some(words(&before.users)), words(&after.users));
        Ok(Done::new(after, entry))
    }

    fn outcome(answer: &StaffedTerritory) -> Option<Outcome> {
        Some(Outcome::Thing(answer.territory.id.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<StaffedTerritory, Error> {
        work.require_permission(SystemPermission::ManageSharing)?;
        work.known_territory(TerritoryId::from_uuid(before.thing()?)).await
    }
}
