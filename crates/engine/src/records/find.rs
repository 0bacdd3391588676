//! Reading records one by one.

use std::collections::HashMap;

use sutra_acl::Action;
use sutra_kernel::RecordId;
use sutra_records::View;

use crate::{Error, Viewing};

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
        let records = self.reads().await.find_records(object.id, ids).await?;
        let visible = records.into_iter().filter(|record| {
            record.deleted_at.is_none() && plan.decide(Action::Read, &record.facts()).is_allow()
        });
        Ok(visible.map(|record| (record.id, View::of(record, &object, plan))).collect())
    }
}
