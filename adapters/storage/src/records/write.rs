//! Writing records: many of one object with a statement.

use std::collections::BTreeMap;

use sea_orm::{
    ConnectionTrait as _, Value,
    sea_query::{Alias, DynIden, Expr, ExprTrait as _, IntoIden as _, Query, TableRef, ValueTuple},
};
use serde_json::Value as Json;
use sutra_acl::Owner;
use sutra_kernel::{PortError, RoleId, Timestamp, Uuid};
use sutra_records::{Change, Fields, ObjectDef, Record, SealedFields, Slot, SlotFamily, SlotValues, project};

use super::control;
use crate::{
    empty,
    entity::records::record::{Column, Entity},
    error::{OrPort as _, column_of},
    open::{Open, Writing},
    scoped::portions,
};

/// What is written once.
const FIXED: [Column; 5] =
    [Column::WorkspaceId, Column::Id, Column::ObjectId, Column::CreatedAt, Column::CreatedBy];

/// What is written with every version.
const WRITTEN: [Column; 6] = [
    Column::Version,
    Column::OwnerIsQueue,
    Column::UpdatedAt,
    Column::UpdatedBy,
    Column::Fields,
    Column::Sealed,
];

/// What is written if it changes, as the slots are. All these have indexes, and SQLite writes a column that is named to
/// its indexes, whether it changes or not.
const INDEXED: [Column; 8] = [
    Column::OwnerId,
    Column::AccessOwnerId,
    Column::AccessRoleId,
    Column::DeletedAt,
    Column::RootId,
    Column::RootObjectId,
    Column::RootOwnerIsQueue,
    Column::ControlWrites,
];

/// What the rows are called that records are changed by.
pub(super) const CHANGED: &str = "changed";

impl Open<Writing> {
    /// Writes changes of different records of one object, which are all new or all there.
    pub(super) async fn write_alike(&mut self, changes: &[Change]) -> Result<(), PortError> {
        let Some(object) = changes.first().map(|change| change.after().object) else { return Ok(()) };
        for change in changes {
            self.require_home(change.workspace())?;
        }
        let definition = self.definition(object).await?;
        let definition =
            definition.ok_or_else(|| PortError::refused("the record's object is not defined"))?;
        for portion in portions(changes) {
            let before: Option<Vec<&Record>> = portion.iter().map(Change::before).collect();
            let written = match before {
                None => self.insert_records(portion, &definition).await?,
                Some(before) => self.replace_records(&before, portion, &definition).await?,
            };
            if usize::try_from(written) != Ok(portion.len()) {
                return Err(PortError::conflict("a record has another version"));
            }
        }
        self.put_tokens(changes, &definition).await?;
        let versions = changes.iter().map(|change| (change.after().id.uuid(), change.after().version));
        self.mode.written.extend(versions);
        Ok(())
    }

    async fn insert_records(&self, changes: &[Change], definition: &ObjectDef) -> Result<u64, PortError> {
        let slots = known_slots(definition);
        let columns = FIXED.into_iter().chain(WRITTEN).map(|column| column.into_iden());
        let mut insert = Query::insert();
        insert.into_table(Entity).columns(columns.chain(indexed_columns(&slots)));
        for record in changes.iter().map(Change::after) {
            let values = fixed_values(record).into_iter().chain(written_values(record));
            let values = values.chain(indexed_values(record, definition, &slots));
            insert.values_panic(values.map(Expr::value));
        }
        Ok(self.transaction.execute(&insert).await.port()?.rows_affected())
    }

    /// Replaces records where they have the versions they had before.
    async fn replace_records(
        &self,
        before: &[&Record],
        changes: &[Change],
        definition: &ObjectDef,
    ) -> Result<u64, PortError> {
        let slots = known_slots(definition);
        let differing = differing(before, changes, definition, &slots);
        let rows = before.iter().zip(changes).map(|(before, change)| {
            let [id, version] = [Value::from(before.id.uuid()), Value::from(column_of(before.version))];
            let key = [id, version, control::writes_of(before).into()];
            let indexed = indexed_values(change.after(), definition, &slots);
            let written = written_values(change.after()).into_iter().chain(only(&differing, indexed));
            ValueTuple::Many(key.into_iter().chain(written).collect())
        });
        let columns = WRITTEN.into_iter().map(|column| column.into_iden());
        let columns = columns.chain(only(&differing, indexed_columns(&slots)));
        let mut update = Query::update();
        update
            .table(Entity)
            .values(columns.zip(4..).map(|(column, place)| (column, changed(place))))
            .from(TableRef::ValuesList(rows.collect(), CHANGED.into_iden()))
            .and_where(Expr::col((Entity, Column::WorkspaceId)).eq(self.transaction.workspace().uuid()))
            .and_where(Expr::col((Entity, Column::ObjectId)).eq(definition.id.uuid()))
            .and_where(Expr::col((Entity, Column::Id)).eq(changed(1)))
            .and_where(Expr::col((Entity, Column::Version)).eq(changed(2)))
            .and_where(control::writes().eq(changed(3)));
        Ok(self.transaction.execute(&update).await.port()?.rows_affected())
    }
}

