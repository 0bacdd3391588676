//! Permission sets, permission set groups, and who has them.

use std::collections::BTreeMap;

use async_trait::async_trait;
use sutra_acl::{
    Assigned, Bundle, PermissionSet, PermissionSetGroup, PermissionSetReader, PermissionSetWriter,
};
use sutra_kernel::{PermissionSetGroupId, PermissionSetId, PortError, UserId};

use super::{
    open::{Open, Writing},
    policy::require_free,
    state::State,
};

#[async_trait]
impl<M: Send> PermissionSetReader for Open<M> {
    async fn permission_sets(&mut self) -> Result<Vec<PermissionSet>, PortError> {
        Ok(self.state().permission_sets.values().cloned().collect())
    }

    async fn permission_set_groups(&mut self) -> Result<Vec<PermissionSetGroup>, PortError> {
        Ok(self.state().permission_set_groups.values().cloned().collect())
    }

    async fn assigned_to(&mut self, users: &[UserId]) -> Result<BTreeMap<UserId, Assigned>, PortError> {
        let assigned = self.state().assigned.iter().filter(|(user, _)| users.contains(user));
        Ok(assigned.map(|(user, assigned)| (*user, assigned.clone())).collect())
    }

    async fn holders(&mut self, bundle: Bundle) -> Result<Vec<UserId>, PortError> {
        Ok(self.state().holders(bundle).collect())
    }
}

impl State {
    fn holders(&self, bundle: Bundle) -> impl Iterator<Item = UserId> {
        let has = move |assigned: &Assigned| match bundle {
            Bundle::Set(set) => assigned.permission_sets.contains(&set),
            Bundle::Group(group) => assigned.permission_set_groups.contains(&group),
        };
        self.assigned.iter().filter(move |(_, assigned)| has(assigned)).map(|(user, _)| *user)
    }
}

#[async_trait]
impl PermissionSetWriter for Open<Writing> {
    async fn put_permission_set(&mut self, set: &PermissionSet) -> Result<(), PortError> {
        let sets = &mut self.tables().permission_sets;
        let mut others = sets.values().filter(|other| other.id != set.id);
        require_free(!others.any(|other| other.name == set.name))?;
        sets.insert(set.id, set.clone());
        Ok(())
    }

    async fn remove_permission_set(&mut self, set: PermissionSetId) -> Result<(), PortError> {
        let state = self.tables();
        let is_grouped = state.permission_set_groups.values().any(|group| group.sets.contains(&set));
        if is_grouped || state.holders(Bundle::Set(set)).next().is_some() {
            return Err(PortError::refused("the permission set is in use"));
        }
        state.permission_sets.remove(&set);
        Ok(())
    }

    async fn put_permission_set_group(&mut self, group: &PermissionSetGroup) -> Result<(), PortError> {
        let state = self.tables();
        let mut others = state.permission_set_groups.values().filter(|other| other.id != group.id);
        require_free(!others.any(|other| other.name == group.name))?;
        if !group.sets.iter().all(|set| state.permission_sets.contains_key(set)) {
            return Err(PortError::refused("there is no such permission set"));
        }
        state.permission_set_groups.insert(group.id, group.clone());
        Ok(())
    }

    async fn remove_permission_set_group(&mut self, group: PermissionSetGroupId) -> Result<(), PortError> {
        let state = self.tables();
        if state.holders(Bundle::Group(group)).next().is_some() {
            return Err(PortError::refused("the permission set group is in use"));
        }
        state.permission_set_groups.remove(&group);
        Ok(())
    }

    async fn assign(&mut self, user: UserId, assigned: &Assigned) -> Result<(), PortError> {
        let state = self.tables();
        let Assigned { permission_sets, permission_set_groups } = assigned;
        let is_known = state.users.contains_key(&user)
            && permission_sets.iter().all(|set| state.permission_sets.contains_key(set))
            && permission_set_groups.iter().all(|group| state.permission_set_groups.contains_key(group));
        if !is_known {
            return Err(PortError::refused("there is no such user or permission set"));
        }
        if *assigned == Assigned::default() {
            state.assigned.remove(&user);
        } else {
            state.assigned.insert(user, assigned.clone());
        }
        Ok(())
    }
}
