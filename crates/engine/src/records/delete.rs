//! Deleting a record, and bringing it back, with all that belongs to it.

use async_trait::async_trait;
use sutra_acl::Action;
use sutra_audit::{Event, Target};
use sutra_kernel::RecordId;

use super::Changed;
use crate::{
    Error, Outcome,
    work::{Attempt, Done, UseCase, Work, check_version},
};

pub(crate) struct DeleteRecord<'a> {
    pub(crate) object: &'a str,
    pub(crate) id: RecordId,
    pub(crate) version: Option<u64>,
}

pub(crate) struct RestoreRecord<'a> {
    pub(crate) object: &'a str,
    pub(crate) id: RecordId,
}

#[async_trait]
impl UseCase for DeleteRecord<'_> {
    type Output = Changed;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::RecordDelete, target: Some(Target::thing(self.object, self.id.uuid())) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Changed>, Error> {
        let object = work.object(self.object)?;
        let (record, permit) = work.load(&object, self.id, Action::Delete).await?;
        check_version(self.version, record.version)?;
        let change = work.confirm(&object, record.delete(permit, work.now)?).await?;
        work.put_all(&object, change).await
    }

    fn outcome(answer: &Changed) -> Option<Outcome> {
        Some(answer.outcome())
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<Changed, Error> {
        work.changed_before(self.object, Action::Delete, before).await
    }
}

#[async_trait]
impl UseCase for RestoreRecord<'_> {
    type Output = Changed;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::RecordRestore, target: Some(Target::thing(self.object, self.id.uuid())) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Changed>, Error> {
        let object = work.object(self.object)?;
        let (record, permit) = work.load(&object, self.id, Action::Restore).await?;
        let change = work.confirm(&object, record.restore(permit, work.now)?).await?;
        work.put_all(&object, change).await
    }

    fn outcome(answer: &Changed) -> Option<Outcome> {
        Some(answer.outcome())
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<Changed, Error> {
        work.changed_before(self.object, Action::Restore, before).await
    }
}
