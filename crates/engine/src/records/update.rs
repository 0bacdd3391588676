//! Changing a record.

use async_trait::async_trait;
use sutra_acl::Action;
use sutra_audit::{Event, Target};
use sutra_kernel::RecordId;
use sutra_records::Patch;

use super::{Changed, Edit};
use crate::{
    Error, guard,
    work::{Attempt, Done, UseCase, Work, check_version},
};

pub(crate) struct UpdateRecord<'a> {
    pub(crate) object: &'a str,
    pub(crate) id: RecordId,
    pub(crate) edit: &'a Edit,
}

#[async_trait]
impl UseCase for UpdateRecord<'_> {
    type Output = Changed;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::RecordUpdate, target: Some(Target::thing(self.object, self.id.uuid())) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Changed>, Error> {
        let object = work.object(self.object)?;
        let (record, permit) = work.load_live(&object, self.id, Action::Update).await?;
        check_version(self.edit.version, record.version)?;
        let plan = work.plan().clone();
        let (permit, owner) = match self.edit.owner.filter(|owner| *owner != record.owner) {
            Some(owner) => {
                let transfer = guard::require(plan.object(object.id), Action::Transfer, &record.facts())?;
                (transfer, Some((owner, work.assignable(owner).await?)))
            }
            None => (permit, None),
        };
        let patch = Patch { fields: self.edit.fields.clone(), owner };
        let draft = record.update(&object, plan.object(object.id), permit, patch, work.now)?;
        if draft.is_noop() {
            return work.unchanged(&object, draft);
        }
        let change = work.confirm(&object, draft).await?;
        work.put(&object, change).await
    }
}
