//! What controls records: read with them, and written without a version of them.

use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DbBackend, QueryFilter as _, QuerySelect as _, Value,
    sea_query::{
        Expr, ExprTrait as _, IntoIden as _, LockType, Query, TableRef, UpdateStatement, ValueTuple,
    },
};
use sutra_acl::Owner;
use sutra_kernel::{PortError, RoleId, Uuid};
use sutra_records::{Control, Controlled, Record};

use super::write::{CHANGED, changed};
use crate::{
    entity::records::record::{Column, Entity},
    error::{OrPort as _, column_of},
    open::{Open, Writing},
    scoped::portions,
};

/// The columns of what controls a record, after its owner and role, which every record has.
pub(super) const COLUMNS: [Column; 4] =
    [Column::RootId, Column::RootObjectId, Column::RootOwnerIsQueue, Column::ControlWrites];

/// In the order of [`COLUMNS`].
pub(super) fn values(control: Option<Control>) -> [Value; 4] {
    let is_queue = |control: Control| matches!(control.owner, Owner::Queue(_));
    [
        control.map(|control| control.root.uuid()).into(),
        control.map(|control| control.object.uuid()).into(),
        control.map(is_queue).into(),
        control.map(|control| column_of(control.writes)).into(),
    ]
}

/// How often what controls it was written, as far as the stored record says.
pub(super) fn writes() -> Expr {
    Expr::col((Entity, Column::ControlWrites)).if_null(0)
}

/// The same, as far as the record says that was read.
pub(super) fn writes_of(record: &Record) -> i64 {
    record.control.map_or(0, |control| column_of(control.writes))
}

impl Open<Writing> {
    /// SQLite has one writer at a time, and nothing to lock.
    pub(super) async fn hold(&self, records: &[Record]) -> Result<(), PortError> {
        for records in portions(records) {
            let find = self.transaction.find::<Entity>();
            let mut find = find.filter(Column::Id.is_in(records.iter().map(|record| record.id.uuid())));
            if self.transaction.get_database_backend() == DbBackend::Postgres {
                find = find.lock(LockType::Share);
            }
            let stamp = [Column::Id, Column::ObjectId, Column::Version, Column::ControlWrites];
            let find = find.select_only().columns(stamp).into_tuple();
            let stored: Vec<(Uuid, Uuid, i64, Option<i64>)> = find.all(&self.transaction).await.port()?;
            let is_stored = |record: &Record| {
                let row = stored.iter().find(|(id, ..)| *id == record.id.uuid());
                let stamp = row.map(|(_, object, version, writes)| (*object, *version, writes.unwrap_or(0)));
                stamp == Some((record.object.uuid(), column_of(record.version), writes_of(record)))
            };
            if !records.iter().all(is_stored) {
                return Err(PortError::conflict("a record has another version"));
            }
        }
        Ok(())
    }
}

impl<M> Open<M> {
    pub(crate) async fn write_controls(&self, controls: &[Controlled]) -> Result<(), PortError> {
        let (under, alone): (Vec<_>, Vec<_>) =
            controls.iter().partition(|it: &&Controlled| it.control.is_some());
        for portion in portions(&under) {
            let columns = [Column::AccessOwnerId, Column::AccessRoleId].into_iter().chain(COLUMNS);
            let columns = columns.zip(4..).map(|(column, place)| (column, changed(place)));
            let mut update = self.update(portion, |it| under_values(it.control));
            self.write(update.values(columns), portion.len()).await?;
        }
        for portion in portions(&alone) {
            let access = [
                (Column::AccessOwnerId, Expr::col((Entity, Column::OwnerId))),
                (Column::AccessRoleId, changed(4)),
            ];
            let nothing = COLUMNS.into_iter().zip(values(None).map(Expr::value));
            let mut update = self.update(portion, |it| vec![it.owner_role.map(RoleId::uuid).into()]);
            self.write(update.values(access.into_iter().chain(nothing)), portion.len()).await?;
        }
        Ok(())
    }

    /// An update of records that are stored as they were read, from rows with more values behind what they are known by.
    fn update(&self, controls: &[&Controlled], more: impl Fn(&Controlled) -> Vec<Value>) -> UpdateStatement {
        let row = |it: &&Controlled| {
            let Record { id, version, .. } = it.before;
            let key = [id.uuid().into(), column_of(version).into(), writes_of(&it.before).into()];
            ValueTuple::Many(key.into_iter().chain(more(it)).collect())
        };
        let mut update = Query::update();
        update
            .table(Entity)
            .from(TableRef::ValuesList(controls.iter().map(row).collect(), CHANGED.into_iden()))
            .and_where(Expr::col((Entity, Column::WorkspaceId)).eq(self.transaction.workspace().uuid()))
            .and_where(Expr::col((Entity, Column::Id)).eq(changed(1)))
            .and_where(Expr::col((Entity, Column::Version)).eq(changed(2)))
            .and_where(writes().eq(changed(3)));
        update
    }

    async fn write(&self, update: &UpdateStatement, rows: usize) -> Result<(), PortError> {
        let written = self.transaction.execute(update).await.port()?.rows_affected();
        match usize::try_from(written) == Ok(rows) {
            true => Ok(()),
            false => Err(PortError::conflict("a record has another version")),
        }
    }
}

fn under_values(control: Option<Control>) -> Vec<Value> {
    let owner = control.map(|control| control.owner.uuid());
    let role = control.and_then(|control| control.role).map(RoleId::uuid);
    [owner.into(), role.into()].into_iter().chain(values(control)).collect()
}
