//! The ledger.

mod append;

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DbBackend, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use sutra_audit::{
    Appended, Disclosure, EntryFilter, Epochs, Head, LedgerReader, LedgerWriter, Opening, OpeningBody, Side,
    StoredEntry, Tail,
};
use sutra_crypto::Sealed;
use sutra_kernel::{PortError, Timestamp, UnitId, WorkspaceId};

use crate::{
    entity::ledger::{ledger_entry, ledger_head, ledger_opening},
    error::{BadRow, OrPort as _, Row, column_of},
    open::{Open, Writing},
    scoped::rows,
};

#[async_trait]
impl<M: Send> LedgerReader for Open<M> {
    async fn epochs(&mut self) -> Result<Epochs, PortError> {
        Ok(self.head().await?.epochs)
    }

    async fn head(&mut self) -> Result<Head, PortError> {
        if let Some(head) = self.head {
            return Ok(head);
        }
        let row = self.transaction.find::<ledger_head::Entity>().one(&self.transaction).await.port()?;
        let row = row.ok_or_else(|| PortError::refused("there is no such workspace"))?;
        let head = Head::try_from(row)?;
        self.known.read_version(head.epochs.metadata);
        // On SQLite nobody moves it while this is open.
        self.head = Some(head).filter(|_| self.transaction.get_database_backend() == DbBackend::Sqlite);
        Ok(head)
    }

    async fn entries(&mut self, filter: &EntryFilter, limit: usize) -> Result<Vec<StoredEntry>, PortError> {
        let mut find = self.transaction.find::<ledger_entry::Entity>();
        if let Some((object, id)) = &filter.target {
            find = find.filter(ledger_entry::Column::TargetId.eq(*id));
            find = find.filter(ledger_entry::Column::TargetObject.eq(object));
        }
        if let Some(action) = &filter.action {
            find = find.filter(ledger_entry::Column::Action.eq(action));
        }
        if let Some(actor) = filter.actor {
            find = find.filter(ledger_entry::Column::ActorId.eq(actor));
        }
        if let Some(seq) = filter.before_seq {
            find = find.filter(ledger_entry::Column::Seq.lt(column_of(seq)));
        }
        let find = find.order_by_desc(ledger_entry::Column::Seq).limit(rows(limit));
        entries_of(find.all(&self.transaction).await.port()?)
    }

    async fn entries_from(&mut self, seq: u64, limit: usize) -> Result<Vec<StoredEntry>, PortError> {
        let find = self.transaction.find::<ledger_entry::Entity>();
        let find = find.filter(ledger_entry::Column::Seq.gte(column_of(seq)));
        let find = find.order_by_asc(ledger_entry::Column::Seq).limit(rows(limit));
        entries_of(find.all(&self.transaction).await.port()?)
    }

    async fn openings(&mut self, unit: UnitId, ordinal: u32) -> Result<Vec<Opening>, PortError> {
        let find = self.transaction.find::<ledger_opening::Entity>();
        let find = find.filter(ledger_opening::Column::UnitId.eq(unit.uuid()));
        let find = find.filter(ledger_opening::Column::Ordinal.eq(i64::from(ordinal)));
        let rows = find.all(&self.transaction).await.port()?;
        Ok(rows.into_iter().map(Opening::try_from).collect::<Result<_, _>>()?)
    }
}

#[async_trait]
impl LedgerWriter for Open<Writing> {
    fn workspace(&self) -> WorkspaceId {
        self.transaction.workspace()
    }

    fn unit(&self) -> UnitId {
        self.mode.unit
    }

    async fn lock(&mut self) -> Result<(), PortError> {
        // On SQLite a unit is the only writer from its beginning on.
        if self.transaction.get_database_backend() == DbBackend::Postgres {
            self.transaction.execute_unprepared("SELECT public.ledger_lock()").await.port()?;
        }
        Ok(())
    }

