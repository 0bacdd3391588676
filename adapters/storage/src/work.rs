//! The outbox, and the counts of refusals.

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait as _, DbBackend, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Statement,
    sea_query::{Expr, ExprTrait as _, LockBehavior, LockType},
};
use sutra_crypto::Sealed;
use sutra_engine::{OutboxTask, OutboxTasks, OutboxWriter, RefusalCount, RefusalCounter, RefusalReader};
use sutra_kernel::{PortError, TaskId, Timestamp};

use crate::{
    entity::work::outbox,
    error::{BadRow, OrPort as _, Row},
    open::{Keeping, Open, Writing},
    scoped::{HERE, rows},
};

#[async_trait]
impl OutboxWriter for Open<Writing> {
    async fn enqueue(&mut self, task: &OutboxTask) -> Result<(), PortError> {
        let row = outbox::Model {
            workspace_id: HERE,
            id: task.id.uuid(),
            kind: task.kind.clone(),
            payload: task.payload.as_bytes().to_vec(),
            due_at: task.due_at.as_micros(),
            attempts: i64::from(task.attempts),
            leased_until: None,
        };
        self.transaction.insert::<outbox::Entity, _>([row]).await.port()
    }
}

#[async_trait]
impl OutboxTasks for Open<Keeping> {
    async fn claim_tasks(
        &mut self,
        now: Timestamp,
        leased_until: Timestamp,
        limit: usize,
    ) -> Result<Vec<OutboxTask>, PortError> {
        let mut rows = self.due_tasks(now, limit).await?;
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.transaction
            .change::<outbox::Entity>()
            .col_expr(outbox::Column::LeasedUntil, Expr::value(leased_until.as_micros()))
            .col_expr(outbox::Column::Attempts, Expr::col(outbox::Column::Attempts).add(1))
            .filter(outbox::Column::Id.is_in(ids))
            .exec(&self.transaction)
            .await
            .port()?;
        rows.iter_mut().for_each(|row| row.attempts = row.attempts.saturating_add(1));
        Ok(rows.into_iter().map(OutboxTask::try_from).collect::<Result<_, _>>()?)
    }

    async fn complete_task(&mut self, id: TaskId) -> Result<(), PortError> {
        let remove = self.transaction.remove::<outbox::Entity>().filter(outbox::Column::Id.eq(id.uuid()));
        remove.exec(&self.transaction).await.map(drop).port()
    }

    async fn retry_task(&mut self, id: TaskId, due_at: Timestamp) -> Result<(), PortError> {
        let change = self.transaction.change::<outbox::Entity>();
        change
            .col_expr(outbox::Column::DueAt, Expr::value(due_at.as_micros()))
            .col_expr(outbox::Column::LeasedUntil, Expr::value(None::<i64>))
            .filter(outbox::Column::Id.eq(id.uuid()))
            .exec(&self.transaction)
            .await
            .map(drop)
            .port()
    }
}

impl Open<Keeping> {
    /// The tasks to be taken, locked; what another taker has locked is passed over.
    async fn due_tasks(&self, now: Timestamp, limit: usize) -> Result<Vec<outbox::Model>, PortError> {
        let free = Condition::any()
            .add(outbox::Column::LeasedUntil.is_null())
            .add(outbox::Column::LeasedUntil.lte(now.as_micros()));
        let mut find = self.transaction.find::<outbox::Entity>();
        find = find
            .filter(outbox::Column::DueAt.lte(now.as_micros()))
            .filter(free)
            .order_by_asc(outbox::Column::DueAt)
            .order_by_asc(outbox::Column::Id)
            .limit(rows(limit));
        if self.transaction.get_database_backend() == DbBackend::Postgres {
            find = find.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
        }
        find.all(&self.transaction).await.port()
    }
}

/// One statement, so that refusals at the same time are counted one after the other.
const COUNT_REFUSAL: &str = "
    INSERT INTO refusal_count (workspace_id, key, minute, count, count_before) VALUES ($1, $2, $3, 1, 0)
    ON CONFLICT (workspace_id, key) DO UPDATE SET
        count = CASE WHEN refusal_count.minute = excluded.minute THEN refusal_count.count + 1 ELSE 1 END,
        count_before = CASE WHEN refusal_count.minute = excluded.minute THEN 0 ELSE refusal_count.count END,
        minute = excluded.minute
    RETURNING count, count_before";

#[async_trait]
impl RefusalCounter for Open<Keeping> {
    async fn count_refusal(&mut self, key: &[u8; 32], minute: i64) -> Result<RefusalCount, PortError> {
        let values = [self.transaction.workspace().uuid().into(), key.to_vec().into(), minute.into()];
        let backend = self.transaction.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, COUNT_REFUSAL, values);
        let row = self.transaction.query_one_raw(statement).await.port()?;
        let row = row.ok_or_else(|| PortError::corrupt("an upsert returned no row"))?;
        let at = Row::new("refusal_count", minute);
        Ok(RefusalCount {
            count: at.number("count", row.try_get_by_index(0).port()?)?,
            before: at.number("count_before", row.try_get_by_index(1).port()?)?,
        })
    }
}

/// The count of one minute; no row is no refusal.
const REFUSALS: &str = "SELECT count FROM refusal_count WHERE workspace_id = $1 AND key = $2 AND minute = $3";

#[async_trait]
impl RefusalReader for Open<Writing> {
    async fn refusals(&mut self, key: &[u8; 32], minute: i64) -> Result<u64, PortError> {
        let values = [self.transaction.workspace().uuid().into(), key.to_vec().into(), minute.into()];
        let backend = self.transaction.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, REFUSALS, values);
        let Some(row) = self.transaction.query_one_raw(statement).await.port()? else { return Ok(0) };
        Ok(Row::new("refusal_count", minute).number("count", row.try_get_by_index(0).port()?)?)
    }
}

impl TryFrom<outbox::Model> for OutboxTask {
    type Error = BadRow;

    fn try_from(row: outbox::Model) -> Result<Self, BadRow> {
        let at = Row::new("outbox", row.id);
        Ok(Self {
            id: TaskId::from_uuid(row.id),
            kind: row.kind,
            payload: at.read("payload", Sealed::parse(row.payload))?,
            due_at: Timestamp::from_micros(row.due_at),
            attempts: at.number("attempts", row.attempts)?,
        })
    }
}
