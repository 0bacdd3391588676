//! Finding what can be used once and has expired.

use sea_orm::DbBackend;

use super::{Beside, Step, table::Table};

pub(super) const STEP: Step = Step { name: "m0039_single_use_expiry", tables, beside };

fn tables() -> Vec<Table> {
    Vec::new()
}

fn beside(_: DbBackend) -> Option<Beside> {
    Some(Beside {
        up: "CREATE INDEX single_use_expires_at ON single_use (workspace_id, expires_at)".into(),
        down: "DROP INDEX single_use_expires_at".into(),
    })
}
