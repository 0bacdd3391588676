//! Profiles, roles and org-wide defaults.

use std::sync::Arc;

use async_trait::async_trait;
use sutra_acl::{
    Move, ObjectPolicy, Owner, Policy, PolicyReader, PolicyWriter, Profile, Role, RoleTree, Subject,
};
use sutra_identity::{Held, SettingScope};
use sutra_kernel::{PortError, ProfileId, RoleId, Timestamp, UserId};
use sutra_records::{Record, Resharing};

use super::open::{Open, Writing};
use crate::members::subject_of;

#[async_trait]
impl<M: Send> PolicyReader for Open<M> {
    async fn policy(&mut self) -> Result<Policy, PortError> {
        let state = self.state();
        let roles: Vec<_> = state.roles.values().cloned().collect();
        let profiles = state.profiles.values().map(|profile| (profile.id, Arc::new(profile.clone())));
        let sets = state.permission_sets.values().map(|set| (set.id, Arc::new(set.clone())));
        let groups = state.permission_set_groups.values().map(|group| (group.id, Arc::new(group.clone())));
        Ok(Policy {
            roles: RoleTree::compile(&roles).map_err(PortError::corrupt)?,
            profiles: profiles.collect(),
            permission_sets: sets.collect(),
            permission_set_groups: groups.collect(),
            directory: state.directory()?,
            objects: state.policies_with_rules(),
            territory_levels: Arc::new(state.territory_levels.clone()),
            moving: Arc::new(state.moving.keys().copied().collect()),
            withheld: Arc::new(Resharing::withheld(state.resharings.values())),
            ..Policy::closed(state.workspace, state.head.epochs.policy)
        })
    }

    async fn subject(&mut self, user: UserId) -> Result<Option<Subject>, PortError> {
        let state = self.state();
        let Some(user) = state.users.get(&user) else { return Ok(None) };
        let assigned = state.assigned.get(&user.id).cloned().unwrap_or_default();
        Ok(Some(subject_of(user, assigned)))
    }

    async fn profiles(&mut self) -> Result<Vec<Profile>, PortError> {
        Ok(self.state().profiles.values().cloned().collect())
    }

    async fn moves(&mut self) -> Result<Vec<Move>, PortError> {
        let moving = self.state().moving.iter();
        Ok(moving.map(|(user, started_at)| Move { user: *user, started_at: *started_at }).collect())
    }

    async fn roles(&mut self) -> Result<Vec<Role>, PortError> {
        Ok(self.state().roles.values().cloned().collect())
    }
}

#[async_trait]
impl PolicyWriter for Open<Writing> {
    async fn put_profile(&mut self, profile: &Profile) -> Result<(), PortError> {
        let profiles = &mut self.tables().profiles;
        let mut others = profiles.values().filter(|other| other.id != profile.id);
        require_free(!others.any(|other| other.name == profile.name))?;
        profiles.insert(profile.id, profile.clone());
        Ok(())
    }

    async fn remove_profile(&mut self, profile: ProfileId) -> Result<(), PortError> {
        let state = self.tables();
        if state.holders_of(Held::Profile(profile)) > 0 {
            return Err(PortError::refused("the profile is in use"));
        }
        state.profiles.remove(&profile);
        state.settings.retain(|(scope, _), _| *scope != SettingScope::Profile(profile));
        Ok(())
    }

    async fn put_role(&mut self, role: &Role) -> Result<(), PortError> {
        let roles = &mut self.tables().roles;
        let mut others = roles.values().filter(|other| other.id != role.id);
        require_free(!others.any(|other| other.name == role.name))?;
        roles.insert(role.id, role.clone());
        Ok(())
    }

    async fn remove_role(&mut self, role: RoleId) -> Result<(), PortError> {
        let state = self.tables();
        let is_above = state.roles.values().any(|other| other.parent == Some(role));
        if is_above || state.holders_of(Held::Role(role)) > 0 {
            return Err(PortError::refused("the role is in use"));
        }
        state.roles.remove(&role);
        Ok(())
    }

    async fn put_object_policy(&mut self, policy: &ObjectPolicy) -> Result<(), PortError> {
        let bare = ObjectPolicy::new(policy.object, policy.default, policy.hierarchy);
        let bare = ObjectPolicy { parent: policy.parent, settling: policy.settling, ..bare };
        self.tables().object_policies.insert(policy.object, bare);
        Ok(())
    }

    async fn bump_policy_epoch(&mut self) -> Result<(), PortError> {
        let epoch = &mut self.tables().head.epochs.policy;
        *epoch = epoch.saturating_add(1);
        Ok(())
    }

    async fn move_owned(
        &mut self,
        user: UserId,
        role: Option<RoleId>,
        limit: usize,
    ) -> Result<u64, PortError> {
        let state = self.tables();
        let shared = state.move_shared(user, role, limit);
        let records = state.records.values_mut().filter(|record| is_unmoved(record, user, role));
        let owned: u64 = records.take(limit).map(|record| record.set_role_for_access(role)).map(|()| 1).sum();
        Ok(owned.saturating_add(shared))
    }

    async fn begin_moving(&mut self, user: UserId, now: Timestamp) -> Result<(), PortError> {
        self.tables().moving.entry(user).or_insert(now);
        Ok(())
    }

    async fn end_moving(&mut self, user: UserId) -> Result<(), PortError> {
        self.tables().moving.remove(&user);
        Ok(())
    }
}

fn is_unmoved(record: &Record, user: UserId, role: Option<RoleId>) -> bool {
    record.owner_for_access() == Owner::User(user) && record.as_control().role != role
}

/// Refuses a name that is taken.
pub(super) fn require_free(free: bool) -> Result<(), PortError> {
    if free { Ok(()) } else { Err(PortError::refused("the name is taken")) }
}
