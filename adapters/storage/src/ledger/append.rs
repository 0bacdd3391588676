//! Appending: in one call of the owner's function on PostgreSQL, and step by step under SQLite's one writer.

use sea_orm::{DbErr, sea_query::Expr};
use sqlx::Row as _;
use sutra_audit::{Appended, Epochs, Head, Opening, OpeningBody, StoredEntry, Tail};
use sutra_kernel::{PortError, Timestamp};

use crate::{
    entity::ledger::{ledger_entry, ledger_head, ledger_opening},
    error::{OrPort as _, Row, column_of},
    scoped::HERE,
    transaction::{Inner, Transaction, query},
};

/// Puts the tails on the chain and moves the epochs, if they are those expected.
pub(super) async fn call(
    transaction: &Transaction,
    expected: Epochs,
    bumps: Epochs,
    now: Timestamp,
    tails: Vec<Tail>,
) -> Result<Vec<Appended>, PortError> {
    let Some(unit) = tails.first().map(|tail| tail.unit) else { return Ok(Vec::new()) };
    let call = Call { expected, bumps, now, unit: unit.uuid(), tails };
    call.run(transaction).await.port()?.into_iter().map(place).collect()
}

/// The arguments of `audit_append`.
struct Call {
    expected: Epochs,
    bumps: Epochs,
    now: Timestamp,
    unit: sutra_kernel::Uuid,
    tails: Vec<Tail>,
}

const AUDIT_APPEND: &str = "
    SELECT seq, at_us, prev, leaf FROM audit_append($1, $2, $3, $4, $5, $6, $7,
        $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)";

impl Call {
    async fn run(self, transaction: &Transaction) -> Result<Vec<sqlx::postgres::PgRow>, DbErr> {
        let tails = self.tails.iter();
        let openings = || self.tails.iter().flat_map(|tail| &tail.openings);
        let target = |tail: &Tail| tail.target.clone();
        let call = sqlx::query(AUDIT_APPEND)
            .bind(transaction.workspace().uuid())
            .bind(self.now.as_micros())
            .bind(column_of(self.expected.policy))
            .bind(column_of(self.expected.metadata))
            .bind(column_of(self.bumps.policy))
            .bind(column_of(self.bumps.metadata))
            .bind(self.unit)
            .bind(tails.clone().map(|tail| i64::from(tail.ordinal)).collect::<Vec<_>>())
            .bind(tails.clone().map(|tail| tail.bytes.clone()).collect::<Vec<_>>())
            .bind(tails.clone().map(|tail| i64::from(tail.category)).collect::<Vec<_>>())
            .bind(tails.clone().map(|tail| tail.action.clone()).collect::<Vec<_>>())
            .bind(tails.clone().map(|tail| tail.actor_id).collect::<Vec<_>>())
            .bind(tails.clone().map(|tail| target(tail).map(|it| it.object)).collect::<Vec<_>>())
            .bind(tails.clone().map(|tail| target(tail).and_then(|it| it.id)).collect::<Vec<_>>())
            .bind(tails.clone().map(|tail| target(tail)?.version.map(column_of)).collect::<Vec<_>>())
            .bind(tails.map(|tail| tail.request).collect::<Vec<_>>())
            .bind(openings().map(|opening| i64::from(opening.ordinal)).collect::<Vec<_>>())
            .bind(openings().map(|opening| opening.field.clone()).collect::<Vec<_>>())
            .bind(openings().map(|opening| opening.side.to_string()).collect::<Vec<_>>())
            .bind(openings().map(|opening| opening.salt.map(Vec::from)).collect::<Vec<_>>())
            .bind(openings().map(|opening| kind_of(&opening.body)).collect::<Vec<_>>())
            .bind(openings().map(|opening| body_of(&opening.body).to_vec()).collect::<Vec<_>>());
        match &mut *transaction.raw().await {
            Inner::Postgres(begun) => transaction.note(call.fetch_all(&mut **begun).await, query),
            Inner::Sqlite(_) => Err(DbErr::Custom("this function is PostgreSQL's".to_owned())),
        }
    }
}

