//! Records: read through their definition, written with their slots.

mod control;
mod read;
mod write;

use std::collections::BTreeMap;

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, QueryFilter as _, QuerySelect as _,
    sea_query::{BinOper, Expr, ExprTrait as _, Query, SelectStatement},
};
use sutra_kernel::{ApiName, ObjectId, Page, PortError, RecordId, UserId, Uuid};
use sutra_records::{
    Aggregate, Change, Controlled, Group, ListQuery, Purge, Record, RecordReader, RecordWriter, Standing,
    TeamRole,
    import::{Import, ImportRow},
};

use crate::{
    entity::records::record,
    error::{OrPort as _, Row, column_of},
    list,
    open::{Open, Writing},
    scoped::portions,
    transaction::Transaction,
};

pub(crate) use read::{Reader, columns};
pub(crate) use write::{column_of_slot, known_slots, slot_values};

#[async_trait]
impl<M: Send> RecordReader for Open<M> {
    async fn find_record(&mut self, object: ObjectId, id: RecordId) -> Result<Option<Record>, PortError> {
        Ok(self.find_records(object, &[id]).await?.pop())
    }

    async fn find_records(&mut self, object: ObjectId, ids: &[RecordId]) -> Result<Vec<Record>, PortError> {
        // No record is without its object.
        let Some(definition) = self.definition(object).await? else { return Ok(Vec::new()) };
        let mut records = Vec::with_capacity(ids.len());
        for ids in portions(ids) {
            let find = self.transaction.find::<record::Entity>();
            let find = find.filter(record::Column::ObjectId.eq(object.uuid()));
            let find = find.filter(record::Column::Id.is_in(ids.iter().map(|id| id.uuid())));
            records.extend(self.transaction.records(find, &definition).await?);
        }
        Ok(records)
    }

    async fn standings(
        &mut self,
        object: ObjectId,
        ids: &[RecordId],
    ) -> Result<BTreeMap<RecordId, Standing>, PortError> {
        self.standings_of(object, ids).await
    }

    async fn team_roles(&mut self, record: RecordId) -> Result<BTreeMap<UserId, TeamRole>, PortError> {
        self.team_roles_of(record).await
    }

    async fn list_records(&mut self, query: &ListQuery) -> Result<Page<Record>, PortError> {
        query.check().map_err(PortError::refused)?;
        let roots = self.roots(list::roots_of_list(query)).await?;
        list::read(&self.transaction, &roots, query).await
    }

    async fn count_records(&mut self, query: &ListQuery, cap: u64) -> Result<u64, PortError> {
        query.check().map_err(PortError::refused)?;
        let roots = self.roots(list::roots_of_list(query)).await?;
        list::count(&self.transaction, &roots, query, cap).await
    }

    async fn aggregate_records(&mut self, aggregate: &Aggregate) -> Result<Vec<Group>, PortError> {
        aggregate.check().map_err(PortError::refused)?;
        let roots = self.roots(list::roots_of_groups(aggregate)).await?;
        list::groups(&self.transaction, &roots, aggregate).await
    }

    async fn lacks_value(&mut self, object: ObjectId, field: &ApiName) -> Result<bool, PortError> {
        let find = self.transaction.find::<record::Entity>();
        let find = find.filter(record::Column::ObjectId.eq(object.uuid()));
        // Both databases read a member of a JSON object as a text so, and neither stores a null.
        let value = |column| Expr::col(column).binary(BinOper::Custom("->>"), field.as_str());
        let find = find.filter(value(record::Column::Fields).is_null());
        let find = find.filter(value(record::Column::Sealed).is_null());
        let find = find.select_only().column(record::Column::Id).limit(1);
        let found: Option<Uuid> = find.into_tuple().one(&self.transaction).await.port()?;
        Ok(found.is_some())
    }

    async fn find_import_row(
        &mut self,
        object: ObjectId,
        file_digest: &[u8; 32],
        row: u64,
    ) -> Result<Option<RecordId>, PortError> {
        self.row_imported(object, file_digest, row).await
    }

    async fn latest_import(&mut self, object: ObjectId, user: UserId) -> Result<Option<[u8; 32]>, PortError> {
        self.last_finished(object, user).await
    }
}

#[async_trait]
impl RecordWriter for Open<Writing> {
    async fn put_records(&mut self, changes: Vec<Change>) -> Result<(), PortError> {
        let kind = |change: &Change| (change.after().object, change.before().is_none());
        for alike in changes.chunk_by(|one, other| kind(one) == kind(other)) {
            self.write_alike(alike).await?;
        }
        Ok(())
    }

    async fn hold_records(&mut self, records: &[Record]) -> Result<(), PortError> {
        self.hold(records).await
    }

    async fn put_controls(&mut self, controls: &[Controlled]) -> Result<(), PortError> {
        self.write_controls(controls).await
    }

    async fn remove_record(&mut self, purge: Purge) -> Result<(), PortError> {
        self.require_home(purge.workspace())?;
        // The last version comes first: it locks the row, and so nobody writes words beside it any more.
        let last = self.transaction.change::<record::Entity>();
        let last = last.col_expr(record::Column::Version, Expr::value(column_of(purge.version())));
        let last = last.filter(record::Column::Id.eq(purge.id().uuid()));
        let last = last.filter(record::Column::ObjectId.eq(purge.object().uuid()));
        let last = last.filter(record::Column::Version.eq(column_of(purge.before())));
        if last.exec(&self.transaction).await.port()?.rows_affected != 1 {
            return Err(PortError::conflict("the record has another version"));
        }
        self.remove_tokens(purge.id()).await?;
        self.remove_shares_of(purge.id()).await?;
        self.remove_team_of(purge.id()).await?;
        let remove = self.transaction.remove::<record::Entity>();
        let remove = remove.filter(record::Column::Id.eq(purge.id().uuid()));
        remove.exec(&self.transaction).await.port()?;
        self.mode.written.push((purge.id().uuid(), purge.version()));
        Ok(())
    }

    async fn put_import_row(&mut self, row: &ImportRow) -> Result<(), PortError> {
        self.remember_row(row).await
    }

    async fn put_import(&mut self, import: &Import) -> Result<(), PortError> {
        self.keep_import(import).await
    }
}

/// How many rows a query has.
pub(crate) async fn count_of(transaction: &Transaction, rows: SelectStatement) -> Result<u64, PortError> {
    let mut count = Query::select();
    count.expr(Expr::cust("count(*)")).from_subquery(rows, "counted");
    let row = transaction.query_one(&count).await.port()?;
    let row = row.ok_or_else(|| PortError::corrupt("a count returned no row"))?;
    Ok(Row::new("record", "count").number("count", row.try_get_by_index(0).port()?)?)
}
