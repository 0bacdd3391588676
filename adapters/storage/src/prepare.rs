//! Preparations: records brought in line with their fields, a step at a time.
//!
//! Whoever begins, steps or ends a preparation locks its row first, then records, then the ledger's head, and so does
//! whoever writes records: in that order nobody waits in a circle. The definition that a step reads under that lock
//! has the slots it will have until the step is done.

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DbBackend, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    QueryTrait as _,
    sea_query::{Expr, LockBehavior, LockType, Query},
};
use sutra_kernel::{ObjectId, PortError, Timestamp, Uuid};
use sutra_records::{
    ObjectDef, Preparation, PreparationReader, PreparationWriter, Prepared, Preparer, Record,
};

use crate::{
    entity::records::{preparation, record},
    error::{BadRow, OrPort as _, Row, column_of},
    open::{Keeping, Open, Writing},
    records::{column_of_slot, count_of, known_slots, slot_values},
    scoped::{HERE, rows},
};

#[async_trait]
impl<M: Send> PreparationReader for Open<M> {
    async fn preparations(&mut self) -> Result<Vec<Preparation>, PortError> {
        let find = self.transaction.find::<preparation::Entity>();
        let rows = find.order_by_asc(preparation::Column::ObjectId).all(&self.transaction).await.port()?;
        Ok(rows.into_iter().map(Preparation::try_from).collect::<Result<_, _>>()?)
    }
}

#[async_trait]
impl PreparationWriter for Open<Writing> {
    async fn begin_preparation(&mut self, object: ObjectId, now: Timestamp) -> Result<(), PortError> {
        let records = self.transaction.find::<record::Entity>();
        let records = records.filter(record::Column::ObjectId.eq(object.uuid()));
        let row = preparation::Model {
            workspace_id: HERE,
            object_id: object.uuid(),
            after: None,
            complete: false,
            done: 0,
            total: column_of(
                count_of(&self.transaction, records.select_only().column(record::Column::Id).into_query())
                    .await?,
            ),
            started_at: now.as_micros(),
        };
        self.transaction.upsert::<preparation::Entity, _>(row).await.port()
    }

    async fn end_preparation(&mut self, object: ObjectId) -> Result<bool, PortError> {
        let remove = self.transaction.remove::<preparation::Entity>();
        let remove = remove.filter(preparation::Column::ObjectId.eq(object.uuid()));
        let remove = remove.filter(preparation::Column::Complete.eq(true));
        Ok(remove.exec(&self.transaction).await.port()?.rows_affected == 1)
    }
}

#[async_trait]
impl Preparer for Open<Keeping> {
    async fn prepare_records(&mut self, limit: usize) -> Result<Option<Prepared>, PortError> {
        let Some(row) = self.preparation_to_step().await? else { return Ok(None) };
        let object = ObjectId::from_uuid(row.object_id);
        let definition = self.definition(object).await?;
        let definition = definition.ok_or_else(|| PortError::corrupt("a preparation without its object"))?;
        let records = self.records_after(row.after, limit, &definition).await?;
        for record in &records {
            self.write_slots(record, &definition).await?;
        }
        if !records.is_empty() {
            self.replace_tokens(&records.iter().collect::<Vec<_>>(), &definition).await?;
        }
        let all = records.len() < limit;
        let step: u64 = records.iter().map(|_| 1).sum();
        let row = preparation::Model {
            after: records.last().map(|record| record.id.uuid()).or(row.after),
            complete: all,
            done: row.done.saturating_add(column_of(step)),
            ..row
        };
        self.transaction.upsert::<preparation::Entity, _>(row).await.port()?;
        Ok(Some(Prepared { object, all }))
    }
}

impl Open<Keeping> {
    /// A preparation that nobody else is at.
    async fn preparation_to_step(&self) -> Result<Option<preparation::Model>, PortError> {
        let find = self.transaction.find::<preparation::Entity>();
        let mut find = find.order_by_asc(preparation::Column::ObjectId).limit(1);
        if self.can_lock_rows() {
            find = find.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
        }
        find.one(&self.transaction).await.port()
    }

    async fn records_after(
        &self,
        after: Option<Uuid>,
        limit: usize,
        definition: &ObjectDef,
    ) -> Result<Vec<Record>, PortError> {
        let mut find = self.transaction.find::<record::Entity>();
        find = find.filter(record::Column::ObjectId.eq(definition.id.uuid()));
        if let Some(after) = after {
            find = find.filter(record::Column::Id.gt(after));
        }
        if self.can_lock_rows() {
            find = find.lock(LockType::Update);
        }
        let find = find.order_by_asc(record::Column::Id).limit(rows(limit));
        self.transaction.records(find, definition).await
    }

    /// Writes the slots that the definition knows. The version stays, and so does all that the record says.
    async fn write_slots(&self, record: &Record, definition: &ObjectDef) -> Result<(), PortError> {
        let slots = known_slots(definition);
        if slots.is_empty() {
            return Ok(());
        }
        let values = slot_values(record, definition, &slots).map(Expr::value);
        let mut update = Query::update();
        update.table(record::Entity).values(slots.keys().copied().map(column_of_slot).zip(values));
        update
            .and_where(record::Column::WorkspaceId.eq(self.transaction.workspace().uuid()))
            .and_where(record::Column::Id.eq(record.id.uuid()));
        self.transaction.execute(&update).await.map(drop).port()
    }

    /// SQLite has one writer at a time, and no locks on rows.
    fn can_lock_rows(&self) -> bool {
        self.transaction.get_database_backend() == DbBackend::Postgres
    }
}

impl TryFrom<preparation::Model> for Preparation {
    type Error = BadRow;

    fn try_from(row: preparation::Model) -> Result<Self, BadRow> {
        let at = Row::new("preparation", row.object_id);
        Ok(Self {
            object: ObjectId::from_uuid(row.object_id),
            done: at.number("done", row.done)?,
            total: at.number("total", row.total)?,
            started_at: Timestamp::from_micros(row.started_at),
        })
    }
}
