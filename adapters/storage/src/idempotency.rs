//! Which requests were answered.

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DbBackend, QueryFilter as _, Statement, Value, sea_query::Expr,
};
use sutra_engine::{IdempotencyClaim, IdempotencyWriter, KeptAnswer, Outcome};
use sutra_kernel::{PortError, Timestamp};

use crate::{
    entity::idempotency::{Column, Entity, Model},
    error::{BadRow, OrPort as _, Row},
    open::{Open, Writing},
};

/// Inserts the claim, or takes over one that has expired. Another unit's claim of the same key is waited for; the row
/// stays locked until this unit ends, whichever way it comes out.
const CLAIM: &str = "
    INSERT INTO idempotency (workspace_id, user_id, digest, fingerprint, expires_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (workspace_id, user_id, digest) DO UPDATE SET
        fingerprint = excluded.fingerprint, expires_at = excluded.expires_at, outcome = NULL, receipt = NULL
    WHERE idempotency.expires_at <= $6";

/// Some of what has expired: more than one claim adds, so that it comes to an end, and few enough to cost little.
const FORGET: &str = "
    DELETE FROM idempotency WHERE workspace_id = $1 AND (user_id, digest) IN (
        SELECT user_id, digest FROM idempotency WHERE workspace_id = $1 AND expires_at <= $2
        ORDER BY expires_at LIMIT 20";

#[async_trait]
impl IdempotencyWriter for Open<Writing> {
    async fn claim(
        &mut self,
        claim: &IdempotencyClaim,
        now: Timestamp,
    ) -> Result<Option<KeptAnswer>, PortError> {
        let values = [
            self.transaction.workspace().uuid().into(),
            claim.user.uuid().into(),
            claim.digest.to_vec().into(),
            claim.fingerprint.to_vec().into(),
            claim.expires_at.as_micros().into(),
            now.as_micros().into(),
        ];
        if self.run(CLAIM, values).await? > 0 {
            self.forget_expired(now).await?;
            return Ok(None);
        }
        let find = self.transaction.find::<Entity>().filter(Column::UserId.eq(claim.user.uuid()));
        let row =
            find.filter(Column::Digest.eq(claim.digest.to_vec())).one(&self.transaction).await.port()?;
        let row = row.ok_or_else(|| PortError::corrupt("a claim that is taken is not there"))?;
        Ok(Some(KeptAnswer::try_from(row)?))
    }

    async fn keep(
        &mut self,
        claim: &IdempotencyClaim,
        outcome: &Outcome,
        receipt: &str,
    ) -> Result<(), PortError> {
        let outcome = serde_json::to_value(outcome).map_err(PortError::corrupt)?;
        let change = self.transaction.change::<Entity>();
        let kept = change
            .col_expr(Column::Outcome, Expr::value(outcome))
            .col_expr(Column::Receipt, Expr::value(receipt))
            .filter(Column::UserId.eq(claim.user.uuid()))
            .filter(Column::Digest.eq(claim.digest.to_vec()))
            .exec(&self.transaction)
            .await
            .port()?;
        if kept.rows_affected == 1 { Ok(()) } else { Err(PortError::refused("the key is not claimed")) }
    }
}

impl Open<Writing> {
    /// What another unit takes over or forgets at the moment is passed over, so that no two wait for each other.
    async fn forget_expired(&self, now: Timestamp) -> Result<(), PortError> {
        let end = match self.transaction.get_database_backend() {
            DbBackend::Postgres => " FOR UPDATE SKIP LOCKED)",
            _ => ")",
        };
        let values = [self.transaction.workspace().uuid().into(), now.as_micros().into()];
        self.run(&format!("{FORGET}{end}"), values).await.map(drop)
    }

    async fn run<const N: usize>(&self, sql: &str, values: [Value; N]) -> Result<u64, PortError> {
        let backend = self.transaction.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, sql, values);
        Ok(self.transaction.execute_raw(statement).await.port()?.rows_affected())
    }
}

impl TryFrom<Model> for KeptAnswer {
    type Error = BadRow;

    fn try_from(row: Model) -> Result<Self, BadRow> {
        let at = Row::new("idempotency", row.user_id);
        let outcome = at.read("outcome", row.outcome.ok_or("a claim without its answer"))?;
        Ok(Self {
            fingerprint: at.digest("fingerprint", row.fingerprint)?,
            outcome: at.read("outcome", serde_json::from_value(outcome))?,
            receipt: at.read("receipt", row.receipt.ok_or("a claim without its receipt"))?,
        })
    }
}
