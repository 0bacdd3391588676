//! What SQLite's planner is told of the table of records.
//!
//! It knows nothing of a table until it is analysed, and then takes two equal columns of an index for all but a few
//! rows. So it would read an object's records one by one to find those of two owners. With
//! [fixed figures](https://sqlite.org/lang_analyze.html#fixed_results_of_analyze) of a large workspace in place of
//! measured ones, every database has the same plans from its first day on, and they are those that tests read.

use sea_orm::DbBackend;

use super::{Beside, Step};

pub(super) const STEP: Step = Step { name: "m0015_statistics", tables: Vec::new, beside };

fn beside(backend: DbBackend) -> Option<Beside> {
    let beside = Beside {
        up: include_str!("statistics/sqlite_up.sql").into(),
        down: "DELETE FROM sqlite_stat1 WHERE tbl = 'record'".into(),
    };
    (backend == DbBackend::Sqlite).then_some(beside)
}
