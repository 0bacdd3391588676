//! Unique values.

use std::collections::{BTreeSet, btree_map::Entry};

use async_trait::async_trait;
use sutra_kernel::{FieldId, PortError, RecordId};
use sutra_records::{UniqueClaim, UniqueKey, UniqueReader, UniqueWriter};

use super::open::{Open, Writing};

#[async_trait]
impl<M: Send> UniqueReader for Open<M> {
    async fn find_unique(&mut self, field: FieldId, key: &UniqueKey) -> Result<Option<RecordId>, PortError> {
        Ok(self.state().uniques.get(&(field, *key)).copied())
    }
}

#[async_trait]
impl UniqueWriter for Open<Writing> {
    async fn claim_unique(&mut self, claims: &[UniqueClaim]) -> Result<BTreeSet<UniqueClaim>, PortError> {
        let (tables, mut taken) = (self.tables(), BTreeSet::new());
        for claim in claims {
            if !tables.records.contains_key(&claim.record) {
                return Err(PortError::refused("the record is not stored"));
            }
            match tables.uniques.entry((claim.field, claim.key)) {
                Entry::Vacant(free) => drop(free.insert(claim.record)),
                Entry::Occupied(_) => drop(taken.insert(claim.clone())),
            }
        }
        Ok(taken)
    }

    async fn free_unique(&mut self, claims: &[UniqueClaim]) -> Result<(), PortError> {
        let uniques = &mut self.tables().uniques;
        for claim in claims {
            let value = (claim.field, claim.key);
            if uniques.get(&value) == Some(&claim.record) {
                uniques.remove(&value);
            }
        }
        Ok(())
    }

    async fn free_field(&mut self, field: FieldId) -> Result<(), PortError> {
        self.tables().uniques.retain(|(known, _), _| *known != field);
        Ok(())
    }
}