/// A column of the rows that records are changed by, as both databases call it.
pub(super) fn changed(place: usize) -> Expr {
    Expr::col((CHANGED, Alias::new(format!("column{place}"))))
}

/// Which of the indexed columns differ in any of the records.
fn differing(
    before: &[&Record],
    changes: &[Change],
    definition: &ObjectDef,
    slots: &KnownSlots,
) -> Vec<bool> {
    let mut differing = vec![false; INDEXED.len().saturating_add(slots.len())];
    for (before, after) in before.iter().zip(changes.iter().map(Change::after)) {
        let before = indexed_values(before, definition, slots);
        let values = before.zip(indexed_values(after, definition, slots));
        differing.iter_mut().zip(values).for_each(|(differs, (before, after))| *differs |= before != after);
    }
    differing
}

/// Those of the items that are marked.
fn only<T>(marks: &[bool], items: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
    items.zip(marks).filter(|(_, marked)| **marked).map(|(item, _)| item)
}

pub(crate) fn column_of_slot(slot: Slot) -> DynIden {
    Alias::new(slot.column()).into_iden()
}

/// The slots that a definition knows, and what they hold without a value: the [mark](empty) of a field without one, or
/// nothing in a slot that is being emptied.
pub(crate) type KnownSlots = BTreeMap<Slot, Value>;

pub(crate) fn known_slots(definition: &ObjectDef) -> KnownSlots {
    let emptying = definition.emptying.iter().map(|slot| (*slot, nothing(slot.family)));
    let used = definition.fields.iter().filter_map(|field| field.slot);
    emptying.chain(used.map(|slot| (slot, empty::mark(slot.family)))).collect()
}

fn nothing(family: SlotFamily) -> Value {
    match family {
        SlotFamily::Text => None::<String>.into(),
        SlotFamily::Integer => None::<i64>.into(),
        SlotFamily::Uuid => None::<Uuid>.into(),
    }
}

/// What these slots hold of a record.
pub(crate) fn slot_values(
    record: &Record,
    definition: &ObjectDef,
    slots: &KnownSlots,
) -> impl Iterator<Item = Value> {
    let values = project(definition, &record.fields);
    slots.iter().map(move |(slot, without)| value_of(&values, *slot).unwrap_or_else(|| without.clone()))
}

fn value_of(values: &SlotValues, slot: Slot) -> Option<Value> {
    let place = usize::from(slot.number);
    match slot.family {
        SlotFamily::Text => values.text.get(place)?.clone().map(Value::from),
        SlotFamily::Integer => values.integer.get(place)?.map(Value::from),
        SlotFamily::Uuid => values.uuid.get(place)?.map(Value::from),
    }
}

/// In the order of [`FIXED`].
fn fixed_values(record: &Record) -> [Value; 5] {
    [
        record.workspace.uuid().into(),
        record.id.uuid().into(),
        record.object.uuid().into(),
        record.created_at.as_micros().into(),
        record.created_by.uuid().into(),
    ]
}

/// In the order of [`WRITTEN`].
fn written_values(record: &Record) -> [Value; 6] {
    [
        column_of(record.version).into(),
        matches!(record.owner, Owner::Queue(_)).into(),
        record.updated_at.as_micros().into(),
        record.updated_by.uuid().into(),
        json_of(&record.fields).into(),
        json_of_sealed(&record.sealed).into(),
    ]
}

fn indexed_columns(slots: &KnownSlots) -> impl Iterator<Item = DynIden> {
    let fixed = INDEXED.into_iter().map(|column| column.into_iden());
    fixed.chain(slots.keys().copied().map(column_of_slot))
}

/// In the order of [`indexed_columns`].
fn indexed_values(
    record: &Record,
    definition: &ObjectDef,
    slots: &KnownSlots,
) -> impl Iterator<Item = Value> {
    let access = record.as_control();
    let fixed = [
        record.owner.uuid().into(),
        access.owner.uuid().into(),
        access.role.map(RoleId::uuid).into(),
        record.deleted_at.map(Timestamp::as_micros).into(),
    ];
    let control = control::values(record.control);
    fixed.into_iter().chain(control).chain(slot_values(record, definition, slots))
}

fn json_of(fields: &Fields) -> Json {
    Json::Object(fields.iter().map(|(name, value)| (name.to_string(), value.to_json())).collect())
}

fn json_of_sealed(sealed: &SealedFields) -> Json {
    let texts = sealed.iter().map(|(name, value)| (name.to_string(), Json::from(value.as_str())));
    Json::Object(texts.collect())
}
