//! The traces of imports.

use sea_orm::{ColumnTrait as _, QueryFilter as _, QueryOrder as _};
use sutra_kernel::{ObjectId, PortError, RecordId, Timestamp, UserId};
use sutra_records::import::{Import, ImportRow};

use crate::{
    entity::records::{import, import_row},
    error::{OrPort as _, Row, column_of},
    open::{Open, Writing},
    scoped::HERE,
};

impl<M: Send> Open<M> {
    pub(crate) async fn row_imported(
        &mut self,
        object: ObjectId,
        file_digest: &[u8; 32],
        row: u64,
    ) -> Result<Option<RecordId>, PortError> {
        let find = self.transaction.find::<import_row::Entity>();
        let find = find
            .filter(import_row::Column::ObjectId.eq(object.uuid()))
            .filter(import_row::Column::FileDigest.eq(file_digest.to_vec()))
            .filter(import_row::Column::RowNumber.eq(column_of(row)));
        let row = find.one(&self.transaction).await.port()?;
        Ok(row.map(|row| RecordId::from_uuid(row.record_id)))
    }

    pub(crate) async fn last_finished(
        &mut self,
        object: ObjectId,
        user: UserId,
    ) -> Result<Option<[u8; 32]>, PortError> {
        let find = self.transaction.find::<import::Entity>();
        let find = find
            .filter(import::Column::ObjectId.eq(object.uuid()))
            .filter(import::Column::UserId.eq(user.uuid()))
            .filter(import::Column::FinishedAt.is_not_null())
            .order_by_desc(import::Column::FinishedAt)
            .order_by_desc(import::Column::Id);
        let import = find.one(&self.transaction).await.port()?;
        let digest = import.map(|it| Row::new("import", it.id).digest("file_digest", it.file_digest));
        Ok(digest.transpose()?)
    }
}

impl Open<Writing> {
    pub(crate) async fn remember_row(&self, row: &ImportRow) -> Result<(), PortError> {
        let row = import_row::Model {
            workspace_id: HERE,
            object_id: row.object.uuid(),
            file_digest: row.file_digest.to_vec(),
            row_number: column_of(row.row),
            import_id: row.import.uuid(),
            record_id: row.record.uuid(),
        };
        self.transaction.insert::<import_row::Entity, _>([row]).await.port()
    }

    pub(crate) async fn keep_import(&self, import: &Import) -> Result<(), PortError> {
        let row = import::Model {
            workspace_id: HERE,
            id: import.id.uuid(),
            object_id: import.object.uuid(),
            user_id: import.user.uuid(),
            file_digest: import.file_digest.to_vec(),
            started_at: import.started_at.as_micros(),
            finished_at: import.finished_at.map(Timestamp::as_micros),
        };
        self.transaction.upsert::<import::Entity, _>(row).await.port()
    }
}
