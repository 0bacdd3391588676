//! Unique values: the primary key keeps them apart.

use std::collections::BTreeSet;

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, QueryFilter as _, QuerySelect as _,
    sea_query::{Expr, OnConflict, Query},
};
use sutra_kernel::{FieldId, PortError, RecordId, Uuid};
use sutra_records::{UniqueClaim, UniqueKey, UniqueReader, UniqueWriter};

use crate::{
    entity::records::record_unique::{Column, Entity},
    error::OrPort as _,
    open::{Open, Writing},
    scoped::portions,
};

const KEY: [Column; 3] = [Column::WorkspaceId, Column::FieldId, Column::Key];
const COLUMNS: [Column; 4] = [Column::WorkspaceId, Column::FieldId, Column::Key, Column::RecordId];

#[async_trait]
impl<M: Send> UniqueReader for Open<M> {
    async fn find_unique(&mut self, field: FieldId, key: &UniqueKey) -> Result<Option<RecordId>, PortError> {
        let find = self.transaction.find::<Entity>().filter(Column::FieldId.eq(field.uuid()));
        let find = find.filter(Column::Key.eq(key.as_bytes().to_vec()));
        let find = find.select_only().column(Column::RecordId);
        let found: Option<Uuid> = find.into_tuple().one(&self.transaction).await.port()?;
        Ok(found.map(RecordId::from_uuid))
    }
}

#[async_trait]
impl UniqueWriter for Open<Writing> {
    /// A row that another transaction has inserted or deleted and not committed is waited for.
    async fn claim_unique(&mut self, claims: &[UniqueClaim]) -> Result<BTreeSet<UniqueClaim>, PortError> {
        let mut failed: BTreeSet<_> = claims.iter().cloned().collect();
        for portion in portions(claims) {
            let mut insert = Query::insert();
            insert
                .into_table(Entity)
                .columns(COLUMNS)
                .on_conflict(OnConflict::columns(KEY).do_nothing().to_owned())
                .returning(Query::returning().columns([Column::FieldId, Column::Key, Column::RecordId]));
            for claim in portion {
                insert.values_panic([
                    Expr::value(self.transaction.workspace().uuid()),
                    Expr::value(claim.field.uuid()),
                    Expr::value(claim.key.as_bytes().to_vec()),
                    Expr::value(claim.record.uuid()),
                ]);
            }
            for row in self.transaction.query_all(&insert).await.port()? {
                let (field, key, record): (Uuid, Vec<u8>, Uuid) = row.try_get_many_by_index().port()?;
                let is_it = |claim: &UniqueClaim| {
                    (claim.field.uuid(), claim.record.uuid()) == (field, record)
                        && key == *claim.key.as_bytes()
                };
                failed.retain(|claim| !is_it(claim));
            }
        }
        Ok(failed)
    }

    async fn free_unique(&mut self, claims: &[UniqueClaim]) -> Result<(), PortError> {
        for claim in claims {
            let remove = self.transaction.remove::<Entity>().filter(Column::FieldId.eq(claim.field.uuid()));
            let remove = remove.filter(Column::Key.eq(claim.key.as_bytes().to_vec()));
            let remove = remove.filter(Column::RecordId.eq(claim.record.uuid()));
            remove.exec(&self.transaction).await.port()?;
        }
        Ok(())
    }

    async fn free_field(&mut self, field: FieldId) -> Result<(), PortError> {
        let remove = self.transaction.remove::<Entity>().filter(Column::FieldId.eq(field.uuid()));
        remove.exec(&self.transaction).await.map(drop).port()
    }
}
