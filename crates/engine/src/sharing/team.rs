//! Teams: the users who work on a record, as far as each needs to.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use sutra_acl::{Action, Cause, Level, Principal, Share};
use sutra_audit::{Event, Target};
use sutra_kernel::{RecordId, UserId};
use sutra_records::{Draft, ObjectDef, Record, TeamRole};

use super::manual::check_named;
use crate::{
    Changed, Error, Outcome, Viewing,
    work::{Attempt, Done, UseCase, Work, check_version},
};

/// How many a record's team has at most.
pub const MAX_TEAM: usize = 100;

/// Somebody of a record's team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamMember {
    /// Who.
    pub user: UserId,
    /// How far he may use the record for being of its team: to read or to edit it.
    pub level: Level,
    /// What he does there.
    pub role: TeamRole,
}

pub(super) struct AddTeamMembers<'a> {
    pub(super) object: &'a str,
    pub(super) id: RecordId,
    pub(super) members: &'a [TeamMember],
    pub(super) version: Option<u64>,
}

pub(super) struct RemoveTeamMembers<'a> {
    pub(super) object: &'a str,
    pub(super) id: RecordId,
    pub(super) users: &'a [UserId],
    pub(super) version: Option<u64>,
}

/// What becomes of the roles in a team: nothing stands for somebody who leaves.
type NewRoles = BTreeMap<UserId, Option<TeamRole>>;

#[async_trait]
impl UseCase for AddTeamMembers<'_> {
    type Output = Changed;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::RecordTeam, target: Some(Target::thing(self.object, self.id.uuid())) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Changed>, Error> {
        let wanted = self.wanted()?;
        let object = work.object(self.object)?;
        require_teams(&object)?;
        work.require_uncontrolled(&object)?;
        let (record, permit) = work.load(&object, self.id, Action::Share).await?;
        check_version(self.version, record.version)?;
        let known = work.team_of(&record).await?;
        let roles = work.unit.team_roles(record.id).await?;
        let (mut given, mut taken, mut named) = (Vec::new(), Vec::new(), NewRoles::new());
        for (user, member) in wanted {
            let role = work.sharable(Principal::User(user)).await?;
            let before = known.get(&user);
            let is_known = before.is_some_and(|share| share.level == member.level);
            if is_known && roles.get(&user) == Some(&member.role) {
                continue;
            }
            taken.extend(before);
            given.push(Share {
                principal: Principal::User(user),
                role,
                level: member.level,
                cause: Cause::Team,
            });
            named.insert(user, Some(member.role.clone()));
        }
        if known.len() + given.len() - taken.len() > MAX_TEAM {
            return Err(Error::BadInput(format!("a team has at most {MAX_TEAM} members")));
        }
        let draft = record.share(permit, given, taken, work.now)?;
        work.put_team(&object, draft, named).await
    }

    fn outcome(answer: &Changed) -> Option<Outcome> {
        Some(answer.outcome())
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<Changed, Error> {
        work.changed_before(self.object, Action::Share, before).await
    }
}

impl AddTeamMembers<'_> {
    /// Depends on nothing but the request.
    fn wanted(&self) -> Result<BTreeMap<UserId, &TeamMember>, Error> {
        check_named(self.members.len())?;
        let wanted: BTreeMap<_, _> = self.members.iter().map(|member| (member.user, member)).collect();
        if wanted.len() < self.members.len() {
            return Err(Error::BadInput("somebody is named twice".to_owned()));
        }
        if wanted.values().any(|member| !matches!(member.level, Level::Read | Level::Edit)) {
            return Err(Error::BadInput("a member of a team may read or edit".to_owned()));
        }
        Ok(wanted)
    }
}

#[async_trait]
impl UseCase for RemoveTeamMembers<'_> {
    type Output = Changed;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::RecordTeam, target: Some(Target::thing(self.object, self.id.uuid())) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Changed>, Error> {
        check_named(self.users.len())?;
        let object = work.object(self.object)?;
        require_teams(&object)?;
        let (record, permit) = work.load(&object, self.id, Action::Share).await?;
        check_version(self.version, record.version)?;
        let mut leaving = work.team_of(&record).await?;
        leaving.retain(|user, _| self.users.contains(user));
        let named = leaving.keys().map(|user| (*user, None)).collect();
        let draft = record.share(permit, Vec::new(), leaving.into_values().collect(), work.now)?;
        work.put_team(&object, draft, named).await
    }

    fn outcome(answer: &Changed) -> Option<Outcome> {
        Some(answer.outcome())
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<Changed, Error> {
        work.changed_before(self.object, Action::Share, before).await
    }
}

impl Work<'_> {
    /// What those of a record's team are given for it.
    async fn team_of(&mut self, record: &Record) -> Result<BTreeMap<UserId, Share>, Error> {
        Ok(of_team(self.standing_of(record.object, record.id, record.version).await?.shares).collect())
    }

    /// Stores a change of a record's team, and words it with the roles.
    async fn put_team(
        &mut self,
        object: &Arc<ObjectDef>,
        draft: Draft,
        named: NewRoles,
    ) -> Result<Done<Changed>, Error> {
        let done = self.put_sharing(object, draft).await?;
        if named.is_empty() {
            return Ok(done);
        }
        self.unit.put_team_roles(done.value.id, &named).await?;
        let roles = named.into_iter().filter_map(|(user, role)| Some((user, role?)));
        let roles = roles.map(|(user, role)| (format!("role of user `{user}`"), role.to_string()));
        Ok(done.worded_as(Event::RecordTeam, roles))
    }
}

impl Viewing {
    /// The team of a record, in the order in which its users were made; nothing if the record is absent, deleted or hidden.
    ///
    /// Whoever may read a record sees its team: to know who else works on it is what a team is for.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without read permission on the object; [`Error::BadInput`] for an object whose records have none.
    pub async fn record_team(&self, object: &str, id: RecordId) -> Result<Option<Vec<TeamMember>>, Error> {
        let (object, _) = self.readable(object)?;
        require_teams(&object)?;
        if self.find_record(object.name.as_str(), id).await?.is_none() {
            return Ok(None);
        }
        let mut reads = self.reads().await;
        let shares = reads.standings(object.id, &[id]).await?.remove(&id).unwrap_or_default().shares;
        let mut roles = reads.team_roles(id).await?;
        let members = of_team(shares).map(|(user, share)| {
            let role = roles.remove(&user);
            let role = role.ok_or_else(|| Error::internal("somebody is of a team without a role"))?;
            Ok(TeamMember { user, level: share.level, role })
        });
        members.collect::<Result<_, Error>>().map(Some)
    }
}

fn of_team(shares: Vec<Share>) -> impl Iterator<Item = (UserId, Share)> {
    shares.into_iter().filter(|share| share.cause == Cause::Team).filter_map(|share| match share.principal {
        Principal::User(user) => Some((user, share)),
        _ => None,
    })
}

fn require_teams(object: &ObjectDef) -> Result<(), Error> {
    if object.has_teams() {
        return Ok(());
    }
    Err(Error::BadInput(format!("{} have no teams", object.plural_label.to_lowercase())))
}
