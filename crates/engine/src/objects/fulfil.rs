//! What a definition asks of the records that are there.

use std::sync::Arc;

use sutra_kernel::{ObjectId, Value};
use sutra_records::{FieldDef, ObjectDef, Position, Side, UniqueClaim};

use crate::{Error, records::whole_list, work::Work};

impl Work<'_> {
    /// Refuses if a record lacks the field, be it one in the bin that may come back. Under the ledger's lock none can
    /// be added meanwhile: whoever writes with the definitions of before is in conflict.
    pub(super) async fn require_on_all_records(
        &mut self,
        object: ObjectId,
        field: &FieldDef,
    ) -> Result<(), Error> {
        if !self.unit.lacks_value(object, &field.name).await? {
            return Ok(());
        }
        let name = &field.name;
        Err(Error::BadInput(format!("field `{name}` cannot be required: there are records without it")))
    }

    /// Claims the values that records have in a field that becomes unique; refuses if two are the same. It holds the
    /// ledger's lock meanwhile, like [`require_on_all_records`](Self::require_on_all_records), and hence only so many.
    pub(super) async fn claim_on_all_records(
        &mut self,
        object: &ObjectDef,
        field: &FieldDef,
    ) -> Result<(), Error> {
        let refused = |why: &str| Error::BadInput(format!("field `{}` cannot be unique: {why}", field.name));
        let mut list = whole_list(&Arc::new(object.clone()), CHUNK)?;
        if self.unit.count_records(&list, MOST_CLAIMED + 1).await? > MOST_CLAIMED {
            return Err(refused(&format!("there are more than {MOST_CLAIMED} records, too many to compare")));
        }
        loop {
            let page = self.unit.list_records(&list).await?;
            let claims = page.items.iter().flat_map(|record| UniqueClaim::all_of(object, record));
            let claims: Vec<_> = claims.filter(|claim| claim.field == field.id).collect();
            if !self.unit.claim_unique(&claims).await?.is_empty() {
                return Err(refused("there are records with the same value"));
            }
            let Some(last) = page.items.last().filter(|_| page.more) else { return Ok(()) };
            list.from = Some(Position { value: Value::Reference(last.id), id: last.id, side: Side::After });
        }
    }
}

/// How many records an object may have when a field of it becomes unique.
const MOST_CLAIMED: u64 = 10_000;

/// How many of them are read at a time.
const CHUNK: usize = 500;
