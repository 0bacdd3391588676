//! Removing a deleted record for good, with all that belongs to it.

use async_trait::async_trait;
use sutra_acl::Action;
use sutra_audit::{Event, Target};
use sutra_kernel::RecordId;

use super::Changed;
use crate::{
    Error, Outcome,
    work::{Attempt, Done, UseCase, Work},
};

pub(crate) struct PurgeRecord<'a> {
    pub(crate) object: &'a str,
    pub(crate) id: RecordId,
}

#[async_trait]
impl UseCase for PurgeRecord<'_> {
    type Output = Changed;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::RecordPurge, target: Some(Target::thing(self.object, self.id.uuid())) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Changed>, Error> {
        let object = work.object(self.object)?;
        let (record, permit) = work.load(&object, self.id, Action::Purge).await?;
        let purge = record.purge(permit)?;
        let (id, version) = (purge.id(), purge.version());
        let entries = work.remove_all(&object, purge).await?;
        Ok(Done { value: Changed { object, view: None, id, version, changed: Vec::new() }, entries })
    }

    fn outcome(answer: &Changed) -> Option<Outcome> {
        Some(answer.outcome())
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<Changed, Error> {
        work.changed_before(self.object, Action::Purge, before).await
    }
}
