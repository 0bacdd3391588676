//! Records: read through their definition, written with their slots.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, QueryFilter as _, QuerySelect as _,
    sea_query::{Alias, BinOper, Expr, ExprTrait as _, IntoIden as _, Query, SelectStatement},
};
use serde_json::Value as Json;
use sutra_kernel::{
    ApiName, ObjectId, Page, PortError, RecordId, RoleId, Timestamp, UserId, Uuid, Value, WorkspaceId,
};
use sutra_records::{
    Aggregate, Change, Fields, Group, ListQuery, ObjectDef, Purge, Record, RecordReader, RecordWriter,
    SealedFields, SealedValue, Slot, SlotFamily, Standing,
    import::{Import, ImportRow},
    project,
};

use crate::{
    empty,
    entity::records::record,
    error::{BadRow, OrPort as _, Row, column_of},
    list,
    open::{Open, Writing},
    transaction::Transaction,
};

#[async_trait]
impl<M: Send> RecordReader for Open<M> {
    async fn find_record(&mut self, object: ObjectId, id: RecordId) -> Result<Option<Record>, PortError> {
        Ok(self.find_records(object, &[id]).await?.pop())
    }

    async fn find_records(&mut self, object: ObjectId, ids: &[RecordId]) -> Result<Vec<Record>, PortError> {
        let find = self.transaction.find::<record::Entity>();
        let find = find.filter(record::Column::ObjectId.eq(object.uuid()));
        let find = find.filter(record::Column::Id.is_in(ids.iter().map(|id| id.uuid())));
        let rows = find.all(&self.transaction).await.port()?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let definition = self.definition(object).await?;
        let definition = definition.ok_or_else(|| PortError::corrupt("a record without its object"))?;
        records_of(rows, &definition)
    }

    async fn standings(
        &mut self,
        object: ObjectId,
        ids: &[RecordId],
    ) -> Result<BTreeMap<RecordId, Standing>, PortError> {
        self.standings_of(object, ids).await
    }

    async fn list_records(&mut self, query: &ListQuery) -> Result<Page<Record>, PortError> {
        query.check().map_err(PortError::refused)?;
        let Page { items, more } = list::read(&self.transaction, query).await?;
        Ok(Page { items: records_of(items, &query.object)?, more })
    }

    async fn count_records(&mut self, query: &ListQuery, cap: u64) -> Result<u64, PortError> {
        query.check().map_err(PortError::refused)?;
        list::count(&self.transaction, query, cap).await
    }

