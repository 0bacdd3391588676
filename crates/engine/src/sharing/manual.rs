//! Shares by hand.

use std::collections::BTreeMap;

use async_trait::async_trait;
use sutra_acl::{Action, Cause, Level, Principal, Share};
use sutra_audit::{Event, Target};
use sutra_kernel::{RecordId, RoleId};
use sutra_records::{ObjectDef, Record};

use super::NewShare;
use crate::{
    Changed, Error, Outcome,
    work::{Attempt, Done, UseCase, Work, check_version},
};

/// How many can be named at once.
pub const MAX_NAMED: usize = 50;

/// With how many a record can be shared by hand. More than that are a group.
pub const MAX_SHARES: usize = 200;

pub(super) struct ShareRecord<'a> {
    pub(super) object: &'a str,
    pub(super) id: RecordId,
    pub(super) shares: &'a [NewShare],
    pub(super) version: Option<u64>,
}

pub(super) struct UnshareRecord<'a> {
    pub(super) object: &'a str,
    pub(super) id: RecordId,
    pub(super) with: &'a [Principal],
    pub(super) version: Option<u64>,
}

#[async_trait]
impl UseCase for ShareRecord<'_> {
    type Output = Changed;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::RecordShare, target: Some(Target::thing(self.object, self.id.uuid())) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Changed>, Error> {
        let wanted = self.wanted()?;
        let object = work.object(self.object)?;
        work.require_uncontrolled(&object)?;
        let (record, permit) = work.load(&object, self.id, Action::Share).await?;
        check_version(self.version, record.version)?;
        let known = work.shares_by_hand(&record).await?;
        let levels: BTreeMap<_, _> = known.iter().map(|share| (share.principal, share.level)).collect();
        let (mut given, mut taken) = (Vec::new(), Vec::new());
        for (with, level) in wanted {
            let role = work.sharable(with).await?;
            if levels.get(&with) != Some(&level) {
                taken.extend(known.iter().copied().filter(|share| share.principal == with));
                given.push(Share { principal: with, role, level, cause: Cause::Manual });
            }
        }
        if levels.len() + given.len() - taken.len() > MAX_SHARES {
            return Err(Error::BadInput(format!("a record is shared by hand with at most {MAX_SHARES}")));
        }
        let draft = record.share(permit, given, taken, work.now)?;
        work.put_sharing(&object, draft).await
    }

    fn outcome(answer: &Changed) -> Option<Outcome> {
        Some(answer.outcome())
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<Changed, Error> {
        work.changed_before(self.object, Action::Share, before).await
    }
}

impl ShareRecord<'_> {
    /// Depends on nothing but the request.
    fn wanted(&self) -> Result<BTreeMap<Principal, Level>, Error> {
        check_named(self.shares.len())?;
        let wanted: BTreeMap<_, _> = self.shares.iter().map(|share| (share.with, share.level)).collect();
        if wanted.len() < self.shares.len() {
            return Err(Error::BadInput("somebody is named twice".to_owned()));
        }
        if wanted.values().any(|level| *level == Level::None) {
            return Err(Error::BadInput("a record is shared to read, to edit or in full".to_owned()));
        }
        Ok(wanted)
    }
}

#[async_trait]
impl UseCase for UnshareRecord<'_> {
    type Output = Changed;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::RecordUnshare, target: Some(Target::thing(self.object, self.id.uuid())) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Changed>, Error> {
        check_named(self.with.len())?;
        let object = work.object(self.object)?;
        let (record, permit) = work.load(&object, self.id, Action::Share).await?;
        check_version(self.version, record.version)?;
        let mut taken = work.shares_by_hand(&record).await?;
        taken.retain(|share| self.with.contains(&share.principal));
        let draft = record.share(permit, Vec::new(), taken, work.now)?;
        work.put_sharing(&object, draft).await
    }

    fn outcome(answer: &Changed) -> Option<Outcome> {
        Some(answer.outcome())
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<Changed, Error> {
        work.changed_before(self.object, Action::Share, before).await
    }
}

pub(super) fn check_named(named: usize) -> Result<(), Error> {
    if (1..=MAX_NAMED).contains(&named) {
        return Ok(());
    }
    Err(Error::BadInput(format!("name 1 to {MAX_NAMED} at a time")))
}

impl Work<'_> {
    /// Refuses to share what is only as open as the record that controls it.
    pub(crate) fn require_uncontrolled(&self, object: &ObjectDef) -> Result<(), Error> {
        let root = self.authority.policy.root(object.id);
        if root.is_none_or(|root| root.object == object.id) {
            return Ok(());
        }
        let many = object.plural_label.to_lowercase();
        Err(Error::BadInput(format!("{many} are shared through the records that control them")))
    }

    /// The shares by hand of a record.
    pub(crate) async fn shares_by_hand(&mut self, record: &Record) -> Result<Vec<Share>, Error> {
        let mut shares = self.standing_of(record.object, record.id, record.version).await?.shares;
        shares.retain(|share| share.cause == Cause::Manual);
        Ok(shares)
    }

    /// The role of a user with whom records can be shared; nothing for others who are there.
    pub(super) async fn sharable(&mut self, with: Principal) -> Result<Option<RoleId>, Error> {
        let policy = &self.authority.policy;
        let is_there = match with {
            Principal::User(user) => {
                let subject = self.unit.subject(user).await?.filter(|subject| subject.active);
                let nobody = || Error::BadInput(format!("{with} is not an active user here"));
                return Ok(subject.ok_or_else(nobody)?.role);
            }
            Principal::Group(group) => policy.directory.group(group).is_some(),
            Principal::Role(role) | Principal::RoleAndSubordinates(role) => policy.roles.contains(role),
            Principal::TerritoryAndAbove(territory) => policy.directory.territories().contains(territory),
        };
        if is_there { Ok(None) } else { Err(Error::BadInput(format!("there is no {with}"))) }
    }
}
