//! Who belongs to what.

use std::collections::{BTreeMap, BTreeSet};

use sutra_kernel::{GroupId, RoleId, TerritoryId, UserId};

use crate::{Group, Principal, RoleTree, TerritoryTree};

/// The groups, queues and territories of a workspace and their people.
///
/// Of users it knows those that are named by a group or a territory, with their roles; of roles, which have
/// somebody in them. That is enough to tell what any one user belongs to, and what those below him do.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    groups: BTreeMap<GroupId, Group>,
    territories: TerritoryTree,
    people: People,
    /// The groups that name a principal themselves.
    naming: BTreeMap<Principal, Vec<GroupId>>,
}

/// What a [`Directory`] has to know of users.
#[derive(Debug, Clone, Default)]
pub struct People {
    /// The roles of the users that are members of a group or assigned to a territory, if they have any.
    pub roles: BTreeMap<UserId, RoleId>,
    /// Who is assigned to which territory.
    pub territories: BTreeMap<TerritoryId, BTreeSet<UserId>>,
    /// The roles that somebody has.
    pub inhabited: BTreeSet<RoleId>,
}

/// Some users: by themselves, and everybody with some roles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Staff {
    /// By themselves.
    pub users: BTreeSet<UserId>,
    /// The roles of the others.
    pub roles: BTreeSet<RoleId>,
}

/// Why groups cannot be as they are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GroupError {
    /// Two groups have the same id.
    #[error("group `{0}` is there twice")]
    Duplicate(GroupId),
    /// A member is a group that is not there.
    #[error("a member of group `{0}` is unknown")]
    UnknownMember(GroupId),
    /// The group is in itself, through others or not.
    #[error("group `{0}` is in itself")]
    Cycle(GroupId),
}

impl Staff {
    /// Whether it is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.users.is_empty() && self.roles.is_empty()
    }

    /// What is named here and not there.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        Self { users: &self.users - &other.users, roles: &self.roles - &other.roles }
    }
}

impl Directory {
    /// Looks through the groups, in whatever order they come.
    ///
    /// # Errors
    /// A group that is there twice, has an unknown group in it, or is in itself is refused.
    pub fn compile(
        groups: Vec<Group>,
        territories: TerritoryTree,
        people: People,
    ) -> Result<Self, GroupError> {
        let mut directory = Self { territories, people, ..Self::default() };
        for group in groups {
            for member in &group.members {
                directory.naming.entry(*member).or_default().push(group.id);
            }
            let id = group.id;
            if directory.groups.insert(id, group).is_some() {
                return Err(GroupError::Duplicate(id));
            }
        }
        directory.check()?;
        Ok(directory)
    }

    /// The group, if there is one.
    #[must_use]
    pub fn group(&self, group: GroupId) -> Option<&Group> {
        self.groups.get(&group)
    }

    /// Whether there is such a group and it can own records.
    #[must_use]
    pub fn is_queue(&self, group: GroupId) -> bool {
        self.groups.get(&group).is_some_and(|group| group.queue)
    }

