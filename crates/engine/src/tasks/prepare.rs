//! Bringing records in line with the indexes and words of their fields.

use async_trait::async_trait;
use sutra_acl::SystemPermission;
use sutra_audit::{EntryDraft, Event, Target};
use sutra_kernel::{ObjectId, WorkspaceId};
use sutra_records::{ObjectDef, Preparation, Prepared};

use super::Tasks;
use crate::{
    Caller, Error, Viewing,
    work::{Attempt, Done, UseCase, Work},
};

impl Tasks<'_> {
    /// Brings some more records in line; with the last of an object, its fields are ready.
    pub(super) async fn prepare_some(&self, workspace: WorkspaceId) -> Result<(), Error> {
        let mut book = self.engine.parts().store.bookkeeping(workspace).await?;
        let prepared = book.prepare_records(self.step).await?;
        book.commit().await?;
        if let Some(Prepared { object, all: true }) = prepared {
            let system = Caller::system(workspace, self.engine.new_request_id());
            self.engine.write(&system, &EndPreparation { object }).await?;
        }
        Ok(())
    }
}

impl Viewing {
    /// The preparations that are under way, and how far each has come.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Objects*.
    pub async fn preparations(&self) -> Result<Vec<Preparation>, Error> {
        self.require_permission(SystemPermission::ManageObjects)?;
        Ok(self.reads().await.preparations().await?)
    }
}

struct EndPreparation {
    object: ObjectId,
}

#[async_trait]
impl UseCase for EndPreparation {
    type Output = ();

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::ObjectPrepare, target: Some(Target::thing("object", self.object.uuid())) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<()>, Error> {
        if !work.unit.end_preparation(self.object).await? {
            return Ok(Done::unchanged(()));
        }
        work.unit.lock().await?;
        let known = work.metadata().object(self.object).cloned();
        let before = known.ok_or_else(|| Error::internal("an object that is being prepared is there"))?;
        work.unit.put_object(&ObjectDef::clone(&before).prepared()).await?;
        work.unit.bump_metadata_version().await?;
        Ok(Done::new((), word(&before)))
    }
}

/// Which fields are ready, and which slots are free again.
fn word(before: &ObjectDef) -> EntryDraft {
    let entry = EntryDraft::new(Event::ObjectPrepare).target(Target::thing("object", before.id.uuid()));
    let ready = before.fields.iter().filter(|field| field.preparing.is_under_way());
    let ready: Vec<_> = ready.map(|field| field.name.as_str()).collect();
    let free: Vec<_> = before.emptying.iter().map(|slot| slot.column()).collect();
    let lists = [("ready", ready.join(", ")), ("free", free.join(", "))];
    lists
        .into_iter()
        .filter(|(_, list)| !list.is_empty())
        .fold(entry, |entry, (key, list)| entry.detail(key, list))
}
