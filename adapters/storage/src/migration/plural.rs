//! What keeps it cheap to write many records at once.

use sea_orm::DbBackend;

use super::{Beside, Step};

pub(super) const STEP: Step = Step { name: "m0018_plural", tables: Vec::new, beside };

fn beside(backend: DbBackend) -> Option<Beside> {
    match backend {
        DbBackend::Postgres => Some(Beside {
            up: include_str!("plural/postgres_up.sql").into(),
            down: include_str!("plural/postgres_down.sql").into(),
        }),
        DbBackend::Sqlite => Some(Beside {
            up: include_str!("plural/sqlite_up.sql").into(),
            down: "DELETE FROM sqlite_stat1 WHERE tbl = 'search_token'".into(),
        }),
        _ => None,
    }
}
