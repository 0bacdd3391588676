//! Reading records one by one.

use std::collections::HashMap;

use sutra_acl::Action;
use sutra_kernel::{ObjectId, RecordId};
use sutra_records::{Lens, Standing, View};

use crate::{Error, Viewing, guard};

/// What somebody may do with a record that is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rights(Vec<Action>);

impl Rights {
    /// Whether this is allowed.
    #[must_use]
    pub fn has(&self, action: Action) -> bool {
        self.0.contains(&action)
    }
}

impl Viewing {
    /// A record as the caller may see it; nothing if it is absent, deleted or hidden.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without read permission on the object.
    pub async fn find_record(&self, object: &str, id: RecordId) -> Result<Option<View>, Error> {
        Ok(self.find_records(object, &[id]).await?.remove(&id))
    }

    /// Those of the records that the caller may see, by identifier.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without read permission on the object.
    pub async fn find_records(
        &self,
        object: &str,
        ids: &[RecordId],
    ) -> Result<HashMap<RecordId, View>, Error> {
        let (object, plan) = self.readable(object)?;
        let mut reads = self.reads().await;
        let visible = guard::allowed(reads.as_mut(), plan, object.id, ids, guard::to_read).await?;
        let lens = Lens::of(&object, plan);
        Ok(visible.into_iter().map(|record| (record.id, lens.view(record))).collect())
    }

    /// What the caller may do with each of these records as it is now, deleted ones included; nothing with one that is
    /// absent or hidden.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn find_rights(
        &self,
        object: ObjectId,
        ids: &[RecordId],
    ) -> Result<HashMap<RecordId, Rights>, Error> {
        let plan = self.plan().object(object);
        let mut reads = self.reads().await;
        let records = reads.find_records(object, ids).await?;
        let mut standings = reads.standings(object, ids).await?;
        if plan.reads_root() {
            guard::add_roots(reads.as_mut(), &records, &mut standings).await?;
        }
        let rights = records.iter().map(|record| {
            let facts = record.facts(standings.get(&record.id).unwrap_or(Standing::NONE));
            let may = |action: &Action| plan.decide(*action, &facts).is_allow();
            let actions = Action::ALL.into_iter().filter(|action| *action != Action::Create);
            (record.id, Rights(actions.filter(may).collect()))
        });
        Ok(rights.filter(|(_, rights)| !rights.0.is_empty()).collect())
    }
}