    async fn append(
        &mut self,
        seen: Epochs,
        now: Timestamp,
        tails: Vec<Tail>,
    ) -> Result<Vec<Appended>, PortError> {
        let (expected, bumps) = (add(seen, self.mode.bumped), self.mode.bumps);
        let appended = match self.transaction.get_database_backend() {
            DbBackend::Postgres => append::call(&self.transaction, expected, bumps, now, tails).await?,
            _ => {
                let mut head = self.head().await?;
                if head.epochs != expected {
                    return Err(PortError::conflict("the policy or the schema has changed"));
                }
                let appended = append::extend(&self.transaction, &mut head, bumps, now, tails).await?;
                self.head = Some(head);
                appended
            }
        };
        self.mode.bumped = add(self.mode.bumped, self.mode.bumps);
        self.mode.bumps = Epochs::default();
        self.mode.appended.extend(&appended);
        Ok(appended)
    }
}

fn add(left: Epochs, right: Epochs) -> Epochs {
    Epochs {
        policy: left.policy.saturating_add(right.policy),
        metadata: left.metadata.saturating_add(right.metadata),
    }
}

fn entries_of(rows: Vec<ledger_entry::Model>) -> Result<Vec<StoredEntry>, PortError> {
    Ok(rows.into_iter().map(StoredEntry::try_from).collect::<Result<_, _>>()?)
}

impl TryFrom<ledger_head::Model> for Head {
    type Error = BadRow;

    fn try_from(row: ledger_head::Model) -> Result<Self, BadRow> {
        let at = Row::new("ledger_head", row.workspace_id);
        Ok(Self {
            seq: at.number("seq", row.seq)?,
            leaf: at.digest("leaf", row.leaf)?,
            at: Timestamp::from_micros(row.at_us),
            epochs: Epochs {
                policy: at.number("policy_epoch", row.policy_epoch)?,
                metadata: at.number("metadata_version", row.metadata_version)?,
            },
        })
    }
}

impl TryFrom<ledger_entry::Model> for StoredEntry {
    type Error = BadRow;

    fn try_from(row: ledger_entry::Model) -> Result<Self, BadRow> {
        let at = Row::new("ledger_entry", row.seq);
        Ok(Self {
            seq: at.number("seq", row.seq)?,
            bytes: row.bytes,
            leaf: at.digest("leaf", row.leaf)?,
            prev: at.digest("prev", row.prev)?,
            at: Timestamp::from_micros(row.at_us),
            unit: UnitId::from_uuid(row.unit_id),
            ordinal: at.number("ordinal", row.ordinal)?,
            category: at.number("category", row.category)?,
            action: row.action,
            actor_id: row.actor_id,
            target_object: row.target_object,
            target_id: row.target_id,
            target_version: row.target_version.map(|it| at.number("target_version", it)).transpose()?,
            request: row.request_id,
        })
    }
}

impl TryFrom<ledger_opening::Model> for Opening {
    type Error = BadRow;

    fn try_from(row: ledger_opening::Model) -> Result<Self, BadRow> {
        let at = Row::new("ledger_opening", row.unit_id);
        let disclosure = u64::try_from(row.kind).ok().and_then(Disclosure::from_flags);
        let sealed = |body| at.read("body", Sealed::parse(body));
        Ok(Self {
            unit: UnitId::from_uuid(row.unit_id),
            ordinal: at.number("ordinal", row.ordinal)?,
            side: at.known("side", Side::parse(&row.side))?,
            salt: row.salt.map(|salt| at.digest("salt", salt)).transpose()?,
            body: match at.known("kind", disclosure)? {
                Disclosure::Plain => OpeningBody::Plain(row.body),
                Disclosure::Sealed => OpeningBody::Sealed(sealed(row.body)?),
                Disclosure::Masked => OpeningBody::Masked(sealed(row.body)?),
            },
            field: row.field,
        })
    }
}
