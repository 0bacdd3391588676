//! What was tried in vain.

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DbBackend, EntityTrait, QueryFilter as _, QuerySelect as _,
    QueryTrait as _, Select, Statement,
    sea_query::{LockBehavior, LockType},
};
use sutra_identity::{Tries, TryCounter, TryKind};
use sutra_kernel::{PortError, Timestamp};

use crate::{
    entity::identity::sign_in_attempt::{Column, Entity, Model},
    error::{OrPort as _, Row},
    open::{Changing, Open},
    scoped::HERE,
};

/// How many rows are forgotten at once.
const SOME: u64 = 100;

/// A row that is there is written as it is, which holds it until the transaction ends; one that is not is made, as one
/// that is over.
const HOLD: &str = "
    INSERT INTO sign_in_attempt (workspace_id, kind, key, failures, locks, identifiers, locked_until, expires_at)
    VALUES ($1, $2, $3, 0, 0, 0, NULL, $4)
    ON CONFLICT (workspace_id, kind, key) DO UPDATE SET failures = sign_in_attempt.failures
    RETURNING failures, locks, identifiers, locked_until, expires_at";

impl<M> Open<M> {
    /// Some of these rows: those that nobody holds, who may be waiting for what is held here.
    pub(crate) fn some_unheld<E: EntityTrait>(&self, rows: Select<E>) -> Select<E> {
        let some = rows.limit(SOME);
        match self.transaction.get_database_backend() {
            DbBackend::Postgres => some.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked),
            _ => some,
        }
    }
}

#[async_trait]
impl<M: Changing> TryCounter for Open<M> {
    async fn hold_tries(
        &mut self,
        kind: TryKind,
        key: &[u8; 32],
        now: Timestamp,
    ) -> Result<Tries, PortError> {
        let values = [
            self.transaction.workspace().uuid().into(),
            kind.as_str().into(),
            key.to_vec().into(),
            now.as_micros().into(),
        ];
        let statement = Statement::from_sql_and_values(self.transaction.get_database_backend(), HOLD, values);
        let row = self.transaction.query_one_raw(statement).await.port()?;
        let row = row.ok_or_else(|| PortError::corrupt("an upsert returned no row"))?;
        let at = Row::new("sign_in_attempt", kind.as_str());
        let locked_until: Option<i64> = row.try_get_by_index(3).port()?;
        Ok(Tries {
            failures: at.number("failures", row.try_get_by_index(0).port()?)?,
            locks: at.number("locks", row.try_get_by_index(1).port()?)?,
            identifiers: at.number("identifiers", row.try_get_by_index(2).port()?)?,
            locked_until: locked_until.map(Timestamp::from_micros),
            expires_at: Timestamp::from_micros(row.try_get_by_index(4).port()?),
        })
    }

    async fn put_tries(&mut self, kind: TryKind, key: &[u8; 32], tries: &Tries) -> Result<(), PortError> {
        let row = Model {
            workspace_id: HERE,
            kind: kind.as_str().to_owned(),
            key: key.to_vec(),
            failures: i64::from(tries.failures),
            locks: i64::from(tries.locks),
            identifiers: i64::from(tries.identifiers),
            locked_until: tries.locked_until.map(Timestamp::as_micros),
            expires_at: tries.expires_at.as_micros(),
        };
        self.transaction.upsert::<Entity, _>(row).await.port()
    }

    async fn forget_tries(&mut self, kind: TryKind, key: &[u8; 32]) -> Result<bool, PortError> {
        let remove = self.transaction.remove::<Entity>();
        let remove = remove.filter(Column::Kind.eq(kind.as_str())).filter(Column::Key.eq(key.to_vec()));
        Ok(remove.exec(&self.transaction).await.port()?.rows_affected > 0)
    }

    async fn forget_tries_over(&mut self, now: Timestamp) -> Result<(), PortError> {
        let over = Column::ExpiresAt.lte(now.as_micros());
        let some = self.some_unheld(self.transaction.find::<Entity>().filter(over.clone()));
        let keys = some.select_only().column(Column::Key).into_query();
        let remove = self.transaction.remove::<Entity>().filter(over).filter(Column::Key.in_subquery(keys));
        remove.exec(&self.transaction).await.map(drop).port()
    }
}
