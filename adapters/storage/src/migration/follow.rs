//! Going step by step through what a record controls, when that record is open to others than before.

use sea_orm::DbBackend;

use super::{
    Beside, Step,
    table::{Table, text},
};

pub(super) const STEP: Step = Step { name: "m0032_follow", tables, beside };

fn tables() -> Vec<Table> {
    // What does not count meanwhile; nothing, if it is not about what a record controls.
    vec![Table::extended("resharing", [text("withheld").null()])]
}

const INDEX: &str = "CREATE INDEX record_object_id_root_id_id_idx \
     ON record (workspace_id, object_id, root_id, id) WHERE root_id IS NOT NULL";

/// A record controls a thousand others, for all that SQLite is told.
const STATISTICS: &str = "INSERT INTO sqlite_stat1 (tbl, idx, stat) \
     VALUES ('record', 'record_object_id_root_id_id_idx', '500000 500000 100000 1000 1')";

fn beside(backend: DbBackend) -> Option<Beside> {
    let down = "DROP INDEX record_object_id_root_id_id_idx";
    Some(match backend {
        DbBackend::Sqlite => Beside {
            up: format!("{INDEX}; {STATISTICS}").into(),
            down: format!("{down}; DELETE FROM sqlite_stat1 WHERE idx = 'record_object_id_root_id_id_idx'")
                .into(),
        },
        _ => Beside { up: INDEX.into(), down: down.into() },
    })
}