    async fn aggregate_records(&mut self, aggregate: &Aggregate) -> Result<Vec<Group>, PortError> {
        aggregate.check().map_err(PortError::refused)?;
        list::groups(&self.transaction, aggregate).await
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
    async fn put_record(&mut self, change: Change) -> Result<(), PortError> {
        self.require_home(change.workspace())?;
        let definition = self.definition(change.after().object).await?;
        let definition =
            definition.ok_or_else(|| PortError::refused("the record's object is not defined"))?;
        let written = match change.before() {
            None => self.insert_record(change.after(), &definition).await?,
            Some(before) => self.replace_record(before, change.after(), &definition).await?,
        };
        if written != 1 {
            return Err(PortError::conflict("the record has another version"));
        }
        self.put_tokens(change.before(), change.after(), &definition).await?;
        self.mode.written.push((change.after().id.uuid(), change.after().version));
        Ok(())
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

impl Open<Writing> {
    async fn insert_record(&self, record: &Record, definition: &ObjectDef) -> Result<u64, PortError> {
        let (mut columns, mut values) = (Vec::new(), Vec::new());
        for (column, value) in fixed_columns(record).chain(changing_columns(record, definition)) {
            columns.push(column);
            values.push(value);
        }
        let mut insert = Query::insert();
        insert.into_table(record::Entity).columns(columns).values_panic(values);
        Ok(self.transaction.execute(&insert).await.port()?.rows_affected())
    }

    async fn replace_record(
        &self,
        before: &Record,
        after: &Record,
        definition: &ObjectDef,
    ) -> Result<u64, PortError> {
        let mut update = Query::update();
        update.table(record::Entity).values(changing_columns(after, definition));
        update
            .and_where(record::Column::WorkspaceId.eq(self.transaction.workspace().uuid()))
            .and_where(record::Column::Id.eq(after.id.uuid()))
            .and_where(record::Column::ObjectId.eq(before.object.uuid()))
            .and_where(record::Column::Version.eq(column_of(before.version)));
        Ok(self.transaction.execute(&update).await.port()?.rows_affected())
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

type Column = sea_orm::sea_query::DynIden;

/// What is written once.
fn fixed_columns(record: &Record) -> impl Iterator<Item = (Column, Expr)> {
    use record::Column::{CreatedAt, CreatedBy, Id, ObjectId, WorkspaceId};
    [
        (WorkspaceId, Expr::value(record.workspace.uuid())),
        (Id, Expr::value(record.id.uuid())),
        (ObjectId, Expr::value(record.object.uuid())),
        (CreatedAt, Expr::value(record.created_at.as_micros())),
        (CreatedBy, Expr::value(record.created_by.uuid())),
    ]
    .into_iter()
    .map(|(column, value)| (column.into_iden(), value))
}

/// What is written with every version: the values, and beside them the slots that are made of them.
fn changing_columns(record: &Record, definition: &ObjectDef) -> impl Iterator<Item = (Column, Expr)> {
    use record::Column::{
        AccessOwnerId, AccessRoleId, DeletedAt, Fields, OwnerId, Sealed, UpdatedAt, UpdatedBy, Version,
    };
    let columns = [
        (OwnerId, Expr::value(record.owner.uuid())),
        (AccessOwnerId, Expr::value(record.owner.uuid())),
        (AccessRoleId, Expr::value(record.owner_role.map(RoleId::uuid))),
        (Version, Expr::value(column_of(record.version))),
        (UpdatedAt, Expr::value(record.updated_at.as_micros())),
        (UpdatedBy, Expr::value(record.updated_by.uuid())),
        (DeletedAt, Expr::value(record.deleted_at.map(Timestamp::as_micros))),
        (Fields, Expr::value(json_of(&record.fields))),
        (Sealed, Expr::value(json_of_sealed(&record.sealed))),
    ];
    let columns = columns.into_iter().map(|(column, value)| (column.into_iden(), value));
    columns.chain(slot_values(record, definition).map(|(slot, value)| (column_of_slot(slot), value)))
}

pub(crate) fn column_of_slot(slot: Slot) -> Column {
    Alias::new(slot.column()).into_iden()
}

/// What every slot of a record holds: a value, the [mark](empty) of a field without one, or nothing if it is no field's.
pub(crate) fn slot_values(
    record: &Record,
    definition: &ObjectDef,
) -> impl Iterator<Item = (Slot, Expr)> + use<> {
    let slots = project(definition, &record.fields);
    let used: BTreeSet<Slot> = definition.fields.iter().filter_map(|field| field.slot).collect();
    let families = [SlotFamily::Text, SlotFamily::Integer, SlotFamily::Uuid];
    let [text, integer, uuid] = families.map(|family| {
        let used = used.clone();
        (0..).map(move |number| Slot::new(family, number)).map(move |slot| (slot, used.contains(&slot)))
    });
    let text = text.zip(slots.text).map(|((slot, is_used), value)| {
        (slot, Expr::value(value.or_else(|| is_used.then(|| empty::TEXT.to_owned()))))
    });
    let integer = integer.zip(slots.integer).map(|((slot, is_used), value)| {
        (slot, Expr::value(value.or_else(|| is_used.then_some(empty::INTEGER))))
    });
    let uuid = uuid.zip(slots.uuid).map(|((slot, is_used), value)| {
        (slot, Expr::value(value.or_else(|| is_used.then_some(empty::UUID))))
    });
    text.chain(integer).chain(uuid)
}

fn json_of(fields: &Fields) -> Json {
    Json::Object(fields.iter().map(|(name, value)| (name.to_string(), value.to_json())).collect())
}

fn json_of_sealed(sealed: &SealedFields) -> Json {
    let texts = sealed.iter().map(|(name, value)| (name.to_string(), Json::from(value.as_str())));
    Json::Object(texts.collect())
}

pub(crate) fn records_of(rows: Vec<record::Model>, definition: &ObjectDef) -> Result<Vec<Record>, PortError> {
    Ok(rows.into_iter().map(|row| record_of(row, definition)).collect::<Result<_, _>>()?)
}

fn record_of(row: record::Model, definition: &ObjectDef) -> Result<Record, BadRow> {
    let at = Row::new("record", row.id);
    Ok(Record {
        workspace: WorkspaceId::from_uuid(row.workspace_id),
        id: RecordId::from_uuid(row.id),
        object: ObjectId::from_uuid(row.object_id),
        owner: UserId::from_uuid(row.owner_id),
        owner_role: row.access_role_id.map(RoleId::from_uuid),
        version: at.number("version", row.version)?,
        created_at: Timestamp::from_micros(row.created_at),
        created_by: UserId::from_uuid(row.created_by),
        updated_at: Timestamp::from_micros(row.updated_at),
        updated_by: UserId::from_uuid(row.updated_by),
        deleted_at: row.deleted_at.map(Timestamp::from_micros),
        fields: fields_of(&at, &row.fields, definition)?,
        sealed: sealed_of(&row.sealed, definition),
    })
}

/// Values without a definition are left where they are: their field is gone.
fn fields_of(at: &Row, stored: &Json, definition: &ObjectDef) -> Result<Fields, BadRow> {
    let mut fields = Fields::new();
    for field in &definition.fields {
        let Some(json) = stored.get(field.name.as_str()) else { continue };
        let value = at.read("fields", Value::from_json(field.kind.value_kind(), json))?;
        if !value.is_null() {
            fields.insert(field.name.clone(), value);
        }
    }
    Ok(fields)
}

/// Sealed values are not looked into: what is wrong with one is found where it is opened.
fn sealed_of(stored: &Json, definition: &ObjectDef) -> SealedFields {
    let encrypted = definition.fields.iter().filter(|field| field.encrypted);
    let found = encrypted.filter_map(|field| Some((field, stored.get(field.name.as_str())?)));
    let value = |json: &Json| json.as_str().map_or_else(|| json.to_string(), ToOwned::to_owned);
    found.map(|(field, json)| (field.name.clone(), SealedValue::from_stored(value(json)))).collect()
}