fn place(row: sqlx::postgres::PgRow) -> Result<Appended, PortError> {
    let at = Row::new("ledger_entry", "appended");
    Ok(Appended {
        seq: at.number("seq", row.try_get("seq").map_err(PortError::corrupt)?)?,
        at: Timestamp::from_micros(row.try_get("at_us").map_err(PortError::corrupt)?),
        prev: at.digest("prev", row.try_get("prev").map_err(PortError::corrupt)?)?,
        leaf: at.digest("leaf", row.try_get("leaf").map_err(PortError::corrupt)?)?,
    })
}

/// The same where one writer at a time is the lock, from the end of the chain on, which it moves.
pub(super) async fn extend(
    transaction: &Transaction,
    head: &mut Head,
    bumps: Epochs,
    now: Timestamp,
    tails: Vec<Tail>,
) -> Result<Vec<Appended>, PortError> {
    let workspace = transaction.workspace();
    let entries: Vec<_> = tails.iter().map(|tail| head.extend(workspace, now, tail)).collect();
    let openings = tails.into_iter().flat_map(|tail| tail.openings).map(opening_row);
    transaction.insert::<ledger_entry::Entity, _>(entries.iter().map(entry_row)).await.port()?;
    transaction.insert::<ledger_opening::Entity, _>(openings).await.port()?;
    head.epochs = super::add(head.epochs, bumps);
    let prev = entries.last().map_or(head.leaf, |entry| entry.prev);
    move_head(transaction, head, prev).await?;
    Ok(entries.iter().map(StoredEntry::appended).collect())
}

async fn move_head(transaction: &Transaction, head: &Head, prev: sutra_audit::Hash) -> Result<(), PortError> {
    use ledger_head::Column;
    let change = transaction.change::<ledger_head::Entity>();
    change
        .col_expr(Column::Seq, Expr::value(column_of(head.seq)))
        .col_expr(Column::Leaf, Expr::value(head.leaf.to_vec()))
        .col_expr(Column::Prev, Expr::value(prev.to_vec()))
        .col_expr(Column::AtUs, Expr::value(head.at.as_micros()))
        .col_expr(Column::PolicyEpoch, Expr::value(column_of(head.epochs.policy)))
        .col_expr(Column::MetadataVersion, Expr::value(column_of(head.epochs.metadata)))
        .exec(transaction)
        .await
        .map(drop)
        .port()
}

fn entry_row(entry: &StoredEntry) -> ledger_entry::Model {
    ledger_entry::Model {
        workspace_id: HERE,
        seq: column_of(entry.seq),
        at_us: entry.at.as_micros(),
        prev: entry.prev.to_vec(),
        leaf: entry.leaf.to_vec(),
        bytes: entry.bytes.clone(),
        unit_id: entry.unit.uuid(),
        ordinal: i64::from(entry.ordinal),
        category: i64::from(entry.category),
        action: entry.action.clone(),
        actor_id: entry.actor_id,
        target_object: entry.target_object.clone(),
        target_id: entry.target_id,
        target_version: entry.target_version.map(column_of),
        request_id: entry.request,
    }
}

fn opening_row(opening: Opening) -> ledger_opening::Model {
    ledger_opening::Model {
        workspace_id: HERE,
        unit_id: opening.unit.uuid(),
        ordinal: i64::from(opening.ordinal),
        field: opening.field,
        side: opening.side.to_string(),
        salt: opening.salt.map(Vec::from),
        kind: kind_of(&opening.body),
        body: body_of(&opening.body).to_vec(),
    }
}

/// How the value is kept, by the number that the entry has for it.
fn kind_of(body: &OpeningBody) -> i64 {
    body.disclosure().flags().into()
}

fn body_of(body: &OpeningBody) -> &[u8] {
    match body {
        OpeningBody::Plain(value) => value,
        OpeningBody::Sealed(sealed) | OpeningBody::Masked(sealed) => sealed.as_bytes(),
    }
}
