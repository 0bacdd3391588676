//! Writing down what rules share.

use std::sync::Arc;

use sutra_acl::{Cause, Owner, Principal, Share};
use sutra_kernel::ObjectId;
use sutra_records::{Change, Record, RecordShare, Shift, Standing};

use crate::{Error, work::Work};

/// Shares that are to be written, and those that are to be taken away.
#[derive(Default)]
pub(crate) struct ByRule {
    pub(crate) given: Vec<RecordShare>,
    pub(crate) taken: Vec<RecordShare>,
}

impl Work<'_> {
    /// What becomes of the shares by rule with a change of a record.
    ///
    /// What was written for the image before is not looked up: if rules have changed and it is not all there yet, what is
    /// missing follows with the rest.
    pub(crate) async fn by_rule(&mut self, change: &Change) -> Result<ByRule, Error> {
        let before = match change.before() {
            Some(before) => self.wanted(before).await?,
            None => Vec::new(),
        };
        let after = self.wanted(change.after()).await?;
        self.between(change.after(), &before, after).await
    }

    /// Writes down what the rules share of records of an object, and how far their territories open them, and takes away
    /// what was so before; what they control follows. Counts the records of which something has changed.
    ///
    /// The records are this unit's to write, so that what is read of their shares is the last that was written.
    pub(crate) async fn reshare(&mut self, object: ObjectId, records: &[Record]) -> Result<u64, Error> {
        let policy = Arc::clone(&self.authority.policy);
        if policy.root(object).is_none_or(|root| root.object != object) {
            // What it is shared by is shared with what controls it.
            return Ok(0);
        }
        let ids: Vec<_> = records.iter().map(|record| record.id).collect();
        let standings = self.unit.standings(object, &ids).await?;
        let (mut all, mut shifts) = (ByRule::default(), Vec::new());
        for record in records {
            let standing = standings.get(&record.id).unwrap_or(Standing::NONE);
            let follows = |share: &&Share| share.is_by_rule() || share.cause == Cause::Territory;
            let there: Vec<_> = standing.shares.iter().filter(follows).copied().collect();
            let mut wanted = self.wanted(record).await?;
            wanted.extend(self.assigned(record.object, &there));
            let ByRule { given, taken } = self.between(record, &there, wanted).await?;
            if !given.is_empty() || !taken.is_empty() {
                shifts.push(Shift::of_shares(object, record.id));
            }
            all.given.extend(given);
            all.taken.extend(taken);
        }
        self.unit.remove_shares(&all.taken).await?;
        self.unit.put_shares(&all.given).await?;
        let changed = u64::try_from(shifts.len()).map_err(Error::internal)?;
        self.follow(&policy, shifts).await?;
        Ok(changed)
    }

    /// The shares with the territories that a record of an object is assigned to, as they are to be.
    fn assigned(&self, object: ObjectId, there: &[Share]) -> Vec<Share> {
        let policy = &self.authority.policy;
        let levelled = |share: &Share| match share.principal {
            Principal::TerritoryAndAbove(territory) if share.cause == Cause::Territory => {
                Some(Share { level: policy.territory_level(territory, object)?, ..*share })
            }
            _ => None,
        };
        there.iter().filter_map(levelled).collect()
    }

    async fn wanted(&mut self, record: &Record) -> Result<Vec<Share>, Error> {
        let policy = Arc::clone(&self.authority.policy);
        let mut facts = record.facts(Standing::NONE);
        if let Owner::User(owner) = record.owner
            && policy.moving.contains(&owner)
        {
            facts.owner_role = self.subject(owner).await?.and_then(|owner| owner.role);
        }
        Ok(policy.shares_by_rule(&facts))
    }

    /// What leads from these shares of a record to those.
    async fn between(
        &mut self,
        record: &Record,
        before: &[Share],
        after: Vec<Share>,
    ) -> Result<ByRule, Error> {
        let whole = |share: Share| RecordShare { object: record.object, record: record.id, share };
        let is_same = |one: &Share, other: &Share| Share { role: other.role, ..*one } == *other;
        let stays = |share: &Share| after.iter().any(|other| is_same(share, other));
        let taken = before.iter().filter(|share| !stays(share)).copied().map(whole).collect();
        let mut given = Vec::new();
        for share in after.iter().filter(|share| !before.iter().any(|other| is_same(share, other))) {
            let role = match share.principal {
                Principal::User(user) => self.subject(user).await?.and_then(|subject| subject.role),
                _ => None,
            };
            given.push(whole(Share { role, ..*share }));
        }
        Ok(ByRule { given, taken })
    }
}
