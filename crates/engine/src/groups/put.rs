//! Making and changing a group.

use std::collections::BTreeSet;

use async_trait::async_trait;
use sutra_acl::{Directory, Group, People, Principal, SystemPermission, TerritoryTree};
use sutra_audit::{EntryDraft, Event, Target};
use sutra_identity::{User, UserReader};
use sutra_kernel::{GroupId, UserId, Value};

use super::{GroupEdit, MAX_MEMBERS};
use crate::{
    Error, Outcome,
    authority::Authority,
    members::parse_name,
    permissions::change,
    work::{Attempt, Done, UseCase, Work},
};

pub(super) struct PutGroup<'a> {
    pub(super) which: Which,
    pub(super) edit: &'a GroupEdit,
}

/// The group that is written.
#[derive(Clone, Copy)]
pub(super) enum Which {
    New { queue: bool },
    Known(GroupId),
}

#[async_trait]
impl UseCase for PutGroup<'_> {
    type Output = Group;

    fn attempt(&self) -> Attempt {
        let target = match self.which {
            Which::New { .. } => Target::kind("group"),
            Which::Known(id) => target(id),
        };
        Attempt { event: self.event(), target: Some(target) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Group>, Error> {
        work.require_permission(SystemPermission::ManageSharing)?;
        work.unit.lock().await?;
        let (before, after) = self.sides(work)?;
        if before.as_ref() == Some(&after) {
            return Ok(Done::unchanged(after));
        }
        work.require_members(&after).await?;
        let put = work.unit.put_group(&after).await;
        put.map_err(|error| Error::taken(error, "another group has this name"))?;
        work.unit.bump_policy_epoch().await?;
        work.require_still_bound().await?;
        work.follow_sources().await?;
        let entry = word(self.event(), before.as_ref(), &after);
        Ok(Done::new(after, entry))
    }

    fn outcome(answer: &Group) -> Option<Outcome> {
        Some(Outcome::Thing(answer.id.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<Group, Error> {
        work.require_permission(SystemPermission::ManageSharing)?;
        work.known_group(GroupId::from_uuid(before.thing()?))
    }
}

impl PutGroup<'_> {
    fn event(&self) -> Event {
        match self.which {
            Which::New { .. } => Event::GroupCreate,
            Which::Known(_) => Event::GroupUpdate,
        }
    }

    fn sides(&self, work: &Work<'_>) -> Result<(Option<Group>, Group), Error> {
        let GroupEdit { name, members } = self.edit;
        let (name, members) = (parse_name(name)?, members.clone());
        Ok(match self.which {
            Which::New { queue } => {
                let id = GroupId::generate(work.now, work.entropy());
                (None, Group { id, name, queue, members })
            }
            Which::Known(id) => {
                let before = work.known_group(id)?;
                let after = Group { id, name, queue: before.queue, members };
                (Some(before), after)
            }
        })
    }
}

impl Work<'_> {
    pub(super) fn known_group(&self, id: GroupId) -> Result<Group, Error> {
        self.authority.policy.directory.group(id).cloned().ok_or(Error::NotFound("group"))
    }

    /// Refuses members that are not there, that are too many, or that have the group in them.
    async fn require_members(&mut self, group: &Group) -> Result<(), Error> {
        if group.members.len() > MAX_MEMBERS {
            let message = format!("a group has at most {MAX_MEMBERS} members; put roles or groups into it");
            return Err(Error::BadInput(message));
        }
        self.require_principals(&group.members).await?;
        let others = self.authority.policy.directory.groups().filter(|other| other.id != group.id);
        let groups = others.chain([group]).cloned().collect();
        Directory::compile(groups, TerritoryTree::default(), People::default()).map_err(Error::bad_input)?;
        Ok(())
    }

    /// Refuses people who are not there.
    pub(crate) async fn require_principals(&mut self, people: &BTreeSet<Principal>) -> Result<(), Error> {
        self.authority.known_users(self.unit.as_mut(), people).await.map(drop)
    }
}

impl Authority {
    /// The users among these people, all of whom are there.
    pub(crate) async fn known_users(
        &self,
        users: &mut dyn UserReader,
        people: &BTreeSet<Principal>,
    ) -> Result<Vec<User>, Error> {
        let (roles, directory) = (&self.policy.roles, &self.policy.directory);
        let is_known = |principal: &Principal| match *principal {
            Principal::User(_) => true,
            Principal::Group(group) => directory.group(group).is_some(),
            Principal::Role(role) | Principal::RoleAndSubordinates(role) => roles.contains(role),
            Principal::TerritoryAndAbove(territory) => directory.territories().contains(territory),
        };
        let user = |principal: &Principal| match principal {
            Principal::User(user) => Some(*user),
            _ => None,
        };
        let named: Vec<UserId> = people.iter().filter_map(user).collect();
        let found = users.find_users(&named).await?;
        let known: BTreeSet<UserId> = found.iter().map(|user| user.id).collect();
        let is_missing = |principal: &&Principal| {
            !is_known(principal) || user(principal).is_some_and(|user| !known.contains(&user))
        };
        match people.iter().find(is_missing) {
            Some(unknown) => Err(Error::BadInput(format!("there is no {unknown}"))),
            None => Ok(found),
        }
    }
}

pub(super) fn target(id: GroupId) -> Target {
    Target::thing("group", id.uuid())
}

fn word(event: Event, before: Option<&Group>, after: &Group) -> EntryDraft {
    let add = |entry, field, read: fn(&Group) -> Value| change(entry, field, before.map(read), read(after));
    let entry = EntryDraft::new(event).target(target(after.id));
    let entry = add(entry, "name", |group| Value::text(&group.name));
    let entry = add(entry, "queue", |group| Value::Boolean(group.queue));
    add(entry, "members", |group| word_people(&group.members))
}

/// People as one value.
pub(super) fn word_people<'a>(people: impl IntoIterator<Item = &'a Principal>) -> Value {
    let words: Vec<_> = people.into_iter().map(Principal::to_string).collect();
    Value::text(words.join(", "))
}
