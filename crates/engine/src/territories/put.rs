//! Making, renaming and moving a territory.

use async_trait::async_trait;
use sutra_acl::{SystemPermission, Territory, TerritoryTree};
use sutra_audit::{EntryDraft, Event, Target};
use sutra_kernel::{TerritoryId, Value};

use super::StaffedTerritory;
use crate::{
    Error, Outcome,
    members::parse_name,
    permissions::change,
    work::{Attempt, Done, UseCase, Work},
};

pub(super) struct PutTerritory<'a> {
    pub(super) id: Option<TerritoryId>,
    pub(super) name: &'a str,
    pub(super) parent: Option<TerritoryId>,
}

#[async_trait]
impl UseCase for PutTerritory<'_> {
    type Output = StaffedTerritory;

    fn attempt(&self) -> Attempt {
        Attempt { event: self.event(), target: Some(self.id.map_or(Target::kind("territory"), target)) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<StaffedTerritory>, Error> {
        work.require_permission(SystemPermission::ManageSharing)?;
        work.unit.lock().await?;
        let mut territories = work.unit.territories().await?;
        let before = self.id.map(|id| find(&territories, id)).transpose()?;
        let id = self.id.unwrap_or_else(|| TerritoryId::generate(work.now, work.entropy()));
        let after = Territory { id, name: parse_name(self.name)?, parent: self.parent };
        let answer = work.authority.staffed(after.clone());
        if before.as_ref() == Some(&after) {
            return Ok(Done::unchanged(answer));
        }
        territories.retain(|territory| territory.id != id);
        territories.push(after.clone());
        TerritoryTree::compile(&territories).map_err(Error::bad_input)?;
        let put = work.unit.put_territory(&after).await;
        put.map_err(|error| Error::taken(error, "another territory has this name"))?;
        work.unit.bump_policy_epoch().await?;
        work.require_still_bound().await?;
        work.follow_sources().await?;
        let entry = word(EntryDraft::new(self.event()), before.as_ref(), &after);
        Ok(Done::new(answer, entry))
    }

    fn outcome(answer: &StaffedTerritory) -> Option<Outcome> {
        Some(Outcome::Thing(answer.territory.id.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<StaffedTerritory, Error> {
        work.require_permission(SystemPermission::ManageSharing)?;
        work.known_territory(TerritoryId::from_uuid(before.thing()?)).await
    }
}

impl PutTerritory<'_> {
    fn event(&self) -> Event {
        if self.id.is_some() { Event::TerritoryUpdate } else { Event::TerritoryCreate }
    }
}

impl Work<'_> {
    pub(super) async fn known_territory(&mut self, id: TerritoryId) -> Result<StaffedTerritory, Error> {
        let territory = find(&self.unit.territories().await?, id)?;
        Ok(self.authority.staffed(territory))
    }
}

pub(super) fn target(id: TerritoryId) -> Target {
    Target::thing("territory", id.uuid())
}

fn find(territories: &[Territory], id: TerritoryId) -> Result<Territory, Error> {
    territories.iter().find(|territory| territory.id == id).cloned().ok_or(Error::NotFound("territory"))
}

fn word(entry: EntryDraft, before: Option<&Territory>, after: &Territory) -> EntryDraft {
    let name = |territory: &Territory| Value::text(&territory.name);
    let entry = change(entry.target(target(after.id)), "name", before.map(name), name(after));
    change(entry, "parent", before.map(parent), parent(after))
}

fn parent(territory: &Territory) -> Value {
    territory.parent.map_or(Value::Null, |id| Value::text(id.to_string()))
}
