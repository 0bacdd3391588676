//! How the user of a session has shown who they are, the last time.
//!
//! Of sessions that were open before, nobody knows any more: they count as proved long ago.

use sea_orm::DbBackend;

use super::{Beside, Step};

pub(super) const STEP: Step = Step { name: "m0037_proof", tables: Vec::new, beside };

fn beside(backend: DbBackend) -> Option<Beside> {
    let integer = if backend == DbBackend::Sqlite { "INTEGER" } else { "BIGINT" };
    Some(Beside {
        up: format!(
            "ALTER TABLE session ADD COLUMN proved_at {integer} NOT NULL DEFAULT 0; \
             ALTER TABLE session ADD COLUMN proved_by TEXT NOT NULL DEFAULT 'password'"
        )
        .into(),
        down: "ALTER TABLE session DROP COLUMN proved_by; ALTER TABLE session DROP COLUMN proved_at".into(),
    })
}
