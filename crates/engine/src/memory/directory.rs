//! Groups and queues, and what the directory knows of people.

use async_trait::async_trait;
use sutra_acl::{
    Directory, DirectoryReader, DirectoryWriter, Group, Owner, People, Principal, TerritoryTree, Use,
};
use sutra_kernel::{GroupId, PortError};

use super::{
    open::{Open, Writing},
    policy::require_free,
    state::State,
};

#[async_trait]
impl<M: Send> DirectoryReader for Open<M> {
    async fn groups(&mut self) -> Result<Vec<Group>, PortError> {
        Ok(self.state().groups.values().cloned().collect())
    }

    async fn find_use(&mut self, principal: Principal) -> Result<Option<Use>, PortError> {
        let state = self.state();
        if let Some(group) = state.groups.values().find(|group| group.members.contains(&principal)) {
            return Ok(Some(Use::Member(group.id)));
        }
        let mut shares = state.shares.values().flat_map(|standing| &standing.shares);
        if shares.any(|share| share.principal == principal) {
            return Ok(Some(Use::Share));
        }
        let Some(owner) = Owner::of(principal) else { return Ok(None) };
        Ok(state.records.values().any(|record| record.owner == owner).then_some(Use::Owner))
    }
}

impl State {
    /// Everything that the policy knows of groups and people.
    pub(super) fn directory(&self) -> Result<Directory, PortError> {
        let is_named = |user| {
            self.groups.values().any(|group| group.members.contains(&Principal::User(user)))
                || self.territory_users.values().any(|users| users.contains(&user))
        };
        let roles = self.users.values().filter_map(|user| Some((user.id, user.role?)));
        let people = People {
            roles: roles.clone().filter(|(user, _)| is_named(*user)).collect(),
            inhabited: roles.map(|(_, role)| role).collect(),
            territories: self.territory_users.clone(),
        };
        let territories: Vec<_> = self.territories.values().cloned().collect();
        let territories = TerritoryTree::compile(&territories).map_err(PortError::corrupt)?;
        let groups = self.groups.values().cloned().collect();
        Directory::compile(groups, territories, people).map_err(PortError::corrupt)
    }
}

#[async_trait]
impl DirectoryWriter for Open<Writing> {
    async fn put_group(&mut self, group: &Group) -> Result<(), PortError> {
        let groups = &mut self.tables().groups;
        let mut others = groups.values().filter(|other| other.id != group.id);
        require_free(!others.any(|other| other.name == group.name))?;
        groups.insert(group.id, group.clone());
        Ok(())
    }

    async fn remove_group(&mut self, group: GroupId) -> Result<(), PortError> {
        self.tables().groups.remove(&group);
        Ok(())
    }
}
