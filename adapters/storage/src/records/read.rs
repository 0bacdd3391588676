//! Records as rows hold them: read by their places, one after the other, as the database finds them.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use rustc_hash::FxHashMap;
use sea_orm::{ConnectionTrait as _, QueryResult, QuerySelect as _, QueryTrait as _, Select};
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_json::{Deserializer, Value as Json, value::RawValue};
use sqlx::{
    Decode, Postgres, Row as _, Sqlite, Type, postgres::PgRow, sqlite::SqliteRow, types::Json as AsJson,
};
use sutra_acl::Owner;
use sutra_kernel::{GroupId, ObjectId, PortError, RecordId, RoleId, Timestamp, UserId, Uuid, WorkspaceId};
use sutra_records::{Control, FieldDef, Fields, ObjectDef, Record, SealedFields, SealedValue};

use crate::{
    entity::records::record::{Column, Entity},
    error::{BadRow, OrPort as _, Row},
    transaction::{Transaction, query},
};

/// The stored form of no values.
const NOTHING: &str = "{}";

/// What is read of a record, in the order in which [`Reader::record`] takes it.
const READ: [Column; 17] = [
    Column::Id,
    Column::OwnerId,
    Column::OwnerIsQueue,
    Column::AccessOwnerId,
    Column::AccessRoleId,
    Column::RootId,
    Column::RootObjectId,
    Column::RootOwnerIsQueue,
    Column::ControlWrites,
    Column::Version,
    Column::CreatedAt,
    Column::CreatedBy,
    Column::UpdatedAt,
    Column::UpdatedBy,
    Column::DeletedAt,
    Column::Fields,
    Column::Sealed,
];

/// Reads records of one object.
pub(crate) struct Reader<'d> {
    workspace: WorkspaceId,
    object: ObjectId,
    fields: FxHashMap<&'d str, &'d FieldDef>,
}

impl<'d> Reader<'d> {
    pub(crate) fn of(transaction: &Transaction, object: &'d ObjectDef) -> Self {
        let fields = object.fields.iter().map(|field| (field.name.as_str(), field)).collect();
        Self { workspace: transaction.workspace(), object: object.id, fields }
    }

    /// The record in a row of what is [read](columns).
    pub(crate) fn record(&self, row: &QueryResult) -> Result<Record, PortError> {
        let mut cells = Cells::of(row)?;
        let id = cells.take()?;
        let at = Row::new("record", id);
        let owner = owner_of(cells.take()?, cells.take()?);
        let (access_owner, access_role) =
            (cells.take()?, cells.take::<Option<Uuid>>()?.map(RoleId::from_uuid));
        let root = Root {
            id: cells.take()?,
            object: cells.take()?,
            owner_is_queue: cells.take()?,
            writes: cells.take()?,
        };
        let control = root.control(&at, access_owner, access_role)?;
        Ok(Record {
            workspace: self.workspace,
            id: RecordId::from_uuid(id),
            object: self.object,
            owner,
            owner_role: access_role.filter(|_| control.is_none()),
            control,
            version: at.number("version", cells.take()?)?,
            created_at: Timestamp::from_micros(cells.take()?),
            created_by: UserId::from_uuid(cells.take()?),
            updated_at: Timestamp::from_micros(cells.take()?),
            updated_by: UserId::from_uuid(cells.take()?),
            deleted_at: cells.take::<Option<i64>>()?.map(Timestamp::from_micros),
            fields: self.fields(&at, cells.take_json()?)?,
            sealed: self.sealed(&at, cells.take_json()?)?,
        })
    }

    fn fields(&self, at: &Row, stored: &RawValue) -> Result<Fields, BadRow> {
        at.read("fields", Known(&self.fields).deserialize(&mut Deserializer::from_str(stored.get())))
    }

    /// Sealed values are not looked into: what is wrong with one is found where it is opened.
    fn sealed(&self, at: &Row, stored: &RawValue) -> Result<SealedFields, BadRow> {
        if stored.get() == NOTHING {
            return Ok(SealedFields::new());
        }
        let stored: BTreeMap<String, Json> = at.read("sealed", serde_json::from_str(stored.get()))?;
        let field = |name: &str| self.fields.get(name).filter(|field| field.encrypted);
        let found = stored.into_iter().filter_map(|(name, json)| Some((field(&name)?.name.clone(), json)));
        let value = |json: Json| json.as_str().map_or_else(|| json.to_string(), ToOwned::to_owned);
        Ok(found.map(|(name, json)| (name, SealedValue::from_stored(value(json)))).collect())
    }
}