    /// Every group and queue, by id.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values()
    }

    /// The territories.
    #[must_use]
    pub fn territories(&self) -> &TerritoryTree {
        &self.territories
    }

    /// Who is assigned to a territory, if anybody is.
    #[must_use]
    pub fn assigned_to(&self, territory: TerritoryId) -> Option<&BTreeSet<UserId>> {
        self.people.territories.get(&territory)
    }

    /// The same people, with this group in place of the one with its id; and the roles of those whom it names.
    ///
    /// # Errors
    /// As [`compile`](Self::compile).
    pub fn with_group(
        &self,
        group: Group,
        roles: impl IntoIterator<Item = (UserId, RoleId)>,
    ) -> Result<Self, GroupError> {
        let mut people = self.people.clone();
        people.roles.extend(roles);
        let id = group.id;
        let others = self.groups().filter(|other| other.id != id).cloned();
        Self::compile(others.chain([group]).collect(), self.territories.clone(), people)
    }

    /// The same people, one of whom has another role; and nobody has the one that he vacated, if he was the last.
    #[must_use]
    pub fn with_role(&self, user: UserId, role: Option<RoleId>, vacated: Option<RoleId>) -> Self {
        let mut directory = self.clone();
        let People { roles, inhabited, .. } = &mut directory.people;
        match role {
            Some(role) => drop(roles.insert(user, role)),
            None => drop(roles.remove(&user)),
        }
        if let Some(vacated) = vacated {
            inhabited.remove(&vacated);
        }
        inhabited.extend(role);
        directory
    }

    /// Every principal that stands for this user, among others or not.
    pub(crate) fn principals_of(
        &self,
        user: UserId,
        role: Option<RoleId>,
        roles: &RoleTree,
    ) -> BTreeSet<Principal> {
        let mut found = vec![Principal::User(user)];
        if let Some(role) = role.filter(|role| roles.contains(*role)) {
            found.push(Principal::Role(role));
            found.extend(roles.up_from(role).map(Principal::RoleAndSubordinates));
        }
        let assigned = self.people.territories.iter().filter(|(_, users)| users.contains(&user));
        found.extend(assigned.flat_map(|(territory, _)| self.covered_from(*territory)));
        self.with_groups(found)
    }

    /// Everybody for whom a principal stands.
    #[must_use]
    pub fn staff(&self, principal: Principal, roles: &RoleTree) -> Staff {
        let (mut staff, mut open) = (Staff::default(), vec![principal]);
        while let Some(principal) = open.pop() {
            match principal {
                Principal::User(user) => staff.users.extend([user]),
                Principal::Role(role) => staff.roles.extend([role]),
                Principal::RoleAndSubordinates(role) => staff.roles.extend(roles.subtree(role)),
                Principal::TerritoryAndAbove(territory) => {
                    let covers = |at: &TerritoryId| self.territories.subtree(*at).contains(&territory);
                    let assigned = self.people.territories.iter().filter(|(at, _)| covers(at));
                    staff.users.extend(assigned.flat_map(|(_, users)| users));
                }
                Principal::Group(group) => {
                    open.extend(self.groups.get(&group).into_iter().flat_map(|group| &group.members));
                }
            }
        }
        staff
    }

    /// Every principal that stands for somebody whose role is one of these, but for single users: theirs
    /// are told by their role.
    pub(crate) fn principals_within(&self, below: &[RoleId], roles: &RoleTree) -> BTreeSet<Principal> {
        let below: BTreeSet<_> = below.iter().copied().collect();
        let mut found = Vec::new();
        for role in below.intersection(&self.people.inhabited) {
            found.push(Principal::Role(*role));
            found.extend(roles.up_from(*role).map(Principal::RoleAndSubordinates));
        }
        let is_below = |user: &UserId| self.people.roles.get(user).is_some_and(|role| below.contains(role));
        let assigned = self.people.territories.iter().filter(|(_, users)| users.iter().any(is_below));
        found.extend(assigned.flat_map(|(territory, _)| self.covered_from(*territory)));
        let named =
            self.naming.keys().filter(|member| matches!(member, Principal::User(user) if is_below(user)));
        found.extend(named.copied());
        let mut found = self.with_groups(found);
        found.retain(|principal| !matches!(principal, Principal::User(_)));
        found
    }

    /// Those who are assigned to a territory stand for it and for every one below.
    fn covered_from(&self, territory: TerritoryId) -> impl Iterator<Item = Principal> {
        self.territories.subtree(territory).iter().copied().map(Principal::TerritoryAndAbove)
    }

    /// These principals and, however deep, the groups they are in.
    fn with_groups(&self, principals: Vec<Principal>) -> BTreeSet<Principal> {
        let mut found = BTreeSet::new();
        let mut open = principals;
        while let Some(principal) = open.pop() {
            if found.insert(principal) {
                let groups = self.naming.get(&principal).into_iter().flatten();
                open.extend(groups.copied().map(Principal::Group));
            }
        }
        found
    }

    fn check(&self) -> Result<(), GroupError> {
        for group in self.groups.values() {
            let unknown =
                |member: &Principal| matches!(member, Principal::Group(id) if !self.groups.contains_key(id));
            if group.members.iter().any(unknown) {
                return Err(GroupError::UnknownMember(group.id));
            }
            let itself = Principal::Group(group.id);
            let around = self.naming.get(&itself).into_iter().flatten().copied().map(Principal::Group);
            if self.with_groups(around.collect()).contains(&itself) {
                return Err(GroupError::Cycle(group.id));
            }
        }
        Ok(())
    }
}
