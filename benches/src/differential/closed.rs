//! Worlds that a store can hold: whatever they name is there.

use std::collections::BTreeMap;

use sutra_acl::{
    Audience, ObjectPolicy, OrgWideDefault, Owner, Principal, RestrictionRule, Subject, SystemPermission,
};
use sutra_kernel::{PermissionSetGroupId, PermissionSetId, ProfileId, RoleId};

use super::world::{SetGroup, Thing, WORDS, Words, World, id};

impl World {
    /// The same without what no store accepts, and with somebody, the last of its users, who may do everything.
    pub(super) fn closed(&self) -> Self {
        let profile = |user: &Subject, number: usize| {
            let known = |profile: &&Words| id::<ProfileId>(profile.number) == user.profile;
            self.profiles.iter().find(known).map_or(number % self.profiles.len(), |profile| profile.number)
        };
        let users = self.users.iter().enumerate();
        let users = users.map(|(number, user)| self.settled(user, id(profile(user, number))));
        let closed = Self {
            set_groups: self.set_groups.iter().map(|group| self.with_known_sets(group)).collect(),
            objects: self.objects.iter().map(Self::rooted).collect(),
            users: users.chain([self.administrator()]).collect(),
            profiles: self.profiles.iter().cloned().chain([self.everything()]).collect(),
            ..self.clone()
        };
        closed.with_known_principals().with_owned_records()
    }

    /// The same with nothing muted.
    pub(super) fn unmuted(&self) -> Self {
        let unmuted = self.set_groups.iter().cloned();
        let unmuted = unmuted.map(|group| SetGroup { system: [].into(), objects: [].into(), ..group });
        Self { set_groups: unmuted.collect(), ..self.clone() }
    }

    fn administrator(&self) -> Subject {
        Subject::new(self.workspace, id(self.users.len()), id(self.profiles.len()))
    }

    fn everything(&self) -> Words {
        let objects = self.objects.iter().flat_map(|policy| WORDS.map(|word| (policy.object, word)));
        Words {
            number: self.profiles.len(),
            system: SystemPermission::ALL.into(),
            objects: objects.collect(),
        }
    }

    fn settled(&self, user: &Subject, profile: ProfileId) -> Subject {
        let mut user = Subject { workspace: self.workspace, profile, ..user.clone() };
        user.role = user.role.filter(|role| self.roles.iter().any(|known| known.id == *role));
        user.permission_sets
            .retain(|set| self.sets.iter().any(|known| id::<PermissionSetId>(known.number) == *set));
        let known = |group: PermissionSetGroupId| {
            self.set_groups.iter().any(|known| id::<PermissionSetGroupId>(known.number) == group)
        };
        user.permission_set_groups.retain(|group| known(*group));
        user
    }

    fn with_known_sets(&self, group: &SetGroup) -> SetGroup {
        let mut group = group.clone();
        group.sets.retain(|set| self.sets.iter().any(|known| known.number == *set));
        group
    }

    /// Not controlled by what is not there.
    fn rooted(policy: &ObjectPolicy) -> ObjectPolicy {
        let default = match (policy.default, policy.parent) {
            (OrgWideDefault::ControlledByParent, None) => OrgWideDefault::Private,
            (default, _) => default,
        };
        ObjectPolicy { default, ..policy.clone() }
    }

    fn with_known_principals(self) -> Self {
        let mut closed = self.clone();
        for group in &mut closed.groups {
            group.members.retain(|member| self.knows(*member));
        }
        closed.assigned.retain(|(territory, user)| {
            self.knows(Principal::TerritoryAndAbove(*territory)) && self.knows(Principal::User(*user))
        });
        closed.moving.retain(|user, before| {
            self.knows(Principal::User(*user)) && before.is_none_or(|role| self.knows(Principal::Role(role)))
        });
        for policy in &mut closed.objects {
            policy.owner_rules.retain(|rule| self.knows(rule.source) && self.knows(rule.target));
            policy.criteria_rules.retain(|rule| self.knows(rule.target));
            for rule in &mut policy.restrictions {
                *rule =
                    RestrictionRule { binds: self.known_among(&rule.binds), ..RestrictionRule::clone(rule) }
                        .into();
            }
        }
        closed
    }

    fn known_among(&self, audience: &Audience) -> Audience {
        let mut audience = audience.clone();
        if let Audience::Some { profiles, principals } = &mut audience {
            profiles.retain(|profile| {
                self.profiles.iter().any(|known| id::<ProfileId>(known.number) == *profile)
            });
            principals.retain(|principal| self.knows(*principal));
        }
        audience
    }

    /// Records at home, of objects that are known, and of somebody.
    fn with_owned_records(mut self) -> Self {
        let known = self.clone();
        for (number, thing) in self.records.iter_mut().enumerate() {
            let is_known = match thing.owner {
                Owner::User(user) => known.knows(Principal::User(user)),
                Owner::Queue(queue) => known.is_queue(Principal::Group(queue)),
            };
            let somebody = Owner::User(known.users[number % known.users.len()].user);
            let shares = thing.shares.iter().filter(|(with, ..)| known.knows(*with));
            // A later share replaces an earlier one of its kind.
            let shares: BTreeMap<_, _> =
                shares.map(|(with, level, cause)| ((*with, *cause), *level)).collect();
            *thing = Thing {
                workspace: known.workspace,
                object: if known.object(thing.object).is_some() { thing.object } else { id(1) },
                owner: if is_known { thing.owner } else { somebody },
                shares: shares.into_iter().map(|((with, cause), level)| (with, level, cause)).collect(),
                ..thing.clone()
            };
        }
        self
    }

    fn knows(&self, principal: Principal) -> bool {
        let role = |role: RoleId| self.roles.iter().any(|known| known.id == role);
        match principal {
            Principal::User(user) => self.users.iter().any(|known| known.user == user),
            Principal::Group(group) => self.groups.iter().any(|known| known.id == group),
            Principal::Role(it) | Principal::RoleAndSubordinates(it) => role(it),
            Principal::TerritoryAndAbove(territory) => {
                self.territories.iter().any(|known| known.id == territory)
            }
        }
    }
}
