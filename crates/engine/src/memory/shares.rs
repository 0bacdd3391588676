//! To whom records are shared.

use std::collections::BTreeMap;

use async_trait::async_trait;
use sutra_acl::Principal;
use sutra_kernel::{PortError, RecordId, RoleId, UserId};
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
