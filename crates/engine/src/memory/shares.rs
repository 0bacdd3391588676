//! To whom records are shared.

use std::collections::BTreeMap;

use async_trait::async_trait;
use sutra_acl::{Cause, Level, Principal, Share};
use sutra_kernel::{ObjectId, PortError, RecordId, RoleId, TerritoryId, UserId};
use sutra_records::{RecordShare, ShareWriter, TeamRole};

use super::{
    open::{Open, Writing},
    state::State,
};

#[async_trait]
impl ShareWriter for Open<Writing> {
    async fn put_shares(&mut self, shares: &[RecordShare]) -> Result<(), PortError> {
        self.remove_shares(shares).await?;
        let state = self.tables();
        for shared in shares {
            if state.records.get(&shared.record).is_none_or(|record| record.object != shared.object) {
                return Err(PortError::refused("a record that is shared is not there"));
            }
            let standing = state.shares.entry(shared.record).or_default();
            standing.shares.push(shared.share);
            standing.shares.sort();
        }
        Ok(())
    }

    async fn remove_shares(&mut self, shares: &[RecordShare]) -> Result<(), PortError> {
        let state = self.tables();
        for removed in shares {
            let Some(standing) = state.shares.get_mut(&removed.record) else { continue };
            standing.shares.retain(|share| !removed.replaces(&RecordShare { share: *share, ..*removed }));
            if standing.shares.is_empty() {
                state.shares.remove(&removed.record);
            }
        }
        Ok(())
    }

    async fn assigned(
        &mut self,
        object: ObjectId,
        territory: TerritoryId,
        limit: usize,
    ) -> Result<Vec<RecordId>, PortError> {
        let state = self.state();
        let is_assigned = |share: &Share| is_assigned(share, territory);
        let assigned = state.shares.iter().filter(|(_, standing)| standing.shares.iter().any(is_assigned));
        let of_object = |id: &RecordId| state.records.get(id).is_some_and(|it| it.object == object);
        Ok(assigned.map(|(id, _)| *id).filter(of_object).take(limit).collect())
    }

    async fn level_assigned(
        &mut self,
        object: ObjectId,
        territory: TerritoryId,
        level: Option<Level>,
    ) -> Result<(), PortError> {
        let assigned = self.assigned(object, territory, usize::MAX).await?;
        let state = self.tables();
        for id in assigned {
            let Some(standing) = state.shares.get_mut(&id) else { continue };
            standing.shares.retain(|share| level.is_some() || !is_assigned(share, territory));
            for share in standing.shares.iter_mut().filter(|share| is_assigned(share, territory)) {
                share.level = level.unwrap_or(share.level);
            }
            standing.shares.sort();
            if standing.shares.is_empty() {
                state.shares.remove(&id);
            }
        }
        Ok(())
    }

    async fn put_team_roles(
        &mut self,
        record: RecordId,
        roles: &BTreeMap<UserId, Option<TeamRole>>,
    ) -> Result<(), PortError> {
        let state = self.tables();
        let is_known =
            state.records.contains_key(&record) && roles.keys().all(|user| state.users.contains_key(user));
        if !is_known {
            return Err(PortError::refused("there is no such record or user"));
        }
        let team = state.team_roles.entry(record).or_default();
        for (user, role) in roles {
            match role {
                Some(role) => team.insert(*user, role.clone()),
                None => team.remove(user),
            };
        }
        Ok(())
    }
}

impl State {
    /// Writes a user's role to up to so many shares with him that have another, and counts them.
    pub(super) fn move_shared(&mut self, user: UserId, role: Option<RoleId>, limit: usize) -> u64 {
        let shares = self.shares.values_mut().flat_map(|standing| standing.shares.iter_mut());
        let unmoved = shares.filter(|share| share.principal == Principal::User(user) && share.role != role);
        unmoved.take(limit).map(|share| share.role = role).map(|()| 1).sum()
    }
}

fn is_assigned(share: &Share, territory: TerritoryId) -> bool {
    share.cause == Cause::Territory && share.principal == Principal::TerritoryAndAbove(territory)
}
