//! Appending: in one call of the owner's function on PostgreSQL, and step by step under SQLite's one writer.

use std::mem;

use sea_orm::DbErr;
use sqlx::{QueryBuilder, Row as _, Sqlite, query_builder::Separated};
use sutra_audit::{Appended, Epochs, Head, Opening, OpeningBody, StoredEntry, Tail};
use sutra_kernel::{PortError, Timestamp};

use crate::{
    error::{self, OrPort as _, column_of},
    scoped::portions,
    transaction::{Inner, Transaction, execution, query},
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
        match &mut *transaction.raw().await? {
            Inner::Postgres(begun) => transaction.note(call.fetch_all(&mut **begun).await, query),
            Inner::Sqlite(_) => Err(DbErr::Custom("this function is PostgreSQL's".to_owned())),
        }
    }
}

fn place(row: sqlx::postgres::PgRow) -> Result<Appended, PortError> {
    let at = error::Row::new("ledger_entry", "appended");
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
    let openings: Vec<_> = tails.iter().flat_map(|tail| &tail.openings).collect();
    head.epochs = super::add(head.epochs, bumps);
    let prev = entries.last().map_or(head.leaf, |entry| entry.prev);
    let mut statements = Statements::new(transaction);
    statements.insert(ENTRIES, &entries, bind_entry).await.port()?;
    statements.insert(OPENINGS, &openings, |row, opening| bind_opening(row, opening)).await.port()?;
    statements.move_head(head, prev);
    statements.run().await.port()?;
    Ok(entries.iter().map(StoredEntry::appended).collect())
}

/// Statements of a ledger on SQLite, several of which are sent as one. Values are bound as they are: there are too many of
/// them to go through an entity.
struct Statements<'t> {
    transaction: &'t Transaction,
    sql: QueryBuilder<Sqlite>,
    /// How many rows those that were not sent have.
    rows: usize,
}

/// How many rows are sent at once with what comes next: more are a statement of their own, of which there are few sizes.
const TOGETHER: usize = 32;

/// A row that is inserted.
type Values<'a> = Separated<'a, Sqlite, &'static str>;

impl<'t> Statements<'t> {
    fn new(transaction: &'t Transaction) -> Self {
        Self { transaction, sql: QueryBuilder::default(), rows: 0 }
    }

    /// Inserts rows whose first column is the workspace.
    async fn insert<T>(
        &mut self,
        into: &'static str,
        items: &[T],
        bind: impl Fn(&mut Values<'_>, &T),
    ) -> Result<(), DbErr> {
        let workspace = self.transaction.workspace().uuid();
        for portion in portions(items) {
            if self.rows > 0 && self.rows.saturating_add(portion.len()) > TOGETHER {
                self.run().await?;
            }
            self.sql.push(into).push_values(portion, |mut row, item| bind(row.push_bind(workspace), item));
            self.sql.push("; ");
            self.rows = self.rows.saturating_add(portion.len());
        }
        Ok(())
    }

    fn move_head(&mut self, head: &Head, prev: sutra_audit::Hash) {
        let mut set = self.sql.push("UPDATE ledger_head SET ").separated(", ");
        set.push("seq = ").push_bind_unseparated(column_of(head.seq));
        set.push("leaf = ").push_bind_unseparated(head.leaf.to_vec());
        set.push("prev = ").push_bind_unseparated(prev.to_vec());
        set.push("at_us = ").push_bind_unseparated(head.at.as_micros());
        set.push("policy_epoch = ").push_bind_unseparated(column_of(head.epochs.policy));
        set.push("metadata_version = ").push_bind_unseparated(column_of(head.epochs.metadata));
        let workspace = self.transaction.workspace().uuid();
        self.sql.push(" WHERE workspace_id = ").push_bind(workspace);
    }

    /// Sends what there is.
    async fn run(&mut self) -> Result<(), DbErr> {
        self.rows = 0;
        let mut sql = mem::take(&mut self.sql);
        match &mut *self.transaction.raw().await? {
            Inner::Sqlite(lent) => {
                let connection = self.transaction.note(lent.connection().await, execution)?;
                self.transaction.note(sql.build().execute(connection).await, execution).map(drop)
            }
            Inner::Postgres(_) => Err(DbErr::Custom("PostgreSQL appends by its function".to_owned())),
        }
    }
}

const ENTRIES: &str = "INSERT INTO ledger_entry (workspace_id, seq, at_us, prev, leaf, bytes, unit_id, ordinal, \
                       category, action, actor_id, target_object, target_id, target_version, request_id) ";

fn bind_entry(row: &mut Values<'_>, entry: &StoredEntry) {
    row.push_bind(column_of(entry.seq))
        .push_bind(entry.at.as_micros())
        .push_bind(&entry.prev[..])
        .push_bind(&entry.leaf[..])
        .push_bind(&entry.bytes[..])
        .push_bind(entry.unit.uuid())
        .push_bind(i64::from(entry.ordinal))
        .push_bind(i64::from(entry.category))
        .push_bind(&entry.action)
        .push_bind(entry.actor_id)
        .push_bind(&entry.target_object)
        .push_bind(entry.target_id)
        .push_bind(entry.target_version.map(column_of))
        .push_bind(entry.request);
}

const OPENINGS: &str =
    "INSERT INTO ledger_opening (workspace_id, unit_id, ordinal, field, side, salt, kind, body) ";

fn bind_opening(row: &mut Values<'_>, opening: &Opening) {
    row.push_bind(opening.unit.uuid())
        .push_bind(i64::from(opening.ordinal))
        .push_bind(&opening.field)
        .push_bind(opening.side.to_string())
        .push_bind(opening.salt.as_ref().map(|salt| &salt[..]))
        .push_bind(kind_of(&opening.body))
        .push_bind(body_of(&opening.body));
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