/// Reads the values of known fields. Those without a definition are left where they are: their field is gone.
struct Known<'k, 'd>(&'k FxHashMap<&'d str, &'d FieldDef>);

/// The name of a stored value, which is copied only if it is written in an unusual way.
#[derive(serde::Deserialize)]
struct Name<'n>(#[serde(borrow)] Cow<'n, str>);

impl<'de> DeserializeSeed<'de> for Known<'_, '_> {
    type Value = Fields;

    fn deserialize<D: serde::Deserializer<'de>>(self, stored: D) -> Result<Fields, D::Error> {
        stored.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Known<'_, '_> {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut stored: A) -> Result<Fields, A::Error> {
        // They are stored in their order, more or less, and put together at once.
        let mut fields = Vec::with_capacity(self.0.len());
        while let Some(Name(name)) = stored.next_key()? {
            let Some(field) = self.0.get(&*name) else {
                stored.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = stored.next_value_seed(field.kind.value_kind())?;
            if !value.is_null() {
                fields.push((field.name.clone(), value));
            }
        }
        Ok(Fields::from_iter(fields))
    }
}

/// These records, with what is read of each.
pub(crate) fn columns(these: Select<Entity>) -> Select<Entity> {
    these.select_only().columns(READ)
}

impl Transaction {
    /// Reads records of an object.
    pub(crate) async fn records(
        &self,
        these: Select<Entity>,
        object: &ObjectDef,
    ) -> Result<Vec<Record>, PortError> {
        let reader = Reader::of(self, object);
        self.each(columns(these).build(self.get_database_backend()), |row| reader.record(row)).await
    }
}

pub(super) fn owner_of(id: Uuid, is_queue: bool) -> Owner {
    if is_queue { Owner::Queue(GroupId::from_uuid(id)) } else { Owner::User(UserId::from_uuid(id)) }
}

/// The cells of a row, from the first to the last, as the driver has them.
struct Cells<'r> {
    row: DriverRow<'r>,
    next: usize,
}

enum DriverRow<'r> {
    Sqlite(&'r SqliteRow),
    Postgres(&'r PgRow),
}

impl<'r> Cells<'r> {
    fn of(row: &'r QueryResult) -> Result<Self, PortError> {
        let row = match (row.try_as_sqlite_row(), row.try_as_pg_row()) {
            (Some(row), _) => DriverRow::Sqlite(row),
            (None, Some(row)) => DriverRow::Postgres(row),
            (None, None) => return Err(PortError::corrupt("a row of neither database")),
        };
        Ok(Self { row, next: 0 })
    }

    fn take<T>(&mut self) -> Result<T, PortError>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
    {
        let place = self.next;
        self.next += 1;
        let cell = match self.row {
            DriverRow::Sqlite(row) => row.try_get(place),
            DriverRow::Postgres(row) => row.try_get(place),
        };
        cell.map_err(query).port()
    }

    /// As the database has it.
    fn take_json(&mut self) -> Result<&'r RawValue, PortError> {
        self.take::<AsJson<_>>().map(|json| json.0)
    }
}

/// What a row says of the record that controls its record.
struct Root {
    id: Option<Uuid>,
    object: Option<Uuid>,
    owner_is_queue: Option<bool>,
    writes: Option<i64>,
}

impl Root {
    fn control(self, at: &Row, owner: Uuid, role: Option<RoleId>) -> Result<Option<Control>, BadRow> {
        let Self { id: Some(root), object: Some(object), owner_is_queue, writes: Some(writes) } = self else {
            return Ok(None);
        };
        Ok(Some(Control {
            root: RecordId::from_uuid(root),
            object: ObjectId::from_uuid(object),
            owner: owner_of(owner, owner_is_queue == Some(true)),
            role,
            writes: at.number("control_writes", writes)?,
        }))
    }
}
