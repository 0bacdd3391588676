//! Resharings.

use async_trait::async_trait;
use sutra_acl::{Cause, Owner, Staff};
use sutra_kernel::{ObjectId, PortError, SharingRuleId, Timestamp};
use sutra_records::{Record, Resharing, ResharingReader, ResharingWriter, Whose};

use super::open::{Open, Writing};

#[async_trait]
impl<M: Send> ResharingReader for Open<M> {
    async fn resharings(&mut self) -> Result<Vec<Resharing>, PortError> {
        Ok(self.state().resharings.values().cloned().collect())
    }
}

#[async_trait]
impl ResharingWriter for Open<Writing> {
    async fn begin_resharing(
        &mut self,
        object: ObjectId,
        whose: Whose,
        now: Timestamp,
    ) -> Result<(), PortError> {
        let mut resharing = Resharing { object, whose, after: None, done: 0, total: 0, started_at: now };
        let tables = self.tables();
        resharing.total =
            tables.records.values().filter(|record| is_about(&resharing, record)).map(|_| 1).sum();
        tables.resharings.insert((object, whose.id()), resharing);
        Ok(())
    }

    async fn records_to_reshare(
        &mut self,
        resharing: &Resharing,
        limit: usize,
    ) -> Result<Vec<Record>, PortError> {
        let records = self.state().records.values().filter(|record| is_about(resharing, record));
        let left = records.filter(|record| resharing.after.is_none_or(|after| record.id > after));
        Ok(left.take(limit).cloned().collect())
    }

    async fn advance_resharing(&mut self, before: &Resharing, after: &Resharing) -> Result<(), PortError> {
        self.require_place(before)?;
        self.tables().resharings.insert((after.object, after.whose.id()), after.clone());
        Ok(())
    }

    async fn end_resharing(&mut self, before: &Resharing) -> Result<(), PortError> {
        self.require_place(before)?;
        self.tables().resharings.remove(&(before.object, before.whose.id()));
        Ok(())
    }

    async fn remove_shares_by(&mut self, rule: SharingRuleId) -> Result<(), PortError> {
        let is_by = |cause| matches!(cause, Cause::OwnerRule(by) | Cause::CriteriaRule(by) if by == rule);
        let shares = &mut self.tables().shares;
        for standing in shares.values_mut() {
            standing.shares.retain(|share| !is_by(share.cause));
        }
        shares.retain(|_, standing| !standing.shares.is_empty());
        Ok(())
    }

    async fn remove_shares_of_owners(
        &mut self,
        rule: SharingRuleId,
        leave: &Staff,
        stay: &Staff,
    ) -> Result<(), PortError> {
        let state = self.tables();
        let is_left = |record: &&Record| owns(leave, record) && !owns(stay, record);
        let left: Vec<_> = state.records.values().filter(is_left).map(|record| record.id).collect();
        for record in left {
            let Some(standing) = state.shares.get_mut(&record) else { continue };
            standing.shares.retain(|share| share.cause != Cause::OwnerRule(rule));
            if standing.shares.is_empty() {
                state.shares.remove(&record);
            }
        }
        Ok(())
    }
}

fn is_about(resharing: &Resharing, record: &Record) -> bool {
    let is_among = match resharing.whose {
        Whose::Everybodys => true,
        Whose::Users(owner) => record.owner == Owner::User(owner),
        Whose::Under(root, _) => record.control.is_some_and(|control| control.root == root),
    };
    is_among && record.object == resharing.object
}

fn owns(staff: &Staff, record: &Record) -> bool {
    let control = record.as_control();
    let by_itself = matches!(control.owner, Owner::User(user) if staff.users.contains(&user));
    by_itself || control.role.is_some_and(|role| staff.roles.contains(&role))
}

impl Open<Writing> {
    fn require_place(&self, before: &Resharing) -> Result<(), PortError> {
        if self.state().resharings.get(&(before.object, before.whose.id())) == Some(before) {
            return Ok(());
        }
        Err(PortError::conflict("the resharing has another place"))
    }
}
