//! What controls records, copied to each: an object's default may be that its records are as open as their parents.

use sea_orm::DbBackend;

use super::{
    Beside, Step,
    table::{Table, boolean, integer, uuid},
};

pub(super) const STEP: Step = Step { name: "m0026_control", tables, beside };

fn tables() -> Vec<Table> {
    vec![
        Table::extended("object_policy", [uuid("parent_id").null(), boolean("settling").or_false()]),
        // All of a record that another controls, and none of any other.
        Table::extended(
            "record",
            [
                uuid("root_id").null(),
                uuid("root_object_id").null(),
                boolean("root_owner_is_queue").null(),
                integer("control_writes").null(),
            ],
        ),
    ]
}

const INDEX: &str = "CREATE INDEX record_object_id_root_object_id_id_idx \
     ON record (workspace_id, object_id, root_object_id, id) WHERE root_object_id IS NOT NULL";

/// As much is controlled as is not, for all that SQLite is told.
const STATISTICS: &str = "INSERT INTO sqlite_stat1 (tbl, idx, stat) \
     VALUES ('record', 'record_object_id_root_object_id_id_idx', '500000 500000 100000 100000 1')";

fn beside(backend: DbBackend) -> Option<Beside> {
    let down = "DROP INDEX record_object_id_root_object_id_id_idx";
    Some(match backend {
        DbBackend::Sqlite => Beside {
            up: format!("{INDEX}; {STATISTICS}").into(),
            down: format!(
                "{down}; DELETE FROM sqlite_stat1 WHERE idx = 'record_object_id_root_object_id_id_idx'"
            )
            .into(),
        },
        _ => Beside { up: INDEX.into(), down: down.into() },
    })
}
